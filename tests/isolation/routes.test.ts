import type { Route } from '@centrala/api/route.ts'
import { ROUTES } from '@centrala/api/routes.ts'
import { HANDLERS } from '@centrala/server/routes.ts'
import { startTestNode, type TestNode } from '@centrala/server/voice/testing.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { startTestServer, type TestServer } from '../server.ts'
import { BODIES } from './bodies.ts'
import { placesOf, replaceAt, sample } from './sample.ts'
import { makeWorld, type World } from './world.ts'

/*
 * Every route, called with another tenant's ids, without credentials, without the right, and with what is no request. The routes are those
 * the product itself lists and the inputs come from their own schemas, so a new route is tried the moment it is stated.
 */
const served = new Set(HANDLERS.map(handler => handler.route.id))
const routes = ROUTES.filter(route => served.has(route.id)).map(route => [route.id, route] as const)
const guarded = routes.filter(([, route]) => route.access !== 'public')
const writing = routes.filter(([, route]) => route.method !== 'GET' && !route.upload)
const named = guarded.filter(([, route]) => paramNames(route).some(name => isId(route, name)))

let server: TestServer
let node: TestNode
let ours: World
let theirs: World
let before: Map<string, string>
beforeAll(async () => {
  server = await startTestServer({ NODE_LEASE_SECONDS: '3600' })
  node = await startTestNode(server, 'node-isolation') // which the calls here are on
  ours = await makeWorld(server, true)
  theirs = await makeWorld(server)
  await ours.person()
  before = await snapshot(ours.tenantId)
})
afterAll(async () => {
  await node.close()
  await server.close()
})

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/

interface Input {
  params?: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
  /** Sent as it is, in place of the body. */
  raw?: string | FormData
}
interface Answer {
  status: number
  code: string
  text: string
}

async function send(route: Route, headers: Record<string, string>, input: Input = {}): Promise<Answer> {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(input.params?.[name] ?? crypto.randomUUID()),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input.query ?? {})) query.set(name, String(value))
  const json = route.method !== 'GET' && !(input.raw instanceof FormData)
  const response = await fetch(`${server.origin}/api${path}?${query}`, {
    method: route.method,
    redirect: 'manual',
    headers: { origin: server.origin, ...(json && { 'content-type': 'application/json' }), ...headers },
    ...(route.method !== 'GET' && { body: input.raw ?? JSON.stringify(input.body ?? {}) }),
  })
  const text = await response.text()
  const problem = /problem\+json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : { code: '' }
  return { status: response.status, code: problem.code, text }
}

/** Calls with a key; where only a certain person will do, with a session. */
async function sendAs(world: World, route: Route, input: Input): Promise<Answer> {
  const answer = await send(route, world.key, input)
  return answer.status === 403 && answer.code !== 'permission.missing'
    ? send(route, await world.person(), input)
    : answer
}

/** Inputs that the route accepts, all ids in them of this world. Fuller first; where the schema refuses that, the least. */
function inputsOf(world: World, route: Route): Pick<Required<Input>, 'query' | 'body'>[] {
  const id = (name: string) => world.field(route.path, name)
  const make = (part: 'query' | 'body') => {
    for (const lean of [false, true]) {
      const value = sample(route[part], { id, lean })
      const parsed = route[part].safeParse(part === 'query' ? spelled(value) : value)
      if (parsed.success) return value
      if (lean)
        throw new Error(
          `No ${part} could be made for ${route.id}: ${parsed.error.message}. Write one in BODIES (tests/isolation/bodies.ts).`,
        )
    }
  }
  const query = make('query') as Record<string, unknown>
  return (BODIES[route.id]?.(id) ?? [make('body')]).map(body => ({ query, body }))
}

function inputOf(world: World, route: Route): Pick<Required<Input>, 'query' | 'body'> {
  return inputsOf(world, route)[0] as Pick<Required<Input>, 'query' | 'body'>
}

/** As a query spells its values: all are texts. */
function spelled(query: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(query as object).map(([name, value]) => [name, String(value)]))
}

function paramNames(route: Route): string[] {
  return [...route.path.matchAll(/:(\w+)/g)].map(match => match[1] as string)
}

/** Whether a path parameter names a row of a tenant (and not, say, a kind of report). */
function isId(route: Route, name: string): boolean {
  const { shape } = route.params as z.ZodObject
  return (
    name === 'key' ||
    route.path.startsWith('/me/sessions') ||
    shape[name]?.safeParse(crypto.randomUUID()).success === true
  )
}

async function paramsOf(world: World, route: Route): Promise<Record<string, string>> {
  const { shape } = route.params as z.ZodObject
  const value = async (name: string) =>
    isId(route, name) && name !== 'token'
      ? world.param(route.path, name)
      : String(sample(shape[name] as z.ZodType, { id: crypto.randomUUID }))
  return Object.fromEntries(await Promise.all(paramNames(route).map(async name => [name, await value(name)] as const)))
}

function formWith(bytes: number): FormData {
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(bytes)]), 'sample.bin')
  return form
}

const file = (route: Route, bytes = 10) => (route.upload ? { raw: formWith(bytes) } : {})

function textAt(value: unknown, path: (string | number)[]): string {
  return String(path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown>)[step], value))
}

/** Written by workers whenever they like, whoever calls. */
const WORKERS = /^(router_lease|routing_journal|server_node|event_cursor|webhook_delivery|report_.*)$/

/** A look at personal data or at the audit log is itself written down. */
const audited = (route: Route) => (route.method === 'GET' ? ['audit_entry'] : [])

/** Everything a tenant has, a fingerprint a table. */
async function snapshot(tenantId: string, but: string[] = []): Promise<Map<string, string>> {
  const names = [...ours.rows.keys()].filter(name => !name.includes(' ') && !WORKERS.test(name) && !but.includes(name))
  const { rows } = await server.owner.query<{ name: string; hash: string }>(
    names
      .map(
        name =>
          `SELECT '${name}' AS name, md5(string_agg(t::text, '|' ORDER BY t::text)) AS hash FROM ${name} t WHERE tenant_id = $1`,
      )
      .join(' UNION ALL '),
    [tenantId],
  )
  return new Map(rows.map(row => [row.name, row.hash]))
}

/** Whoever takes the audit log out leaves what they asked for in it: also an id that names nobody they know. */
const asked = (name: string) => (name === 'audit_entry' ? "AND action <> 'audit.exported'" : '')

/** Nothing of ours was changed, and nothing of theirs names what is ours. */
async function untouched(ids: string[], but: string[] = []): Promise<void> {
  expect(await snapshot(ours.tenantId)).toEqual(before)
  const names = [...ours.rows.keys()].filter(name => !name.includes(' ') && !but.includes(name))
  const { rows } = await server.owner.query(
    names
      .map(name => `SELECT '${name}' AS name FROM ${name} t WHERE tenant_id <> $1 AND t::text ~ $2 ${asked(name)}`)
      .join(' UNION ALL '),
    [ours.tenantId, ids.filter(id => UUID.test(id)).join('|') || '^$'],
  )
  expect(rows).toEqual([])
}

/** Ids of ours that an answer holds, but for those that the call itself named. */
function leaked({ text }: Answer, said: string[]): string[] {
  const all = [...ours.rows.values()]
    .flatMap(row => [row.id, row.tenant_id])
    .filter((id): id is string => typeof id === 'string' && UUID.test(id))
  return [...new Set(all)].filter(id => !said.includes(id) && text.includes(id))
}

test('every route that is stated is served, and every one that is served is stated', () => {
  expect(ROUTES.filter(route => !served.has(route.id)).map(route => route.id)).toEqual([])
  expect(HANDLERS.filter(({ route }) => !ROUTES.includes(route)).map(({ route }) => route.id)).toEqual([])
})

/** Routes that find the row, and then miss something in it that no sample can hold: a picture's server on the network, sound in a file, a browser's audio. */
const REFUSED_INSIDE: Record<string, string> = {
  getRemoteImage: 'image.notFound',
  uploadPromptAudio: 'audio.bad',
  closeLine: 'line.notFound',
  echoLine: 'line.notFound',
}

describe('what these tests send is a real request', () => {
  // With one's own ids the very same input does what it says; 409 where the present state forbids it, which takes finding it first.
  test.each(guarded)('%s', async (_, route) => {
    const inputs = inputsOf(theirs, route)
    for (const at of inputs.keys()) {
      // What only reads leaves everything as it is; the others change a tenant of their own.
      const world = route.method === 'GET' ? theirs : await makeWorld(server)
      const input = { params: await paramsOf(world, route), ...inputsOf(world, route)[at], ...file(route) }
      const answer = await sendAs(world, route, input)
      const { status } = answer
      const refusedInside = route.id in REFUSED_INSIDE && answer.text.includes(`"code":"${REFUSED_INSIDE[route.id]}"`)
      expect([at, status < 300 || status === 409 || refusedInside, status, status < 300 ? '' : answer.text]).toEqual([
        at,
        true,
        status,
        expect.anything(),
      ])
    }
  })
})

describe('another tenant’s ids in the path are not found', () => {
  test.each(named)('%s', async (_, route) => {
    const [own, foreign] = [await paramsOf(theirs, route), await paramsOf(ours, route)]
    const rest = { ...inputOf(theirs, route), ...file(route) }
    const ids = Object.keys(own).filter(name => isId(route, name))
    for (const params of [foreign, ...ids.map(name => ({ ...own, [name]: foreign[name] as string }))]) {
      const answer = await sendAs(theirs, route, { params, ...rest })
      expect([answer.status, answer.text]).toEqual([404, expect.anything()])
      expect(leaked(answer, Object.values(params))).toEqual([])
    }
    await untouched(Object.values(foreign))
  })
})

describe('another tenant’s ids in the query or body are refused, and nothing of it is told', () => {
  test.each(guarded)('%s', async (_, route) => {
    const params = await paramsOf(theirs, route)
    const foreign = inputsOf(ours, route)
    const isOurs = (text: string) => [...ours.rows.values()].some(row => row.id === text)
    for (const [at, own] of inputsOf(theirs, route).entries())
      for (const part of ['query', 'body'] as const)
        for (const place of placesOf(foreign[at]?.[part], isOurs)) {
          const id = textAt(foreign[at]?.[part], place)
          const was = await snapshot(theirs.tenantId, audited(route))
          const answer = await sendAs(theirs, route, {
            params,
            ...own,
            [part]: replaceAt(own[part], place, id),
            ...file(route),
          })
          const name = [at, part, ...place].join('.')
          // Either refused, or understood as naming nobody (a list filtered by it is empty, a preview without it): then nothing was done.
          if (answer.status < 300) expect([name, await snapshot(theirs.tenantId, audited(route))]).toEqual([name, was])
          else
            expect([name, [400, 404, 409].includes(answer.status), answer.status]).toEqual([name, true, answer.status])
          expect(leaked(answer, [id])).toEqual([])
          await untouched([id], audited(route))
        }
  })
})

describe('what a list or a look-up answers another tenant holds nothing of ours', () => {
  test.each(guarded.filter(([, route]) => route.method === 'GET' && !route.path.includes('/:')))(
    '%s',
    async (_, route) => {
      const answer = await sendAs(theirs, route, inputOf(theirs, route))
      expect(leaked(answer, [])).toEqual([])
    },
  )
})

describe('without credentials: 401', () => {
  test.each(guarded)('%s', async (_, route) => {
    const input = { params: await paramsOf(ours, route), ...inputOf(ours, route) }
    expect((await send(route, {}, input)).status).toBe(401)
    expect(
      (await send(route, { authorization: 'Bearer ck_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }, input)).status,
    ).toBe(401)
  })
})

describe('with a key that lacks the scope: 403', () => {
  test.each(guarded)('%s', async (_, route) => {
    if (route.access === 'public') return
    const headers = await theirs.keyWithout(route.access)
    const answer = await send(route, headers, { params: await paramsOf(theirs, route), ...inputOf(theirs, route) })
    expect([answer.status, answer.code]).toEqual([403, 'permission.missing'])
  })
})

describe('an unknown field is refused: 400', () => {
  test.each(routes)('%s', async (_, route) => {
    const input = inputOf(theirs, route)
    const params = await paramsOf(theirs, route)
    const strange = await send(route, theirs.key, {
      params,
      ...input,
      query: { ...input.query, tenantId: ours.tenantId },
    })
    expect([strange.status, strange.code]).toEqual([400, 'request.invalid'])
    if (route.method === 'GET' || route.upload) return
    const body = { ...(input.body as object), tenantId: ours.tenantId }
    const stranger = await send(route, theirs.key, { params, ...input, body })
    expect([stranger.status, stranger.code]).toEqual([400, 'request.invalid'])
  })
})

describe('malformed JSON is refused: 400', () => {
  test.each(writing)('%s', async (_, route) => {
    const params = await paramsOf(theirs, route)
    for (const raw of ['{"a":', '[]', '"x"', '{"__proto__":{"a":1}}']) {
      const answer = await send(route, theirs.key, { params, raw })
      expect([raw, answer.status]).toEqual([raw, 400])
    }
  })
})

describe('an oversized request is refused: 413', () => {
  test.each(writing)('%s', async (_, route) => {
    const answer = await send(route, theirs.key, { raw: JSON.stringify({ a: 'x'.repeat(1024 * 1024) }) })
    expect(answer.status).toBe(413)
  })
  test.each(guarded.filter(([, route]) => route.upload))('%s', async (_, route) => {
    const answer = await sendAs(theirs, route, {
      params: await paramsOf(theirs, route),
      ...inputOf(theirs, route),
      ...file(route, 26 * 1024 * 1024),
    })
    expect(answer.status).toBe(413)
  })
})

test('after all this nothing of ours has changed', async () => {
  expect(await snapshot(ours.tenantId)).toEqual(before)
})
