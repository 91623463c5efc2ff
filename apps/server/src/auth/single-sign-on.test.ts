import type { IdentityProvider } from '@centrala/api/identity-provider.ts'
import {
  changeIdentityProvider,
  createIdentityProvider,
  deleteIdentityProvider,
  testIdentityProvider,
} from '@centrala/api/identity-provider.ts'
import { listSignInOptions } from '@centrala/api/session.ts'
import type { MutableResponse, MutableToken } from 'oauth2-mock-server'
import { OAuth2Server } from 'oauth2-mock-server'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'
import { type Browser, createBrowser } from './testing.ts'

/** What the provider will say of who comes next. */
let claims: Record<string, unknown> = {}
const idp = new OAuth2Server()
let server: TestServer

beforeAll(async () => {
  await idp.issuer.keys.generate('RS256')
  await idp.start(0, 'localhost')
  idp.service.on('beforeTokenSigning', (token: MutableToken) => Object.assign(token.payload, claims))
  server = await startTestServer({ ALLOW_PRIVATE_ADDRESSES: '1', PUBLIC_URL: 'http://desk.localhost' })
})
afterAll(async () => {
  await server.close()
  await idp.stop()
})
afterEach(() => {
  claims = {}
})

const issuer = () => idp.issuer.url ?? ''

async function provider(tenant: TestTenant, more: object = {}): Promise<IdentityProvider> {
  return tenant.client.call(createIdentityProvider, {
    body: {
      name: 'Company',
      issuer: issuer(),
      clientId: 'centrala',
      clientSecret: 's3cret',
      domains: ['company.example'],
      ...more,
    },
  })
}

/** The way through the provider and back; `tamper` may change the address that the provider sends the browser back to. */
async function comeIn(id: string, browser: Browser = createBrowser(server.origin), tamper = (url: URL) => url) {
  const begun = await browser.go(`/api/auth/single-sign-on/${id}`, { body: { to: '/inbox' } })
  const { url } = (await begun.json()) as { url: string }
  const sentBack = await fetch(url, { redirect: 'manual' })
  const back = tamper(new URL(sentBack.headers.get('location') ?? ''))
  const landed = await browser.go(back.pathname + back.search)
  return { url: new URL(url), browser, back, location: landed.headers.get('location') }
}
const whoIs = async (browser: Browser) => {
  const response = await browser.go('/api/me')
  return response.ok ? ((await response.json()) as { id: string; email: string; roles: string[] }) : null
}
const person = (email: string) => ({ sub: `subject of ${email}`, email, email_verified: true, name: 'Ana Kovač' })

test('who is invited comes in by the company’s sign-in, and the invitation is taken up', async () => {
  const tenant = await server.tenant()
  const { id } = await provider(tenant)
  const user = await server.services.db.tenant(tenant.id, tx =>
    tx.db
      .insertInto('users')
      .values({ name: 'Ana', email: 'Ana@company.example', roles: ['supervisor'] })
      .returning('id')
      .executeTakeFirstOrThrow(),
  )
  claims = person('ana@company.example')
  const { browser, location, url } = await comeIn(id)
  expect(location).toBe('/inbox')
  expect(await whoIs(browser)).toMatchObject({ id: user.id, roles: ['supervisor'] })
  expect(url.searchParams.get('code_challenge_method')).toBe('S256')
  expect(url.searchParams.get('nonce')).toBeTruthy()
  expect(url.searchParams.get('redirect_uri')).toBe('http://desk.localhost/api/auth/single-sign-on/callback')

  claims = { ...person('ana@company.example'), email: 'ana.horvat@company.example' } // known by the subject from now on
  expect(await whoIs((await comeIn(id)).browser)).toMatchObject({ id: user.id })
})

test('an e-mail that the provider has not confirmed links to nobody', async () => {
  const tenant = await server.tenant()
  const { id } = await provider(tenant, { createUsers: true })
  const user = await tenant.user({ email: 'boss@company.example', roles: ['admin'] })
  for (const email_verified of [false, undefined, 'true']) {
    claims = { ...person(user.email), email_verified }
    const { location, browser } = await comeIn(id)
    expect(location).toBe('/sign-in?failed=provider.unverified')
    expect(await whoIs(browser)).toBeNull()
  }
})

test('only the provider’s own domains are let in', async () => {
  const tenant = await server.tenant()
  const { id } = await provider(tenant, { createUsers: true })
  for (const email of [
    'eve@evil.example',
    'eve@sub.company.example',
    'eve@evil.example@evil.example',
    'company.example',
  ]) {
    claims = person(email)
    expect((await comeIn(id)).location, email).toMatch(/failed=provider\.(domain|unverified)/)
  }
})

test('a stranger gets an account only where the provider may make users', async () => {
  const tenant = await server.tenant()
  const closed = await provider(tenant)
  claims = person('new@company.example')
  expect((await comeIn(closed.id)).location).toBe('/sign-in?failed=provider.unknownUser')
  const open = await provider(tenant, { name: 'Open', createUsers: true })
  expect(await whoIs((await comeIn(open.id)).browser)).toMatchObject({ email: 'new@company.example', roles: ['agent'] })
})

test('an account that somebody else made with this e-mail, elsewhere, is not entered and not joined', async () => {
  const elsewhere = await server.tenant()
  const squatter = await elsewhere.user({ email: 'victim@company.example' })
  const tenant = await server.tenant()
  const { id } = await provider(tenant, { createUsers: true })
  claims = person('victim@company.example')
  const me = await whoIs((await comeIn(id)).browser)
  expect(me?.id).not.toBe(squatter.id)
  const { rows } = await server.owner.query('SELECT account_id FROM users WHERE id = $1', [me?.id])
  expect(rows[0].account_id).not.toBe(squatter.accountId)
})

test('a session of one tenant’s provider stays in that tenant', async () => {
  const tenant = await server.tenant()
  const other = await server.tenant()
  const { id } = await provider(tenant)
  const user = await tenant.user({ email: 'both@company.example' })
  await server.services.db.tenant(other.id, tx =>
    tx.db
      .insertInto('users')
      .values({ name: 'Both', email: user.email, roles: ['admin'], accountId: user.accountId })
      .execute(),
  )
  claims = person(user.email)
  const { browser } = await comeIn(id)
  const slug = (await server.owner.query('SELECT slug FROM tenant WHERE tenant_id = $1', [other.id])).rows[0].slug
  expect((await browser.go('/api/auth/tenants/enter', { body: { slug } })).status).toBe(403)
  // … nor does it tell where else the person works.
  const { items } = (await (await browser.go('/api/auth/tenants')).json()) as { items: { tenantId: string }[] }
  expect(items.map(item => item.tenantId)).toEqual([tenant.id])
  expect(await whoIs(browser)).toMatchObject({ id: user.id })
})

test('a deactivated person does not come in', async () => {
  const tenant = await server.tenant()
  const { id } = await provider(tenant, { createUsers: true })
  claims = person('gone@company.example')
  const me = await whoIs((await comeIn(id)).browser)
  await server.owner.query('UPDATE users SET deactivated_at = now() WHERE id = $1', [me?.id])
  expect((await comeIn(id)).location).toBe('/sign-in?failed=user.deactivated')
})

test('a token of another issuer, audience, nonce or time is refused', async () => {
  const tenant = await server.tenant()
  const { id } = await provider(tenant, { createUsers: true })
  const wrong: Record<string, unknown>[] = [
    { iss: 'https://evil.example' },
    { aud: 'somebody-else' },
    { nonce: 'another' },
    { exp: Math.floor(Date.now() / 1000) - 3600 },
  ]
  for (const lie of wrong) {
    claims = { ...person('liar@company.example'), ...lie }
    const { location, browser } = await comeIn(id)
    expect(location, JSON.stringify(lie)).toBe('/sign-in?failed=provider.refused')
    expect(await whoIs(browser)).toBeNull()
  }
})

test('a token that was not signed by the provider is refused', async () => {
  const tenant = await server.tenant()
  const { id } = await provider(tenant, { createUsers: true })
  claims = person('forged@company.example')
  idp.service.once('beforeResponse', (response: MutableResponse) => {
    const [head = '', body = '', signature = ''] = String((response.body as { id_token: string }).id_token).split('.')
    const said = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), email: 'boss@company.example' }
    Object.assign(response.body as object, {
      id_token: [head, Buffer.from(JSON.stringify(said)).toString('base64url'), signature].join('.'),
    })
  })
  expect((await comeIn(id)).location).toBe('/sign-in?failed=provider.refused')
})

test('another state, another browser, or coming back twice is refused', async () => {
  const tenant = await server.tenant()
  const { id } = await provider(tenant, { createUsers: true })
  claims = person('careful@company.example')
  const forged = await comeIn(id, undefined, url => {
    url.searchParams.set('state', 'another')
    return url
  })
  expect(forged.location).toBe('/sign-in?failed=provider.refused')
  const { back, browser } = await comeIn(id)
  const address = back.pathname + back.search
  expect((await createBrowser(server.origin).go(address)).headers.get('location')).toBe('/sign-in?failed=provider.late')
  expect((await browser.go(address)).headers.get('location')).toBe('/sign-in?failed=provider.late')
})

test('a provider of another issuer, or none, is not discovered', async () => {
  const { client } = await server.tenant()
  expect(await client.call(testIdentityProvider, { body: { issuer: issuer() } })).toMatchObject({ ok: true })
  const other = issuer().replace('localhost', '127.0.0.1')
  const said = await client.call(testIdentityProvider, { body: { issuer: other } })
  expect(said.ok).toBe(false)
  expect(said.sentence).toContain('issuer')
  expect(said.phrase).toMatchObject({ code: 'identityProvider.otherIssuer' })
  expect((await client.call(testIdentityProvider, { body: { issuer: `${server.origin}/none` } })).ok).toBe(false)
})

test('an issuer at a private address is refused unless that is allowed', async () => {
  const strict = await startTestServer()
  try {
    const { client } = await strict.tenant()
    expect((await client.call(testIdentityProvider, { body: { issuer: issuer() } })).sentence).toContain('https')
    for (const address of ['https://localhost:1', 'https://169.254.169.254', 'https://[::1]:8080']) {
      const said = await client.call(testIdentityProvider, { body: { issuer: address } })
      expect(said).toMatchObject({ ok: false })
      expect(said.sentence).toContain('public internet')
    }
  } finally {
    await strict.close()
  }
})

test('the secret is kept encrypted and never told; a deleted provider’s sessions end', async () => {
  const tenant = await server.tenant()
  const made = await provider(tenant, { createUsers: true })
  expect(JSON.stringify(made)).not.toContain('s3cret')
  expect(made.hasSecret).toBe(true)
  const { rows } = await server.owner.query('SELECT client_secret FROM identity_provider WHERE id = $1', [made.id])
  expect(rows[0].client_secret.toString('latin1')).not.toContain('s3cret')
  const { id: _, hasSecret: __, redirectUri: ___, ...written } = made
  const changed = await tenant.client.call(changeIdentityProvider, {
    params: { id: made.id },
    body: { ...written, name: 'Renamed' },
  })
  expect(changed).toMatchObject({ name: 'Renamed', hasSecret: true })
  claims = person('short@company.example')
  const { browser } = await comeIn(made.id)
  expect(await whoIs(browser)).not.toBeNull()
  await tenant.client.call(deleteIdentityProvider, { params: { id: made.id } })
  expect(await whoIs(browser)).toBeNull()
})

test('before sign-in one sees the providers of the tenant one names, and of no other', async () => {
  const [tenant, other] = [await server.tenant(), await server.tenant()]
  await provider(tenant, { name: 'Ours' })
  await provider(other, { name: 'Theirs' })
  const slug = (await server.owner.query('SELECT slug FROM tenant WHERE tenant_id = $1', [tenant.id])).rows[0].slug
  const named = await tenant.client.call(listSignInOptions, { query: { tenant: slug } })
  expect(named.providers.map(one => one.name)).toEqual(['Ours'])
  expect((await tenant.client.call(listSignInOptions)).providers).toEqual([])
})
