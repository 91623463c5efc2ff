import { beforeEach, describe, expect, test } from 'vitest'
import type { Guard, SipEndpoint, SipSession } from './endpoint.ts'
import { nothing, World } from './testing/world.ts'

let world: World
let bob: SipEndpoint & { address: string }
let guard: Guard = () => 'pass'
let stranger: { heard: string[]; say(text: string, to: string): void }
let calls = 0
let session: SipSession | null = null

beforeEach(async () => {
  world = new World()
  guard = () => 'pass'
  calls = 0
  session = null
  bob = await world.endpoint({ guard: (request, peer) => guard(request, peer) })
  bob.onInvite(async invite => {
    calls++
    const result = await invite.answer('answer')
    if (result.ok) session = result.session
  })
  stranger = world.network.stranger('10.0.0.66')
})

interface Words {
  method?: string
  uri?: string
  branch?: string
  callId?: string
  fromTag?: string
  toTag?: string | null
  seq?: number
  more?: string[]
  body?: string
  type?: string
  hops?: number
}

function text(words: Words): string {
  const { method = 'OPTIONS', uri = 'sip:bob@10.0.0.1', branch = 'z9hG4bK1', callId = 'c1', body = '' } = words
  const to = words.toTag == null ? '' : `;tag=${words.toTag}`
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP 10.0.0.66:5060${branch === '' ? '' : `;branch=${branch}`}`,
    `Max-Forwards: ${words.hops ?? 70}`,
    `From: <sip:x@10.0.0.66>;tag=${words.fromTag ?? 'f1'}`,
    `To: <sip:bob@10.0.0.1>${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${words.seq ?? 1} ${method}`,
    'Contact: <sip:x@10.0.0.66>',
    ...(words.more ?? []),
    ...(body === '' ? [] : [`Content-Type: ${words.type ?? 'application/sdp'}`]),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

/** Says it and returns the status codes heard since. */
async function say(words: Words, waitMs = 100): Promise<number[]> {
  const before = stranger.heard.length
  stranger.say(text(words), bob.address)
  await world.pass(waitMs)
  return stranger.heard.slice(before).map(one => Number(/^SIP\/2\.0 (\d+)/.exec(one)?.[1] ?? 0))
}

function header(name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, 'mi').exec(stranger.heard.at(-1) ?? '')?.[1]?.trim()
}

/** A call from the stranger, up to and with its ACK; returns our tag. */
async function callIn(words: Words = {}): Promise<string> {
  await say({ method: 'INVITE', body: 'offer', ...words })
  const tag = /;tag=(\S+)/.exec(header('To') ?? '')?.[1] ?? ''
  await say({ method: 'ACK', toTag: tag, branch: 'z9hG4bKack', ...words })
  return tag
}

describe('a request outside of a call', () => {
  test.each([
    ['OPTIONS says what we can', {}, 200],
    ['an unknown method', { method: 'DANCE' }, 405],
    ['an unknown extension', { more: ['Require: teleport'] }, 420],
    ['an unknown kind of address', { uri: 'mailto:bob@example.com' }, 416],
    ['a BYE of no call', { method: 'BYE', toTag: 'nobody' }, 481],
    ['a BYE without tag', { method: 'BYE' }, 481],
    ['a CANCEL of nothing', { method: 'CANCEL' }, 481],
    ['a registration nobody keeps', { method: 'REGISTER', uri: 'sip:10.0.0.1' }, 405],
    ['a call with a body nobody can read', { method: 'INVITE', body: '<p>', type: 'text/html' }, 415],
    ['a request that may go no further is answered where it ends', { hops: 0 }, 200],
    [
      'a call for one too short',
      { method: 'INVITE', body: 'x', more: ['Supported: timer', 'Session-Expires: 60'] },
      422,
    ],
  ] as [string, Words, number][])('%s', async (_, words, status) => {
    expect((await say(words))[0]).toBe(status)
  })

  test('is told what is lacking', async () => {
    await say({ more: ['Require: teleport, 100rel'] })
    expect(header('Unsupported')).toBe('teleport')
    await say({ method: 'DANCE', branch: 'z9hG4bK2' })
    expect(header('Allow')).toContain('INVITE')
    await say({ method: 'INVITE', branch: 'z9hG4bK3', body: 'x', more: ['Supported: timer', 'Session-Expires: 60'] })
    expect(header('Min-SE')).toBe('90')
  })

  test('that comes a second time by another way is a loop', async () => {
    expect(await say({ method: 'INVITE', body: 'offer' })).toEqual([100, 200])
    expect(await say({ method: 'INVITE', body: 'offer', branch: 'z9hG4bKother' }, 10)).toContain(482)
    expect(calls).toBe(1)
  })

  test('that the guard drops gets silence and leaves nothing', async () => {
    guard = () => 'drop'
    expect(await say({ method: 'INVITE', body: 'offer' })).toEqual([])
    expect(await say({ method: 'BYE', toTag: 'x', branch: 'z9hG4bK2' })).toEqual([])
    expect(bob.counts()).toEqual(nothing)
  })

  test('that the guard refuses is answered without keeping anything', async () => {
    guard = () => ({ status: 503, retryAfterSeconds: 5 })
    expect(await say({ method: 'INVITE', body: 'offer' })).toEqual([503])
    expect(header('Retry-After')).toBe('5')
    expect(bob.counts()).toEqual(nothing)
  })
})

describe('an INVITE', () => {
  test('that is repeated rings once and is answered the same', async () => {
    await say({ method: 'INVITE', body: 'offer' }, 10)
    const first = header('To')
    await say({ method: 'INVITE', body: 'offer' }, 600)
    expect(header('To')).toBe(first)
    expect(calls).toBe(1)
  })

  test('of an old sender without branch works to the end', async () => {
    const tag = await callIn({ branch: '' })
    expect(session?.state).toBe('established')
    expect(await say({ method: 'BYE', branch: '', toTag: tag, seq: 2 })).toEqual([200])
    expect(session?.state).toBe('ended')
  })

  test('repeats its refusal until the ACK comes', async () => {
    bob.onInvite(invite => invite.refuse({ status: 486 }))
    expect(await say({ method: 'INVITE', body: 'offer' }, 2000)).toEqual([100, 486, 486, 486])
    const tag = /;tag=(\S+)/.exec(header('To') ?? '')?.[1] ?? ''
    await say({ method: 'ACK', toTag: tag })
    expect(await say({ method: 'ACK', toTag: tag }, 40_000)).toEqual([])
    expect(bob.counts()).toEqual(nothing)
  })
})

describe('a call that waits', () => {
  test('rings once a minute, so that nobody on the way gives it up', async () => {
    bob.onInvite(invite => void invite.ringing())
    expect(await say({ method: 'INVITE', body: 'offer' }, 190_000)).toEqual([100, 180, 180, 180, 180])
  })

  test('is over when the caller’s patience is', async () => {
    let why: string | null = null
    bob.onInvite(invite => {
      void invite.ringing()
      invite.onCancel(end => {
        why = end.reason
      })
    })
    expect(await say({ method: 'INVITE', body: 'offer', more: ['Expires: 20'] }, 20_100)).toEqual([100, 180, 487])
    expect(why).toMatch(/wait longer/)
    await world.pass(80_000)
    expect(bob.counts()).toEqual(nothing)
  })
})

describe('a request inside a call', () => {
  test('that requires what we lack is refused with 420', async () => {
    const tag = await callIn()
    const more = ['Require: teleport']
    expect(await say({ method: 'INFO', toTag: tag, seq: 2, branch: 'z9hG4bK2', more })).toEqual([420])
  })

  test('from one who knows the Call-ID but not both tags hurts nobody', async () => {
    const tag = await callIn()
    const guesses: Words[] = [{ toTag: 'guess' }, { toTag: tag, fromTag: 'guess' }, { toTag: tag, callId: 'guess' }]
    for (const [index, guess] of guesses.entries()) {
      expect(await say({ method: 'BYE', seq: 9, branch: `z9hG4bKg${index}`, ...guess })).toEqual([481])
    }
    expect(session?.state).toBe('established')
  })

  test('that is out of order is refused with 500 and changes nothing', async () => {
    const tag = await callIn({ seq: 10 })
    expect(await say({ method: 'BYE', toTag: tag, seq: 9, branch: 'z9hG4bK2' })).toEqual([500])
    expect(session?.state).toBe('established')
  })

  test('of an unknown kind is refused with 405', async () => {
    const tag = await callIn()
    expect(await say({ method: 'DANCE', toTag: tag, seq: 2, branch: 'z9hG4bK2' })).toEqual([405])
  })

  test('that offers anew while our own offer waits is told to come again', async () => {
    const tag = await callIn()
    session?.onReinvite(() => 'answer')
    void session?.reinvite('ours')
    await world.pass(10)
    expect(stranger.heard.at(-1)).toMatch(/^INVITE sip:x@10\.0\.0\.66 SIP/)
    const heard = await say({ method: 'INVITE', toTag: tag, seq: 2, branch: 'z9hG4bK2', body: 'theirs' }, 10)
    expect(heard).toContain(491)
  })

  test('that changes the call while another change is being thought over is told to come again', async () => {
    const tag = await callIn()
    let decide: (sdp: string) => void = () => {}
    session?.onReinvite(
      () =>
        new Promise(resolve => {
          decide = resolve
        }),
    )
    const first = await say({ method: 'INVITE', toTag: tag, seq: 2, branch: 'z9hG4bK2', body: 'one' })
    const second = await say({ method: 'INVITE', toTag: tag, seq: 3, branch: 'z9hG4bK3', body: 'two' }, 10)
    expect([first, second]).toEqual([[100], [500]])
    expect(Number(header('Retry-After'))).toBeLessThanOrEqual(10)
    decide('answer to one')
    await world.pass(10)
    expect(session?.remoteSdp).toBe('one')
  })

  test('goes by the route the call came', async () => {
    await callIn({ more: ['Record-Route: <sip:10.0.0.66;lr>, <sip:p2.example.com;lr>'] })
    void session?.bye()
    await world.pass(10)
    expect(stranger.heard.at(-1)).toMatch(/^BYE sip:x@10\.0\.0\.66 SIP/)
    expect(stranger.heard.at(-1)).toMatch(/^Route: <sip:10\.0\.0\.66;lr>\r\nRoute: <sip:p2\.example\.com;lr>\r$/m)
  })

  test('goes by a strict router as its URI', async () => {
    await callIn({ more: ['Record-Route: <sip:10.0.0.66>, <sip:p2.example.com;lr>'] })
    void session?.bye()
    await world.pass(10)
    expect(stranger.heard.at(-1)).toMatch(/^BYE sip:10\.0\.0\.66 SIP/)
    expect(stranger.heard.at(-1)).toMatch(/^Route: <sip:p2\.example\.com;lr>\r\nRoute: <sip:x@10\.0\.0\.66>\r$/m)
  })
})
