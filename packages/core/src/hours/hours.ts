import { Temporal } from 'temporal-polyfill'
import { type Holiday, holidaysOf } from './holidays.ts'

/** `['08:00', '16:00']`: from the first to the second, which does not belong to it any more; `24:00` is midnight. */
export type Range = readonly [from: string, to: string]
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

/** Days that differ from the week; they win over public holidays. `open` empty: closed. */
export interface Closure {
  from: string
  to: string
  name: string
  open?: readonly Range[] | undefined
}

/** When a company can be reached. Ranges of a day are in order and apart. */
export interface Hours {
  /** IANA name. */
  timeZone: string
  weekly: Partial<Record<Day, readonly Range[]>>
  /** Whose public holidays are closed: `HR`, `DE-BY`; null: none. */
  country: string | null
  closures: readonly Closure[]
}

/** What holds on one date, and why. */
export interface DayPlan {
  date: string
  ranges: readonly Range[]
  kind: 'weekly' | 'holiday' | 'closure'
  /** Of the holiday or closure. */
  name: string | null
}

/** Looked no further ahead than this. */
const AHEAD_DAYS = 366

/** The opening times of a date (`2026-12-24`): a closure decides, else a public holiday, else the week. */
export function planOf(hours: Hours, date: string): DayPlan {
  const closure = hours.closures.find(entry => entry.from <= date && date <= entry.to)
  if (closure) return { date, ranges: closure.open ?? [], kind: 'closure', name: closure.name }
  const weekly = hours.weekly[DAYS[Temporal.PlainDate.from(date).dayOfWeek - 1] ?? 'mon'] ?? []
  const holiday = hours.country ? holidaysOf(hours.country, Number(date.slice(0, 4))).get(date) : undefined
  if (!holiday) return { date, ranges: weekly, kind: 'weekly', name: null }
  return { date, ranges: holiday.from ? until(weekly, holiday.from) : [], kind: 'holiday', name: holiday.name }
}

/**
 * Whether it is open at an instant (epoch ms). On the day the clocks go forward, an opening time that does not exist is taken an
 * hour later; on the day they go back, a time that exists twice is taken the first time (RFC 5545, 3.3.5).
 */
export function isOpen(hours: Hours, at: number): boolean {
  const date = dateAt(hours, at)
  // The day before matters where its last range is pushed over midnight by a change of the clocks.
  return [date.subtract({ days: 1 }), date].some(day =>
    instants(hours, day).some(([from, to]) => from <= at && at < to),
  )
}

/** When it next opens (if closed) or closes (if open): epoch ms, or null when that is not within a year. */
export function nextChange(hours: Hours, at: number): number | null {
  const first = dateAt(hours, at).subtract({ days: 1 })
  let openUntil: number | null = null
  for (let index = 0; index <= AHEAD_DAYS + 1; index++) {
    for (const [from, to] of instants(hours, first.add({ days: index }))) {
      if (to <= at) continue
      if (openUntil === null) {
        if (from > at) return from
        openUntil = to
      } else if (from <= openUntil) openUntil = Math.max(openUntil, to)
      else return openUntil
    }
    // A range that does not reach the next midnight is not continued by the day after.
    if (openUntil !== null && openUntil < startOfDay(hours, first.add({ days: index + 1 }))) return openUntil
  }
  return null
}

/** The plans of `count` days from the date of an instant on. */
export function planAhead(hours: Hours, at: number, count: number): DayPlan[] {
  const first = dateAt(hours, at)
  return Array.from({ length: count }, (_, index) => planOf(hours, first.add({ days: index }).toString()))
}

/** The next public holidays from the date of an instant on. */
export function holidaysAhead(hours: Hours, at: number, count: number): Holiday[] {
  if (!hours.country) return []
  const { country } = hours
  const today = dateAt(hours, at)
  return [today.year, today.year + 1]
    .flatMap(year => [...holidaysOf(country, year).values()])
    .filter(holiday => holiday.date >= today.toString())
    .slice(0, count)
}

function dateAt(hours: Hours, at: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(hours.timeZone).toPlainDate()
}

function startOfDay(hours: Hours, date: Temporal.PlainDate): number {
  return date.toZonedDateTime(hours.timeZone).epochMilliseconds
}

/** A date's ranges as instants; those that a change of the clocks leaves nothing of are gone. */
function instants(hours: Hours, date: Temporal.PlainDate): [number, number][] {
  const instant = (time: string) =>
    time === '24:00'
      ? startOfDay(hours, date.add({ days: 1 }))
      : date.toZonedDateTime({ timeZone: hours.timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds
  return planOf(hours, date.toString())
    .ranges.map(([from, to]): [number, number] => [instant(from), instant(to)])
    .filter(([from, to]) => from < to)
    .sort(([a], [b]) => a - b) // an hour that the clocks leave out moves its ranges behind later ones
}

/** What of the ranges lies before a time of day. */
function until(ranges: readonly Range[], time: string): Range[] {
  return ranges.filter(([from]) => from < time).map(([from, to]): Range => [from, to < time ? to : time])
}
