import { uploadFile } from '@centrala/api/conversation.ts'
import { LIVE_PATH, type ToClient } from '@centrala/api/live.ts'
import { createQueue, listQueues } from '@centrala/api/queue.ts'
import { getMe } from '@centrala/api/session.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startTestServer, type TestServer, type TestTenant, type TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { chatDesk } from '../webchat/testing.ts'

let server: TestServer
let tenant: TestTenant
let admin: TestUser
beforeAll(async () => {
  server = await startTestServer()
  tenant = await server.tenant()
  admin = await tenant.user({ roles: ['admin', 'supervisor'] })
})
afterAll(() => server?.close())

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.origin}/api/queues`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: admin.cookie, origin: server.origin, ...headers },
    body,
  })

describe('a request that cannot be understood gets problem details and changes nothing', () => {
  test.each([
    { what: 'malformed JSON', body: '{"name": "Help"', status: 400, code: 'request.malformed' },
    { what: 'an empty body', body: '', status: 400, code: 'request.malformed' },
    { what: 'unknown fields', body: '{"name":"Help","tenantId":"x"}', status: 400, code: 'request.invalid' },
    { what: 'a wrong type', body: '{"name":42}', status: 400, code: 'request.invalid' },
    { what: 'a list in the place of an object', body: '[]', status: 400, code: 'request.invalid' },
    { what: 'more than 1 MiB', body: `{"name":"${'x'.repeat(1_100_000)}"}`, status: 413, code: 'request.tooLarge' },
    {
      what: 'prototype tricks',
      body: '{"__proto__":{"admin":true},"name":"Help"}',
      status: 400,
      code: 'request.malformed',
    },
  ])('$what', async ({ body, status, code }) => {
    const response = await post(body)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({ status, code, detail: expect.any(String) })
    expect((await tenant.client.call(listQueues)).items).toEqual([])
  })

  test('another media type', async () => {
    const response = await post('name=Help', { 'content-type': 'application/x-www-form-urlencoded' })
    expect(response.status).toBe(415)
  })
})

test('an id of another tenant is answered like one that nobody has', async () => {
  const other = await server.tenant()
  const { id } = await other.client.call(createQueue, { body: { name: 'Theirs' } })
  const ask = async (wanted: string) => {
    const response = await fetch(`${server.origin}/api/queues/${wanted}`, { headers: { cookie: admin.cookie } })
    return { status: response.status, problem: await response.json() }
  }
  const theirs = await ask(id)
  expect(theirs.status).toBe(404)
  expect(theirs).toEqual(await ask('01900000-0000-7000-8000-000000000000'))
})

test('a file larger than 25 MiB is refused whole, and the next one is taken', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  await visitor.hello()
  await visitor.write('Hello')
  const { conversationId } = await desk.answer()
  const send = (bytes: number) =>
    desk.ana.client.upload(uploadFile, { query: { conversationId } }, new Blob([new Uint8Array(bytes)]), 'big.bin')
  await expect(send(26 * 1024 * 1024)).rejects.toMatchObject({ status: 413 })
  const { rows } = await server.owner.query('SELECT 1 FROM file WHERE tenant_id = $1', [desk.tenant.id])
  expect(rows).toEqual([])
  expect(await send(1000)).toMatchObject({ name: 'big.bin', size: 1000 })
  await visitor.close()
})

test('a session that was made up or is over is refused, with what to do', async () => {
  for (const cookie of ['', 'centrala.session_token=made-up', admin.cookie.replace(/.{6}$/, 'AAAAAA')]) {
    const response = await fetch(`${server.origin}/api${getMe.path}`, { headers: { cookie } })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'session.missing', detail: expect.stringContaining('Sign in') })
  }
})

describe('a live connection', () => {
  test('that floods is told so and closed, and other screens go on', async () => {
    const [flooder, quiet] = [await connect(), await connect()]
    for (let count = 0; count < 400; count++) flooder.socket.send('{"type":"ping"}')
    await until(() => flooder.closed(), 'the flooder to be closed')
    expect(flooder.closed()).toBe(1008)
    expect(flooder.heard).toContainEqual(expect.objectContaining({ type: 'problem', code: 'live.flood' }))
    quiet.socket.send('{"type":"ping"}')
    await until(() => quiet.heard.some(frame => frame.type === 'pong'), 'a pong on the quiet screen')
    quiet.socket.terminate()
  })

  test('that sends nonsense is told so, and one that sends too much at once is closed', async () => {
    const screen = await connect()
    // A screen hears other things too, such as how much waits.
    const problems = () => screen.heard.filter(frame => frame.type === 'problem')
    for (const nonsense of ['{', '[]', '{"type":"shout"}', '{"type":"ping","loud":true}', '\u0000']) {
      const before = problems().length
      screen.socket.send(nonsense)
      await until(() => problems().length > before, `an answer to ${nonsense}`)
      expect(problems().at(-1)).toMatchObject({ code: 'live.malformed' })
    }
    screen.socket.send('x'.repeat(100_000))
    expect(await until(() => screen.closed(), 'the connection to be closed')).toBe(1009)
  })

  test('that never reads is let go before it fills the memory, and other screens get everything', async () => {
    const { hub } = server.services
    const [sleeper, reader] = [await connect(), await connect()]
    sleeper.socket.pause()
    const before = hub.screensOf(tenant.id, admin.id)
    expect(before).toBe(2)
    const megabyte = { type: 'problem', code: 'test', detail: 'x'.repeat(1024 * 1024) } satisfies ToClient
    let sent = 0
    await until(
      () => {
        hub.send(tenant.id, () => megabyte)
        sent++
        return hub.screensOf(tenant.id, admin.id) === 1
      },
      'the sleeper to be let go',
      30_000,
    )
    expect(sent).toBeLessThan(100)
    await until(() => reader.heard.filter(frame => frame.type === 'problem').length === sent, 'the reader to get all')
    sleeper.socket.terminate()
    reader.socket.terminate()
  })

  test('of another site’s page, or without a session, is refused', async () => {
    await expect(connect({ origin: 'https://evil.example' })).rejects.toThrow('403')
    await expect(connect({ cookie: '' })).rejects.toThrow('401')
  })

  async function connect(headers: Record<string, string> = {}) {
    const socket = new WebSocket(server.origin.replace('http', 'ws') + LIVE_PATH, {
      headers: { cookie: admin.cookie, origin: server.origin, ...headers },
    })
    const heard: ToClient[] = []
    let closed = 0
    socket.on('message', data => heard.push(JSON.parse(String(data))))
    socket.on('close', code => {
      closed = code
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    socket.on('error', () => {})
    socket.send('{"type":"hello","cursor":null}')
    await until(() => heard.some(frame => frame.type === 'ready'), 'the live connection to be ready')
    return { socket, heard, closed: () => closed }
  }
})
