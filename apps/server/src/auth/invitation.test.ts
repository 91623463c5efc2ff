import { setAccountMail, testAccountMail } from '@centrala/api/tenant.ts'
import { inviteUser, makePasswordLink, renewInvitation } from '@centrala/api/user.ts'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cookieOf, startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'
import { createBrowser, problem } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const PASSWORD = 'seven green hills at dawn'
const tokenOf = (link: string | null | undefined) => link?.split('/').at(-1) ?? ''
const open = (token: string) => createBrowser(server.origin).go(`/api/auth/links/${token}`)
const use = (token: string, body: { password: string; name?: string }) =>
  createBrowser(server.origin).go(`/api/auth/links/${token}`, { body })
const invite = (tenant: TestTenant, email: string) =>
  tenant.client.call(inviteUser, { body: { name: 'Ana', email, roles: ['agent'] } })
const me = (cookie: string) => fetch(`${server.origin}/api/me`, { headers: { cookie } })

test('where no mail goes out, the administrator gets the link to hand over, and it lets in once', async () => {
  const tenant = await server.tenant('Adria')
  const { user, invitation } = await invite(tenant, 'ana@adria.example')
  expect(user.state).toBe('invited')
  expect(invitation).toMatchObject({ mailed: false, link: expect.stringContaining('/welcome/') })
  const token = tokenOf(invitation.link)
  expect(await (await open(token)).json()).toEqual({
    purpose: 'invitation',
    email: 'ana@adria.example',
    name: 'Ana',
    tenantName: 'Adria',
    existing: false,
  })
  const answer = await use(token, { password: PASSWORD, name: 'Ana Kovač' })
  expect(await answer.json()).toEqual({ email: 'ana@adria.example' })
  const said = await (await me(await cookieOf(server.origin, 'ana@adria.example', PASSWORD))).json()
  expect(said).toMatchObject({ id: user.id, name: 'Ana Kovač' })
  expect(await problem(await use(token, { password: PASSWORD }))).toEqual({ status: 404, code: 'link.over' })
})

test('of two who use an invitation at the same moment, one gets in', async () => {
  const { invitation } = await invite(await server.tenant(), 'race@adria.example')
  const token = tokenOf(invitation.link)
  const answers = await Promise.all([1, 2, 3].map(n => use(token, { password: `${PASSWORD} ${n}` })))
  expect(answers.filter(response => response.status === 200)).toHaveLength(1)
})

test('an invitation is over when it is old, renewed, or its person deactivated', async () => {
  const tenant = await server.tenant()
  const { user, invitation } = await invite(tenant, 'late@adria.example')
  const second = await tenant.client.call(renewInvitation, { params: { id: user.id } })
  expect((await open(tokenOf(invitation.link))).status).toBe(404)
  expect((await open(tokenOf(second.link))).status).toBe(200)
  await server.owner.query(`UPDATE auth.link SET expires_at = now() WHERE user_id = $1`, [user.id])
  expect((await use(tokenOf(second.link), { password: PASSWORD })).status).toBe(404)
})

test('a poor password is refused and the link stays good', async () => {
  const { invitation } = await invite(await server.tenant(), 'poor.password@adria.example')
  const token = tokenOf(invitation.link)
  for (const password of ['short', 'password123', 'poor.password1'])
    expect((await problem(await use(token, { password }))).status, password).toBe(400)
  expect((await use(token, { password: PASSWORD })).status).toBe(200)
})

test('an invitation alone does not open an account that exists: its present password is asked for', async () => {
  const first = await server.tenant()
  const user = await first.user({ email: 'twice@adria.example' })
  const second = await server.tenant('Second')
  const { user: invited, invitation } = await invite(second, 'Twice@adria.example')
  const token = tokenOf(invitation.link)
  expect(await (await open(token)).json()).toMatchObject({ existing: true })
  expect(await problem(await use(token, { password: 'a password of the intruder' }))).toEqual({
    status: 401,
    code: 'signIn.refused',
  })
  expect((await me(user.cookie)).status).toBe(200)
  expect((await use(token, { password: user.password })).status).toBe(200)
  const { rows } = await server.owner.query('SELECT account_id FROM users WHERE id = $1', [invited.id])
  expect(rows[0].account_id).toBe(user.accountId)
})

test('no tenant’s administrator can set the password of an account that is somebody elsewhere too', async () => {
  const [first, second] = [await server.tenant(), await server.tenant()]
  const user = await first.user({ email: 'shared@adria.example' })
  const before = await first.client.call(makePasswordLink, { params: { id: user.id } })
  const { user: invited, invitation } = await invite(second, user.email)
  await use(tokenOf(invitation.link), { password: user.password })
  for (const [tenant, id] of [
    [first, user.id],
    [second, invited.id],
  ] as const)
    await expect(tenant.client.call(makePasswordLink, { params: { id } })).rejects.toMatchObject({
      problem: { status: 403, code: 'account.shared' },
    })
  // Nor by a link that was made before the person joined the other tenant.
  expect(await problem(await use(tokenOf(before.link), { password: PASSWORD }))).toEqual({
    status: 403,
    code: 'account.shared',
  })
  expect((await me(await cookieOf(server.origin, user.email, user.password))).status).toBe(200)
})

test('a new password by link ends every session and the throttle', async () => {
  const tenant = await server.tenant()
  const user = await tenant.user()
  const { link } = await tenant.client.call(makePasswordLink, { params: { id: user.id } })
  for (let attempt = 0; attempt < 6; attempt++)
    await cookieOf(server.origin, user.email, 'wrong every time').catch(() => {})
  expect((await use(tokenOf(link), { password: PASSWORD })).status).toBe(200)
  expect((await me(user.cookie)).status).toBe(401)
  expect((await me(await cookieOf(server.origin, user.email, PASSWORD))).status).toBe(200)
  await expect(cookieOf(server.origin, user.email, user.password)).rejects.toThrow('refused')
})

test('by mail: invitations in the reader’s language, a forgotten password to the account’s own address only', async () => {
  const mails: string[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const parts: Buffer[] = []
      stream.on('data', part => parts.push(part))
      stream.on('end', () => {
        mails.push(Buffer.concat(parts).toString())
        done()
      })
    },
  })
  await new Promise<void>(ready => smtp.listen(0, '127.0.0.1', ready))
  const port = (smtp.server.address() as { port: number }).port
  const mailing = await startTestServer({ SMTP_URL: `smtp://127.0.0.1:${port}`, ALLOW_PRIVATE_ADDRESSES: '1' })
  try {
    const tenant = await mailing.tenant('Adria')
    const { invitation } = await tenant.client.call(inviteUser, {
      body: { name: 'Ivo', email: 'ivo@adria.example', roles: ['agent'], locale: 'hr' },
    })
    expect(invitation).toMatchObject({ mailed: true, link: null })
    expect(mails[0]).toContain('To: Ivo <ivo@adria.example>')
    expect(mails[0]).toContain('Pozvani ste')
    expect(mails[0]).toContain('Auto-Submitted: auto-generated')

    const user = await tenant.user({ email: 'forgot@adria.example' })
    const ask = (email: string) => createBrowser(mailing.origin).go('/api/auth/password-link', { body: { email } })
    const known = await ask(user.email)
    const unknown = await ask('nobody@adria.example')
    expect(await known.text()).toBe(await unknown.text())
    await expect.poll(() => mails.length).toBe(2)
    const mail = (mails[1] ?? '').replace(/=\r\n/g, '').replace(/=3D/g, '=')
    expect(mail).toContain('forgot@adria.example')
    const token = /\/welcome\/([\w-]+)/.exec(mail)?.[1] ?? ''
    const changed = await createBrowser(mailing.origin).go(`/api/auth/links/${token}`, { body: { password: PASSWORD } })
    expect(changed.status).toBe(200)
    await cookieOf(mailing.origin, user.email, PASSWORD)

    await tenant.client.call(setAccountMail, {
      body: { server: { host: '127.0.0.1', port, sender: 'desk@adria.example' } },
    })
    const sent = await tenant.client.call(testAccountMail, { body: { to: 'admin@adria.example' } })
    expect(sent.ok).toBe(true)
    expect(mails[2]).toContain('From: Centrala <desk@adria.example>')
  } finally {
    await mailing.close()
    await new Promise<void>(closed => smtp.close(closed))
  }
})

test('a tenant’s mail server at a private address is refused, in a sentence', async () => {
  const { client } = await server.tenant()
  await client.call(setAccountMail, { body: { server: { host: '127.0.0.1', port: 25, sender: 'desk@adria.example' } } })
  const said = await client.call(testAccountMail, { body: { to: 'admin@adria.example' } })
  expect(said.ok).toBe(false)
  expect(said.sentence).toContain('public internet')
  expect(said.phrase).toMatchObject({ code: 'address.private', params: { host: '127.0.0.1' } })
})
