import { getMe } from '@centrala/api/session.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

test('a person signs in with e-mail and password, and is known by the session', async () => {
  const tenant = await server.tenant()
  const user = await tenant.user({ roles: ['supervisor'] })
  const me = await user.client.call(getMe)
  expect(me).toMatchObject({ id: user.id, email: user.email, roles: ['supervisor'], tenant: { id: tenant.id } })
})
