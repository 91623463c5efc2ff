import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createSipEndpoint, type SipEndpoint, type SipSession } from '../src/endpoint/endpoint.ts'
import { Faults } from '../src/endpoint/testing/world.ts'
import type { Listen, Peer, Protocol } from '../src/transport/transport.ts'

const open: SipEndpoint[] = []
const faults = new Faults()
let key = ''
let cert = ''

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'sip-'))
  const files = ['-keyout', join(folder, 'key'), '-out', join(folder, 'cert')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...files, ...subject],
    {
      stdio: 'ignore',
    },
  )
  key = readFileSync(join(folder, 'key'), 'utf8')
  cert = readFileSync(join(folder, 'cert'), 'utf8')
  rmSync(folder, { recursive: true })
})

afterEach(async () => {
  await Promise.all(open.splice(0).map(endpoint => endpoint.close()))
})
afterAll(() => expect(faults.seen).toEqual([]))

function place(protocol: Protocol, address: string): Listen {
  const at = { address, port: 0 }
  if (protocol === 'tls') return { protocol, ...at, key, cert, ca: cert }
  if (protocol === 'wss') return { protocol, ...at, key, cert }
  return { protocol, ...at }
}

async function endpoint(protocol: Protocol, address = '127.0.0.1'): Promise<{ sip: SipEndpoint; uri: string }> {
  const sip = await createSipEndpoint({
    listen: [place(protocol, address)],
    userAgent: 'test',
    log: faults,
    timing: { t1Ms: 50, t2Ms: 200, t4Ms: 250 },
  })
  open.push(sip)
  const port = sip.listening[0]?.port
  const host = address.includes(':') ? `[${address}]` : address
  return { sip, uri: `sip:bob@${host}:${port};transport=${protocol}` }
}

async function emptied(sip: SipEndpoint): Promise<void> {
  await expect
    .poll(() => {
      const { transactions, dialogs, timers } = sip.counts()
      return [transactions, dialogs, timers]
    })
    .toEqual([0, 0, 0])
}

describe.each<[Protocol, string]>([
  ['udp', '127.0.0.1'],
  ['udp', '::1'],
  ['tcp', '127.0.0.1'],
  ['tcp', '::1'],
  ['tls', '127.0.0.1'],
  ['ws', '127.0.0.1'],
])('over %s at %s', (protocol, address) => {
  test('a call is made, changed both ways and hung up; a refused one is refused', async () => {
    const alice = await endpoint(protocol, address)
    const bob = await endpoint(protocol, address)
    const calls: SipSession[] = []
    bob.sip.onInvite(async invite => {
      if (invite.uri.user !== 'bob') {
        invite.refuse({ status: 404 })
        return
      }
      const result = await invite.answer('answer')
      if (result.ok) calls.push(result.session)
    })
    const call = { uri: bob.uri, from: 'sip:alice@example.com', sdp: 'offer' }
    expect(await alice.sip.invite({ ...call, uri: bob.uri.replace('bob', 'eve') }).answered).toMatchObject({
      status: 404,
    })
    const answered = await alice.sip.invite(call).answered
    if (!answered.ok) throw new Error(answered.reason)
    const ours = answered.session
    await expect.poll(() => calls.length).toBe(1)
    const theirs = calls[0] as SipSession
    ours.onReinvite(change => `ours to ${change.offer}`)
    theirs.onReinvite(change => `theirs to ${change.offer}`)
    expect(await ours.reinvite('hold')).toMatchObject({ ok: true, sdp: 'theirs to hold' })
    expect(await theirs.update('resume')).toMatchObject({ ok: true, sdp: 'ours to resume' })
    expect(await theirs.info('text/plain', 'x')).toMatchObject({ ok: true })
    await theirs.bye()
    expect(ours.state).toBe('ended')
    expect(await alice.sip.options(bob.uri)).toMatchObject({ ok: true })
    await emptied(alice.sip)
    await emptied(bob.sip)
  })

  test('a phone that registered is called back by the way it came', async () => {
    const phone = await endpoint(protocol, address)
    const exchange = await endpoint(protocol, address)
    let flow: Peer | null = null
    exchange.sip.onRegister(register => {
      flow = register.peer
      register.accept([{ uri: 'sip:phone@hidden.invalid', expiresSeconds: 300 }])
    })
    phone.sip.onInvite(invite => void invite.answer('answer'))
    const registration = phone.sip.register({ registrar: exchange.uri, aor: 'sip:phone@example.com' })
    await expect.poll(() => registration.current.state).toBe('registered')
    const peer = flow as Peer | null
    if (peer === null) throw new Error('No registration came')
    const call = exchange.sip.invite({ uri: 'sip:phone@hidden.invalid', from: 'sip:x@example.com', sdp: 'offer', peer })
    const answered = await call.answered
    expect(answered.ok).toBe(true)
    if (answered.ok) await answered.session.bye()
    await registration.stop()
    if (protocol !== 'udp') expect(exchange.sip.counts().connections).toBe(1)
  })
})

test('a phone whose connection breaks can be told of, and its calls fail at once', async () => {
  const phone = await endpoint('tcp')
  const exchange = await endpoint('tcp')
  let flow: Peer | null = null
  const closed: Peer[] = []
  exchange.sip.onRegister(register => {
    flow = register.peer
    register.accept([])
  })
  exchange.sip.onConnectionClosed(peer => closed.push(peer))
  const registration = phone.sip.register({ registrar: exchange.uri, aor: 'sip:phone@example.com' })
  await expect.poll(() => registration.current.state).toBe('registered')
  await phone.sip.close()
  await expect.poll(() => closed.length).toBe(1)
  const peer = flow as Peer | null
  if (peer === null) throw new Error('No registration came')
  expect(closed[0]?.connection).toBe(peer.connection)
  const call = exchange.sip.invite({ uri: 'sip:phone@hidden.invalid', from: 'sip:x@example.com', sdp: 'o', peer })
  expect(await call.answered).toMatchObject({ ok: false, cause: 'unreachable' })
})

test('the address says by which transport to go, for calls, routes and registrations', async () => {
  const sides = await Promise.all(
    [0, 1].map(() =>
      createSipEndpoint({
        listen: [place('udp', '127.0.0.1'), place('tcp', '127.0.0.1')],
        userAgent: 'test',
        log: faults,
      }),
    ),
  )
  open.push(...sides)
  const [alice, bob] = sides as [SipEndpoint, SipEndpoint]
  const seen: string[] = []
  bob.onInvite(invite => {
    seen.push(invite.peer.protocol)
    invite.refuse({ status: 486 })
  })
  bob.onRegister(register => {
    seen.push(register.peer.protocol)
    register.accept([])
  })
  const port = (protocol: Protocol) => bob.listening.find(one => one.protocol === protocol)?.port
  const call = { from: 'sip:a@example.com', sdp: 'offer' }
  await alice.invite({ ...call, uri: `sip:b@127.0.0.1:${port('tcp')};transport=tcp` }).answered
  await alice.invite({ ...call, uri: `<sip:b@127.0.0.1:${port('tcp')};transport=tcp>` }).answered
  await alice.invite({ ...call, uri: `sip:b@127.0.0.1:${port('udp')}` }).answered
  await alice.invite({ ...call, uri: `sip:b@127.0.0.1:${port('tcp')}`, protocol: 'tcp' }).answered
  const route = [`<sip:127.0.0.1:${port('tcp')};transport=tcp;lr>`]
  await alice.invite({ ...call, uri: 'sip:b@elsewhere.invalid', route }).answered
  const registrar = `sip:127.0.0.1:${port('tcp')};transport=tcp`
  const registration = alice.register({ registrar, aor: 'sip:a@example.com' })
  await expect.poll(() => registration.current.state).toBe('registered')
  expect(seen).toEqual(['tcp', 'tcp', 'udp', 'tcp', 'tcp', 'tcp'])
})

test('what comes with the ACK in one piece finds the handlers set after the answer', async () => {
  const alice = await endpoint('tcp')
  const bob = await endpoint('tcp')
  const seen: string[] = []
  bob.sip.onInvite(async invite => {
    const result = await invite.answer('answer')
    if (!result.ok) return
    const { session } = result
    session.onInfo(() => seen.push('INFO'))
    session.onReinvite(() => {
      seen.push('INVITE')
      return 'again'
    })
    session.onRefer(refer => {
      seen.push('REFER')
      refer.accept()
      void refer.notify(200)
    })
  })
  const answered = await alice.sip.invite({ uri: bob.uri, from: 'sip:a@example.com', sdp: 'offer' }).answered
  if (!answered.ok) throw new Error(answered.reason)
  const { session } = answered
  const refer = session.refer('sip:c@example.com')
  const all = await Promise.all([session.reinvite('change'), session.info('text/plain', 'x'), refer.outcome])
  expect(all).toMatchObject([{ ok: true, sdp: 'again' }, { ok: true }, { status: 200 }])
  expect(seen.sort()).toEqual(['INFO', 'INVITE', 'REFER'])
  await session.bye()
})

test('a request waiting on a connection that breaks fails at once, and not those on others', async () => {
  const alice = await endpoint('tcp')
  const [deaf, slow] = [await endpoint('tcp'), await endpoint('tcp')]
  let heard = 0
  for (const side of [deaf, slow]) side.sip.onRequest('MESSAGE', () => heard++)
  const ask = (uri: string) => alice.sip.request({ method: 'MESSAGE', uri, body: 'x' })
  const [lost, late] = [ask(deaf.uri), ask(slow.uri)]
  let lateIsOver = false
  void late.then(() => {
    lateIsOver = true
  })
  await expect.poll(() => heard).toBe(2)
  await deaf.sip.close()
  expect(await lost).toMatchObject({ ok: false, cause: 'unreachable' })
  expect(lateIsOver).toBe(false)
  expect(await late).toMatchObject({ ok: false, cause: 'timeout' })
})

test('a registration whose connection breaks is made again at once', async () => {
  const phone = await endpoint('tcp')
  const exchange = await endpoint('tcp')
  const flows = new Set<string | undefined>()
  exchange.sip.onRegister(register => {
    flows.add(register.peer.connection)
    register.accept([{ uri: 'sip:phone@hidden.invalid', expiresSeconds: 3600 }])
  })
  const registration = phone.sip.register({
    registrar: exchange.uri,
    aor: 'sip:phone@example.com',
    expiresSeconds: 3600,
  })
  await expect.poll(() => registration.current.state).toBe('registered')
  // The registrar restarts at the same place.
  const port = exchange.sip.listening[0]?.port ?? 0
  await exchange.sip.close()
  const again = await createSipEndpoint({
    listen: [{ protocol: 'tcp', address: '127.0.0.1', port }],
    userAgent: 'test',
    log: faults,
  })
  open.push(again)
  const seen: number[] = []
  again.onRegister(register => {
    seen.push(register.cseq)
    register.accept([{ uri: 'sip:phone@hidden.invalid', expiresSeconds: 3600 }])
  })
  await expect.poll(() => seen.length, { timeout: 8000 }).toBe(1)
  await expect.poll(() => registration.current.state).toBe('registered')
})
