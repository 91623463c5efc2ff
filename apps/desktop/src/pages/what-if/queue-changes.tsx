import type { Queue } from '@centrala/api/queue.ts'
import type { QueueWhatIf } from '@centrala/api/what-if.ts'
import { useQuery } from '@tanstack/react-query'
import { SlidersHorizontal, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Combobox } from '../../components/combobox.tsx'
import { Field } from '../../components/field.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { NumberInput } from '../../components/number-input.tsx'
import { FormPart } from '../admin/form/form-part.tsx'
import { allQueuesQuery } from '../admin/queries.ts'

const FACTORS = ['arrivals', 'handleTime', 'patience'] as const

interface QueueChangesProps {
  changes: readonly QueueWhatIf[]
  onChange: (changes: QueueWhatIf[]) => void
  /** Opens the rules of a queue. */
  onRules: (queue: Queue) => void
}

/** Queues whose rules, promise or crowd would have been different. */
export function QueueChanges({ changes, onChange, onRules }: QueueChangesProps) {
  const { t } = useTranslation('whatIf')
  const queues = (useQuery(allQueuesQuery).data ?? []).filter(queue => queue.archivedAt === null)
  const set = (next: QueueWhatIf) => onChange(changes.map(one => (one.queueId === next.queueId ? next : one)))
  const rest = queues.filter(queue => !changes.some(one => one.queueId === queue.id))
  return (
    <FormPart title={t('queues.title')} hint={t('queues.hint')}>
      {changes.map(change => {
        const queue = queues.find(other => other.id === change.queueId)
        return (
          <fieldset key={change.queueId} className="flex flex-col gap-3 rounded-lg p-3 ring-1 ring-line ring-inset">
            <legend className="sr-only">{queue?.name ?? '…'}</legend>
            <div className="flex flex-wrap items-center gap-2">
              <span className="font-medium">{queue?.name ?? '…'}</span>
              {changedRules(change).map(rule => (
                <Badge key={rule} tone="accent">
                  {t(`rule.${rule}`)}
                </Badge>
              ))}
              <span className="flex-1" />
              {queue && (
                <Button size="sm" icon={SlidersHorizontal} onClick={() => onRules(queue)}>
                  {t('queues.rules')}
                </Button>
              )}
              <IconButton
                icon={X}
                size="sm"
                label={t('queues.remove', { queue: queue?.name ?? '' })}
                onClick={() => onChange(changes.filter(one => one.queueId !== change.queueId))}
              />
            </div>
            <div className="grid gap-3 sm:grid-cols-3">
              {FACTORS.map(factor => (
                <Field key={factor} label={t(`queues.${factor}`)}>
                  <NumberInput
                    value={Math.round((change[factor] ?? 1) * 100)}
                    onChange={percent => set({ ...change, [factor]: percent === 100 ? undefined : percent / 100 })}
                    min={10}
                    max={1000}
                    step={5}
                    unit="%"
                    className="figures max-w-24"
                  />
                </Field>
              ))}
            </div>
          </fieldset>
        )
      })}
      {rest.length > 0 && (
        <Combobox
          value={null}
          aria-label={t('queues.add')}
          placeholder={t('queues.add')}
          options={rest.map(queue => ({ value: queue.id, label: queue.name }))}
          onChange={queueId => onChange([...changes, { queueId }])}
          className="max-w-64"
        />
      )}
    </FormPart>
  )
}

const RULES = [
  'priority',
  'ageingPerMinute',
  'policy',
  'steps',
  'preferredSeconds',
  'offerSeconds',
  'targetSeconds',
] as const

/** The rules of a queue that a change names. */
export function changedRules(change: QueueWhatIf): (typeof RULES)[number][] {
  return RULES.filter(rule => change[rule] !== undefined)
}

/** What is different from the queue as it is; factors are kept. */
export function differenceFrom(
  queue: Queue,
  wanted: Pick<Queue, (typeof RULES)[number]>,
  before: QueueWhatIf,
): QueueWhatIf {
  const { queueId, arrivals, handleTime, patience } = before
  const changed = Object.fromEntries(
    RULES.filter(rule => JSON.stringify(wanted[rule]) !== JSON.stringify(queue[rule])).map(rule => [
      rule,
      wanted[rule],
    ]),
  )
  return {
    queueId,
    ...(arrivals !== undefined && { arrivals }),
    ...(handleTime !== undefined && { handleTime }),
    ...(patience !== undefined && { patience }),
    ...changed,
  }
}
