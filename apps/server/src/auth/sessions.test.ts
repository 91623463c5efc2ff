import { once } from 'node:events'
import { SIGNED_OUT } from '@centrala/api/live.ts'
import { getMe, listSessions, revokeSession } from '@centrala/api/session.ts'
import { changePassword, enterTenant, listMemberships } from '@centrala/api/sign-in.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { cookieOf, startTestServer, type TestServer } from '../../../../tests/server.ts'
import type { AccessChange } from './access-signal.ts'
import { sweep } from './sweep.ts'
import { createBrowser, problem } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const me = (cookie: string) => fetch(`${server.origin}/api/me`, { headers: { cookie } })
const NEXT = 'another four quiet words'

test('after a password change every other session is over at once, and this one goes on', async () => {
  const user = await (await server.tenant()).user()
  const other = await cookieOf(server.origin, user.email, user.password)
  expect((await me(other)).status).toBe(200)
  const browser = createBrowser(server.origin)
  await browser.go('/api/auth/sign-in', { body: { email: user.email, password: user.password } })
  const changed = await browser.go('/api/auth/password', {
    body: { currentPassword: user.password, newPassword: NEXT },
  })
  expect(changed.status).toBe(200)
  expect((await browser.go('/api/me')).status).toBe(200)
  for (const cookie of [other, user.cookie])
    expect(await problem(await me(cookie))).toEqual({ status: 401, code: 'session.ended' })
  await expect(cookieOf(server.origin, user.email, user.password)).rejects.toThrow('refused')
  expect((await me(await cookieOf(server.origin, user.email, NEXT))).status).toBe(200)
})

test('a password is changed only with the present one, and not to a poor one', async () => {
  const user = await (await server.tenant()).user({ email: 'jelena.horvat@example.com' })
  const change = (currentPassword: string, newPassword: string) =>
    user.client.call(changePassword, { body: { currentPassword, newPassword } })
  await expect(change('not the password', NEXT)).rejects.toMatchObject({ problem: { code: 'password.wrong' } })
  for (const poor of ['short', 'password123', 'aaaaaaaaaaaa', 'qwertyuiop', 'jelena.horvat1', 'lozinka1234'])
    await expect(change(user.password, poor), poor).rejects.toMatchObject({
      problem: { status: 400, fields: [{ path: 'body.newPassword' }] },
    })
})

test('one sees where one is signed in, and signs out elsewhere at once', async () => {
  const user = await (await server.tenant()).user()
  const elsewhere = await cookieOf(server.origin, user.email, user.password)
  await me(elsewhere)
  const { items } = await user.client.call(listSessions)
  expect(items).toHaveLength(2)
  expect(items.filter(item => item.current)).toHaveLength(1)
  expect(items[0]).toMatchObject({ address: '127.0.0.1' })
  const other = items.find(item => !item.current)
  await user.client.call(revokeSession, { params: { id: other?.id ?? '' } })
  expect((await me(elsewhere)).status).toBe(401)
  expect((await user.client.call(listSessions)).items).toHaveLength(1)
})

test('nobody ends, or sees, somebody else’s session', async () => {
  const tenant = await server.tenant()
  const [user, other] = [await tenant.user(), await tenant.user()]
  const id = (await other.client.call(listSessions)).items[0]?.id ?? ''
  expect((await user.client.call(listSessions)).items.map(item => item.id)).not.toContain(id)
  await expect(user.client.call(revokeSession, { params: { id } })).rejects.toMatchObject({ problem: { status: 404 } })
  expect((await me(other.cookie)).status).toBe(200)
})

test('signing out ends the session, not only the cookie', async () => {
  const user = await (await server.tenant()).user()
  const response = await fetch(`${server.origin}/api/auth/sign-out`, {
    method: 'POST',
    headers: { cookie: user.cookie, origin: server.origin },
  })
  expect(response.status).toBe(200)
  expect((await me(user.cookie)).status).toBe(401)
})

test('what a session holds open is told when it ends, on this node and on others', async () => {
  const user = await (await server.tenant()).user()
  const told: AccessChange[] = []
  const stop = server.services.auth.onAccessChanged(change => told.push(change))
  const id = (await user.client.call(listSessions)).items[0]?.id ?? ''
  // As another node would do it: straight in the database.
  await server.owner.query('DELETE FROM auth.session WHERE id = $1', [id])
  await expect.poll(() => told).toContainEqual({ kind: 'sessionEnded', id })
  expect((await me(user.cookie)).status).toBe(401)
  await server.owner.query(`UPDATE users SET roles = '{admin}' WHERE id = $1`, [user.id])
  await expect.poll(() => told).toContainEqual({ kind: 'userChanged', id: user.id })
  stop()
})

test('a change of roles counts for the session that is open', async () => {
  const user = await (await server.tenant()).user()
  expect((await user.client.call(getMe)).permissions).not.toContain('people.manage')
  await server.owner.query(`UPDATE users SET roles = '{admin}' WHERE id = $1`, [user.id])
  await expect.poll(async () => (await user.client.call(getMe)).permissions).toContain('people.manage')
})

test('who is a user of two tenants is in one at a time, and may go to the other', async () => {
  const [first, second] = [await server.tenant('First'), await server.tenant('Second')]
  const user = await first.user()
  const joined = await server.services.db.tenant(second.id, tx =>
    tx.db
      .insertInto('users')
      .values({ name: 'The same', email: user.email, roles: ['admin'], accountId: user.accountId })
      .returning('id')
      .executeTakeFirstOrThrow(),
  )
  expect((await user.client.call(listMemberships)).items.map(item => [item.name, item.current])).toEqual([
    ['First', true],
    ['Second', false],
  ])
  const slug = (await user.client.call(listMemberships)).items[1]?.slug ?? ''
  await user.client.call(enterTenant, { body: { slug } })
  expect(await user.client.call(getMe)).toMatchObject({ id: joined.id, tenant: { id: second.id }, roles: ['admin'] })
  const stranger = await server.tenant()
  const { slug: closed } = (await (await stranger.user()).client.call(listMemberships)).items[0] ?? { slug: '' }
  await expect(user.client.call(enterTenant, { body: { slug: closed } })).rejects.toMatchObject({
    problem: { status: 404 },
  })
})

test('500 requests of one session cost a handful of look-ups', async () => {
  const user = await (await server.tenant()).user()
  const { pool, seen } = { pool: server.services.db.auth, seen: [] as string[] }
  const query = pool.query.bind(pool)
  Object.assign(pool, {
    query: (text: string, values?: unknown[]) => {
      seen.push(text)
      return query(text, values)
    },
  })
  const request = { headers: { cookie: user.cookie }, ip: '127.0.0.1' }
  await Promise.all(Array.from({ length: 500 }, () => server.services.authenticate(request)))
  Object.assign(pool, { query })
  expect(seen.filter(text => text.includes('auth.session')).length).toBeLessThanOrEqual(2)
})

test('the live connection of a session closes when the session ends, and is refused to other sites', async () => {
  const user = await (await server.tenant()).user()
  const connect = (headers: Record<string, string>) =>
    new WebSocket(`${server.origin.replace('http', 'ws')}/api/live`, { headers: { cookie: user.cookie, ...headers } })
  const socket = connect({ origin: server.origin })
  await once(socket, 'open')
  const closed = once(socket, 'close')
  const id = (await user.client.call(listSessions)).items[0]?.id ?? ''
  const foreign = connect({ origin: 'https://evil.example' })
  const [, refused] = await once(foreign, 'unexpected-response')
  expect(refused.statusCode).toBe(403)
  await user.client.call(revokeSession, { params: { id } })
  expect((await closed)[0]).toBe(SIGNED_OUT)
})

test('what is over is removed, and nothing else', async () => {
  const user = await (await server.tenant()).user()
  const old = await cookieOf(server.origin, user.email, user.password)
  await me(old)
  const { items } = await user.client.call(listSessions)
  const other = items.find(item => !item.current)?.id
  await server.owner.query(`UPDATE auth.session SET expires_at = now() - interval '1 second' WHERE id = $1`, [other])
  await sweep(server.services.db.auth)
  const { rows } = await server.owner.query('SELECT id FROM auth.session WHERE account_id = $1', [user.accountId])
  expect(rows.map(row => row.id)).toEqual(items.filter(item => item.current).map(item => item.id))
})
