import { useRef } from 'react'
import { useNow } from '../../components/clock.ts'

/** Seconds that are left, as a number inside a ring that runs out. */
export function Countdown({ until, size = 36 }: { until: string; size?: number }) {
  const now = useNow()
  const leftMs = Math.max(0, Date.parse(until) - now)
  const whole = useRef({ until, ms: leftMs })
  if (whole.current.until !== until || leftMs > whole.current.ms) whole.current = { until, ms: leftMs }
  const radius = size / 2 - 2.5
  const length = 2 * Math.PI * radius
  const share = whole.current.ms === 0 ? 0 : leftMs / whole.current.ms
  // The clock of the screen is up to a second behind.
  const seconds = Math.floor(leftMs / 1000)
  return (
    <span className="relative inline-grid shrink-0 place-items-center" style={{ width: size, height: size }}>
      <svg
        width={size}
        height={size}
        aria-hidden="true"
        className={`-rotate-90 ${seconds <= 5 ? 'text-bad' : 'text-accent'}`}
      >
        <circle cx={size / 2} cy={size / 2} r={radius} fill="none" stroke="var(--line)" strokeWidth="3" />
        <circle
          cx={size / 2}
          cy={size / 2}
          r={radius}
          fill="none"
          stroke="currentColor"
          strokeWidth="3"
          strokeLinecap="round"
          strokeDasharray={length}
          strokeDashoffset={length * (1 - share)}
          style={{ transition: 'stroke-dashoffset 1s linear' }}
        />
      </svg>
      <span role="timer" aria-live="off" className="figures absolute font-semibold text-2xs">
        {seconds}
      </span>
    </span>
  )
}
