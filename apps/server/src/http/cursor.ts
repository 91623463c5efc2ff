import { z } from 'zod'
import { Refusal } from '../refusal.ts'

/** A place in a sorted list, as the text that a caller hands back in `after`. */
export function cursorOf(...place: string[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** The place that `after` names, `parts` texts of at most 500 characters; undefined at the start of the list. Refuses any other text. */
export function placeOf(after: string | undefined, parts: number): string[] | undefined {
  if (after === undefined) return undefined
  const Place = z.array(z.string().max(500)).length(parts)
  try {
    return Place.parse(JSON.parse(Buffer.from(after, 'base64url').toString()))
  } catch {
    throw badCursor()
  }
}

export function badCursor(): Refusal {
  return new Refusal(
    400,
    'request.invalid',
    'The page is not known. Write in "after" what the former page gave as "next".',
    {
      fields: [{ path: 'query.after', message: 'Not a page of this list.' }],
    },
  )
}

/** The items of a page that was read with one row too many, and the row that the next page goes on after. */
export function pageOf<T>(rows: T[], limit: number, place: (last: T) => string): { rows: T[]; next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { rows: shown, next: rows.length > limit && last ? place(last) : null }
}
