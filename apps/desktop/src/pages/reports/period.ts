export const PRESETS = ['today', 'yesterday', 'last7', 'last30', 'thisMonth', 'lastMonth', 'custom'] as const
export type Preset = (typeof PRESETS)[number]

/** A period of whole days, both named days included, as `2026-03-29`. */
export interface Days {
  from: string
  to: string
}

const DAY_MS = 86_400_000

/** The calendar day of an instant in a time zone. */
export function dayOf(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at)
}

/** `2026-03-29` and a number of days later. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** The days of a preset, seen from the instant `now` in a time zone. */
export function daysOf(preset: Exclude<Preset, 'custom'>, now: number, timeZone: string): Days {
  const today = dayOf(now, timeZone)
  const first = `${today.slice(0, 8)}01`
  switch (preset) {
    case 'today':
      return { from: today, to: today }
    case 'yesterday':
      return { from: addDays(today, -1), to: addDays(today, -1) }
    case 'last7':
      return { from: addDays(today, -6), to: today }
    case 'last30':
      return { from: addDays(today, -29), to: today }
    case 'thisMonth':
      return { from: first, to: today }
    case 'lastMonth':
      return { from: `${addDays(first, -1).slice(0, 8)}01`, to: addDays(first, -1) }
  }
}

/** The instants at which the first day begins and the last one is over, in the time zone: [from, to). */
export function instantsOf({ from, to }: Days, timeZone: string): { from: string; to: string } {
  return { from: midnight(from, timeZone), to: midnight(addDays(to, 1), timeZone) }
}

/** When a day begins in a time zone. Where clocks skip midnight, the first moment that exists. */
function midnight(day: string, timeZone: string): string {
  const wanted = Date.parse(`${day}T00:00:00Z`)
  // The offset at a guess is right or one change of the clocks away; a second look settles it.
  let at = wanted - offsetMs(wanted, timeZone)
  at = wanted - offsetMs(at, timeZone)
  if (dayOf(at, timeZone) < day) at += 3_600_000
  return new Date(at).toISOString()
}

function offsetMs(at: number, timeZone: string): number {
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at)
  return Date.parse(`${local.replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000
}

/** Steps that make a readable chart of so many days; the first is the default. */
export function stepsFor({ from, to }: Days): ('15m' | 'hour' | 'day' | 'week' | 'month')[] {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
  if (days <= 2) return ['hour', '15m', 'day']
  if (days <= 31) return days <= 7 ? ['day', 'hour', '15m'] : ['day', 'hour', 'week']
  if (days <= 124) return ['day', 'week', 'month']
  return ['week', 'month', 'day']
}

/** Whether two texts name a period that can be asked for. */
export function isPeriod(from: string, to: string): boolean {
  const day = /^\d{4}-\d{2}-\d{2}$/
  return (
    day.test(from) && day.test(to) && !Number.isNaN(Date.parse(from)) && !Number.isNaN(Date.parse(to)) && from <= to
  )
}
