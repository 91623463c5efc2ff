import { Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Duration } from '../components/duration.tsx'
import { Popover } from '../components/popover.tsx'
import { useQueueNames } from '../configuration/configuration.ts'
import { useWaiting } from '../live/live.ts'
import { useMe } from '../session/me.ts'

/** How many wait in the queues I serve and since when: the number at a glance, the queues one press away. */
export function WaitingSign() {
  const { t } = useTranslation('frame')
  const me = useMe()
  const names = useQueueNames()
  const mine = me.routingProfile?.queueIds ?? []
  const waiting = useWaiting().filter(queue => mine.includes(queue.queueId))
  const count = waiting.reduce((sum, queue) => sum + queue.waiting, 0)
  const oldest = waiting
    .map(queue => queue.longestWaitSince)
    .filter(since => since !== null)
    .sort()[0]
  if (me.routingProfile === null) return null
  return (
    <Popover
      label={t('waiting.title')}
      className="w-80 p-3"
      trigger={
        <button
          type="button"
          title={t('waiting.label', { count })}
          className="flex h-8 items-center gap-1.5 rounded-md px-2 text-xs transition-colors hover:bg-hover pointer-coarse:h-10"
        >
          <Users size={15} aria-hidden className={count > 0 ? 'text-warn' : 'text-faint'} />
          {count > 0 ? (
            <>
              <span className="figures font-semibold sm:hidden">{count}</span>
              <span className="figures font-medium max-sm:hidden">{t('waiting.short', { count })}</span>
              {oldest && <Duration since={oldest} className="text-muted max-sm:hidden" />}
            </>
          ) : (
            <span className="text-muted max-md:hidden">{t('waiting.none')}</span>
          )}
        </button>
      }
    >
      <h2 className="mb-2 font-semibold">{t('waiting.title')}</h2>
      {mine.length === 0 ? (
        <p className="text-muted">{t('waiting.noQueues')}</p>
      ) : (
        <table className="w-full text-left">
          <thead className="text-muted text-xs">
            <tr>
              <th className="font-medium">{t('waiting.queue')}</th>
              <th className="text-right font-medium">{t('waiting.count')}</th>
              <th className="text-right font-medium">{t('waiting.longest')}</th>
            </tr>
          </thead>
          <tbody className="figures">
            {mine.map(queueId => {
              const queue = waiting.find(one => one.queueId === queueId)
              return (
                <tr key={queueId} className="h-7">
                  <td className="max-w-36 truncate">{names.get(queueId) ?? '…'}</td>
                  <td className="text-right">{queue?.waiting ?? 0}</td>
                  <td className="text-right">
                    {queue?.longestWaitSince ? <Duration since={queue.longestWaitSince} /> : '–'}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </Popover>
  )
}
