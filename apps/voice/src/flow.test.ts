import type { Flow } from '@centrala/core/flow/flow.ts'
import { renderTones } from '@centrala/media/tone/generate.ts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from './testing/deadline.ts'
import { Party } from './testing/party.ts'
import { NUMBER, testConfig } from './testing/test-config.ts'
import { startTestNode, type TestNode } from './testing/test-node.ts'
import { TestServer } from './testing/test-server.ts'

const BASE = 23_200
const flow: Flow = {
  start: 'menu',
  steps: {
    menu: {
      type: 'menu',
      says: [{ text: 'tone 500' }],
      choices: {
        1: { next: 'customer', label: 'Invoices', attributes: { topic: 'invoices' } },
        2: { next: 'mailbox', label: 'Message', language: 'hr' },
        3: { next: 'partner', label: 'Partner' },
      },
      timeoutSeconds: 5,
      retries: 1,
      onWrong: [],
      onTimeout: [],
      otherwise: 'bye',
    },
    customer: {
      type: 'ask',
      says: [],
      name: 'customerNumber',
      minDigits: 4,
      maxDigits: 4,
      endKey: '#',
      timeoutSeconds: 5,
      retries: 0,
      sensitive: false,
      next: 'queue',
      otherwise: 'queue',
    },
    queue: { type: 'queue', queueId: 'queue', priority: 2, maxWaitSeconds: 2, maxWaiting: null, next: 'bye' },
    mailbox: { type: 'voicemail', queueId: 'queue', says: [{ text: 'tone 600' }], maxSeconds: 30, next: 'bye' },
    partner: { type: 'forward', to: '+385918888888', timeoutSeconds: 10, next: 'bye' },
    bye: { type: 'end', says: [{ text: 'tone 800' }] },
  },
}
const { config, ids, tenant } = testConfig({ trunkPort: BASE + 1, flow })
let server: TestServer
let node: TestNode
let caller: Party

beforeAll(async () => {
  server = new TestServer(config)
  // "tone 500" is said as a tone of 500 Hz, so that what is heard can be measured.
  for (const hertz of [500, 600, 800]) {
    const pcm = renderTones([{ frequencies: [hertz], ms: hertz === 500 ? 20_000 : 700, level: -12 }], 16_000)
    server.audio.set(`tone${hertz}`, Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength))
    for (const language of ['en', 'hr'])
      tenant.spoken[`${language}|tone ${hertz}`] = { audioId: `tone${hertz}`, durationMs: 700 }
  }
  await server.start()
  node = await startTestNode(server, BASE)
  caller = await Party.open({ port: BASE + 1, mediaPorts: [BASE + 60, BASE + 79] })
})
afterEach(() => until(() => node.node.calls.size === 0, 'end of every call'))
afterAll(async () => {
  await caller?.close()
  await node?.close()
  await server?.stop()
})

async function call() {
  const known = server.facts.size
  const customer = await caller.reach(BASE, NUMBER)
  await until(() => server.facts.size > known, 'call at the server')
  return customer
}

describe('a menu on the phone', () => {
  it('is cut off by a key, asks for a number, and queues the caller with both', async () => {
    const customer = await call()
    await customer.hears(500)
    await customer.leg.sendDigits('1')
    await customer.hearsNot(500)
    expect(await server.fact('chose')).toMatchObject({ key: '1', label: 'Invoices', attributes: { topic: 'invoices' } })
    await customer.leg.sendDigits('4711')
    expect(await server.fact('entered')).toEqual({ type: 'entered', name: 'customerNumber', digits: '4711' })
    expect(await server.fact('queued')).toMatchObject({
      queueId: ids.queue,
      priority: 2,
      attributes: { topic: 'invoices', customerNumber: '4711' },
    })
    await until(() => customer.level > 0.01, 'music')
    await server.fact('unqueued', fact => fact.reason === 'timeout')
    await customer.hears(800)
    await customer.ended()
    expect(await server.fact('ended')).toMatchObject({ by: 'system', reason: 'flowEnded' })
  })

  it('takes a message after the tone, which reaches the server', async () => {
    const customer = await call()
    await customer.leg.sendDigits('2')
    await customer.hears(600)
    await customer.hears(1000)
    await server.fact('recordingStarted', fact => fact.kind === 'voicemail' && fact.queueId === ids.queue)
    customer.say(440)
    const began = Date.now()
    // Nothing is heard while a message is taken: only the clock tells how long it is.
    await until(() => Date.now() - began > 1500, 'a message')
    await customer.hangUp()
    const recorded = await server.fact('recordingEnded')
    expect(recorded.durationMs).toBeGreaterThan(1000)
    expect(server.recordings.get(recorded.recordingId)?.subarray(0, 4).toString()).toBe('RIFF')
    // Mono: the caller alone.
    expect(server.recordings.get(recorded.recordingId)?.readUInt16LE(22)).toBe(1)
    expect(await server.fact('ended')).toMatchObject({ by: 'customer' })
  })

  it('hands the caller to a partner outside', async () => {
    const customer = await call()
    const rang = caller.lines.length
    await customer.leg.sendDigits('3')
    const partner = await until(() => caller.lines[rang], 'partner')
    partner.say(1300)
    await customer.hears(1300)
    await customer.hangUp()
    await partner.ended()
  })

  it('offers to call back from some wait on, confirms the number, and parts', async () => {
    const queue = tenant.queues[0]
    if (queue) Object.assign(queue, { callbackAfterSeconds: 0 })
    server.configure({ ...config, revision: 'callback' })
    try {
      const customer = await call()
      await customer.leg.sendDigits('1')
      await server.fact('chose')
      await customer.leg.sendDigits('4711')
      await server.fact('queued')
      await customer.leg.sendDigits('1,,,,1')
      expect(await server.fact('callbackRequested')).toMatchObject({ to: '+385911234567' })
      await customer.ended(15_000)
      expect(await server.fact('ended')).toMatchObject({ by: 'system', reason: 'callback' })
    } finally {
      if (queue) Object.assign(queue, { callbackAfterSeconds: null })
      server.configure({ ...config, revision: 'no callback' })
    }
  })
})
