import { EVENT_TYPES, type EventType } from '@centrala/api/live.ts'
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  replaceWebhookSecret,
  testWebhook,
  type Webhook,
  webhookBody,
} from '@centrala/api/webhook.ts'
import { useMutation } from '@tanstack/react-query'
import { KeyRound, Send } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { CheckList } from '../../../components/check-list.tsx'
import { Checkbox } from '../../../components/checkbox.tsx'
import { confirm } from '../../../components/confirm.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { toast } from '../../../components/toast.tsx'
import { problemWords } from '../../../i18n/problem-words.ts'
import { useSay } from '../../../i18n/use-say.ts'
import { keys } from '../../../live/apply-event.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import { NameField } from '../form/name-field.tsx'
import { useDraft } from '../form/use-draft.ts'
import { Deliveries } from './deliveries.tsx'

interface WebhookDrawerProps {
  hook: Webhook | null
  onClose: () => void
  onSecret: (secret: string) => void
}

/** Events by the noun they are about. */
const GROUPS = Map.groupBy(EVENT_TYPES, type => type.split('.')[0] ?? '')

export function WebhookDrawer({ hook, onClose, onSecret }: WebhookDrawerProps) {
  const { t } = useTranslation(['adminWebhooks', 'common'])
  const say = useSay()
  const draft = useDraft(webhookBody, {
    name: hook?.name ?? '',
    url: hook?.url ?? 'https://',
    events: (hook?.events ?? []) as EventType[],
  })
  const { value, set, error } = draft
  const save = async () => {
    const body = webhookBody.parse(value)
    if (hook) return api.call(changeWebhook, { params: { id: hook.id }, body })
    const made = await api.call(createWebhook, { body })
    onSecret(made.secret)
    return made
  }
  const refresh = () => queries.invalidateQueries({ queryKey: keys.configuration() })
  const onError = (failure: unknown) => toast({ tone: 'bad', title: problemWords(failure) })
  const attempt = useMutation({ mutationFn: (id: string) => api.call(testWebhook, { params: { id } }), onError })
  const toggle = useMutation({
    mutationFn: ({ id, active }: Webhook) => api.call(changeWebhook, { params: { id }, body: { active: !active } }),
    onSuccess: refresh,
    onError,
  })
  const replace = (id: string) =>
    confirm({
      title: t('replaceTitle'),
      body: t('replaceBody'),
      action: t('replace'),
      danger: true,
      run: async () => {
        try {
          onSecret((await api.call(replaceWebhookSecret, { params: { id } })).secret)
        } catch (failure) {
          onError(failure)
        }
      },
    })
  return (
    <EditDrawer
      title={hook ? hook.name : t('add')}
      wide
      draft={draft}
      save={save}
      onClose={onClose}
      removal={
        hook && {
          label: t('common:delete'),
          title: t('deleteTitle', { name: hook.name }),
          body: t('deleteBody'),
          run: () => api.call(deleteWebhook, { params: { id: hook.id } }),
        }
      }
    >
      {hook?.stateSentence && <Consequence tone="warn">{say(hook.statePhrase, hook.stateSentence)}</Consequence>}
      <NameField draft={draft} label={t('name')} isNew={!hook} />
      <Field label={t('url')} hint={t('urlHint')} error={error('url')} required>
        <Input
          type="url"
          value={value.url}
          onChange={event => set({ url: event.target.value })}
          maxLength={2000}
          className="font-mono"
        />
      </Field>
      {hook && (
        <div className="flex flex-wrap gap-2">
          <Button icon={Send} busy={attempt.isPending} onClick={() => attempt.mutate(hook.id)}>
            {t('test')}
          </Button>
          <Button busy={toggle.isPending} onClick={() => toggle.mutate(hook)}>
            {t(hook.active ? 'switchOff' : 'switchOn')}
          </Button>
          <Button icon={KeyRound} onClick={() => replace(hook.id)}>
            {t('replace')}
          </Button>
        </div>
      )}
      {attempt.data && (
        <Consequence tone={attempt.data.ok ? 'plain' : 'warn'}>
          {attempt.data.ok ? t('testOk') : t('testFailed')} {say(attempt.data.phrase, attempt.data.sentence)}
        </Consequence>
      )}
      <FormPart title={t('events')} hint={t('eventsHint')}>
        {error('events') && (
          <p role="alert" className="text-bad-ink text-xs">
            {error('events')}
          </p>
        )}
        <Checkbox
          checked={
            value.events.length === EVENT_TYPES.length ? true : value.events.length > 0 ? 'indeterminate' : false
          }
          onChange={on => set({ events: on ? [...EVENT_TYPES] : [] })}
          label={t('allEvents')}
        />
        {[...GROUPS].map(([noun, types]) => (
          <CheckList
            key={noun}
            columns
            label={noun}
            options={types.map(type => ({ value: type, label: type }))}
            value={value.events}
            onChange={events => set({ events: events as EventType[] })}
          />
        ))}
      </FormPart>
      {hook && (
        <FormPart title={t('deliveries')} hint={t('deliveriesHint')}>
          <Deliveries hook={hook} />
        </FormPart>
      )}
    </EditDrawer>
  )
}
