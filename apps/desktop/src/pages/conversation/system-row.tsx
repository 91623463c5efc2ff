import { useTranslation } from 'react-i18next'
import { clockDuration, useFormat } from '../../i18n/format.ts'
import type { SystemLine } from './timeline-rows.ts'

/** What happened to the contact, quietly between the messages. Long stretches show the last two lines until asked. */
export function SystemRow({ lines }: { lines: readonly SystemLine[] }) {
  const { t } = useTranslation(['inbox', 'common'])
  const format = useFormat()
  const words = (line: SystemLine) =>
    t(`system.${line.key}`, {
      channel: line.channel ? t(`common:channel.${line.channel}`) : '',
      queue: line.queue || '–',
      agent: line.agent || '–',
      time: clockDuration(line.ms ?? 0),
    })
  return (
    <ul className="my-2 flex flex-wrap justify-center gap-x-3 px-4 text-center text-faint text-xs">
      {lines.map(line => (
        <li key={line.id}>
          <span className="figures">{format.time(line.at)}</span> {words(line)}
        </li>
      ))}
    </ul>
  )
}
