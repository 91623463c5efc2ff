import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renderTones } from '@centrala/media/tone/generate.ts'
import { readWav } from '@centrala/media/wav/read.ts'
import { writeWav } from '@centrala/media/wav/write.ts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from './testing/deadline.ts'
import { Party } from './testing/party.ts'
import { NUMBER, PASSWORD, testConfig } from './testing/test-config.ts'
import { startTestNode, type TestNode } from './testing/test-node.ts'
import { TestServer } from './testing/test-server.ts'

const BASE = 23_500
const { config, ids } = testConfig({ trunkPort: BASE + 1 })
let server: TestServer
let node: TestNode
let caller: Party
let ana: Party
let ivo: Party

beforeAll(async () => {
  server = await new TestServer(config).start()
  node = await startTestNode(server, BASE)
  caller = await Party.open({ port: BASE + 1, mediaPorts: [BASE + 60, BASE + 79] })
  ana = await Party.open({ port: BASE + 2, mediaPorts: [BASE + 80, BASE + 95] })
  ivo = await Party.open({ port: BASE + 5, mediaPorts: [BASE + 40, BASE + 55] })
  await ana.register(BASE, 'ana')
})
afterEach(async () => {
  for (const party of [caller, ana, ivo]) for (const line of party.lines.splice(0)) void line.hangUp()
  await until(() => node.node.calls.size === 0, 'end of every call')
})
afterAll(async () => {
  await Promise.all([caller?.close(), ana?.close(), ivo?.close()])
  await node?.close()
  await server?.stop()
})

async function queued() {
  const known = server.facts.size
  const customer = await caller.reach(BASE, NUMBER)
  await until(() => server.facts.size > known, 'call at the server')
  await server.fact('queued')
  return { customer, callId: server.callId }
}

async function talking() {
  const { customer, callId } = await queued()
  const connect = { type: 'connect' as const, callId, userId: ids.ana, lineId: null, record: 'never' as const }
  expect(await server.command(connect)).toMatchObject({ ok: true })
  const agent = await ana.line()
  customer.say(440)
  agent.say(700)
  await agent.hears(440)
  await customer.hears(700)
  return { customer, agent, callId }
}

describe('the keys of a desk phone', () => {
  it('hold: the customer hears music until it is taken back', async () => {
    const { customer, agent, callId } = await talking()
    const held = await agent.session.reinvite(agent.leg.offer({ direction: 'sendonly' }))
    if (held.ok) agent.leg.accept(held.sdp ?? '')
    await server.fact('held', undefined, { callId })
    await customer.hearsNot(700)
    await until(() => customer.level > 0.01, 'music')
    const back = await agent.session.reinvite(agent.leg.offer({ direction: 'sendrecv' }))
    if (back.ok) agent.leg.accept(back.sdp ?? '')
    await server.fact('resumed', undefined, { callId })
    await customer.hears(700)
    await agent.hears(440)
    await customer.hangUp()
  })

  it('blind transfer: to a number that is allowed, and to no other', async () => {
    const { customer, agent } = await talking()
    const refused = await agent.session.refer(`sip:+4930123456@127.0.0.1:${BASE}`).accepted
    expect(refused).toMatchObject({ ok: false, status: 403 })
    const before = caller.lines.length
    const refer = agent.session.refer(`sip:+385915555555@127.0.0.1:${BASE}`)
    expect(await refer.accepted).toMatchObject({ ok: true })
    const partner = await until(() => caller.lines[before], 'partner')
    partner.say(1300)
    await customer.hears(1300)
    await agent.ended()
    await customer.hangUp()
    await partner.ended()
  })

  it('attended transfer: who was called in between talks with the customer, and the phone is free', async () => {
    const { customer, agent, callId } = await talking()
    const before = caller.lines.length
    const second = await ana.reach(BASE, '+385915555555', { from: '<sip:ana@127.0.0.1>', username: 'ana' })
    const partner = await until(() => caller.lines[before], 'partner')
    partner.say(1300)
    await second.hears(1300)
    const refer = agent.session.refer(`sip:+385915555555@127.0.0.1:${BASE}`, { replaces: second.session })
    expect(await refer.accepted).toMatchObject({ ok: true })
    await customer.hears(1300)
    await partner.hears(440)
    await agent.ended()
    await second.ended()
    expect(server.of(callId).filter(fact => fact.type === 'connected')).toHaveLength(2)
    await customer.hangUp()
    await partner.ended()
  })

  it('rings, and is quiet again when the offer is taken back', async () => {
    const answering = ana.answering
    let cancelled = false
    ana.answering = invite => {
      void invite.ringing()
      invite.onCancel(() => {
        cancelled = true
      })
    }
    const { customer, callId } = await queued()
    await server.command({ type: 'ring', callId, userId: ids.ana, seconds: 20 })
    await server.fact('legRinging')
    await server.command({ type: 'stopRinging', callId, userId: ids.ana })
    await until(() => cancelled, 'end of the ringing')
    ana.answering = answering
    expect(await server.fact('legEnded')).toMatchObject({ reason: 'withdrawn' })
    await until(() => customer.level > 0.01, 'music')
    await customer.hangUp()
  })
})

describe('colleagues', () => {
  const from = { from: '<sip:ana@centrala>', username: 'ana' }
  const busy = (id: string) => server.state?.deskPhones.find(phone => phone.deskPhoneId === id)?.inCall

  beforeAll(() => ivo.register(BASE, 'ivo'))
  afterAll(() => ivo.unregister())

  it('call each other by extension or user name, whatever the dialling rules say; both are busy meanwhile', async () => {
    for (const dialled of ['2002', 'ivo']) {
      const known = server.facts.size
      const before = ivo.lines.length
      const mine = await ana.reach(BASE, dialled, from)
      const his = await until(() => ivo.lines[before], 'Ivo to answer')
      expect(ivo.invites.at(-1)?.from.uri.user).toBe('2001')
      mine.say(700)
      his.say(900)
      await mine.hears(900)
      await his.hears(700)
      await until(() => busy(ids.anaPhone) && busy(ids.ivoPhone), 'both to be busy')
      expect(await caller.call(BASE, '2002', from)).toMatchObject({ ok: false })
      await mine.hangUp()
      await his.ended()
      await until(() => !busy(ids.anaPhone) && !busy(ids.ivoPhone), 'both to be free')
      expect(server.facts.size).toBe(known)
    }
  })

  it('who is not there, declines, or hangs up while it rings is told so', async () => {
    expect(await ana.call(BASE, '2009', from)).toMatchObject({ ok: false, status: 403 })
    expect(await ana.call(BASE, '2001', from)).toMatchObject({ ok: false, status: 486 })
    const { answering } = ivo
    ivo.answering = invite => void invite.refuse({ status: 603 })
    expect(await ana.call(BASE, '2002', from)).toMatchObject({ ok: false, status: 486 })
    ivo.answering = answering
    await until(() => !busy(ids.anaPhone), 'Ana to be free')
  })

  it.each([false, true])(
    'blind transfer: the colleague has the customer; the phone hangs up before: %s',
    async parts => {
      const { customer, agent, callId } = await talking()
      const { answering } = ivo
      const rings = Promise.withResolvers<() => void>()
      ivo.answering = invite => {
        void invite.ringing()
        rings.resolve(() => void ivo.take(invite))
      }
      const before = ivo.lines.length
      const transfer = agent.session.refer(`sip:2002@127.0.0.1:${BASE}`)
      expect(await transfer.accepted).toMatchObject({ ok: true })
      const pickUp = await rings.promise
      ivo.answering = answering
      if (parts) await agent.hangUp()
      await until(() => customer.level > 0.01 && customer.loudness(700) < 0.01, 'the ringing')
      pickUp()
      const his = await until(() => ivo.lines[before], 'Ivo to answer')
      his.say(900)
      await customer.hears(900)
      await his.hears(440)
      await agent.ended()
      expect(await server.fact('consultEnded', undefined, { callId })).toMatchObject({ how: 'completed' })
      await his.hangUp()
      await server.fact('ended', undefined, { callId })
    },
  )

  it('blind transfer that nobody takes: the customer is back with the agent, whose phone rings again; not picked up, the call is routed anew', async () => {
    const { answering } = ivo
    ivo.answering = invite => void invite.refuse({ status: 603 })
    const { customer, agent, callId } = await talking()
    expect(await agent.session.refer(`sip:2002@127.0.0.1:${BASE}`).accepted).toMatchObject({ ok: true })
    expect(await server.fact('consultEnded', undefined, { callId })).toMatchObject({ how: 'failed' })
    await customer.hears(700)

    const decline = Promise.withResolvers<() => void>()
    ivo.answering = invite => {
      void invite.ringing()
      decline.resolve(() => void invite.refuse({ status: 603 }))
    }
    const before = ana.lines.length
    expect(await agent.session.refer(`sip:2002@127.0.0.1:${BASE}`).accepted).toMatchObject({ ok: true })
    const declines = await decline.promise
    await agent.hangUp()
    declines()
    const again = await until(() => ana.lines[before], 'the phone to ring again')
    again.say(1000)
    await customer.hears(1000)

    const second = Promise.withResolvers<() => void>()
    ivo.answering = invite => second.resolve(() => void invite.refuse({ status: 603 }))
    const mine = ana.answering
    ana.answering = invite => void invite.refuse({ status: 480 })
    expect(await again.session.refer(`sip:2002@127.0.0.1:${BASE}`).accepted).toMatchObject({ ok: true })
    const declinesAgain = await second.promise
    await again.hangUp()
    declinesAgain()
    const lost = () => server.of(callId).find(fact => fact.type === 'legEnded' && fact.reason === 'lost')
    await until(lost, 'the agent to be told as lost')
    await until(() => customer.level > 0.01, 'music')
    Object.assign(ana, { answering: mine })
    Object.assign(ivo, { answering })
    await customer.hangUp()
  })

  it('attended transfer: the colleague who was called in between has the customer, and the phone is free', async () => {
    const { customer, agent, callId } = await talking()
    const before = ivo.lines.length
    const second = await ana.reach(BASE, '2002', from)
    const his = await until(() => ivo.lines[before], 'Ivo to answer')
    his.say(900)
    await second.hears(900)
    expect(
      await agent.session.refer(`sip:2002@127.0.0.1:${BASE}`, { replaces: second.session }).accepted,
    ).toMatchObject({
      ok: true,
    })
    await customer.hears(900)
    await his.hears(440)
    await agent.ended()
    await second.ended()
    expect(await server.fact('consultEnded', undefined, { callId })).toMatchObject({ how: 'completed' })
    expect(
      server
        .of(callId)
        .filter(fact => fact.type === 'connected')
        .at(-1),
    ).toMatchObject({ userId: ids.ivo })
    await until(() => !busy(ids.ivoPhone), 'the talk of both to be over')
    await his.hangUp()
    await server.fact('ended', undefined, { callId })
  })
})

const installed = spawnSync('baresip', ['-h']).error === undefined
if (!installed) console.warn('The tests with baresip are skipped: it is not installed (apt-get install baresip).')

describe.skipIf(!installed)('baresip', () => {
  let folder: string
  let phone: ChildProcess | null = null

  /** A real SIP phone: it says the tone in its file and writes down what it hears. */
  async function start(account: string, sipPort: number, commands: string[] = [], hertz = 440): Promise<void> {
    folder = await mkdtemp(join(tmpdir(), 'centrala-baresip-'))
    const tone = renderTones([{ frequencies: [hertz], ms: 20_000, level: -12 }])
    await writeFile(join(folder, 'voice.wav'), writeWav({ sampleRate: 8000, channels: [tone] }))
    await writeFile(
      join(folder, 'config'),
      [
        `sip_listen 127.0.0.1:${sipPort}`,
        'module_path /usr/lib/baresip/modules',
        'module g711.so',
        'module aufile.so',
        'module sndfile.so',
        'module menu.so',
        'module_app account.so',
        'module_app menu.so',
        `audio_source aufile,${join(folder, 'voice.wav')}`,
        `audio_player aufile,${join(folder, 'unused.wav')}`,
        `audio_alert aufile,${join(folder, 'alert.wav')}`,
        `snd_path ${folder}`,
        'rtp_ports 23580-23598',
        'audio_srate 8000-8000',
        'audio_channels 1-1',
        '',
      ].join('\n'),
    )
    await writeFile(join(folder, 'accounts'), `${account}\n`)
    await writeFile(join(folder, 'contacts'), '')
    phone = spawn('baresip', ['-4', '-f', folder, ...commands.flatMap(command => ['-e', command])], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
  }
  afterEach(async () => {
    const running = phone
    phone = null
    if (running && running.exitCode === null) {
      running.kill('SIGTERM')
      await until(() => running.exitCode !== null || running.signalCode !== null, 'end of baresip').catch(() =>
        running.kill('SIGKILL'),
      )
    }
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  it('calls the number, waits, and talks with the agent', async () => {
    const known = server.facts.size
    await start(`<sip:+385917654321@127.0.0.1:${BASE + 3}>;regint=0`, BASE + 3, [
      `/dial sip:${NUMBER}@127.0.0.1:${BASE}`,
    ])
    await until(() => server.facts.size > known, 'call at the server', 15_000)
    await server.fact('queued')
    const { callId } = server
    expect(server.of()[0]).toMatchObject({ from: '+385917654321' })
    await server.command({ type: 'connect', callId, userId: ids.ana, lineId: null, record: 'never' })
    const agent = await ana.line()
    await agent.hears(440)
    await agent.hangUp()
    await server.fact('ended', undefined, { callId })
  })

  it("is an agent's phone: registers by digest, rings, answers, and both hear each other", async () => {
    const account = `<sip:ivo@127.0.0.1:${BASE}>;auth_user=ivo;auth_pass="${PASSWORD}";answermode=auto;regint=120`
    await start(account, BASE + 4, [], 900)
    await until(
      () => server.state?.deskPhones.find(one => one.deskPhoneId === ids.ivoPhone)?.registered,
      'registration',
      15_000,
    )
    const { customer, callId } = await queued()
    await server.command({ type: 'ring', callId, userId: ids.ivo, seconds: 20 })
    await server.command({ type: 'connect', callId, userId: ids.ivo, lineId: null, record: 'always' })
    customer.say(440)
    await customer.hears(900, 10_000)
    await customer.listens(1000)
    await customer.hangUp()
    const { recordingId } = await server.fact('recordingEnded', undefined, { callId })
    const read = readWav(server.recordings.get(recordingId) ?? Buffer.alloc(0))
    const [left = [], right = []] = read.ok ? read.audio.channels : []
    expect(Math.max(...left)).toBeGreaterThan(2000)
    expect(Math.max(...right)).toBeGreaterThan(2000)
  })
})
