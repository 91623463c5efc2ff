import { getMe } from '@centrala/api/session.ts'
import { disableTwoFactor, renewBackupCodes } from '@centrala/api/sign-in.ts'
import { listUsers } from '@centrala/api/user.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestUser } from '../../../../tests/server.ts'
import { type Browser, createBrowser, problem, totp } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

interface Enrolled {
  user: TestUser
  uri: string
  backupCodes: string[]
  browser: Browser
}

/** Somebody with an authenticator app, whose own browser is signed in. */
async function enrolled(): Promise<Enrolled> {
  const user = await (await server.tenant()).user()
  const browser = createBrowser(server.origin)
  await browser.go('/api/auth/sign-in', { body: { email: user.email, password: user.password } })
  const begun = await browser.go('/api/auth/two-factor', { body: { password: user.password } })
  const { uri, backupCodes } = (await begun.json()) as { uri: string; backupCodes: string[] }
  // The code before this one, so that the present one is still unused; again when the clock moved on in between.
  const confirm = () => browser.go('/api/auth/two-factor/confirm', { body: { code: totp(uri, -1) } })
  const confirmed = await confirm()
  if (!confirmed.ok) expect((await confirm()).status).toBe(200)
  return { user, uri, backupCodes, browser }
}

async function password(user: TestUser): Promise<Browser> {
  const browser = createBrowser(server.origin)
  const response = await browser.go('/api/auth/sign-in', { body: { email: user.email, password: user.password } })
  expect(await response.json()).toEqual({ next: 'secondFactor' })
  return browser
}
const give = (browser: Browser, code: string, trustDevice = false) =>
  browser.go('/api/auth/second-factor', { body: { code, trustDevice } })

test('with two-factor sign-in the password alone opens nothing; with the code it does', async () => {
  const { user, uri, browser: own } = await enrolled()
  expect(((await (await own.go('/api/me')).json()) as { twoFactor: boolean }).twoFactor).toBe(true)
  const browser = await password(user)
  expect((await browser.go('/api/me')).status).toBe(401)
  expect((await give(browser, totp(uri))).status).toBe(200)
  expect(((await (await browser.go('/api/me')).json()) as { id: string }).id).toBe(user.id)
})

test('a code that was used cannot be used again, by nobody', async () => {
  const { user, uri } = await enrolled()
  const [first, second] = [await password(user), await password(user)]
  const code = totp(uri)
  expect((await give(first, code)).status).toBe(200)
  const replayed = await give(second, code)
  expect(replayed.headers.getSetCookie()).toEqual([])
  expect(await problem(replayed)).toEqual({ status: 401, code: 'secondFactor.used' })
  expect((await second.go('/api/me')).status).toBe(401)
  const { rowCount } = await server.owner.query('SELECT FROM auth.session WHERE account_id = $1', [user.accountId])
  expect(rowCount).toBe(3) // the fixture's, the enrolled browser's and the first one's
})

test('two who give the same code at the same moment: one comes in', async () => {
  const { user, uri } = await enrolled()
  const browsers = [await password(user), await password(user), await password(user)]
  const code = totp(uri)
  const answers = await Promise.all(browsers.map(browser => give(browser, code)))
  expect(answers.map(response => response.status).sort()).toEqual([200, 401, 401])
})

test('a backup code lets its owner in once', async () => {
  const { user, backupCodes } = await enrolled()
  const code = backupCodes[0] ?? ''
  expect((await give(await password(user), code)).status).toBe(200)
  expect(await problem(await give(await password(user), code))).toEqual({ status: 401, code: 'secondFactor.wrong' })
})

test('new backup codes end the old ones', async () => {
  const { user, backupCodes, browser } = await enrolled()
  const renewed = await browser.go(`/api${renewBackupCodes.path}`, { body: { password: user.password } })
  const fresh = ((await renewed.json()) as { backupCodes: string[] }).backupCodes
  expect(fresh).toHaveLength(10)
  expect((await give(await password(user), backupCodes[0] ?? '')).status).toBe(401)
  expect((await give(await password(user), fresh[0] ?? '')).status).toBe(200)
})

test('guessing codes ends: five a sign-in, ten an account, then a wait', async () => {
  const { user, uri } = await enrolled()
  const wrong = String((Number(totp(uri)) + 500_000) % 1_000_000).padStart(6, '0')
  const browser = await password(user)
  for (let guess = 0; guess < 5; guess++)
    expect(await problem(await give(browser, wrong))).toEqual({ status: 401, code: 'secondFactor.wrong' })
  expect((await problem(await give(browser, totp(uri)))).code).toBe('secondFactor.late')
  const again = await password(user)
  for (let guess = 0; guess < 5; guess++) await give(again, wrong)
  expect(await problem(await give(await password(user), totp(uri)))).toEqual({
    status: 429,
    code: 'signIn.throttled',
    retryAfterSeconds: 900,
  })
})

test('a trusted device is not asked again, until the password changes', async () => {
  const { user, uri } = await enrolled()
  const browser = await password(user)
  await give(browser, totp(uri), true)
  const signIn = (secret: string) => browser.go('/api/auth/sign-in', { body: { email: user.email, password: secret } })
  expect(await (await signIn(user.password)).json()).toEqual({ next: 'signedIn' })
  const newPassword = 'another four quiet words'
  await browser.go('/api/auth/password', { body: { currentPassword: user.password, newPassword } })
  expect(await (await signIn(newPassword)).json()).toEqual({ next: 'secondFactor' })
})

test('switching it on or off needs the password', async () => {
  const { user, browser } = await enrolled()
  const off = (secret: string) => browser.go(`/api${disableTwoFactor.path}`, { body: { password: secret } })
  expect(await problem(await off('not the password'))).toEqual({ status: 400, code: 'password.wrong' })
  expect((await off(user.password)).status).toBe(200)
  const response = await createBrowser(server.origin).go('/api/auth/sign-in', {
    body: { email: user.email, password: user.password },
  })
  expect(await response.json()).toEqual({ next: 'signedIn' })
})

test('where the tenant asks for it, nothing else is open until it is set up', async () => {
  const tenant = await server.tenant()
  const user = await tenant.user({ roles: ['admin'] })
  await server.owner.query('UPDATE tenant SET require_two_factor = true WHERE tenant_id = $1', [tenant.id])
  await expect.poll(async () => (await user.client.call(getMe)).permissions, { timeout: 5000 }).toEqual(['self'])
  expect((await user.client.call(getMe)).twoFactorOwed).toBe(true)
  await expect(user.client.call(listUsers)).rejects.toMatchObject({ problem: { status: 403, code: 'twoFactor.owed' } })
  const browser = createBrowser(server.origin)
  await browser.go('/api/auth/sign-in', { body: { email: user.email, password: user.password } })
  const begun = await browser.go('/api/auth/two-factor', { body: { password: user.password } })
  const { uri } = (await begun.json()) as { uri: string }
  await browser.go('/api/auth/two-factor/confirm', { body: { code: totp(uri) } })
  const me = (await (await browser.go('/api/me')).json()) as { permissions: string[]; twoFactorOwed: boolean }
  expect(me.permissions).toContain('people.manage')
  expect(me.twoFactorOwed).toBe(false)
})
