import { useFormat } from '../i18n/format.ts'
import { useNow } from './clock.ts'

/** "3 min ago", with the exact moment on hover. `stamp` shows a time or date instead, for dense lists. */
export function TimeAgo({ at, stamp = false }: { at: string; stamp?: boolean }) {
  const format = useFormat()
  const now = useNow(60_000)
  return (
    <time dateTime={at} title={format.full(at)} className="figures whitespace-nowrap">
      {stamp ? format.stamp(at, now) : format.ago(at, Math.max(now, Date.parse(at)))}
    </time>
  )
}
