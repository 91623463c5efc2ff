import { createApiKey, listApiKeys, revokeApiKey } from '@centrala/api/api-key.ts'
import { exportAuditEntries, listAuditActions, listAuditEntries } from '@centrala/api/audit.ts'
import { createClient } from '@centrala/api/client.ts'
import { createTeam, deleteTeam, listTeams } from '@centrala/api/team.ts'
import { changeTenant, getTenant } from '@centrala/api/tenant.ts'
import {
  changeUser,
  deactivateUser,
  endUserSessions,
  getUser,
  inviteUser,
  listUsers,
  makePasswordLink,
  reactivateUser,
  resetTwoFactor,
} from '@centrala/api/user.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cookieOf, startTestServer, type TestServer, type TestTenant, type TestUser } from '../../../../tests/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const refused = (status: number, code: string) => ({ problem: { status, code } })
const status = async (user: TestUser) =>
  (await fetch(`${server.origin}/api/me`, { headers: { cookie: user.cookie } })).status
const byKey = (secret: string) =>
  createClient({ origin: server.origin, headers: { authorization: `Bearer ${secret}` } })

async function administered(): Promise<{ tenant: TestTenant; admin: TestUser }> {
  const tenant = await server.tenant()
  return { tenant, admin: await tenant.user({ roles: ['admin'], name: 'Ada Admin' }) }
}

test('people are found by part of a name without its diacritics, by role, team and state, page by page', async () => {
  const { tenant, admin } = await administered()
  const team = await admin.client.call(createTeam, { body: { name: 'Night' } })
  await tenant.user({ name: 'Marko Živković', email: 'marko@example.com', teamId: team.id })
  await tenant.user({ name: 'Zora Žigić', roles: ['supervisor'] })
  await admin.client.call(inviteUser, { body: { name: 'Ivo 100% Ivić', email: 'ivo@example.com', roles: ['agent'] } })
  const names = async (query: object) => (await admin.client.call(listUsers, { query })).items.map(user => user.name)
  expect(await names({ query: 'zivk' })).toEqual(['Marko Živković'])
  expect(await names({ query: '100%' })).toEqual(['Ivo 100% Ivić'])
  expect(await names({ query: '%' })).toEqual(['Ivo 100% Ivić'])
  expect(await names({ role: 'supervisor' })).toEqual(['Zora Žigić'])
  expect(await names({ teamId: team.id })).toEqual(['Marko Živković'])
  expect(await names({ state: 'invited' })).toEqual(['Ivo 100% Ivić'])
  const first = await admin.client.call(listUsers, { query: { limit: 3 } })
  const rest = await admin.client.call(listUsers, { query: { limit: 3, after: first.next ?? '' } })
  expect([...first.items, ...rest.items].map(user => user.name)).toEqual([
    'Ada Admin',
    'Ivo 100% Ivić',
    'Marko Živković',
    'Zora Žigić',
  ])
  expect(rest.next).toBeNull()
})

test('a person is changed field by field; skills carry a proficiency; what is not of this tenant is refused', async () => {
  const { tenant, admin } = await administered()
  const user = await tenant.user()
  const [skill] = await server.services.db.tenant(tenant.id, tx =>
    tx.db.insertInto('skill').values({ name: 'Croatian', kind: 'language', language: 'hr' }).returning('id').execute(),
  )
  const skills = [{ skillId: skill?.id ?? '', proficiency: 4 }]
  const changed = await admin.client.call(changeUser, { params: { id: user.id }, body: { name: 'Renamed', skills } })
  expect(changed).toMatchObject({ name: 'Renamed', skills, roles: ['agent'] })
  const elsewhere = await (await administered()).admin.client.call(createTeam, { body: { name: 'Theirs' } })
  await expect(
    admin.client.call(changeUser, { params: { id: user.id }, body: { teamId: elsewhere.id } }),
  ).rejects.toMatchObject({ problem: { status: 400, fields: [{ path: 'body.teamId' }] } })
  const stranger = (await administered()).admin
  await expect(stranger.client.call(getUser, { params: { id: user.id } })).rejects.toMatchObject(
    refused(404, 'user.notFound'),
  )
})

test('with another e-mail one signs in by that one', async () => {
  const { tenant, admin } = await administered()
  const user = await tenant.user()
  await admin.client.call(changeUser, { params: { id: user.id }, body: { email: 'Married@example.com' } })
  await cookieOf(server.origin, 'married@example.com', user.password)
  const other = await tenant.user()
  await expect(
    admin.client.call(changeUser, { params: { id: other.id }, body: { email: 'married@example.com' } }),
  ).rejects.toMatchObject({ problem: { status: 409 } })
})

test('deactivating ends sessions at once, takes presence away, and can be undone', async () => {
  const { tenant, admin } = await administered()
  const user = await tenant.user()
  expect(await status(user)).toBe(200)
  const gone = await admin.client.call(deactivateUser, { params: { id: user.id } })
  expect(gone.state).toBe('deactivated')
  expect(await status(user)).toBe(401)
  await expect(cookieOf(server.origin, user.email, user.password)).rejects.toThrow('not active')
  const { rows } = await server.owner.query('SELECT state FROM presence WHERE user_id = $1', [user.id])
  expect(rows[0]?.state).toBe('offline')
  await admin.client.call(reactivateUser, { params: { id: user.id } })
  await cookieOf(server.origin, user.email, user.password)
})

test('the last administrator stays, and nobody shuts themselves out', async () => {
  const { tenant, admin } = await administered()
  await expect(
    admin.client.call(changeUser, { params: { id: admin.id }, body: { roles: ['agent'] } }),
  ).rejects.toMatchObject(refused(409, 'tenant.lastAdministrator'))
  await expect(admin.client.call(deactivateUser, { params: { id: admin.id } })).rejects.toMatchObject(
    refused(409, 'user.own'),
  )
  await expect(tenant.client.call(deactivateUser, { params: { id: admin.id } })).rejects.toMatchObject(
    refused(409, 'tenant.lastAdministrator'),
  )
  await tenant.user({ roles: ['admin'] })
  await tenant.client.call(deactivateUser, { params: { id: admin.id } })
})

test('nobody gives what they lack, nor has power over who may do more', async () => {
  const { tenant, admin } = await administered()
  const manager = await tenant.key(['people.manage'])
  await expect(
    manager.call(inviteUser, { body: { name: 'Eve', email: 'eve@example.com', roles: ['admin'] } }),
  ).rejects.toMatchObject(refused(403, 'permission.beyond'))
  for (const act of [makePasswordLink, resetTwoFactor, deactivateUser, endUserSessions])
    await expect(manager.call(act, { params: { id: admin.id } }), act.id).rejects.toMatchObject(
      refused(403, 'user.mayMore'),
    )
  await expect(
    manager.call(changeUser, { params: { id: admin.id }, body: { email: 'eve@example.com' } }),
  ).rejects.toMatchObject(refused(403, 'user.mayMore'))
  const agent = await tenant.user()
  await expect(
    manager.call(changeUser, { params: { id: agent.id }, body: { roles: ['agent', 'admin'] } }),
  ).rejects.toMatchObject({ problem: { status: 403 } })
})

test('who lost the device comes in again after the second factor was reset, signed out everywhere', async () => {
  const { tenant, admin } = await administered()
  const user = await tenant.user()
  await server.owner.query('UPDATE auth.sign_in_account SET two_factor_enabled = true WHERE id = $1', [user.accountId])
  await admin.client.call(resetTwoFactor, { params: { id: user.id } })
  expect(await status(user)).toBe(401)
  await cookieOf(server.origin, user.email, user.password)
})

test('a key can do what its scopes say and no more, and nothing once revoked or expired', async () => {
  const { admin } = await administered()
  const { apiKey, secret } = await admin.client.call(createApiKey, { body: { name: 'CRM', scopes: ['people.manage'] } })
  const client = byKey(secret)
  expect((await client.call(listUsers)).items).toHaveLength(1)
  await expect(client.call(listApiKeys)).rejects.toMatchObject(refused(403, 'permission.missing'))
  const shown = await admin.client.call(listApiKeys)
  expect(JSON.stringify(shown)).not.toContain(secret)
  expect(shown.items[0]).toMatchObject({ name: 'CRM', prefix: secret.slice(0, 8), createdBy: { name: 'Ada Admin' } })
  await admin.client.call(revokeApiKey, { params: { id: apiKey.id } })
  await expect(client.call(listUsers)).rejects.toMatchObject(refused(401, 'apiKey.refused'))

  const soon = await admin.client.call(createApiKey, {
    body: { name: 'Soon over', scopes: ['people.manage'], expiresAt: new Date(Date.now() + 3600_000).toISOString() },
  })
  await server.owner.query('UPDATE api_key SET expires_at = now() WHERE id = $1', [soon.apiKey.id])
  await expect(byKey(soon.secret).call(listUsers)).rejects.toMatchObject(refused(401, 'apiKey.refused'))
})

test('a key cannot make a key that may do more', async () => {
  const tenant = await server.tenant()
  const client = await tenant.key(['security.manage', 'report.read'])
  await expect(
    client.call(createApiKey, { body: { name: 'More', scopes: ['report.read', 'customer.export'] } }),
  ).rejects.toMatchObject({ problem: { status: 403, code: 'permission.beyond', fields: [{ path: 'body.scopes' }] } })
  await client.call(createApiKey, { body: { name: 'Less', scopes: ['report.read'] } })
})

test('the audit log says who changed what, how it was before and after, and from where', async () => {
  const { tenant, admin } = await administered()
  const user = await tenant.user({ name: 'Old name' })
  await admin.client.call(changeUser, { params: { id: user.id }, body: { name: 'New name' } })
  await admin.client.call(makePasswordLink, { params: { id: user.id } })
  const { items } = await admin.client.call(listAuditEntries, { query: { subjectId: user.id, limit: 2 } })
  expect(items).toMatchObject([
    { action: 'user.passwordLinkMade', user: { name: 'Ada Admin' }, address: '127.0.0.1' },
    { action: 'user.changed', subjectName: 'New name', before: { name: 'Old name' }, after: { name: 'New name' } },
  ])
  expect(JSON.stringify(items)).not.toContain('/welcome/')
  expect((await admin.client.call(listAuditActions)).actions).toContain('user.changed')
  const filtered = await admin.client.call(listAuditEntries, { query: { action: 'user.changed' } })
  expect(filtered.items).toHaveLength(1)
})

test('the audit log is exported as CSV that no spreadsheet runs, and the export is in it', async () => {
  const { admin } = await administered()
  await admin.client.call(createTeam, { body: { name: '=HYPERLINK("http://evil.example","x")' } })
  const csv = await admin.client.call(exportAuditEntries)
  const lines = String(csv).split('\r\n')
  expect(lines[0]).toBe('at,user,apiKey,address,action,subjectType,subjectId,subjectName,before,after')
  expect(lines[1]).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`)
  const { items } = await admin.client.call(listAuditEntries, { query: { limit: 1 } })
  expect(items[0]).toMatchObject({ action: 'audit.exported', after: { entries: 1 } })
})

test('audit entries can be changed or deleted by no request', async () => {
  const { tenant } = await administered()
  for (const sql of ['DELETE FROM audit_entry', `UPDATE audit_entry SET action = 'nothing'`])
    await expect(server.services.db.tenant(tenant.id, tx => tx.query(sql))).rejects.toThrow('permission denied')
})

test('teams are made and deleted; their people stay, in none', async () => {
  const { tenant, admin } = await administered()
  const team = await admin.client.call(createTeam, { body: { name: 'Night' } })
  const user = await tenant.user({ teamId: team.id })
  expect((await admin.client.call(listTeams)).items).toEqual([{ id: team.id, name: 'Night', userCount: 1 }])
  await expect(admin.client.call(createTeam, { body: { name: 'Night' } })).rejects.toMatchObject({
    problem: { status: 409 },
  })
  await admin.client.call(deleteTeam, { params: { id: team.id } })
  expect((await admin.client.call(getUser, { params: { id: user.id } })).teamId).toBeNull()
})

test('the tenant’s settings are changed by who may, and nobody else', async () => {
  const { tenant, admin } = await administered()
  const change = { name: 'Adria', timeZone: 'Europe/Zagreb', locale: 'hr' as const, color: '#123456' }
  await admin.client.call(changeTenant, { body: change })
  expect(await admin.client.call(getTenant)).toMatchObject({ ...change, accountMail: { from: 'none' } })
  await expect(admin.client.call(changeTenant, { body: { timeZone: 'Mars/Olympus' } })).rejects.toMatchObject({
    problem: { status: 400, fields: [{ path: 'body.timeZone' }] },
  })
  await expect(admin.client.call(changeTenant, { body: { requireTwoFactor: true } })).rejects.toMatchObject(
    refused(409, 'twoFactor.first'),
  )
  const agent = await tenant.user()
  await expect(agent.client.call(getTenant)).rejects.toMatchObject(refused(403, 'permission.missing'))
})
