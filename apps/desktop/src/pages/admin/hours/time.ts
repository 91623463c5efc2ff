/** What a person types, as a time of day: "8" → 08:00, "830" and "8.30" → 08:30. What is no time stays as it is. */
export function readTime(text: string): string {
  const match = /^\s*(\d{1,2})\s*(?:[:.h]?\s*(\d{2}))?\s*$/.exec(text)
  if (!match?.[1]) return text
  const hours = Number(match[1])
  const minutes = Number(match[2] ?? 0)
  if (hours > 24 || minutes > 59 || (hours === 24 && minutes > 0)) return text
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}

/** A sensible next range after those there are, or null when the day is full. */
export function nextRange(ranges: readonly (readonly [string, string])[]): [string, string] | null {
  const last = ranges.at(-1)
  if (!last) return ['08:00', '16:00']
  const hour = Number(last[1].slice(0, 2)) + 1
  return Number.isFinite(hour) && hour < 24 ? [`${String(hour).padStart(2, '0')}:00`, '24:00'] : null
}

/** Minutes from midnight of a time such as 08:30. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}
