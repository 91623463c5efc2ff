import type { z } from 'zod'
import type { Problem } from './problem.ts'
import type { Answer, Route } from './route.ts'

/** A refused or failed call: `problem` says what happened and what to do. `status` 0: the server was not reached. */
export class ApiError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ApiError'
    this.problem = problem
  }
  get status(): number {
    return this.problem.status
  }
}

type Part<Name extends string, T extends z.ZodType> =
  Record<never, never> extends z.input<T> ? { [K in Name]?: z.input<T> } : { [K in Name]: z.input<T> }
/** What a call of this route takes: `params`, `query` and `body`, each only where the route has one. */
export type Input<T extends Route> = Part<'params', T['params']> & Part<'query', T['query']> & Part<'body', T['body']>

export interface Client {
  call<T extends Route>(
    route: T,
    ...input: Record<never, never> extends Input<T> ? [Input<T>?] : [Input<T>]
  ): Promise<Answer<T>>
  /** Sends one file as multipart form data, with progress from 0 to 1 where the platform tells it. */
  upload<T extends Route>(route: T, input: Input<T>, file: Blob, name: string, signal?: AbortSignal): Promise<Answer<T>>
  /** The address of a route, for links and images. */
  url<T extends Route>(route: T, input: Input<T>): string
}

export interface ClientOptions {
  /** Origin of the server, without a trailing slash; empty in a browser on the same origin. */
  origin?: string
  headers?: Record<string, string>
  fetch?: typeof fetch
  /** Told of every refusal, e.g. to show the sign-in page at 401. */
  onProblem?: (problem: Problem) => void
  /** How long a call may go without its answer, milliseconds, before it counts as not reached; none by default. Files take what they take. */
  patienceMs?: number
}

/** A typed client: `client.call(listQueues)`, `client.call(acceptOffer, { params: { id } })`. Throws ApiError. */
export function createClient({
  origin = '',
  headers = {},
  fetch: send = fetch,
  onProblem,
  patienceMs,
}: ClientOptions = {}): Client {
  const url = (route: Route, input: Loose) => {
    const path = route.path.replace(/:(\w+)/g, (_, name: string) =>
      encodeURIComponent(String(input.params?.[name] ?? '')),
    )
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(input.query ?? {}))
      if (value !== undefined && value !== null) query.set(name, String(value))
    return `${origin}/api${path}${query.size > 0 ? `?${query}` : ''}`
  }
  const exchange = async <T extends Route>(route: T, address: string, init: RequestInit): Promise<Answer<T>> => {
    const read = async () => {
      const response = await send(address, {
        credentials: 'same-origin',
        ...init,
        headers: { ...headers, ...init.headers },
      })
      const isJson = /json/.test(response.headers.get('content-type') ?? '')
      const said: unknown = isJson ? await response.json() : await response.text()
      return { ok: response.ok, status: response.status, isJson, said }
    }
    const answer = await read().catch(() => null)
    if (!answer) return refuse({ ...UNREACHABLE })
    if (answer.ok) {
      // A page where data was asked for is from somebody in between: what was to be done is not done.
      if (!answer.isJson && route.produces === undefined) return refuse({ ...UNEXPECTED, status: 502 })
      return answer.said as Answer<T>
    }
    const problem = answer.isJson ? (answer.said as Problem | null) : null
    return refuse(problem?.detail ? problem : { ...UNEXPECTED, status: answer.status })
  }
  const refuse = (problem: Problem): never => {
    onProblem?.(problem)
    throw new ApiError(problem)
  }
  return {
    url: (route, input) => url(route, input as Loose),
    call: (route, ...[input]) => {
      const loose = (input ?? {}) as Loose
      const hasBody = route.method !== 'GET'
      const patience = new AbortController()
      const timer = patienceMs === undefined ? undefined : setTimeout(() => patience.abort(), patienceMs)
      return exchange(route, url(route, loose), {
        method: route.method,
        signal: patience.signal,
        ...(hasBody && { body: JSON.stringify(loose.body ?? {}), headers: { 'content-type': 'application/json' } }),
      }).finally(() => clearTimeout(timer))
    },
    upload: (route, input, file, name, signal) => {
      const form = new FormData()
      form.set('file', file, name)
      return exchange(route, url(route, input as Loose), { method: route.method, body: form, signal: signal ?? null })
    },
  }
}

interface Loose {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
}

const UNREACHABLE: Problem = {
  type: 'about:blank',
  title: 'Not reached',
  status: 0,
  code: 'server.unreachable',
  detail: 'The server cannot be reached. Check the network; your work is kept here.',
}
const UNEXPECTED: Problem = {
  type: 'about:blank',
  title: 'Unexpected answer',
  status: 500,
  code: 'server.unexpected',
  detail: 'The server answered in a way this page does not understand. Try again in a moment.',
}
