import type { Channel } from '@centrala/api/channel.ts'
import {
  type ChannelAccountDetail,
  changeChannelAccount,
  checkChannelAccount,
  createChannelAccount,
  deleteChannelAccount,
  getChannelAccount,
} from '@centrala/api/channel-account.ts'
import { Name } from '@centrala/api/shapes.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Drawer } from '../../../components/drawer.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { Field } from '../../../components/field.tsx'
import { Select } from '../../../components/select.tsx'
import { Loading } from '../../../components/spinner.tsx'
import { queuesQuery } from '../../../configuration/configuration.ts'
import { useSay } from '../../../i18n/use-say.ts'
import { keys } from '../../../live/apply-event.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import { NameField } from '../form/name-field.tsx'
import { type Schema, useDraft } from '../form/use-draft.ts'
import { brandsQuery } from '../queries.ts'
import { ChatForm } from './chat-form.tsx'
import { ConfigFormContext } from './config-form.tsx'
import { CHAT_START, EMAIL_START } from './defaults.ts'
import { EmailForm } from './email-form.tsx'

const NONE = 'none'

interface AccountDrawerProps {
  id: string | null
  channel: Channel
  onClose: () => void
}

export function AccountDrawer({ id, channel, onClose }: AccountDrawerProps) {
  const detail = useQuery({
    queryKey: keys.configuration('channel-account', id ?? 'new'),
    queryFn: () => api.call(getChannelAccount, { params: { id: id ?? '' } }),
    enabled: id !== null,
    gcTime: 0,
  })
  if (id === null) return <AccountForm account={null} channel={channel} onClose={onClose} />
  if (detail.data) return <AccountForm account={detail.data} channel={channel} onClose={onClose} />
  return (
    <Drawer open wide onClose={onClose} title="…">
      {detail.isError ? <ErrorState error={detail.error} retry={() => void detail.refetch()} /> : <Loading />}
    </Drawer>
  )
}

export interface AccountValue {
  name: string
  brandId: string | null
  queueId: string | null
  active: boolean
  config: Record<string, unknown>
  secrets: Record<string, string | null>
}

/** The settings of one account. The channel's own schemas are on the server, which checks them while they are typed. */
function AccountForm({
  account,
  channel,
  onClose,
}: {
  account: ChannelAccountDetail | null
  channel: Channel
  onClose: () => void
}) {
  const { t } = useTranslation(['adminChannels', 'common'])
  const say = useSay()
  const queues = useQuery(queuesQuery).data ?? []
  const brands = useQuery(brandsQuery).data ?? []
  const [start] = useState<AccountValue>({
    name: account?.name ?? '',
    brandId: account?.brandId ?? null,
    queueId: account?.queueId ?? null,
    active: account?.active ?? true,
    config: account?.config ?? (channel === 'chat' ? CHAT_START : EMAIL_START),
    secrets: {},
  })
  // The form's schema needs the server's verdict, which needs the form's value: the value goes round by a ref and a state.
  const [typed, setTyped] = useState(start)
  const asked = useDeferredValue(typed)
  const checked = useQuery({
    queryKey: ['channel-account-check', channel, asked.config, asked.secrets],
    queryFn: async () =>
      (await api.call(checkChannelAccount, { body: { channel, config: asked.config, secrets: asked.secrets } })).issues,
    placeholderData: keepPreviousData,
    gcTime: 0,
  }).data
  const latest = useRef(setTyped)
  const schema = useMemo(
    (): Schema<unknown> => ({
      safeParse(value) {
        const name = Name.safeParse((value as AccountValue).name)
        const own = name.error?.issues.map(issue => ({ ...issue, path: ['name', ...issue.path] })) ?? []
        const theirs = (checked ?? []).map(issue => ({ ...issue, path: issue.path.split('.') }))
        const issues = [...own, ...theirs]
        return issues.length > 0 ? { success: false, error: { issues } } : { success: true, data: value }
      },
    }),
    [checked],
  )
  const draft = useDraft<AccountValue>(schema, start)
  const { value, set, error } = draft
  if (value !== typed) latest.current(value)

  const save = () => {
    const { config, name, brandId, queueId, active, secrets } = value
    return account
      ? api.call(changeChannelAccount, {
          params: { id: account.id },
          body: { name, brandId, queueId, active, config, ...(Object.keys(secrets).length > 0 && { secrets }) },
        })
      : api.call(createChannelAccount, { body: { channel, name, brandId, queueId, active, config, secrets } })
  }
  return (
    <EditDrawer
      title={account ? account.name : t(`channels.new.${channel === 'chat' ? 'chat' : 'email'}`)}
      wide
      draft={draft}
      save={save}
      onClose={onClose}
      removal={
        account && {
          label: t('common:delete'),
          title: t('channels.deleteTitle', { name: account.name }),
          body: t('channels.deleteBody'),
          run: () => api.call(deleteChannelAccount, { params: { id: account.id } }),
        }
      }
    >
      {account?.active && account.state === 'failing' && account.stateSentence && (
        <Consequence tone="warn">{say(account.statePhrase, account.stateSentence)}</Consequence>
      )}
      <FormPart title={t('basics')}>
        <NameField draft={draft} label={t('name')} hint={t('channels.nameHint')} isNew={!account} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('queue')} hint={t('channels.queueHint')} error={error('queueId')}>
            <Select
              value={value.queueId ?? NONE}
              onChange={next => set({ queueId: next === NONE ? null : next })}
              options={[
                { value: NONE, label: t('channels.noQueue') },
                ...queues.map(one => ({ value: one.id, label: one.name })),
              ]}
            />
          </Field>
          {brands.length > 0 && (
            <Field label={t('brand')} hint={t('channels.brandHint')} error={error('brandId')}>
              <Select
                value={value.brandId ?? NONE}
                onChange={next => set({ brandId: next === NONE ? null : next })}
                options={[
                  { value: NONE, label: t('channels.noBrand') },
                  ...brands.map(one => ({ value: one.id, label: one.name })),
                ]}
              />
            </Field>
          )}
        </div>
        {value.queueId === null && <Consequence tone="warn">{t('channels.noQueueMeans')}</Consequence>}
        <Checkbox
          checked={value.active}
          onChange={active => set({ active })}
          label={t('channels.active')}
          hint={t('channels.activeHint')}
        />
      </FormPart>
      <ConfigFormContext
        value={{
          config: value.config,
          secrets: value.secrets,
          secretsSet: account?.secretsSet ?? [],
          set: (path, next) => draft.setIn(`config.${path}`, next),
          setSecret: (name, next) => draft.setIn(`secrets.${name}`, next),
          error: path => draft.error(`config.${path}`),
          errorBelow: path => draft.errorBelow(`config.${path}`),
          secretError: name => error(`secrets.${name}`),
          check: () => draft.check('config'),
        }}
      >
        {channel === 'chat' ? <ChatForm account={account} name={value.name} /> : <EmailForm id={account?.id ?? null} />}
      </ConfigFormContext>
    </EditDrawer>
  )
}
