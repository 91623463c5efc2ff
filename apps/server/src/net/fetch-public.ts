import { Agent, fetch as undiciFetch } from 'undici'
import { resolvePublic } from './address.ts'

/** Answers larger than this are cut off: nobody's settings or keys are. */
const MOST_BYTES = 1024 * 1024
const TIMEOUT_MS = 10_000

export interface FetchLimits {
  /** Answers larger than this fail. */
  mostBytes?: number
  /** `manual`: a redirect is answered as it is, for the caller to judge; `error`: it fails. */
  redirect?: 'error' | 'manual'
  /** Until the whole answer is there. */
  timeoutMs?: number
}

/**
 * A `fetch` for addresses that somebody typed in: every address of the host is checked, the connection goes to the checked one, redirects
 * are not followed, time and size are bounded.
 * @throws AddressRefused; TypeError when the server cannot be reached
 */
export function fetchPublic(
  allowPrivate: boolean,
  { mostBytes = MOST_BYTES, redirect = 'error', timeoutMs = TIMEOUT_MS }: FetchLimits = {},
): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const addresses = await resolvePublic(url.hostname, { allowPrivate })
    const dispatcher = new Agent({
      connect: {
        timeout: TIMEOUT_MS,
        lookup: (_host, options, done) => {
          if (options.all) done(null, addresses)
          else done(null, addresses[0].address, addresses[0].family)
        },
      },
      maxResponseSize: mostBytes,
    })
    const { body, headers, method } = init ?? {}
    const response = await undiciFetch(url, {
      ...(method && { method }),
      ...(headers && { headers: Object.fromEntries(new Headers(headers)) }),
      ...(body instanceof URLSearchParams || typeof body === 'string' ? { body: body.toString() } : {}),
      dispatcher,
      redirect,
      signal: AbortSignal.timeout(timeoutMs),
    })
    const bytes = await response.arrayBuffer()
    await dispatcher.close()
    return new Response(response.status === 204 ? null : bytes, {
      status: response.status,
      headers: Object.fromEntries(response.headers),
    })
  }
}
