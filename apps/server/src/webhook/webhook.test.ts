import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ApiError, Client } from '@centrala/api/client.ts'
import { createSkill } from '@centrala/api/skill.ts'
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhookDeliveries,
  listWebhooks,
  redeliverWebhook,
  replaceWebhookSecret,
  testWebhook,
  WebhookPayload,
} from '@centrala/api/webhook.ts'
import { inEnglish } from '@centrala/core/phrase/state-phrase.ts'
import { isSigned } from '@centrala/core/webhook/signature.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'
import { deliver } from './deliver.ts'
import { openReceiver, postOnce } from './post.ts'

/** A real receiver that keeps what it is sent. */
interface Receiver {
  url: string
  port: number
  received: { headers: IncomingMessage['headers']; body: string }[]
  answer: (response: ServerResponse) => void
  server: Server
}
const receivers: Receiver[] = []
async function aReceiver(host = '127.0.0.1'): Promise<Receiver> {
  const receiver: Receiver = {
    url: '',
    port: 0,
    received: [],
    answer: response => response.end(),
    server: createServer(),
  }
  receiver.server.on('request', (request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      receiver.received.push({ headers: request.headers, body })
      receiver.answer(response)
    })
  })
  await new Promise<void>(done => receiver.server.listen(0, host, done))
  receiver.port = (receiver.server.address() as AddressInfo).port
  receiver.url = `http://${host}:${receiver.port}/hook`
  receivers.push(receiver)
  return receiver
}
afterEach(() => {
  for (const { server } of receivers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const soon = { timeout: 15_000, interval: 20 }
const OPEN = { allowPrivate: true }

describe('one delivery', () => {
  test('a name is connected to where it was checked, whatever it answers the second time', async () => {
    const honest = await aReceiver('127.0.0.1')
    let asked = 0
    const resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 as const }]
    const receiver = await openReceiver(`http://rebinding.example:${honest.port}/`, { ...OPEN, resolve })
    expect(await receiver.post('{}', {})).toMatchObject({ ok: true, statusCode: 200 })
    honest.server.closeAllConnections()
    expect(await receiver.post('{}', {})).toMatchObject({ ok: true })
    await receiver.close()
    expect(asked).toBe(1)
    expect(honest.received).toHaveLength(2)
  })

  test('a name that leads to a private address is not connected to', async () => {
    const inside = await aReceiver()
    const resolve = async () => [{ address: '127.0.0.1', family: 4 as const }]
    const answer = await postOnce(`http://inside.example:${inside.port}/`, '{}', {}, { allowPrivate: false, resolve })
    expect(answer).toMatchObject({ ok: false, statusCode: null })
    expect(inEnglish(answer.phrase)).toContain('ALLOW_PRIVATE_ADDRESSES')
    expect(inside.received).toHaveLength(0)
  })

  test.each([
    'http://[::ffff:127.0.0.1]',
    'http://[::1]',
    'http://2130706433',
    'http://0x7f.1',
    'http://017700000001',
    'http://0',
  ])('loopback written as %s is not connected to', async origin => {
    const inside = await aReceiver()
    expect((await postOnce(`${origin}:${inside.port}/`, '{}', {}, { allowPrivate: false })).ok).toBe(false)
    expect(inside.received).toHaveLength(0)
  })

  test('a redirect is not followed', async () => {
    const [outside, inside] = [await aReceiver(), await aReceiver()]
    outside.answer = response => response.writeHead(307, { location: inside.url }).end()
    const answer = await postOnce(outside.url, '{}', {}, OPEN)
    expect(answer).toMatchObject({ ok: false, statusCode: 307 })
    expect(inEnglish(answer.phrase)).toContain('Redirects are not followed')
    expect(inside.received).toHaveLength(0)
  })

  test('an answer without end is cut off, and its status counts', async () => {
    const receiver = await aReceiver()
    receiver.answer = response => {
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', pour)
      pour()
    }
    expect(await postOnce(receiver.url, '{}', {}, OPEN)).toMatchObject({ ok: true, statusCode: 200 })
  })

  test('a receiver that never answers is given up after the time-out', async () => {
    const receiver = await aReceiver()
    receiver.answer = () => {}
    const answer = await postOnce(receiver.url, '{}', {}, { ...OPEN, timeoutMs: 200 })
    expect(answer).toMatchObject({ ok: false, statusCode: null })
    expect(inEnglish(answer.phrase)).toContain('did not answer')
  })

  test('a refusal is told in the receiver’s own words', async () => {
    const receiver = await aReceiver()
    receiver.answer = response => response.writeHead(422).end('Unknown\n  event')
    expect(inEnglish((await postOnce(receiver.url, '{}', {}, OPEN)).phrase)).toBe('Answered with 422: Unknown event.')
  })
})

describe('web hooks', () => {
  let server: TestServer
  let tenant: TestTenant
  let client: Client
  beforeAll(async () => {
    server = await startTestServer({ ALLOW_PRIVATE_ADDRESSES: 'true' })
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    tenant = await server.tenant()
    client = tenant.client
  })
  const aHook = (url: string) =>
    client.call(createWebhook, { body: { name: 'CRM', url, events: ['configuration.changed'] } })
  let made = 0
  /** Something happens: one `configuration.changed` event. */
  const anEvent = () => client.call(createSkill, { body: { kind: 'skill', name: `Skill ${made++}` } })
  const about = (receiver: Receiver, id: string) =>
    receiver.received.filter(({ body }) => WebhookPayload.parse(JSON.parse(body)).data.id === id)

  test('an event that is subscribed to is posted once, signed', async () => {
    const receiver = await aReceiver()
    const { secret } = await aHook(receiver.url)
    const skill = await anEvent()
    await vi.waitFor(() => expect(about(receiver, skill.id)).toHaveLength(1), soon)
    const [{ headers, body } = { headers: {}, body: '' }] = about(receiver, skill.id)
    expect(isSigned(secret, String(headers['centrala-signature']), body, Date.now())).toBe(true)
    expect(WebhookPayload.parse(JSON.parse(body))).toMatchObject({
      type: 'configuration.changed',
      tenantId: tenant.id,
      data: { noun: 'skill', id: skill.id },
    })
    expect(JSON.stringify((await client.call(listWebhooks)).items)).not.toContain(secret)
  })

  test('what is not subscribed to, happened before, or belongs to another tenant is not posted', async () => {
    const receiver = await aReceiver()
    const before = await anEvent()
    await client.call(createWebhook, { body: { name: 'Chats', url: receiver.url, events: ['message.created'] } })
    await aHook(receiver.url)
    const other = await server.tenant()
    const theirs = await other.client.call(createSkill, { body: { kind: 'skill', name: 'Theirs' } })
    const mine = await anEvent()
    await vi.waitFor(() => expect(about(receiver, mine.id)).toHaveLength(1), soon)
    expect(about(receiver, before.id)).toHaveLength(0)
    expect(about(receiver, theirs.id)).toHaveLength(0)
    const { rows } = await server.owner.query(
      'SELECT webhook_id, event_seq FROM webhook_delivery WHERE tenant_id = $1 GROUP BY 1, 2 HAVING count(*) > 1',
      [tenant.id],
    )
    expect(rows).toEqual([])
  })

  test('a failed delivery is tried again with the same event, and says why it failed', async () => {
    const receiver = await aReceiver()
    receiver.answer = response => response.writeHead(503).end('busy')
    const hook = await aHook(receiver.url)
    const skill = await anEvent()
    const delivery = async () =>
      (await client.call(listWebhookDeliveries, { params: { id: hook.id } })).items.find(
        item => item.payload.data.id === skill.id,
      )
    await vi.waitFor(async () => expect(await delivery()).toMatchObject({ attempts: 1, statusCode: 503 }), soon)
    const failed = await delivery()
    const phrase = { code: 'webhook.answeredSaying', params: { status: 503, said: 'busy' } }
    expect(failed).toMatchObject({ state: 'waiting', detail: 'Answered with 503: busy.', phrase })
    const pauseMs = Date.parse(failed?.nextAttemptAt ?? '') - Date.now()
    expect(pauseMs).toBeGreaterThan(2000)
    expect(pauseMs).toBeLessThan(12_000)
    expect(await client.call(getWebhook, { params: { id: hook.id } })).toMatchObject({
      active: true,
      stateSentence: 'Answered with 503: busy.',
      statePhrase: phrase,
    })

    // Its time has come.
    receiver.answer = response => response.end()
    await server.owner.query('UPDATE webhook_delivery SET next_attempt_at = now() WHERE webhook_id = $1', [hook.id])
    await deliver(server.services, tenant.id, hook.id)
    // By this run, or by the one that still has the hook.
    await vi.waitFor(
      async () => expect(await delivery()).toMatchObject({ state: 'delivered', attempts: 2, statusCode: 200 }),
      soon,
    )
    const ids = about(receiver, skill.id).map(({ body }) => JSON.parse(body).id)
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
    expect(await client.call(getWebhook, { params: { id: hook.id } })).toMatchObject({
      stateSentence: '',
      statePhrase: null,
      failingSince: null,
    })
  })

  test('a receiver that is away is left alone as a whole and then catches up, nothing lost', async () => {
    const host = '127.0.0.77' // where nobody else is given its port while it is away
    const receiver = await aReceiver(host)
    const { port } = receiver
    await new Promise(done => receiver.server.close(done))
    const hook = await aHook(receiver.url)
    const skills = [await anEvent(), await anEvent(), await anEvent()]
    const state = () => client.call(getWebhook, { params: { id: hook.id } })
    await vi.waitFor(async () => expect((await state()).stateSentence).toContain('nothing listens there'), soon)
    const { rows } = await server.owner.query('SELECT busy_until > now() AS rests FROM webhook WHERE id = $1', [
      hook.id,
    ])
    expect(rows).toEqual([{ rests: true }])

    await new Promise<void>(done => receiver.server.listen(port, host, done))
    // The rest and the pauses are over.
    await server.owner.query('UPDATE webhook SET busy_until = NULL WHERE id = $1', [hook.id])
    await server.owner.query('UPDATE webhook_delivery SET next_attempt_at = now() WHERE webhook_id = $1', [hook.id])
    await deliver(server.services, tenant.id, hook.id)
    await vi.waitFor(() => {
      for (const skill of skills) expect(about(receiver, skill.id)).toHaveLength(1)
    }, soon)
  })

  test('many events are each delivered once while two workers are at it', async () => {
    const receiver = await aReceiver()
    const hook = await aHook(receiver.url)
    const skills = await Promise.all(Array.from({ length: 120 }, anEvent))
    await Promise.all([deliver(server.services, tenant.id, hook.id), deliver(server.services, tenant.id, hook.id)])
    // The making of the hook is an event too: to count what arrived does not say that every skill's did.
    const waiting = () => client.call(listWebhookDeliveries, { params: { id: hook.id }, query: { state: 'waiting' } })
    await vi.waitFor(async () => {
      for (const skill of skills) expect(about(receiver, skill.id).length).toBeGreaterThan(0)
      expect((await waiting()).items).toEqual([])
    }, soon)
    for (const skill of skills) expect(about(receiver, skill.id)).toHaveLength(1)
  })

  test('after three days of failure it is switched off with a sentence, and comes back by hand', async () => {
    const receiver = await aReceiver()
    receiver.answer = response => response.writeHead(500).end()
    const hook = await aHook(receiver.url)
    const id = hook.id
    await anEvent()
    const state = () => client.call(getWebhook, { params: { id } })
    await vi.waitFor(async () => expect((await state()).failingSince).not.toBeNull(), soon)
    await server.owner.query("UPDATE webhook SET failing_since = now() - interval '73 hours' WHERE id = $1", [id])
    await anEvent()
    await vi.waitFor(async () => expect((await state()).active).toBe(false), soon)
    expect(await state()).toMatchObject({
      stateSentence: expect.stringContaining('three days'),
      statePhrase: { code: 'webhook.switchedOff', parts: [{ code: 'webhook.answered', params: { status: 500 } }] },
    })
    expect((await client.call(listWebhookDeliveries, { params: { id }, query: { state: 'waiting' } })).items).toEqual(
      [],
    )

    receiver.answer = response => response.end()
    expect(await client.call(testWebhook, { params: { id } })).toMatchObject({
      ok: true,
      sentence: 'Answered with 200.',
      phrase: { code: 'webhook.answered', params: { status: 200 } },
    })
    expect(await client.call(changeWebhook, { params: { id }, body: { active: true } })).toMatchObject({
      active: true,
      stateSentence: '',
    })
    const { items } = await client.call(listWebhookDeliveries, { params: { id }, query: { state: 'failed' } })
    // What waited when the hook was switched off was given up unsent.
    const sent = items.find(item => item.attempts > 0)
    await client.call(redeliverWebhook, { params: { id, deliveryId: sent?.id ?? '' } })
    const again = () => receiver.received.filter(({ body }) => JSON.parse(body).id === sent?.payload.id)
    await vi.waitFor(() => expect(again().length).toBeGreaterThanOrEqual(2), soon)
  })

  test('a new secret signs from then on, a deleted hook is not told any more', async () => {
    const receiver = await aReceiver()
    const replaced = Promise.withResolvers<void>()
    receiver.answer = response => void replaced.promise.then(() => response.end())
    const hook = await aHook(receiver.url)
    // Its own making is the first event: the run that tells of it goes on with the next.
    await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(0), soon)
    const { secret } = await client.call(replaceWebhookSecret, { params: { id: hook.id } })
    expect(secret).not.toBe(hook.secret)
    const skill = await anEvent()
    replaced.resolve()
    await vi.waitFor(() => expect(about(receiver, skill.id)).toHaveLength(1), soon)
    const [{ headers, body } = { headers: {}, body: '' }] = about(receiver, skill.id)
    expect(isSigned(secret, String(headers['centrala-signature']), body, Date.now())).toBe(true)
    await client.call(deleteWebhook, { params: { id: hook.id } })
    expect((await client.call(listWebhooks)).items).toEqual([])
  })

  test('an address with a password in it is refused by its field', async () => {
    const call = aHook('https://user:secret@example.com/')
    const { problem } = await call.then(
      () => {
        throw new Error('not refused')
      },
      (error: ApiError) => error,
    )
    expect(problem).toMatchObject({ status: 400, fields: [{ path: 'body.url' }] })
  })
})

test('where private addresses are not allowed, a hook to one is refused when it is set up', async () => {
  const server = await startTestServer()
  try {
    const { client } = await server.tenant()
    for (const url of [
      'http://127.0.0.1/',
      'http://localhost/',
      'http://169.254.169.254/latest',
      'http://[::ffff:10.0.0.1]/',
    ]) {
      const call = client.call(createWebhook, { body: { name: url, url, events: ['message.created'] } })
      const { problem } = await call.then(
        () => {
          throw new Error('not refused')
        },
        (error: ApiError) => error,
      )
      expect(problem).toMatchObject({ status: 400, fields: [{ path: 'body.url' }] })
    }
  } finally {
    await server.close()
  }
})
