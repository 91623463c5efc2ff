import { beforeEach, expect, test } from 'vitest'
import type { SipEndpoint } from '../endpoint/endpoint.ts'
import { nothing, World } from '../endpoint/testing/world.ts'

// The timers of RFC 3261 table 4, seen from outside: when what is sent again.

let world: World
let alice: SipEndpoint & { address: string }
let stranger: { heard: string[]; say(text: string, to: string): void }
let startedAt = 0
let heardAt: { at: number; line: string }[] = []

beforeEach(async () => {
  world = new World()
  alice = await world.endpoint()
  stranger = world.network.stranger('10.0.0.66')
  startedAt = world.clock.now()
  heardAt = []
  world.network.drop = (text, from) => {
    const line = text.slice(0, text.indexOf('\r\n'))
    if (from === alice.address) heardAt.push({ at: world.clock.now() - startedAt, line })
    return false
  }
})

const times = (method: string) => heardAt.filter(one => one.line.startsWith(method)).map(one => one.at)

/** An answer to the last request heard of this method. */
function answer(method: string, status: string, toTag = 't'): void {
  const request = stranger.heard.findLast(text => text.startsWith(method)) ?? ''
  const keep = request.split('\r\n').filter(line => /^(Via|From|Call-ID|CSeq):/.test(line))
  const to = /^To: (.*)$/m.exec(request)?.[1]?.trim() ?? ''
  const lines = [
    `SIP/2.0 ${status}`,
    ...keep,
    `To: ${to};tag=${toTag}`,
    'Contact: <sip:x@10.0.0.66>',
    'Content-Length: 0',
  ]
  stranger.say(`${lines.join('\r\n')}\r\n\r\n`, alice.address)
}

function call() {
  return alice.invite({ uri: 'sip:x@10.0.0.66', from: 'sip:a@10.0.0.1', sdp: 'offer' })
}

test('an INVITE nobody answers is sent seven times in 32 s, each pause double the last', async () => {
  const outgoing = call()
  await world.pass(40_000)
  expect(times('INVITE')).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500])
  expect(await outgoing.answered).toMatchObject({ cause: 'timeout' })
  expect(alice.counts()).toEqual(nothing)
})

test('an INVITE is not sent again after a provisional answer', async () => {
  const outgoing = call()
  await world.pass(100)
  answer('INVITE', '180 Ringing')
  await world.pass(30_000)
  expect(times('INVITE')).toEqual([0])
  answer('INVITE', '486 Busy Here')
  await world.settled(outgoing.answered)
})

test('another request is sent eleven times, the pause growing to 4 s', async () => {
  const asked = alice.options('sip:x@10.0.0.66')
  await world.pass(40_000)
  expect(times('OPTIONS')).toEqual([0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
  expect(await asked).toMatchObject({ cause: 'timeout' })
  expect(alice.counts()).toEqual(nothing)
})

test('a provisional answer slows another request down to every 4 s', async () => {
  void alice.options('sip:x@10.0.0.66')
  await world.pass(600)
  answer('OPTIONS', '100 Trying')
  await world.pass(11_000)
  expect(times('OPTIONS')).toEqual([0, 500, 4601, 8601])
  await world.pass(60_000)
  expect(alice.counts()).toEqual(nothing)
})

test('every repetition of a refusal is acknowledged, and for 32 s only', async () => {
  const outgoing = call()
  await world.pass(10)
  answer('INVITE', '486 Busy Here')
  await world.pass(500)
  answer('INVITE', '486 Busy Here')
  await world.pass(10)
  expect(times('ACK')).toHaveLength(2)
  expect(await outgoing.answered).toMatchObject({ status: 486 })
  await world.pass(33_000)
  answer('INVITE', '486 Busy Here')
  await world.pass(10)
  expect(times('ACK')).toHaveLength(2)
  expect(alice.counts()).toEqual(nothing)
})

test('a call taken back before anything was heard is cancelled at the first sign of life, and tried nowhere else', async () => {
  const first = { protocol: 'udp', address: '10.0.0.66', port: 5060 } as const
  const second = { ...first, address: '10.0.0.67' }
  const other = world.network.stranger('10.0.0.67')
  alice = await world.endpoint({
    resolver: { resolve: async () => [first, second], markFailed: () => {}, markAlive: () => {} },
  })
  const outgoing = call()
  await world.pass(1000)
  outgoing.cancel()
  expect(await outgoing.answered).toMatchObject({ cause: 'cancelled' })
  expect(times('CANCEL')).toEqual([])
  answer('INVITE', '180 Ringing')
  await world.pass(10)
  expect(times('CANCEL')).toHaveLength(1)
  answer('CANCEL', '200 OK')
  answer('INVITE', '487 Request Terminated')
  await world.pass(40_000)
  expect(times('ACK')).toHaveLength(1)
  expect(other.heard).toEqual([])
  expect(alice.counts()).toEqual(nothing)
})

test('a cancelled call that is neither refused nor answered is forgotten after 32 s', async () => {
  const outgoing = call()
  await world.pass(10)
  answer('INVITE', '180 Ringing')
  await world.pass(10)
  outgoing.cancel()
  await world.pass(10)
  answer('CANCEL', '200 OK')
  await world.pass(40_000)
  expect(alice.counts()).toEqual(nothing)
})

test('a session timer of no time at all does not make us refresh without end', async () => {
  const outgoing = call()
  await world.pass(10)
  answer('INVITE', '200 OK\r\nSession-Expires: 0;refresher=uac')
  const answered = await world.settled(outgoing.answered)
  await world.pass(30_000)
  expect(times('INVITE')).toEqual([0])
  if (answered.ok) void answered.session.bye()
  await world.pass(40_000)
  expect(alice.counts()).toEqual(nothing)
})

test('a response that is none of ours is passed over', async () => {
  const outgoing = call()
  await world.pass(10)
  const request = stranger.heard.at(-1) ?? ''
  for (const forged of [request.replace(/branch=z9hG4bK\w+/, 'branch=z9hG4bKguess'), request]) {
    const keep = forged.split('\r\n').filter(line => /^(Via|From|To|Call-ID):/.test(line))
    const lines = ['SIP/2.0 200 OK', ...keep, 'CSeq: 1 BYE', 'Content-Length: 0']
    stranger.say(`${lines.join('\r\n')}\r\n\r\n`, alice.address)
  }
  await world.pass(10)
  expect(outgoing.state).toBe('calling')
  outgoing.cancel()
  await world.pass(40_000)
  expect(world.faults.seen).toEqual([])
})
