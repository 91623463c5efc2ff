import type { Reserve } from '@centrala/api/queue-policy.ts'
import { useQuery } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { Field } from '../../../components/field.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Select } from '../../../components/select.tsx'
import { queuesQuery } from '../../../configuration/configuration.ts'
import { Consequence, FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import { OptionalNumber } from '../phone-flows/optional-number.tsx'
import { skillsQuery } from '../queries.ts'
import type { QueueValue } from './queue-drawer.tsx'

const ANY = 'any'

/** Agents kept free for what only they can do. */
export function ReservesEditor({ draft, queueId }: { draft: Draft<QueueValue>; queueId: string | null }) {
  const { t } = useTranslation('adminPolicy')
  const queues = (useQuery(queuesQuery).data ?? []).filter(queue => queue.id !== queueId)
  const skills = useQuery(skillsQuery).data ?? []
  const { value, setIn, errorBelow } = draft
  const { reserves } = value.policy
  const set = (next: Reserve[]) => setIn('policy.reserves', next)
  const add = () =>
    set([
      ...reserves,
      {
        queueId: queues[0]?.id ?? null,
        skillId: queues[0] ? null : (skills[0]?.id ?? null),
        keep: 1,
        unlessWaiting: null,
        unlessWaitedSeconds: null,
      },
    ])
  return (
    <FormPart title={t('reserve.title')} hint={t('reserve.hint')}>
      {reserves.map((reserve, index) => {
        const change = (patch: Partial<Reserve>) =>
          set(reserves.map((other, place) => (place === index ? { ...other, ...patch } : other)))
        const queue = queues.find(other => other.id === reserve.queueId)
        const skill = skills.find(other => other.id === reserve.skillId)
        return (
          <fieldset key={index} className="flex flex-col gap-3 rounded-lg p-3 ring-1 ring-line ring-inset">
            <legend className="sr-only">{t('reserve.one', { number: index + 1 })}</legend>
            <div className="flex items-start gap-2">
              <div className="grid flex-1 gap-3 sm:grid-cols-2">
                <Field label={t('reserve.queue')}>
                  <Select
                    value={reserve.queueId ?? ANY}
                    onChange={next => change({ queueId: next === ANY ? null : next })}
                    options={[
                      { value: ANY, label: t('reserve.anyQueue') },
                      ...queues.map(one => ({ value: one.id, label: one.name })),
                    ]}
                  />
                </Field>
                <Field label={t('reserve.skill')}>
                  <Select
                    value={reserve.skillId ?? ANY}
                    onChange={next => change({ skillId: next === ANY ? null : next })}
                    options={[
                      { value: ANY, label: t('reserve.anySkill') },
                      ...skills.map(one => ({ value: one.id, label: one.name })),
                    ]}
                  />
                </Field>
                <Field label={t('reserve.keep')}>
                  <NumberInput value={reserve.keep} onChange={keep => change({ keep })} min={0} max={1000} />
                </Field>
              </div>
              <IconButton
                icon={X}
                size="sm"
                label={t('reserve.remove', { number: index + 1 })}
                onClick={() => set(reserves.filter((_, place) => place !== index))}
              />
            </div>
            <OptionalNumber
              label={t('reserve.unlessWaiting')}
              off={t('reserve.unlessWaitingOff')}
              value={reserve.unlessWaiting}
              start={5}
              min={1}
              unit={t('reserve.contacts')}
              error={null}
              onChange={unlessWaiting => change({ unlessWaiting })}
            />
            <OptionalNumber
              label={t('reserve.unlessWaited')}
              off={t('reserve.unlessWaitedOff')}
              value={reserve.unlessWaitedSeconds}
              start={120}
              min={1}
              unit={t('seconds')}
              error={null}
              onChange={unlessWaitedSeconds => change({ unlessWaitedSeconds })}
            />
            {errorBelow(`policy.reserves.${index}`) && (
              <p role="alert" className="text-bad-ink text-xs">
                {errorBelow(`policy.reserves.${index}`)}
              </p>
            )}
            {(queue || skill) && Number.isFinite(reserve.keep) && (
              <Consequence>
                {t('reserve.means', {
                  who: [
                    queue && t('reserve.whoQueue', { queue: queue.name }),
                    skill && t('reserve.whoSkill', { skill: skill.name }),
                  ]
                    .filter(Boolean)
                    .join(t('reserve.and')),
                  count: reserve.keep,
                })}
              </Consequence>
            )}
          </fieldset>
        )
      })}
      {reserves.length < 10 && (queues.length > 0 || skills.length > 0) && (
        <Button size="sm" icon={Plus} onClick={add} className="self-start">
          {t('reserve.add')}
        </Button>
      )}
    </FormPart>
  )
}
