import type { Presence } from '@centrala/api/presence.ts'

const COLOURS: Record<Presence, string> = {
  available: 'text-ok',
  away: 'text-warn',
  busy: 'text-busy',
  wrapUp: 'text-busy',
  notResponding: 'text-bad',
  offline: 'text-idle',
}

/**
 * Each presence has a shape of its own, so that it is told apart without colour: a full disc, a moon, a bar, a pencil
 * stroke, an exclamation and an empty ring.
 */
export function PresenceDot({ presence, size = 12 }: { presence: Presence; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden="true" className={`shrink-0 ${COLOURS[presence]}`}>
      {presence === 'available' && <circle cx="6" cy="6" r="5" fill="currentColor" />}
      {presence === 'away' && <path d="M6 1a5 5 0 1 0 5 5 4 4 0 0 1-5-5Z" fill="currentColor" />}
      {presence === 'offline' && <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="2" />}
      {presence === 'busy' && (
        <>
          <circle cx="6" cy="6" r="5" fill="currentColor" />
          <path d="M3.4 6h5.2" stroke="var(--surface)" strokeWidth="1.8" strokeLinecap="round" />
        </>
      )}
      {presence === 'wrapUp' && (
        <>
          <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
          <path d="M4.2 7.8l3.6-3.6" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
        </>
      )}
      {presence === 'notResponding' && (
        <>
          <path d="M6 .8 11.6 11H.4Z" fill="currentColor" />
          <path d="M6 4.4v3" stroke="var(--surface)" strokeWidth="1.3" strokeLinecap="round" />
          <circle cx="6" cy="9.2" r=".8" fill="var(--surface)" />
        </>
      )}
    </svg>
  )
}
