import type { ChannelAccountDetail } from '@centrala/api/channel-account.ts'
import { replaceChannelAccountKey } from '@centrala/api/channel-account.ts'
import { useQuery } from '@tanstack/react-query'
import { Dices, RefreshCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Checkbox } from '../../../components/checkbox.tsx'
import { ColorInput } from '../../../components/color-input.tsx'
import { confirm } from '../../../components/confirm.tsx'
import { CopyBlock } from '../../../components/copy-block.tsx'
import { Field } from '../../../components/field.tsx'
import { Select } from '../../../components/select.tsx'
import { toast } from '../../../components/toast.tsx'
import { LOCALES } from '../../../i18n/locale.ts'
import { problemWords } from '../../../i18n/problem-words.ts'
import { keys } from '../../../live/apply-event.ts'
import { FormPart } from '../form/form-part.tsx'
import { accountsQuery } from '../queries.ts'
import { ChatPreview } from './chat-preview.tsx'
import {
  CheckField,
  ChoiceField,
  NumberField,
  SecretField,
  TextField,
  useConfigForm,
  WordsField,
} from './config-form.tsx'
import { LocalisedField } from './localised-field.tsx'
import { PreChatEditor } from './pre-chat-editor.tsx'

const NONE = 'none'

/** A chat on a web site: how it looks, what it says and asks, and where it may stand. */
export function ChatForm({ account, name }: { account: ChannelAccountDetail | null; name: string }) {
  const { t } = useTranslation('adminChannels')
  const { config, secrets, set, setSecret, error } = useConfigForm()
  const mailboxes = (useQuery(accountsQuery).data ?? []).filter(one => one.channel === 'email')
  const replaceKey = () =>
    account &&
    confirm({
      title: t('chat.keyTitle'),
      body: t('chat.keyBody'),
      action: t('chat.keyReplace'),
      danger: true,
      run: async () => {
        try {
          await api.call(replaceChannelAccountKey, { params: { id: account.id } })
          await queries.invalidateQueries({ queryKey: keys.configuration() })
        } catch (failure) {
          toast({ tone: 'bad', title: problemWords(failure) })
        }
      },
    })
  const invite = config.invite as { afterSeconds: number } | null | undefined
  return (
    <>
      {account?.snippet && (
        <FormPart title={t('chat.snippet')} hint={t('chat.snippetHint')}>
          <CopyBlock text={account.snippet} label={t('chat.snippet')} />
          <Button size="sm" look="ghost" icon={RefreshCw} onClick={replaceKey} className="self-start">
            {t('chat.keyReplace')}
          </Button>
        </FormPart>
      )}
      <FormPart title={t('chat.look')} hint={t('chat.lookHint')}>
        <div className="grid gap-6 sm:grid-cols-[1fr_14rem]">
          <div className="grid content-start gap-4 sm:grid-cols-2">
            <TextField path="title" label={t('chat.titleField')} hint={t('chat.titleHint')} placeholder={name} />
            <Field label={t('color')} error={error('color')}>
              <ColorInput
                value={String(config.color ?? '#0f766e')}
                onChange={color => set('color', color)}
                label={t('color')}
              />
            </Field>
            <ChoiceField
              path="theme"
              label={t('chat.theme')}
              fallback="auto"
              options={[
                { value: 'auto', label: t('chat.themeAuto') },
                { value: 'light', label: t('chat.themeLight') },
                { value: 'dark', label: t('chat.themeDark') },
              ]}
            />
            <ChoiceField
              path="position"
              label={t('chat.position')}
              fallback="end"
              options={[
                { value: 'end', label: t('chat.positionEnd') },
                { value: 'start', label: t('chat.positionStart') },
              ]}
            />
            <NumberField path="radius" label={t('chat.radius')} fallback={16} min={0} max={28} unit="px" />
            <ChoiceField
              path="locale"
              label={t('language')}
              hint={t('chat.localeHint')}
              fallback="en"
              options={LOCALES.map(one => ({ value: one.code as string, label: one.name }))}
            />
          </div>
          <ChatPreview name={name} />
        </div>
      </FormPart>
      <FormPart title={t('chat.greeting')} hint={t('chat.greetingHint')}>
        <LocalisedField path="greeting" label={t('chat.greeting')} />
      </FormPart>
      <FormPart title={t('chat.preChat')} hint={t('chat.preChatHint')}>
        <PreChatEditor />
      </FormPart>
      <FormPart title={t('chat.invite')} hint={t('chat.inviteHint')}>
        <Checkbox
          checked={Boolean(invite)}
          onChange={on => set('invite', on ? { afterSeconds: 30, text: {} } : null)}
          label={t('chat.inviteOn')}
        />
        {invite && (
          <>
            <NumberField
              path="invite.afterSeconds"
              label={t('chat.inviteAfter')}
              fallback={30}
              min={3}
              max={3600}
              unit={t('seconds')}
            />
            <LocalisedField path="invite.text" label={t('chat.inviteText')} />
          </>
        )}
      </FormPart>
      <FormPart title={t('chat.rules')}>
        <WordsField
          path="allowedOrigins"
          label={t('chat.sites')}
          hint={t('chat.sitesHint')}
          placeholder="https://www.example.com"
        />
        <SecretField name="identitySecret" label={t('chat.identity')} hint={t('chat.identityHint')}>
          <Button
            icon={Dices}
            onClick={async () => {
              const secret = [...crypto.getRandomValues(new Uint8Array(32))]
                .map(byte => byte.toString(16).padStart(2, '0'))
                .join('')
              setSecret('identitySecret', secret)
              await navigator.clipboard.writeText(secret)
              toast({ tone: 'ok', title: t('chat.identityCopied') })
            }}
          >
            {t('chat.identityMake')}
          </Button>
        </SecretField>
        {secrets.identitySecret && <CopyBlock text={secrets.identitySecret} label={t('chat.identity')} />}
        <CheckField path="offlineForm" label={t('chat.offline')} hint={t('chat.offlineHint')} fallback={true} />
        {mailboxes.length > 0 && (config.offlineForm ?? true) === true && (
          <Field label={t('chat.offlineMailbox')} hint={t('chat.offlineMailboxHint')}>
            <Select
              value={String(config.offlineAccountId ?? NONE)}
              onChange={id => set('offlineAccountId', id === NONE ? null : id)}
              options={[
                { value: NONE, label: t('chat.oldestMailbox') },
                ...mailboxes.map(one => ({ value: one.id, label: one.name })),
              ]}
            />
          </Field>
        )}
        <CheckField path="files" label={t('chat.files')} fallback={true} />
        <CheckField path="sound" label={t('chat.sound')} fallback={true} />
        <CheckField path="calls" label={t('chat.calls')} hint={t('chat.callsHint')} fallback={false} />
        <CheckField path="sharesDraft" label={t('chat.drafts')} hint={t('chat.draftsHint')} fallback={false} />
        <div className="grid gap-4 sm:grid-cols-2">
          <NumberField
            path="idleMinutes"
            label={t('chat.idle')}
            hint={t('chat.idleHint')}
            fallback={30}
            min={2}
            max={1440}
            unit={t('minutes')}
          />
          <NumberField
            path="graceSeconds"
            label={t('chat.grace')}
            hint={t('chat.graceHint')}
            fallback={60}
            min={5}
            max={600}
            unit={t('seconds')}
          />
        </div>
      </FormPart>
    </>
  )
}
