import { Refusal } from '../refusal.ts'

/** 400 on one field of the query, as the validator would say it. */
export function badQuery(path: string, message: string): Refusal {
  return new Refusal(400, 'request.invalid', message, { fields: [{ path: `query.${path}`, message }] })
}
