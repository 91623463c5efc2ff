import { getMe } from '@centrala/api/session.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { createBrowser, problem } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const signIn = (email: string, password: string) =>
  createBrowser(server.origin).go('/api/auth/sign-in', { body: { email, password } })

test('a person signs in with e-mail and password, and is known by the session', async () => {
  const tenant = await server.tenant()
  const user = await tenant.user({ roles: ['supervisor'] })
  const me = await user.client.call(getMe)
  expect(me).toMatchObject({ id: user.id, email: user.email, roles: ['supervisor'], tenant: { id: tenant.id } })
  expect(me.permissions).toContain('supervise.act')
  expect(me.permissions).not.toContain('people.manage')
})

test('the e-mail may be written in capitals and with spaces around it', async () => {
  const user = await (await server.tenant()).user()
  expect((await signIn(` ${user.email.toUpperCase()} `, user.password)).status).toBe(200)
})

test('the session cookie is out of reach of scripts and of other sites', async () => {
  const user = await (await server.tenant()).user()
  const cookie = (await signIn(user.email, user.password)).headers
    .getSetCookie()
    .find(line => line.startsWith('centrala.session_token='))
  expect(cookie).toMatch(/HttpOnly/)
  expect(cookie).toMatch(/SameSite=Lax/)
  expect(cookie).toMatch(/Path=\//)
  expect(cookie).not.toMatch(/Domain=/)
})

test('behind https the cookie is never sent over an open line', async () => {
  const secure = await startTestServer({ PUBLIC_URL: 'https://desk.example.com' })
  try {
    const user = await (await secure.tenant()).user()
    expect(user.cookie).toMatch(/^__Secure-centrala\.session_token=/)
    const response = await createBrowser(secure.origin).go('/api/auth/sign-in', {
      body: { email: user.email, password: user.password },
    })
    expect(response.headers.getSetCookie().every(line => line.includes('Secure'))).toBe(true)
    expect((await user.client.call(getMe)).id).toBe(user.id)
  } finally {
    await secure.close()
  }
})

test('a wrong password and an unknown person are answered the same', async () => {
  const user = await (await server.tenant()).user()
  const wrong = await signIn(user.email, 'not the password at all')
  const unknown = await signIn('nobody@example.com', 'not the password at all')
  expect(wrong.status).toBe(401)
  expect(await unknown.text()).toBe(await wrong.text())
})

test('a session cookie that was tampered with is no session', async () => {
  const user = await (await server.tenant()).user()
  const browser = createBrowser(server.origin)
  const [name = '', value = ''] = user.cookie.split('=')
  const other = value[3] === 'A' ? 'B' : 'A'
  browser.cookies.set(name, value.slice(0, 3) + other + value.slice(4))
  expect(await problem(await browser.go('/api/me'))).toEqual({ status: 401, code: 'session.missing' })
})

test('too many wrong passwords make everybody wait, the right person too, with growing pauses', async () => {
  const user = await (await server.tenant()).user()
  const waitAfter = async (failures: number) => {
    await server.owner.query(
      `UPDATE auth.throttle SET failures = $1, blocked_until = now() WHERE key LIKE 'account:%' AND failures > 3`,
      [failures - 1],
    )
    expect((await signIn(user.email, 'wrong again')).status).toBe(401)
    const refused = await signIn(user.email, user.password)
    const said = await problem(refused.clone())
    expect(said).toMatchObject({ status: 429, code: 'signIn.throttled' })
    expect(refused.headers.get('retry-after')).toBe(String(said.retryAfterSeconds))
    return said.retryAfterSeconds ?? 0
  }
  for (let attempt = 0; attempt < 4; attempt++) expect((await signIn(user.email, 'wrong again')).status).toBe(401)
  expect(await waitAfter(5)).toBeLessThanOrEqual(5)
  const third = await waitAfter(7)
  expect(third).toBeGreaterThan(10)
  expect(third).toBeLessThanOrEqual(20)
  const last = await waitAfter(60)
  expect(last).toBeGreaterThan(250)
  expect(last).toBeLessThanOrEqual(300)

  await server.owner.query('UPDATE auth.throttle SET blocked_until = now()')
  expect((await signIn(user.email, user.password)).status).toBe(200)
  expect((await signIn(user.email, 'wrong again')).status).toBe(401) // the right password began the count anew
  expect((await signIn(user.email, user.password)).status).toBe(200)
  await server.owner.query('DELETE FROM auth.throttle')
})

test('an unknown account is throttled just as a known one', async () => {
  for (let attempt = 0; attempt < 5; attempt++) await signIn('ghost@example.com', 'wrong again')
  expect((await signIn('ghost@example.com', 'wrong again')).status).toBe(429)
  await server.owner.query('DELETE FROM auth.throttle')
})

test('an address that tries many accounts is made to wait, whatever the account', async () => {
  for (let attempt = 0; attempt < 30; attempt++) await signIn(`guess-${attempt}@example.com`, 'wrong again')
  const user = (await server.owner.query<{ email: string }>('SELECT email FROM users LIMIT 1')).rows[0]
  expect((await signIn(user?.email ?? '', 'four quiet river stones')).status).toBe(429)
  await server.owner.query('DELETE FROM auth.throttle')
})

test('attempts that come at the same moment are all counted', async () => {
  const user = await (await server.tenant()).user()
  const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(user.email, 'wrong again')))
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
  await server.owner.query('DELETE FROM auth.throttle')
})

test('a page of another site cannot use the session, nor sign anybody in', async () => {
  const user = await (await server.tenant()).user()
  const browser = createBrowser(server.origin)
  await browser.go('/api/auth/sign-in', { body: { email: user.email, password: user.password } })
  const forged: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: server.origin },
  ]
  for (const headers of forged) {
    const response = await browser.go('/api/me', { method: 'PATCH', body: { name: 'Forged' }, headers })
    expect(await problem(response)).toEqual({ status: 403, code: 'origin.refused' })
  }
  const login = await createBrowser(server.origin).go('/api/auth/sign-in', {
    body: { email: user.email, password: user.password },
    headers: { origin: 'https://evil.example' },
  })
  expect(login.status).toBe(403)
  expect((await browser.go('/api/me', { method: 'PATCH', body: { name: 'Own' } })).status).toBe(200)
})

test('what an HTML form can send is not understood', async () => {
  const user = await (await server.tenant()).user()
  for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
    const response = await fetch(`${server.origin}/api/me`, {
      method: 'PATCH',
      headers: { cookie: user.cookie, origin: server.origin, 'content-type': type },
      body: '{"name":"Forged"}',
    })
    expect(response.status).toBe(415)
  }
})

test('nothing of the sign-in engine is reachable but what is meant to be', async () => {
  const browser = createBrowser(server.origin)
  for (const path of ['sign-up/email', 'update-user', 'sign-in/email', 'delete-user', 'link-social', 'reset-password'])
    expect((await browser.go(`/api/auth/${path}`, { body: {} })).status, path).toBe(404)
  expect((await browser.go('/api/auth/get-session')).status).toBe(404)
})

test('a deactivated person can neither sign in nor go on', async () => {
  const user = await (await server.tenant()).user()
  await user.client.call(getMe)
  await server.owner.query('UPDATE users SET deactivated_at = now() WHERE id = $1', [user.id])
  expect(await problem(await signIn(user.email, user.password))).toEqual({ status: 403, code: 'account.inactive' })
  await expect
    .poll(async () => (await fetch(`${server.origin}/api/me`, { headers: { cookie: user.cookie } })).status)
    .toBe(403)
})

test('a session that is too old, or was not used for a week, is over', async () => {
  const tenant = await server.tenant()
  const stale = async (change: string) => {
    const user = await tenant.user()
    await server.owner.query(`UPDATE auth.session SET ${change} WHERE account_id = $1`, [user.accountId])
    return problem(await fetch(`${server.origin}/api/me`, { headers: { cookie: user.cookie } }))
  }
  expect(await stale(`expires_at = now() - interval '1 second'`)).toEqual({ status: 401, code: 'session.ended' })
  expect(await stale(`updated_at = now() - interval '8 days'`)).toEqual({ status: 401, code: 'session.ended' })
  const used = await tenant.user()
  await server.owner.query(`UPDATE auth.session SET updated_at = now() - interval '6 days' WHERE account_id = $1`, [
    used.accountId,
  ])
  expect((await used.client.call(getMe)).id).toBe(used.id)
  const { rows } = await server.owner.query(
    `SELECT updated_at > now() - interval '1 minute' AS renewed FROM auth.session WHERE account_id = $1`,
    [used.accountId],
  )
  expect(rows).toEqual([{ renewed: true }])
})

test('the role of every other request can read neither passwords nor sessions', async () => {
  for (const table of ['credential', 'session', 'two_factor', 'link'])
    await expect(server.services.db.pool.query(`SELECT * FROM auth.${table}`)).rejects.toThrow(/permission denied/)
})

test('every sign-in is in the audit log of its tenant', async () => {
  const tenant = await server.tenant()
  const user = await tenant.user()
  await signIn(user.email, user.password)
  const { rows } = await server.owner.query(
    'SELECT user_id, action, address FROM audit_entry WHERE tenant_id = $1 ORDER BY at',
    [tenant.id],
  )
  expect(rows).toEqual([{ user_id: user.id, action: 'user.signedIn', address: '127.0.0.1' }])
})
