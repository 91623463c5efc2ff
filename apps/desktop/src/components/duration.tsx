import { clockDuration } from '../i18n/format.ts'
import { useNow } from './clock.ts'

/** Time since a moment, ticking; or a fixed length when `ms` is given. */
export function Duration({ since, ms, className }: { since?: string; ms?: number; className?: string }) {
  if (since === undefined) return <span className={`figures ${className ?? ''}`}>{clockDuration(ms ?? 0)}</span>
  return <Ticking since={since} className={className ?? ''} />
}

function Ticking({ since, className }: { since: string; className: string }) {
  const now = useNow()
  return (
    <span className={`figures ${className}`} role="timer" aria-live="off">
      {clockDuration(now - Date.parse(since))}
    </span>
  )
}
