import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

export type Tone = 'neutral' | 'accent' | 'ok' | 'warn' | 'bad' | 'busy'

const TONES: Record<Tone, string> = {
  neutral: 'bg-sunken text-muted',
  accent: 'bg-accent-soft text-accent-ink',
  ok: 'bg-ok-soft text-ok-ink',
  warn: 'bg-warn-soft text-warn-ink',
  bad: 'bg-bad-soft text-bad-ink',
  busy: 'bg-busy-soft text-busy-ink',
}

/** A word about something's state. The word carries the meaning; the colour only helps to find it. */
export function Badge({
  tone = 'neutral',
  icon: Icon,
  children,
}: {
  tone?: Tone
  icon?: LucideIcon
  children: ReactNode
}) {
  return (
    <span
      className={clsx(
        'inline-flex h-5 max-w-full items-center gap-1 rounded-sm px-1.5 font-medium text-2xs',
        TONES[tone],
      )}
    >
      {Icon && <Icon size={12} aria-hidden className="shrink-0" />}
      <span className="truncate">{children}</span>
    </span>
  )
}

/** A number that asks for attention; nothing at zero. */
export function Count({
  value,
  label,
  tone = 'accent',
}: {
  value: number
  label: string
  tone?: 'accent' | 'neutral' | 'bad'
}) {
  if (value === 0) return null
  return (
    <span
      className={clsx(
        'figures inline-grid h-4.5 min-w-4.5 place-items-center rounded-full px-1 font-semibold text-2xs leading-none',
        tone === 'accent' && 'bg-accent text-on-accent',
        tone === 'bad' && 'bg-bad text-on-bad',
        tone === 'neutral' && 'bg-pressed text-muted',
      )}
    >
      <span aria-hidden>{value > 99 ? '99+' : value}</span>
      <span className="sr-only">{label}</span>
    </span>
  )
}
