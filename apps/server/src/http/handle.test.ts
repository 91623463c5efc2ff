import { ApiError } from '@centrala/api/client.ts'
import { getMe } from '@centrala/api/session.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

test('a call without session or key is refused with problem details', async () => {
  const response = await fetch(`${server.origin}/api/me`)
  expect(response.status).toBe(401)
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  expect(await response.json()).toMatchObject({ code: 'session.missing', status: 401 })
})

test('an API key is nobody’s session', async () => {
  const { client } = await server.tenant()
  await expect(client.call(getMe)).rejects.toThrow(ApiError)
})
