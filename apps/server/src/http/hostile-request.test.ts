import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createCustomer } from '@centrala/api/customer.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestTenant, type TestUser } from '../../../../tests/server.ts'

let server: TestServer
let tenant: TestTenant
let admin: TestUser
beforeAll(async () => {
  server = await startTestServer()
  tenant = await server.tenant()
  admin = await tenant.user({ roles: ['admin'] })
})
afterAll(() => server.close())

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${server.origin}${path}`, {
    ...init,
    headers: { cookie: admin.cookie, origin: server.origin, ...(init.headers as Record<string, string>) },
  })
const json = (body: string) => ({ method: 'POST', body, headers: { 'content-type': 'application/json' } })
const cursor = (...place: string[]) => Buffer.from(JSON.stringify(place)).toString('base64url')

test.each([
  ['a NUL in a name', '/api/customers', json('{"name":"a\\u0000b"}')],
  ['a NUL within JSON', '/api/customers', json('{"name":"a","attributes":{"a":"x\\u0000y"}}')],
  ['a NUL in a search', '/api/search?q=a%00b', {}],
  ['a forged page of people', `/api/users?after=${cursor('a', 'b')}`, {}],
  ['a forged page of answers', `/api/survey-answers?after=${cursor('a', 'b')}`, {}],
  ['a forged page of the audit log', `/api/audit-entries?after=${cursor('a', 'b')}`, {}],
])('%s is refused in words, and is no fault of ours', async (_, path, init) => {
  const response = await ask(path, init)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code: 'request.invalid' })
})

test('a survey address that is too long leads to the page that says there is none', async () => {
  expect((await ask(`/survey/${'a'.repeat(101)}`)).status).toBe(404)
})

test('one’s own settings cannot be used to store without limit', async () => {
  const response = await ask('/api/me', {
    ...json(JSON.stringify({ settings: { notes: 'x'.repeat(100_000) } })),
    method: 'PATCH',
  })
  expect(response.status).toBe(400)
})

test.each(['/\t/evil.example', '//evil.example', '/\\evil.example', '/a\n/evil.example', 'https://evil.example'])(
  'after single sign-on nobody is sent to another site by %j',
  async to => {
    const response = await ask(`/api/auth/single-sign-on/${tenant.id}`, json(JSON.stringify({ to })))
    expect(response.status).toBe(400)
  },
)

describe('metrics', () => {
  test('are for this machine', async () => {
    expect((await fetch(`${server.origin}/metrics`)).status).toBe(200)
  })
  test.each(['x-forwarded-for', 'forwarded', 'x-real-ip'])(
    'are not handed on by a proxy on this machine (%s)',
    async header => {
      expect((await fetch(`${server.origin}/metrics`, { headers: { [header]: '198.51.100.7' } })).status).toBe(404)
    },
  )
})

test('behind a proxy that adds to X-Forwarded-For, a made-up address does not get around the throttle', async () => {
  const behind = await startTestServer({ TRUST_PROXY: '1' })
  try {
    const attempt = (invented: string, email: string) =>
      fetch(`${behind.origin}/api/auth/password-link`, {
        ...json(JSON.stringify({ email })),
        headers: {
          'content-type': 'application/json',
          origin: behind.origin,
          'x-forwarded-for': `${invented}, 198.51.100.7`,
        },
      })
    const answers: number[] = []
    for (let number = 0; number < 34; number++)
      answers.push((await attempt(`203.0.113.${number}`, `person-${number}@example.com`)).status)
    expect(answers).toContain(429)
  } finally {
    await behind.close()
  }
})

test('the password of an open session cannot be found out by trying', async () => {
  const user = await tenant.user()
  const answers: number[] = []
  for (let number = 0; number < 7; number++) {
    const response = await ask('/api/auth/password', {
      method: 'POST',
      body: JSON.stringify({ currentPassword: `guess number ${number}`, newPassword: 'other quiet river stones' }),
      headers: { 'content-type': 'application/json', cookie: user.cookie },
    })
    answers.push(response.status)
  }
  expect(answers.slice(0, 5)).toEqual([400, 400, 400, 400, 400])
  expect(answers.at(-1)).toBe(429)
  // … and its owner can still sign in.
  const response = await ask('/api/auth/sign-in', json(JSON.stringify({ email: user.email, password: user.password })))
  expect(response.status).toBe(200)
})

describe('uploads', () => {
  const upload = async (content: Uint8Array<ArrayBuffer>, name = 'file.bin') => {
    const customer = await tenant.client.call(createCustomer, { body: { name: 'Somebody' } })
    const { rows } = await server.owner.query<{ id: string }>(
      'INSERT INTO conversation (tenant_id, customer_id) VALUES ($1, $2) RETURNING id',
      [tenant.id, customer.id],
    )
    const form = new FormData()
    form.append('file', new Blob([content]), name)
    return ask(`/api/files?conversationId=${rows[0]?.id}`, { method: 'POST', body: form })
  }
  const kept = () => readdir(join(server.services.env.DATA_DIR, 'blobs', tenant.id, 'incoming')).catch(() => [])

  test('a file is kept whole, and its type is read from its bytes', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    const response = await upload(new Uint8Array(png), 'page.html')
    const file = (await response.json()) as { id: string; mediaType: string; size: number }
    expect(file).toMatchObject({ mediaType: 'image/png', size: png.length })
    expect(Buffer.from(await (await ask(`/api/files/${file.id}`)).arrayBuffer())).toEqual(png)
  })
  test('a file that is too large or empty leaves nothing behind', async () => {
    expect((await upload(new Uint8Array(26 * 1024 * 1024).fill(65))).status).toBe(413)
    expect((await upload(new Uint8Array(0))).status).toBe(400)
    expect(await kept()).toEqual([])
  })
})

test('functions with more rights than their caller look for their tables in no place where the caller could put others', async () => {
  const { rows } = await server.owner.query<{ name: string; path: string | null }>(
    `SELECT proname AS name, (SELECT entry FROM unnest(proconfig) AS entry WHERE entry LIKE 'search_path=%') AS path
       FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace`,
  )
  expect(rows.length).toBeGreaterThan(2)
  for (const { path } of rows) expect(path).toMatch(/, pg_temp$/)
})
