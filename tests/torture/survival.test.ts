import { connect, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { SipEndpoint } from '@centrala/sip/endpoint/endpoint.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../until.ts'
import { sip } from './corpus.ts'
import { rfc4475 } from './rfc4475.ts'
import { rfc5118 } from './rfc5118.ts'
import { type Attacker, openAttacker, openVictim, validOptions } from './victim.ts'

// One endpoint suffers everything in this file, in order. Its timers are short, so that what it keeps for its peers' sake
// (transactions for 64·T1) is gone within the test.

const t1Ms = 20
let victim: SipEndpoint
let attacker: Attacker
let failures: unknown[]
const waits: { udp: number[]; tcp: number[] } = { udp: [], tcp: [] }

beforeAll(async () => {
  const opened = await openVictim({
    timing: { t1Ms, t2Ms: 4 * t1Ms, t4Ms: 5 * t1Ms },
    limits: { partialTimeoutMs: 1_500, maxConnectionsPerAddress: 300 },
  })
  victim = opened.endpoint
  failures = opened.failures
  attacker = await openAttacker(victim)
})

afterAll(async () => {
  attacker.close()
  await victim.close()
})

/** What was sent has been worked off, and then a valid OPTIONS is answered at once, over UDP and over a new TCP connection. */
async function alive(): Promise<void> {
  await attacker.askUdp()
  waits.udp.push(await attacker.askUdp())
  waits.tcp.push(await attacker.askTcp())
}

const bases: Record<string, Buffer> = {
  INVITE: sip`
INVITE sip:+49301234567@example.com;user=phone SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK776asdhds;rport
Max-Forwards: 70
To: "A, \"B\"" <sip:bob@[2001:db8::1]:5060;lr>
From: Alice <sip:alice@atlanta.com>;tag=1928301774
Call-ID: a84b4c76e66710@pc33.atlanta.com
CSeq: 314159 INVITE
Contact: <sip:alice@127.0.0.1:9>;q=0.5
Session-Expires: 1800;refresher=uac
Supported: timer, 100rel
Content-Type: application/sdp
Content-Length: {length}

v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 49170 RTP/AVP 0
`,
  REGISTER: sip`
REGISTER sip:example.com SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKnashds7
To: Bob <sip:bob@biloxi.com>
From: Bob <sip:bob@biloxi.com>;tag=456248
Call-ID: 843817637684230@998sdasdh09
CSeq: 1826 REGISTER
Contact: <sip:bob@127.0.0.1:9>;+sip.instance="<urn:uuid:0>";expires=60
Authorization: Digest username="bob", realm="victim", nonce="n", uri="sip:example.com", response="0", qop=auth, nc=00000001, cnonce="c"
Expires: 7200
l: 0

`,
  BYE: sip`
BYE sip:alice@127.0.0.1 SIP/2.0
v: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKnashds10, SIP/2.0/TCP [::1];branch=z9hG4bK1
f: Bob <sip:bob@biloxi.com>;tag=a6c85cf
t: Alice <sip:alice@atlanta.com>;tag=1928301774
i: a84b4c76e66710
CSeq: 231 BYE
Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>
Reason: Q.850;cause=16;text="Terminated"
l: 0

`,
  response: sip`
SIP/2.0 200 OK
Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKnashds8;received=192.0.2.3;rport=5060
To: Bob <sip:bob@biloxi.com>;tag=a6c85cf
From: Alice <sip:alice@atlanta.com>;tag=1928301774
Call-ID: a84b4c76e66710
CSeq: 314159 INVITE
Contact: <sip:bob@192.0.2.4>
Record-Route: <sip:p2.biloxi.com;lr>
Content-Length: 0

`,
}

/** Bytes that mean something somewhere in the grammar, and some that never do. */
const meaningful = Buffer.from('\0\t\r\n "%,/:;<=>@[\\]*\x7f\xff', 'latin1')

/** Every byte replaced by each of these, left out, and doubled. */
function* mutations(base: Buffer): Iterable<Buffer> {
  for (let at = 0; at < base.length; at++) {
    for (const byte of meaningful) {
      const copy = Buffer.from(base)
      copy[at] = byte
      yield copy
    }
    yield Buffer.concat([base.subarray(0, at), base.subarray(at + 1)])
    yield Buffer.concat([base.subarray(0, at + 1), base.subarray(at)])
  }
}

/** Small enough for the socket's buffer, so that every one arrives. */
const batch = 100

test.each(Object.entries(bases))('%s with every byte changed, over UDP', async (name, base) => {
  const before = attacker.answers()
  let sent = 0
  for (const bytes of mutations(base)) {
    attacker.udp(bytes)
    if (++sent % batch === 0) await alive()
  }
  await alive()
  expect(sent).toBe(base.length * (meaningful.length + 2))
  // They did arrive: most are answered, and to where they came from. A response gets no answer.
  if (name === 'INVITE') expect(attacker.answers() - before).toBeGreaterThan(sent / 2)
  if (name === 'response') expect(attacker.answers() - before).toBeLessThan(sent / 10)
})

test.each(Object.entries(bases))('%s cut off at every byte, over UDP', async (_name, base) => {
  for (let end = 0; end < base.length; end++) {
    attacker.udp(base.subarray(0, end))
    if (end % batch === 0) await alive()
  }
  await alive()
})

/** A stream connection to the victim that swallows what comes and minds no ending. */
function stream(): Socket {
  const socket = connect(attacker.tcpPort, '127.0.0.1')
  socket.on('error', () => {})
  return socket.resume()
}

const ended = (socket: Socket): Promise<void> =>
  socket.destroyed ? Promise.resolve() : new Promise(resolve => socket.once('close', () => resolve()))

test('an INVITE with bytes changed, each on its own TCP connection', async () => {
  let seen = 0
  for (const bytes of mutations(bases.INVITE!)) {
    if (++seen % 7 !== 0) continue
    const socket = stream()
    socket.end(bytes)
    await ended(socket)
    if (seen % (7 * batch) === 0) await alive()
  }
  await alive()
})

test('every torture message over TCP, whole and in one-byte pieces', async () => {
  for (const { bytes } of [...rfc4475, ...rfc5118]) {
    const whole = stream()
    whole.end(bytes)
    const pieces = stream().setNoDelay(true)
    for (const byte of bytes) pieces.write(Buffer.from([byte]))
    pieces.end()
    await Promise.all([ended(whole), ended(pieces)])
    await alive()
  }
})

test('a valid request in one-byte pieces is answered', async () => {
  const socket = connect(attacker.tcpPort, '127.0.0.1').setNoDelay(true)
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  for (const byte of validOptions('TCP').bytes) {
    await new Promise<void>(resolve => socket.write(Buffer.from([byte]), () => resolve()))
  }
  await until(() => text.startsWith('SIP/2.0 200'), 'the answer')
  socket.destroy()
})

test('wrong lengths over TCP', async () => {
  const options = validOptions('TCP').bytes.toString()
  for (const length of ['1', '99999999999', '-1', '4294967296', '0x10', '', '0, 5', '0\r\nl: 7', '65000']) {
    const socket = stream()
    socket.end(options.replace('Content-Length: 0', `Content-Length: ${length}`) + options)
    await ended(socket)
    await alive()
  }
})

test('headers of 64 KB, over UDP and TCP', async () => {
  const options = validOptions('UDP').bytes.toString()
  const large = 64_000
  for (const line of [
    `X: ${'a'.repeat(large)}`,
    `${'X'.repeat(large)}: a`,
    `Via: ${'SIP/2.0/UDP h,'.repeat(large / 14)}`,
    `Via: SIP/2.0/UDP h${';a=b'.repeat(large / 4)}`,
    `Contact: ${'<sip:a@b>,'.repeat(large / 10)}`,
    `Route: ${'<'.repeat(large)}`,
    `Record-Route: ${'"'.repeat(large)}`,
    `Subject: a${'\r\n b'.repeat(large / 4)}`,
    `Supported: ${','.repeat(large)}`,
    `Require: ${'x,'.repeat(large / 2)}`,
    `Authorization: Digest ${'a="b",'.repeat(large / 6)}`,
    'X: y\r\n'.repeat(large / 6).trimEnd(),
    `Content-Length: ${'0'.repeat(large)}`,
    `Max-Forwards: ${'9'.repeat(large)}`,
  ]) {
    const bytes = Buffer.from(options.replace('Max-Forwards: 70', line))
    for (let i = 0; i < 5; i++) attacker.udp(bytes)
    const socket = stream()
    socket.end(bytes)
    await ended(socket)
    await alive()
  }
})

test('a flood of half messages: every caller is answered meanwhile, and every half is given up', async () => {
  const half = bases.INVITE!.subarray(0, 400)
  const sockets = Array.from({ length: 250 }, () => {
    const socket = stream()
    socket.write(half)
    return socket
  })
  await until(() => victim.counts().connections >= 250, 'all half messages')
  for (let i = 0; i < 10; i++) await alive()
  await Promise.all(sockets.map(ended))
  await until(() => victim.counts().connections === 0, 'no connection left')
})

test('more connections than are allowed from one address: the first go on', async () => {
  const first = connect(attacker.tcpPort, '127.0.0.1')
  let text = ''
  first.on('data', chunk => {
    text += chunk
  })
  first.on('error', () => {})
  // Who has spoken may be silent for as long as it likes.
  first.write(validOptions('TCP').bytes)
  await until(() => text.startsWith('SIP/2.0 200'), 'its first answer')
  text = ''
  const sockets = Array.from({ length: 400 }, stream)
  await until(() => sockets.filter(socket => socket.destroyed).length >= 100, 'refused connections')
  first.write(validOptions('TCP').bytes)
  await until(() => text.startsWith('SIP/2.0 200'), 'the answer to the first')
  for (const socket of sockets) socket.destroy()
  first.destroy()
  await until(() => victim.counts().connections === 0, 'no connection left')
  await alive()
})

test('pings without end and random bytes', async () => {
  const pinging = stream()
  for (let i = 0; i < 50; i++) pinging.write('\r\n'.repeat(30_000))
  for (let i = 0; i < 2_000; i++) {
    attacker.udp(Buffer.from(Array.from({ length: (i * 37) % 900 }, (_, at) => (i * 31 + at * at * 17) % 256)))
    if (i % batch === 0) await alive()
  }
  pinging.destroy()
  await alive()
})

test('calls from strangers that are never acknowledged leave nothing', async () => {
  const invite = bases.INVITE!.toString()
  for (let i = 0; i < 3_000; i++) {
    attacker.udp(Buffer.from(invite.replace('776asdhds', `flood${i}`).replace('a84b4c', `flood${i}`)))
    if (i % batch === 0) await alive()
  }
  await alive()
})

test('nothing is left of all that: no transaction, dialog, timer or connection', async () => {
  await until(() => Object.values(victim.counts()).every(count => count === 0), 'all counts to be zero', 30_000)
  expect(victim.counts()).toEqual({ transactions: 0, dialogs: 0, registrations: 0, timers: 0, connections: 0 })
  expect(failures).toEqual([])
})

test('a valid OPTIONS was answered within 100 ms throughout', () => {
  for (const [protocol, list] of Object.entries(waits)) {
    const sorted = list.toSorted((a, b) => a - b)
    const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
    const shown = [0.5, 0.99, 1].map(part => at(part).toFixed(1)).join(' / ')
    console.log(`${protocol}: ${sorted.length} valid OPTIONS answered; median / p99 / longest ${shown} ms`)
    expect(sorted.length).toBeGreaterThan(100)
    expect(at(0.99)).toBeLessThan(100)
  }
})

test('memory is flat', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = (): number => {
    collect()
    const { heapUsed, external } = process.memoryUsage()
    return (heapUsed + external) / 1e6
  }
  const round = async (): Promise<number> => {
    for (const base of Object.values(bases)) {
      let sent = 0
      for (const bytes of mutations(base)) {
        if (sent % 3 === 0) attacker.udp(bytes)
        if (++sent % (3 * batch) === 0) await attacker.askUdp()
      }
    }
    for (let i = 0; i < 100; i++) stream().end(bases.INVITE!.subarray(0, 300 + i))
    await attacker.askTcp()
    await until(() => Object.values(victim.counts()).every(count => count === 0), 'all counts to be zero', 30_000)
    return used()
  }
  await round()
  const before = await round()
  await round()
  await round()
  const after = await round()
  console.log(`memory in use: ${before.toFixed(1)} MB, three rounds later ${after.toFixed(1)} MB`)
  expect(after - before).toBeLessThan(3)
})
