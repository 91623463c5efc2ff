import { Source } from '@centrala/media/play/source.ts'
import { calmly } from '@centrala/media/schedule/testing/calmly.ts'
import { TtyModulator } from '@centrala/media/tty/modulate.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from './testing/deadline.ts'
import { Party } from './testing/party.ts'
import { NUMBER, testConfig } from './testing/test-config.ts'
import { startTestNode, type TestNode } from './testing/test-node.ts'
import { TestServer } from './testing/test-server.ts'

const BASE = 23_600
const { config } = testConfig({ trunkPort: BASE + 1 })
let server: TestServer
let node: TestNode
let caller: Party

beforeAll(async () => {
  server = await new TestServer(config).start()
  node = await startTestNode(server, BASE)
  caller = await Party.open({ port: BASE + 1, mediaPorts: [BASE + 60, BASE + 79] })
})
afterAll(async () => {
  await caller?.close()
  await node?.close()
  await server?.stop()
})

/** The tones of a text telephone, as a sound. */
function tones(text: string): Source {
  const modulator = new TtyModulator({ baud: 45.45 })
  modulator.write(text)
  const frames: Int16Array[] = []
  for (;;) {
    const frame = new Int16Array(160)
    if (!modulator.render(frame) && modulator.idle) break
    frames.push(frame)
  }
  const pcm = new Int16Array(frames.length * 160)
  for (const [index, frame] of frames.entries()) pcm.set(frame, index * 160)
  return new Source('tty', pcm)
}

describe('a text telephone', () => {
  it('is noticed by its tones, read letter by letter and line by line, and answered in tones', async () => {
    const known = server.facts.size
    const customer = await caller.reach(BASE, NUMBER)
    await until(() => server.facts.size > known, 'call at the server')
    await server.fact('queued')
    await until(() => customer.framesHeard > 10, 'audio')
    await calmly(async () => {
      const lines = () => server.of().flatMap(fact => (fact.type === 'text' ? [fact] : []))
      const [letters, before] = [server.typed.length, lines().length]
      customer.play(tones('HELLO THIS IS DEAF\r\n'))
      await until(() => server.typed.slice(letters).some(text => text.includes('HEL')), 'letters as they come', 15_000)
      const line = await until(() => lines()[before], 'the line', 15_000)
      expect(line).toMatchObject({ author: 'customer', how: 'tty' })
      expect(line.text).toContain('DEAF')
    })
    const heard: string[] = []
    customer.leg.onText(text => heard.push(text))
    customer.leg.tty(true)
    const { callId } = server
    await calmly(async () => {
      heard.length = 0
      expect(await server.command({ type: 'text', callId, text: 'GOOD DAY' })).toMatchObject({ ok: true })
      await until(() => heard.join('').includes('GOOD DAY'), `answer in tones (${heard.join('')})`, 15_000)
    })
    await server.fact('text', fact => fact.author === 'agent' && fact.text === 'GOOD DAY')
    await customer.hangUp()
    await server.fact('ended')
  }, 60_000)

  it('that speaks real-time text is answered in it', async () => {
    const known = server.facts.size
    const customer = await caller.reach(BASE, NUMBER, { text: true })
    await until(() => server.facts.size > known, 'call at the server')
    await server.fact('queued')
    expect(customer.leg.textMode).toBe('t140')
    const heard: string[] = []
    customer.leg.onText(text => heard.push(text))
    customer.leg.sendText('Dobar dan, č ž\r\n')
    expect(await server.fact('text')).toMatchObject({ author: 'customer', how: 'rtt', text: 'Dobar dan, č ž' })
    await server.command({ type: 'text', callId: server.callId, text: 'Izvolite' })
    await until(() => heard.join('').includes('Izvolite'), 'answer')
    await customer.hangUp()
    await server.fact('ended')
  })

  it('is not taken for heard on an ordinary call', async () => {
    const known = server.facts.size
    const customer = await caller.reach(BASE, NUMBER)
    await until(() => server.facts.size > known, 'call at the server')
    customer.say(1400)
    expect(await server.command({ type: 'text', callId: server.callId, text: 'x' })).toMatchObject({
      ok: false,
      code: 'noText',
    })
    await customer.hangUp()
    await server.fact('ended')
  })
})
