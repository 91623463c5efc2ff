import { CHANNELS, type Channel } from '@centrala/api/channel.ts'
import type { Queue } from '@centrala/api/queue.ts'
import {
  changeRoutingProfile,
  createRoutingProfile,
  deleteRoutingProfile,
  type RoutingProfile,
  routingProfileBody,
} from '@centrala/api/routing-profile.ts'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import { NameField } from '../form/name-field.tsx'
import { useDraft } from '../form/use-draft.ts'
import { channelsOf } from './capacity.ts'
import { Interruptions } from './interruptions.tsx'
import { ProfileQueues } from './profile-queues.tsx'

const USUAL: Record<Channel, number> = { chat: 25, email: 30, voice: 100, form: 30 }

export function ProfileDrawer({
  profile,
  queues,
  onClose,
}: {
  profile: RoutingProfile | null
  queues: readonly Queue[]
  onClose: () => void
}) {
  const { t } = useTranslation(['adminRouting', 'common'])
  const draft = useDraft(routingProfileBody, {
    name: profile?.name ?? '',
    capacity: profile?.capacity ?? 100,
    weights: profile?.weights ?? { chat: USUAL.chat, email: USUAL.email, voice: USUAL.voice, form: USUAL.form },
    interrupts:
      profile?.interrupts ?? ({ email: ['voice', 'chat'], form: ['voice', 'chat'] } as RoutingProfile['interrupts']),
    queues: profile?.queues ?? [],
  })
  const { value, set, error } = draft
  const save = () => {
    const body = routingProfileBody.parse(value)
    return profile
      ? api.call(changeRoutingProfile, { params: { id: profile.id }, body })
      : api.call(createRoutingProfile, { body })
  }
  const weigh = (channel: Channel, weight: number | null) => {
    const { [channel]: _, ...others } = value.weights
    set({ weights: weight === null ? others : { ...others, [channel]: weight } })
  }
  const most = new Map(channelsOf(value).map(entry => [entry.channel, entry.most]))
  return (
    <EditDrawer
      title={profile ? profile.name : t('profiles.add')}
      wide
      draft={draft}
      save={save}
      onClose={onClose}
      removal={
        profile && {
          label: t('common:delete'),
          title: t('profiles.deleteTitle', { name: profile.name }),
          body: t('profiles.deleteBody'),
          run: () => api.call(deleteRoutingProfile, { params: { id: profile.id } }),
        }
      }
    >
      <FormPart title={t('basics')}>
        <NameField draft={draft} label={t('name')} hint={t('profiles.nameHint')} isNew={!profile} />
        {profile && <Consequence>{t('profiles.used', { count: profile.agentCount })}</Consequence>}
      </FormPart>
      <FormPart title={t('profiles.capacity')} hint={t('profiles.capacityHint')}>
        <Field label={t('profiles.units')} error={error('capacity')}>
          <NumberInput value={value.capacity} onChange={capacity => set({ capacity })} min={1} max={1000} />
        </Field>
        <ul className="flex flex-col gap-2">
          {CHANNELS.map(channel => {
            const weight = value.weights[channel]
            const name = t(`common:channel.${channel}`)
            return (
              <li key={channel} className="grid grid-cols-[9rem_8rem_1fr] items-center gap-3 max-sm:grid-cols-2">
                <Checkbox
                  checked={weight !== undefined}
                  onChange={on => weigh(channel, on ? USUAL[channel] : null)}
                  label={name}
                />
                {weight !== undefined && (
                  <>
                    <NumberInput
                      value={weight}
                      onChange={next => weigh(channel, next)}
                      min={1}
                      max={1000}
                      aria-label={t('profiles.weightOf', { channel: name })}
                    />
                    <span className={error(`weights.${channel}`) ? 'text-bad-ink text-xs' : 'text-muted text-xs'}>
                      {error(`weights.${channel}`) ?? t('profiles.most', { count: most.get(channel) ?? 0 })}
                    </span>
                  </>
                )}
              </li>
            )
          })}
        </ul>
      </FormPart>
      <FormPart title={t('profiles.interruptions')} hint={t('profiles.interruptionsHint')}>
        <Interruptions
          channels={CHANNELS.filter(channel => value.weights[channel] !== undefined)}
          value={value.interrupts}
          onChange={interrupts => set({ interrupts })}
        />
      </FormPart>
      <FormPart title={t('profiles.queues')} hint={t('profiles.queuesHint')}>
        <ProfileQueues
          value={value.queues}
          queues={queues}
          onChange={entries => set({ queues: entries })}
          error={draft.errorBelow('queues')}
        />
      </FormPart>
    </EditDrawer>
  )
}
