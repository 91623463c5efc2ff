import Holidays from 'date-holidays'

/** A public holiday: from 00:00, or from a later time where only the afternoon is free. */
export interface Holiday {
  /** `2026-12-25` */
  date: string
  name: string
  /** `14:00` where the day is free from then on only; null: the whole day. */
  from: string | null
}

const years = new Map<string, ReadonlyMap<string, Holiday>>()
const LIMIT = 200

/**
 * Public holidays of a year by date, in the country's own language. `code` is a country (`HR`) or a region of one (`DE-BY`);
 * an unknown one has none. Reckoned once per country and year. Source: the rules of the package date-holidays.
 */
export function holidaysOf(code: string, year: number): ReadonlyMap<string, Holiday> {
  const key = `${code} ${year}`
  const known = years.get(key)
  if (known) return known
  const [country = '', region] = code.split('-')
  const calendar = region
    ? new Holidays(country, region, { types: ['public'] })
    : new Holidays(country, { types: ['public'] })
  const days = new Map<string, Holiday>()
  // A holiday of several days may begin in the year before.
  for (const holiday of [...calendar.getHolidays(year - 1), ...calendar.getHolidays(year)]) {
    const [date = '', time = '00:00:00', offset] = holiday.date.split(' ')
    const lengthDays = Math.max(1, Math.round((holiday.end.getTime() - holiday.start.getTime()) / 86_400_000))
    const from = offset === undefined && time > '00:00:00' ? time.slice(0, 5) : null
    for (let index = 0; index < lengthDays; index++) {
      const day = new Date(Date.parse(`${date}T00:00:00Z`) + index * 86_400_000).toISOString().slice(0, 10)
      const before = days.get(day)
      if (!day.startsWith(`${year}-`) || (before && before.from === null)) continue
      days.set(day, { date: day, name: holiday.name, from: index === 0 ? from : null })
    }
  }
  const sorted = new Map([...days].sort(([a], [b]) => (a < b ? -1 : 1)))
  if (years.size >= LIMIT) years.clear()
  years.set(key, sorted)
  return sorted
}

export interface HolidayCountry {
  code: string
  name: string
  regions: { code: string; name: string }[]
}

/** Countries whose holidays are known, named in `language` (BCP 47), with their regions under the names they have there. */
export function holidayCountries(language: string): HolidayCountry[] {
  const calendar = new Holidays()
  const names = new Intl.DisplayNames(language, { type: 'region' })
  // The package's types call these lists of strings; they are records by code.
  const entries = (list: unknown) => Object.entries((list ?? {}) as Record<string, string>)
  return entries(calendar.getCountries('en'))
    .map(([code, name]) => ({
      code,
      name: /^[A-Z]{2}$/.test(code) ? (names.of(code) ?? name) : name,
      regions: entries(calendar.getStates(code)).map(([region, local]) => ({ code: `${code}-${region}`, name: local })),
    }))
    .sort((a, b) => a.name.localeCompare(b.name, language))
}
