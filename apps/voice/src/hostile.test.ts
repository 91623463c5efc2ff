import type { SipSession } from '@centrala/sip/endpoint/endpoint.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Browser } from './testing/browser.ts'
import { until } from './testing/deadline.ts'
import { Party, type PartyLine } from './testing/party.ts'
import { Stranger } from './testing/stranger.ts'
import { NUMBER, testConfig } from './testing/test-config.ts'
import { startTestNode, type TestNode } from './testing/test-node.ts'
import { TestServer } from './testing/test-server.ts'

const BASE = 27_000
const { config, ids } = testConfig({ trunkPort: BASE + 1 })
let server: TestServer
let node: TestNode
let provider: Party
let ana: Party
let ivo: Party
let customer: PartyLine
let agent: PartyLine
let callId: string
const strangers: Stranger[] = []
const LOOK_MS = 10
const HOLE_MS = 100
/** So long after a standstill the half second heard last may have a hole. */
const SETTLING_MS = 1000
let looking: NodeJS.Timeout

/** One good call goes on all the while: a customer says 440 Hz, an agent at a desk phone 700 Hz. */
beforeAll(async () => {
  looking = setInterval(() => standstills.look(), LOOK_MS)
  server = await new TestServer(config).start()
  node = await startTestNode(server, BASE)
  provider = await Party.open({ port: BASE + 1, mediaPorts: [BASE + 60, BASE + 89] })
  ana = await Party.open({ address: '127.0.0.20', mediaPorts: [BASE + 90, BASE + 99] })
  ivo = await Party.open({ address: '127.0.0.21', mediaPorts: [BASE + 100, BASE + 109] })
  await ana.register(BASE, 'ana')
  await ivo.register(BASE, 'ivo')
  customer = await provider.reach(BASE, NUMBER)
  await server.fact('queued')
  callId = server.callId
  await server.command({ type: 'connect', callId, userId: ids.ana, lineId: null, record: 'never' })
  agent = await ana.line()
  customer.say(440)
  agent.say(700)
  await customer.hears(700)
  await agent.hears(440)
})
afterAll(async () => {
  clearInterval(looking)
  await customer?.hangUp()
  await until(() => node.node.calls.size === 0, 'end of every call')
  await until(() => node.node.media.counts().legs === 0, 'end of every leg')
  expect(node.node.media.counts()).toMatchObject({ legs: 0, rooms: 0, playbacks: 0, ports: 0 })
  for (const stranger of strangers) stranger.close()
  for (const party of [provider, ana, ivo]) await party?.close()
  await node?.close()
  await server?.stop()
})

async function stranger(address: string): Promise<Stranger> {
  const somebody = await Stranger.open(BASE, address)
  strangers.push(somebody)
  return somebody
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** The time in which this thread neither slept of its own will nor worked: the machine's doing, and no attack's. */
const standstills = {
  ms: 0,
  /** When the last one ended that was long enough for a hole in what is heard. */
  endedAt: Number.NEGATIVE_INFINITY,
  at: performance.now(),
  cpu: cpuMs(),
  look(): void {
    const [now, used] = [performance.now(), cpuMs()]
    const ms = Math.max(0, now - this.at - (used - this.cpu) - 2 * LOOK_MS)
    this.ms += ms
    if (ms > HOLE_MS) this.endedAt = now
    this.at = now
    this.cpu = used
  },
}

/** The good call goes on, heard without a gap on both sides for as long as the attack took and a while after. */
async function unhurt(attack: () => Promise<void> | void): Promise<void> {
  const sides = [
    { line: customer, hertz: 700 },
    { line: agent, hertz: 440 },
  ]
  let quietest = 1
  let listened = 0
  const watch = setInterval(() => {
    standstills.look()
    if (performance.now() - standstills.endedAt < SETTLING_MS) return
    listened++
    for (const { line, hertz } of sides) quietest = Math.min(quietest, line.loudness(hertz))
  }, 100)
  const before = sides.map(({ line }) => line.framesHeard)
  const began = performance.now()
  standstills.look()
  const stoodStillMs = standstills.ms
  await attack()
  const attacked = listened
  await Promise.all(sides.map(({ line }) => line.listens(600)))
  await until(() => listened > attacked, 'a moment to listen in after the attack')
  clearInterval(watch)
  standstills.look()
  const expected = (performance.now() - began - (standstills.ms - stoodStillMs)) / 20
  for (const [i, { line }] of sides.entries())
    expect(line.framesHeard - (before[i] ?? 0)).toBeGreaterThan(expected * 0.9)
  expect(quietest).toBeGreaterThan(0.05)
  expect([customer.session.state, agent.session.state]).toEqual(['established', 'established'])
}

/** Calls that the node knows besides the good one. */
const others = () => node.node.calls.size - 1

/** What a request in this dialog is written with, by its far end. */
function dialogOf(session: SipSession, tag = session.localTag) {
  return {
    callId: session.callId,
    from: `<sip:somebody@centrala>;tag=${tag}`,
    to: `<sip:somebody@centrala>;tag=${session.remoteTag}`,
    cseq: 4_000,
  }
}

describe('strangers who know the name of a call', () => {
  it.each(['BYE', 'INVITE', 'UPDATE', 'INFO', 'REFER', 'CANCEL', 'PRACK', 'NOTIFY'])(
    'and not its tags get nothing by %s',
    async method => {
      const thief = await stranger('127.0.0.30')
      const same = await stranger('127.0.0.1')
      await unhurt(() => {
        for (const session of [customer.session, agent.session])
          for (const who of [thief, same])
            who.send(method, `sip:somebody@127.0.0.1:${BASE}`, {
              ...dialogOf(session, 'guessed'),
              headers: ['Refer-To: <sip:+385911111111@centrala>', 'RAck: 1 1 INVITE'],
            })
      })
      expect(thief.answers).toEqual([])
      expect(same.statuses().every(status => status === 481 || status === 405)).toBe(true)
    },
  )

  it('are not put in the place of others by Replaces, be they a customer or a phone of the house', async () => {
    const replaces = (session: SipSession) => ({
      Replaces: `${session.callId};to-tag=${session.remoteTag};from-tag=${session.localTag}`,
    })
    await unhurt(async () => {
      for (const session of [customer.session, agent.session]) {
        const headers = replaces(session)
        expect(await ivo.call(BASE, '*43', { username: 'ivo', from: '<sip:ivo@centrala>', headers })).toMatchObject({
          ok: false,
          status: 403,
        })
        expect(await provider.call(BASE, NUMBER, { headers })).toMatchObject({ ok: false, status: 403 })
      }
      const unknown = { Replaces: 'no-such-call@127.0.0.1;to-tag=a;from-tag=b' }
      expect(await provider.call(BASE, NUMBER, { headers: unknown })).toMatchObject({ ok: false, status: 481 })
    })
    expect(others()).toBe(0)
  })
})

describe('who calls without a right to', () => {
  it('hears the same for known and unknown names, then nothing', async () => {
    const scanner = await stranger('127.0.0.31')
    await unhurt(async () => {
      for (const name of ['ana', 'nobody', '+385911234567', '0038591123456', '900', 'ivo'])
        scanner.send('INVITE', `sip:${name}@centrala`, { from: `<sip:ana@centrala>;tag=${name}` })
      await until(() => scanner.statuses().length >= 6, 'six answers')
      for (let n = 0; n < 200; n++) scanner.send('INVITE', `sip:${n}@centrala`)
    })
    const plain = scanner.answers
      .filter(answer => !answer.startsWith('SIP/2.0 100'))
      .map(answer => answer.replace(/nonce="[^"]+"|tag=[^;\r]+|branch=[^;\r]+|^(To|Call-ID|From):.*$/gm, ''))
    expect(new Set(plain).size).toBe(1)
    expect(new Set(scanner.statuses())).toEqual(new Set([401]))
    expect(provider.invites).toHaveLength(0)
    expect(others()).toBe(0)
  })

  it('is refused at a provider’s address too, where the number is not ours', async () => {
    const spoofed = await stranger('127.0.0.1')
    await unhurt(async () => {
      for (const number of ['+385911234567', '00385911234567', 'ana', '*43', ''])
        spoofed.send('INVITE', `sip:${number}${number && '@'}centrala`, { from: '<sip:ana@centrala>;tag=a' })
      await until(() => spoofed.statuses().length >= 5, 'five answers')
    })
    expect(spoofed.statuses().every(status => status === 404)).toBe(true)
    expect(provider.invites).toHaveLength(0)
  })

  it.each(['+4790012345', '+00385911234567', '0385911234567', '+38591123456789012345', '385;ext=1', '900'])(
    'to %s is refused, also as a phone of the house',
    async number => {
      const refused = await ivo.call(BASE, number, { username: 'ivo', from: '<sip:ivo@centrala>' })
      expect(refused).toMatchObject({ ok: false })
      expect(provider.invites).toHaveLength(0)
    },
  )

  it('leaves nothing half open, from however many addresses', async () => {
    const crowd = await Promise.all(Array.from({ length: 100 }, (_, i) => stranger(`127.0.1.${i + 1}`)))
    const before = node.node.sip.counts().transactions
    await unhurt(async () => {
      for (let n = 0; n < 20; n++) {
        for (const one of crowd) one.send('INVITE', `sip:${n}@centrala`)
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    })
    expect(node.node.sip.counts().transactions - before).toBeLessThan(10)
  })
})

describe('bad words of a provider', () => {
  const bombs: [string, string][] = [
    ['sixteen thousand lines', `v=0\r\n${'a=x\r\n'.repeat(12_000)}`],
    ['a thousand media', `v=0\r\nc=IN IP4 127.0.0.1\r\n${'m=audio 4000 RTP/AVP 8\r\n'.repeat(1000)}`],
    ['one endless line', `v=0\r\na=fmtp:8 ${'x;'.repeat(25_000)}\r\nm=audio 4000 RTP/AVP 8\r\n`],
    ['a thousand formats', `v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP${' 96'.repeat(300)}\r\n`],
    [
      'prototypes',
      'v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 96\r\na=rtpmap:96 __proto__/8000\r\na=constructor:x\r\n',
    ],
    ['no address', 'v=0\r\nm=audio 4000 RTP/AVP 8\r\n'],
    ['nothing', ' '],
  ]
  it.each(bombs)('with %s in the offer make no call', async (_what, body) => {
    const bad = await stranger('127.0.0.1')
    await unhurt(async () => {
      bad.send('INVITE', `sip:${NUMBER}@centrala`, { body })
      await until(() => bad.statuses().length > 0, 'answer')
    })
    expect(bad.statuses().every(status => status >= 400)).toBe(true)
    await until(() => others() === 0, 'no call')
  })

  it('said a thousand times over make one call, which ends where nobody acknowledges it', async () => {
    const bad = await stranger('127.0.0.1')
    const facts = server.facts.size
    const invite = [
      `INVITE sip:${NUMBER}@centrala SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${bad.port};branch=z9hG4bKstorm`,
      'Max-Forwards: 70',
      'From: <sip:+385911111111@centrala>;tag=storm',
      'To: <sip:x@centrala>',
      'Call-ID: storm',
      'CSeq: 1 INVITE',
      `Contact: <sip:x@127.0.0.1:${bad.port}>`,
      'Content-Type: application/sdp',
    ]
    const sdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n'
    const text = [...invite, `Content-Length: ${sdp.length}`, '', sdp].join('\r\n')
    await unhurt(async () => {
      for (let n = 0; n < 20; n++) {
        for (let i = 0; i < 50; i++) bad.raw(text)
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    })
    expect(others()).toBe(1)
    expect(server.facts.size).toBe(facts + 1)
    const ok = bad.answers.find(answer => answer.startsWith('SIP/2.0 200')) ?? ''
    const tag = /^To:.*tag=(\S+)/m.exec(ok)?.[1]
    bad.send('BYE', `sip:x@127.0.0.1:${BASE}`, {
      callId: 'storm',
      from: '<sip:+385911111111@centrala>;tag=storm',
      to: `<sip:x@centrala>;tag=${tag}`,
      cseq: 2,
    })
    await until(() => others() === 0, 'end of the call')
  })
})

describe('the server’s commands', () => {
  it('give nobody the line of somebody else', async () => {
    const lineId = crypto.randomUUID()
    const open = (tenantId: string, userId: string) => (sdp: string) =>
      server.command({ type: 'openLine', tenantId, userId, lineId, sdp })
    const mine = await Browser.open(async sdp => {
      const reply = await open(ids.tenant, ids.ivo)(sdp)
      return reply.ok ? reply.sdp : undefined
    })
    const legs = node.node.media.counts().legs
    for (const [tenantId, userId] of [
      [ids.tenant, ids.ana],
      [crypto.randomUUID(), ids.ivo],
    ] as const) {
      const other = new Browser()
      expect(await open(tenantId, userId)(await other.offer())).toMatchObject({ ok: false })
      other.vanish()
    }
    expect(node.node.lines.get(lineId)).toMatchObject({ tenantId: ids.tenant, userId: ids.ivo, connected: true })
    expect(node.node.media.counts().legs).toBe(legs)
    mine.vanish()
    await server.command({ type: 'closeLine', lineId })
  })

  it('make one call of a page that asks twice, and none of a running phone call', async () => {
    const visitor = new Browser()
    const sdp = await visitor.offer()
    const web = (id: string, tenantId = ids.tenant) =>
      server.command({
        type: 'webCall',
        callId: id,
        tenantId,
        interactionId: crypto.randomUUID(),
        queueId: ids.queue,
        flowId: null,
        name: null,
        language: null,
        sdp,
      })
    const once = crypto.randomUUID()
    await unhurt(async () => {
      expect(await web(callId)).toMatchObject({ ok: false, code: 'ended' })
      const before = node.node.media.counts().legs
      await Promise.all([web(once), web(once)])
      expect(others()).toBe(1)
      expect(node.node.media.counts().legs).toBe(before + 1)
      expect(server.of(once).filter(fact => fact.type === 'started')).toHaveLength(1)
    })
    await server.command({ type: 'hangUp', callId: once, by: 'supervisor', userId: null })
    await until(() => others() === 0, 'end of the call')
    visitor.vanish()
  })
})
