import { inEnglish, type StatePhrase } from '@centrala/core/phrase/state-phrase.ts'

/** A request that is refused for a reason the caller can do something about. Becomes RFC 9457 problem details. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly fields: { path: string; message: string }[] | undefined
  readonly retryAfterSeconds: number | undefined
  /** The detail, to be said in any language. */
  readonly phrase: StatePhrase | undefined
  constructor(
    status: number,
    code: string,
    detail: string,
    more: { fields?: { path: string; message: string }[]; retryAfterSeconds?: number; phrase?: StatePhrase } = {},
  ) {
    super(detail)
    this.name = 'Refusal'
    this.status = status
    this.code = code
    this.fields = more.fields
    this.retryAfterSeconds = more.retryAfterSeconds
    this.phrase = more.phrase
  }
}

/** 404 for what is not there or belongs to another tenant: the two look the same. */
export function notFound(noun: string): Refusal {
  return new Refusal(404, `${noun}.notFound`, `There is no such ${noun}. It may have been removed.`)
}

/** The value, or a 404 when there is none. */
export function found<T>(value: T | null | undefined, noun: string): T {
  if (value === null || value === undefined) throw notFound(noun)
  return value
}

/** 409: the request was well formed, but things have moved on. */
export function conflict(code: string, detail: string): Refusal {
  return new Refusal(409, code, detail)
}

/** 400 on one field of the body, as the validator would say it. */
export function badField(path: string, message: string): Refusal {
  return new Refusal(400, 'request.invalid', message, { fields: [{ path: `body.${path}`, message }] })
}

/** The same for what a phrase says. */
export function badFieldSaying(path: string, phrase: StatePhrase): Refusal {
  const message = inEnglish(phrase)
  return new Refusal(400, 'request.invalid', message, { fields: [{ path: `body.${path}`, message }], phrase })
}
