import type { Queue } from '@centrala/api/queue.ts'
import type { RoutingProfile } from '@centrala/api/routing-profile.ts'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Combobox } from '../../../components/combobox.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { NumberInput } from '../../../components/number-input.tsx'

type Entry = RoutingProfile['queues'][number]

interface ProfileQueuesProps {
  value: readonly Entry[]
  queues: readonly Queue[]
  onChange: (value: Entry[]) => void
  error: string | null
}

/** The queues that agents with the profile serve, each with its rank and its delay. */
export function ProfileQueues({ value, queues, onChange, error }: ProfileQueuesProps) {
  const { t } = useTranslation(['adminRouting', 'common'])
  const nameOf = (id: string) => queues.find(queue => queue.id === id)?.name ?? '…'
  const change = (id: string, patch: Partial<Entry>) =>
    onChange(value.map(entry => (entry.queueId === id ? { ...entry, ...patch } : entry)))
  const rest = queues.filter(queue => !value.some(entry => entry.queueId === queue.id))
  return (
    <>
      {value.length > 0 && (
        <table className="w-full text-left">
          <thead>
            <tr className="text-muted text-xs">
              <th scope="col" className="font-medium">
                {t('queue')}
              </th>
              <th scope="col" className="w-32 font-medium">
                {t('priority')}
              </th>
              <th scope="col" className="w-44 font-medium">
                {t('profiles.delay')}
              </th>
              <th scope="col" className="w-8" aria-label={t('common:remove')} />
            </tr>
          </thead>
          <tbody>
            {value.map(entry => (
              <tr key={entry.queueId}>
                <td className="h-10 truncate pr-3">{nameOf(entry.queueId)}</td>
                <td>
                  <NumberInput
                    value={entry.priority}
                    onChange={priority => change(entry.queueId, { priority })}
                    min={-100}
                    max={100}
                    className="figures max-w-20"
                    aria-label={t('profiles.priorityOf', { queue: nameOf(entry.queueId) })}
                  />
                </td>
                <td>
                  <NumberInput
                    value={entry.delaySeconds}
                    onChange={delaySeconds => change(entry.queueId, { delaySeconds })}
                    min={0}
                    max={86_400}
                    unit={t('seconds')}
                    className="figures max-w-24"
                    aria-label={t('profiles.delayOf', { queue: nameOf(entry.queueId) })}
                  />
                </td>
                <td>
                  <IconButton
                    icon={X}
                    size="sm"
                    label={t('profiles.removeQueue', { queue: nameOf(entry.queueId) })}
                    onClick={() => onChange(value.filter(other => other.queueId !== entry.queueId))}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {error && (
        <p role="alert" className="text-bad-ink text-xs">
          {error}
        </p>
      )}
      {rest.length > 0 && (
        <Combobox
          value={null}
          aria-label={t('profiles.addQueue')}
          placeholder={t('profiles.addQueue')}
          options={rest.map(queue => ({ value: queue.id, label: queue.name }))}
          onChange={queueId => onChange([...value, { queueId, priority: 0, delaySeconds: 0 }])}
          className="max-w-72"
        />
      )}
    </>
  )
}
