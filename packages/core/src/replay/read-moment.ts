import { Temporal } from 'temporal-polyfill'

/**
 * A moment as people write it on a command line: an instant (`2026-03-02T08:00:00Z`), a day or a day and time on the company's clock
 * (`2026-03-02`, `2026-03-02 08:00`), `today` or `yesterday` (their beginning), `now`.
 * @throws Error that says what may be written
 */
export function readMoment(text: string, timeZone: string, now: Date): Date {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainDate()
  const dayStart = (day: Temporal.PlainDate) => new Date(day.toZonedDateTime(timeZone).epochMilliseconds)
  if (text === 'now') return now
  if (text === 'today') return dayStart(today)
  if (text === 'yesterday') return dayStart(today.subtract({ days: 1 }))
  try {
    return new Date(Temporal.Instant.from(text).epochMilliseconds)
  } catch {
    // Without an offset it is the company's clock.
  }
  try {
    const plain = Temporal.PlainDateTime.from(text.replace(' ', 'T'))
    return new Date(plain.toZonedDateTime(timeZone).epochMilliseconds)
  } catch {
    throw new Error(
      `“${text}” is no time. Write a day such as 2026-03-02, a day and time such as "2026-03-02 08:00" (on the clock of ${timeZone}), an instant such as 2026-03-02T08:00:00Z, or today, yesterday, now.`,
    )
  }
}
