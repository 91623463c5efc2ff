import { createSocket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMedia } from '../src/endpoint/create-media.ts'
import type { AudioLeg, Media, RtpLeg, RtpLegOptions } from '../src/endpoint/media.ts'
import { Source } from '../src/play/source.ts'
import { calmly } from '../src/schedule/testing/calmly.ts'
import { audioOf, createPhone, type Phone, type PhoneOptions, peakOf, shareOf, until } from './phone.ts'

let media: Media
const phones: Phone[] = []

beforeEach(() => {
  media = createMedia({ listenAddress: '127.0.0.1', ports: { from: 22_400, to: 22_499 } })
})
afterEach(async () => {
  await media.close()
  expect(media.counts()).toEqual({ ports: 0, legs: 0, rooms: 0, recordings: 0, playbacks: 0, ticking: 0, timers: 0 })
  await Promise.all(phones.splice(0).map(phone => phone.close()))
})

async function phoneOf(options: PhoneOptions = {}): Promise<Phone> {
  const phone = await createPhone(options)
  phones.push(phone)
  return phone
}

async function call(
  options: PhoneOptions = {},
  legOptions: RtpLegOptions = {},
): Promise<{ phone: Phone; leg: RtpLeg }> {
  const phone = await phoneOf(options)
  const leg = await media.rtpLeg(legOptions)
  answered(leg, phone.sdp())
  phone.aim(leg.local.port)
  return { phone, leg }
}

function answered(leg: RtpLeg, offer: string): string {
  const answer = leg.answer(offer)
  if (!answer.ok) throw new Error(answer.reason)
  return answer.sdp
}

/** Two of our own legs that called each other. */
async function pair(first: RtpLegOptions, second: RtpLegOptions = first): Promise<[RtpLeg, RtpLeg]> {
  const a = await media.rtpLeg(first)
  const b = await media.rtpLeg(second)
  const accepted = a.accept(answered(b, a.offer()))
  if (!accepted.ok) throw new Error(accepted.reason)
  return [a, b]
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
const sine = (hz: number): Source =>
  new Source(
    `${hz} Hz`,
    Int16Array.from({ length: 8000 }, (_, i) => 8000 * Math.sin((2 * Math.PI * hz * i) / 8000)),
  )

/** Plays a tone from one leg and keeps what the other hears. */
function playThrough(from: AudioLeg, to: AudioLeg, hz: number): { heard: () => Int16Array } {
  const room = media.room()
  room.join(from)
  room.play(from.id, sine(hz), { loop: true })
  const far = media.room()
  far.join(to)
  const frames: number[] = []
  to.onAudio(pcm => frames.push(...pcm))
  return { heard: () => Int16Array.from(frames) }
}

describe('SDP', () => {
  test('of an answer names one codec, the telephone events and our address, and keeps its version while nothing changes', async () => {
    const phone = await phoneOf()
    const leg = await media.rtpLeg({ codecs: ['PCMU', 'PCMA'] })
    const sdp = answered(leg, phone.sdp({ codecs: ['PCMA', 'PCMU'] }))
    expect(sdp).toContain(`m=audio ${leg.local.port} RTP/AVP 0 101`)
    expect(sdp).toContain('c=IN IP4 127.0.0.1')
    expect(sdp).toContain('a=sendrecv')
    expect(leg.codec).toBe('PCMU')
    expect(answered(leg, phone.sdp({ codecs: ['PCMA', 'PCMU'] }))).toBe(sdp)
    expect(answered(leg, phone.sdp({ codecs: ['PCMA', 'PCMU'], direction: 'sendonly' }))).toMatch(/^o=- \d+ 2 /m)
  })

  test.each([
    ['nothing', '', 'sdp.malformed'],
    ['no audio', 'v=0\r\ns=-\r\nt=0 0\r\nc=IN IP4 127.0.0.1\r\nm=video 5000 RTP/AVP 96\r\n', 'sdp.noAudio'],
    ['a host name', 'v=0\r\nc=IN IP4 phone.example\r\nm=audio 5000 RTP/AVP 8\r\n', 'sdp.badAddress'],
    ['an address of the other family', 'v=0\r\nc=IN IP6 2001:db8::1\r\nm=audio 5000 RTP/AVP 8\r\n', 'sdp.badAddress'],
    ['a multicast address', 'v=0\r\nc=IN IP4 239.1.2.3\r\nm=audio 5000 RTP/AVP 8\r\n', 'sdp.badAddress'],
    ['no common codec', 'v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 5000 RTP/AVP 18\r\n', 'sdp.noCommonCodec'],
    ['a port beyond all', 'v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 99999 RTP/AVP 8\r\n', 'sdp.malformed'],
    ['a megabyte', `v=0\r\n${'a=x\r\n'.repeat(200_000)}`, 'sdp.malformed'],
  ])('with %s is refused with 488 and a reason', async (_what, sdp, code) => {
    const leg = await media.rtpLeg({})
    expect(leg.answer(sdp)).toMatchObject({ ok: false, status: 488, code })
    expect(leg.codec).toBeNull()
  })

  test('that is refused later leaves the call as it was', async () => {
    const { phone, leg } = await call({ tone: 440 })
    const room = media.room()
    room.join(leg, { hears: [leg.id] })
    await until(() => phone.packets.length > 5)
    expect(leg.answer('v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 5000 RTP/AVP 18\r\n').ok).toBe(false)
    expect(shareOf(440, audioOf(await phone.listen(500)))).toBeGreaterThan(0.9)
  })

  test('refuses media it has no use for, line by line', async () => {
    const leg = await media.rtpLeg({})
    const sdp = answered(
      leg,
      'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 5002 RTP/AVP 96\r\nm=audio 5000 RTP/AVP 8\r\n',
    )
    expect(sdp.match(/^m=.*$/gm)).toEqual(['m=video 0 RTP/AVP 96', `m=audio ${leg.local.port} RTP/AVP 8`])
  })

  test.each([
    ['sendonly', 'recvonly', true],
    ['inactive', 'inactive', true],
    ['recvonly', 'sendonly', false],
  ])('with %s is answered with %s', async (theirs, ours, held) => {
    const { phone, leg } = await call()
    const told: boolean[] = []
    leg.onHeldByPeer(now => told.push(now))
    expect(answered(leg, phone.sdp({ direction: theirs }))).toContain(`a=${ours}`)
    expect([leg.direction, leg.heldByPeer]).toEqual([ours, held])
    answered(leg, phone.sdp())
    expect([leg.direction, leg.heldByPeer]).toEqual(['sendrecv', false])
    expect(told).toEqual(held ? [true, false] : [])
  })

  test('held in the old way (0.0.0.0) is sent nothing until it is taken back', async () => {
    const { phone, leg } = await call({ tone: 440 })
    const room = media.room()
    room.join(leg)
    await until(() => phone.packets.length > 5)
    answered(leg, phone.sdp({ address: '0.0.0.0' }))
    expect(leg.heldByPeer).toBe(true)
    await pause(50)
    expect(await phone.listen(200)).toHaveLength(0)
    answered(leg, phone.sdp())
    await until(() => phone.packets.length > 5)
  })

  test('of our own hold says sendonly, and what the far end says meanwhile is not heard', async () => {
    const { phone, leg } = await call({ tone: 440 })
    const other = await call({ tone: null })
    const room = media.room()
    room.join(leg)
    room.join(other.leg)
    await until(() => other.phone.packets.length > 10)
    expect(leg.offer({ direction: 'sendonly' })).toContain('a=sendonly')
    expect(leg.accept(phone.sdp({ direction: 'recvonly' }))).toEqual({ ok: true })
    await pause(50)
    expect(peakOf(audioOf(await other.phone.listen(300)))).toBeLessThan(20)
  })

  test('lets the far end move to another port', async () => {
    const { phone, leg } = await call({ tone: 440 })
    const room = media.room()
    room.join(leg, { hears: [leg.id] })
    await until(() => phone.packets.length > 5)
    const moved = await phoneOf({ tone: 600 })
    answered(leg, moved.sdp())
    moved.aim(leg.local.port)
    phone.aim(0)
    await until(() => moved.packets.length > 10)
    expect(shareOf(600, audioOf(await moved.listen(500)))).toBeGreaterThan(0.9)
  })
})

describe('digits', () => {
  test('pressed by events are told once each and reach the other side by relay', async () => {
    const { phone, leg } = await call({ tone: 0 })
    const other = await call({ tone: 0 })
    const room = media.room()
    room.join(leg)
    room.join(other.leg)
    const told: string[] = []
    leg.onDigit((digit, ms) => told.push(`${digit} ${ms}`))
    await until(() => other.phone.packets.length > 10)
    phone.press(5)
    phone.press(11)
    await until(() => told.length === 2)
    expect(told).toEqual(['5 100', '# 100'])
    await until(() => other.phone.packets.filter(packet => packet.type === 101).length === 14)
    room.digits('consume')
    other.phone.packets.length = 0
    phone.press(7)
    await until(() => told.length === 3)
    await pause(100)
    expect(other.phone.packets.filter(packet => packet.type === 101)).toHaveLength(0)
  })

  test('are sent as events, three ends each, while the audio waits', async () => {
    const { phone, leg } = await call()
    const room = media.room()
    room.join(leg)
    await until(() => phone.packets.length > 5)
    phone.packets.length = 0
    await leg.sendDigits('4#')
    const events = phone.packets.filter(packet => packet.type === 101)
    const ends = events.filter(packet => packet.payload[1]! >= 0x80)
    expect(ends.map(packet => packet.payload[0])).toEqual([4, 4, 4, 11, 11, 11])
    expect(new Set(events.map(packet => packet.timestamp)).size).toBe(2)
    for (let i = 1; i < phone.packets.length; i++)
      expect((phone.packets[i]!.sequence - phone.packets[i - 1]!.sequence) & 0xffff).toBe(1)
    await expect(leg.sendDigits('1x')).rejects.toMatchObject({ code: 'media.badDigit' })
  })

  test('go and come as tones where no events were agreed', async () => {
    const [a, b] = await pair({ telephoneEvent: false })
    for (const leg of [a, b]) media.room().join(leg)
    const told: string[] = []
    b.onDigit(digit => told.push(digit))
    await pause(200)
    await calmly(async () => {
      told.length = 0
      await a.sendDigits('19*0')
      await until(() => told.length >= 4)
      expect(told.join('')).toBe('19*0')
    })
  })
})

describe('addresses', () => {
  test('a far end behind NAT is found by its first packet, and forged packets change nothing afterwards', async () => {
    const phone = await phoneOf({ tone: 440 })
    const leg = await media.rtpLeg({})
    // Its SDP names a private address and a port that are not where it sends from.
    answered(leg, phone.sdp({ address: '10.9.8.7', port: 4000 }))
    phone.aim(leg.local.port)
    const room = media.room()
    room.join(leg, { hears: [leg.id] })
    await until(() => phone.packets.length > 10)
    expect(leg.remote).toEqual({ address: '127.0.0.1', port: phone.port })
    const forger = await phoneOf({ tone: 1000 })
    forger.aim(leg.local.port)
    await until(() => leg.quality().dropped.foreign > 10)
    const heard = audioOf(await phone.listen(500))
    expect(shareOf(440, heard)).toBeGreaterThan(0.9)
    expect(shareOf(1000, heard)).toBeLessThan(0.01)
    expect(forger.packets).toHaveLength(0)
    expect(leg.quality().lost).toBe(0)
  })

  test('the address in the SDP takes a call back from who spoke first', async () => {
    const phone = await phoneOf({ tone: 440 })
    const forger = await phoneOf({ tone: 1000 })
    const leg = await media.rtpLeg({})
    answered(leg, phone.sdp())
    const room = media.room()
    room.join(leg, { hears: [leg.id] })
    forger.aim(leg.local.port)
    await until(() => forger.packets.length > 5)
    phone.aim(leg.local.port)
    await until(() => phone.packets.length > 5)
    forger.packets.length = 0
    expect(shareOf(440, audioOf(await phone.listen(500)))).toBeGreaterThan(0.9)
    expect(forger.packets.length).toBeLessThan(3)
  })

  test('a flood is dropped and counted', async () => {
    const { phone, leg } = await call({ tone: null }, { maxPacketsPerSecond: 100 })
    const packet = Buffer.alloc(172, 0xd5)
    packet[0] = 0x80
    packet[1] = 8
    for (let i = 0; i < 1000; i++) {
      packet.writeUInt16BE(i, 2)
      phone.send(Buffer.from(packet))
      if (i % 50 === 0) await pause(1)
    }
    await until(() => leg.quality().dropped.flood > 300)
    expect(leg.quality().packetsReceived).toBeLessThanOrEqual(300)
  })

  test('what is no RTP is dropped and counted', async () => {
    const { phone, leg } = await call({ tone: null })
    for (const bytes of [[], [0x80], [1, 2, 3], Array(400).fill(255), [0x8f, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9]])
      phone.send(Buffer.from(bytes))
    await until(() => leg.quality().dropped.malformed >= 3)
  })

  test('IPv6 carries calls too', async () => {
    const six = createMedia({ listenAddress: '::1', ports: { from: 22_500, to: 22_519 } })
    const phone = await phoneOf({ tone: 440, address: '::1' })
    const leg = await six.rtpLeg({})
    expect(answered(leg, phone.sdp())).toContain('c=IN IP6 ::1')
    phone.aim(leg.local.port)
    six.room().join(leg, { hears: [leg.id] })
    await until(() => phone.packets.length > 20)
    expect(shareOf(440, audioOf(await phone.listen(400)))).toBeGreaterThan(0.9)
    await six.close()
  })
})

describe('ports', () => {
  test('are even, are refused with 503 when all are taken, and come back when a leg closes', async () => {
    const small = createMedia({ listenAddress: '127.0.0.1', ports: { from: 22_520, to: 22_525 }, maxLegs: 10 })
    const legs = await Promise.all([0, 1, 2].map(() => small.rtpLeg({})))
    expect(legs.map(leg => leg.local.port)).toEqual([22_520, 22_522, 22_524])
    await expect(small.rtpLeg({})).rejects.toMatchObject({ code: 'media.noPorts', status: 503, retryable: true })
    await legs[1]!.close()
    await legs[1]!.close()
    expect(small.counts()).toMatchObject({ ports: 4, legs: 2 })
    expect((await small.rtpLeg({})).local.port).toBe(22_522)
    await small.close()
    expect(small.counts()).toMatchObject({ ports: 0, legs: 0 })
  })

  test('that another program holds are passed over', async () => {
    const socket = createSocket('udp4')
    await new Promise<void>(resolve => socket.bind(22_531, '127.0.0.1', resolve))
    const small = createMedia({ listenAddress: '127.0.0.1', ports: { from: 22_530, to: 22_533 } })
    expect((await small.rtpLeg({})).local.port).toBe(22_532)
    await small.close()
    socket.close()
  })

  test('beyond the most legs a node takes, the next is refused', async () => {
    const one = createMedia({ listenAddress: '127.0.0.1', ports: { from: 22_540, to: 22_549 }, maxLegs: 1 })
    await one.rtpLeg({})
    await expect(one.rtpLeg({})).rejects.toMatchObject({ code: 'media.full', status: 503 })
    expect(() => one.browserLeg({})).toThrow('all this node takes')
    await one.close()
  })
})

describe('two of our legs', () => {
  test('encrypt what they say when one requires it', async () => {
    const [a, b] = await pair({ srtp: 'required' }, {})
    expect([a.secure, b.secure]).toEqual([true, true])
    const { heard } = playThrough(a, b, 500)
    await until(() => heard().length > 8000)
    expect(shareOf(500, heard().subarray(1600))).toBeGreaterThan(0.9)
    const spy = await phoneOf({ tone: 1000 })
    spy.aim(b.local.port)
    await pause(600)
    expect(shareOf(1000, heard().subarray(-4000))).toBeLessThan(0.01)
  })

  test('refuse to speak in the clear when encryption is required', async () => {
    const leg = await media.rtpLeg({ srtp: 'required' })
    const phone = await phoneOf()
    expect(leg.answer(phone.sdp())).toMatchObject({ ok: false, code: 'sdp.srtpRequired' })
    leg.offer()
    expect(leg.accept(phone.sdp())).toMatchObject({ ok: false, code: 'sdp.srtpRequired' })
  })

  test('speak G.722, and a G.711 member of the room hears them', async () => {
    const [a, b] = await pair({ codecs: ['G722'] })
    expect(b.codec).toBe('G722')
    const source = media.room()
    source.join(a)
    source.play(a.id, sine(500), { loop: true })
    const { phone, leg } = await call({ tone: 900 })
    const room = media.room()
    room.join(b)
    room.join(leg)
    expect([room.feed(b.id), room.feed(leg.id)]).toEqual(['mix', 'mix'])
    const frames: number[] = []
    a.onAudio(pcm => frames.push(...pcm))
    await until(() => phone.packets.length > 20)
    expect(shareOf(500, audioOf(await phone.listen(600)))).toBeGreaterThan(0.8)
    expect(shareOf(900, Int16Array.from(frames.slice(-4000)))).toBeGreaterThan(0.8)
  })

  test('exchange real-time text where both want it, and lose none', async () => {
    const [a, b] = await pair({ text: 'offer' }, {})
    expect([a.textMode, b.textMode]).toEqual(['t140', 't140'])
    let atB = ''
    let atA = ''
    b.onText(text => {
      atB += text
    })
    a.onText(text => {
      atA += text
    })
    expect(a.sendText('Hello, I am deaf. ')).toBe(true)
    expect(b.sendText('Welcome š')).toBe(true)
    await until(() => atB.includes('deaf. ') && atA.includes('š'))
    expect(atB).toContain('Hello, I am deaf. ')
    expect(media.counts().ports).toBe(8)
  })

  test('exchange Baudot text over plain audio', async () => {
    const [a, b] = await pair({ codecs: ['PCMU'] })
    for (const leg of [a, b]) media.room().join(leg)
    expect([a.sendText('X'), a.textMode]).toEqual([false, 'none'])
    a.tty(true)
    let text = ''
    const detected: string[] = []
    b.onText(typed => {
      text += typed
    })
    b.onDetect(kind => detected.push(kind))
    b.detect(['tty', 'busy'])
    await pause(200)
    await calmly(async () => {
      text = ''
      expect(a.sendText('HI 911')).toBe(true)
      await until(() => text.includes('911'), 8000)
      expect(text.trim()).toBe('HI 911')
    })
    expect(detected).toEqual(['tty'])
  })

  test('know of each other how well they are heard', async () => {
    const [a, b] = await pair({})
    playThrough(a, b, 500)
    playThrough(b, a, 600)
    await until(() => a.quality().roundTripMs !== null || b.quality().roundTripMs !== null, 20_000)
    const quality = [a, b].map(leg => leg.quality()).find(one => one.roundTripMs !== null)!
    expect(quality.roundTripMs).toBeLessThan(200)
    expect(quality).toMatchObject({ lost: 0, remoteLossRatio: 0 })
    expect(quality.mos).toBeGreaterThan(4)
    expect(Date.now() - quality.lastPacketAt!).toBeLessThan(1000)
  }, 25_000)
})

test('a leg whose far end falls silent says so once, and again after it came back', async () => {
  const { phone, leg } = await call({ tone: 440 })
  let told = 0
  leg.onSilence(1000, () => told++)
  await until(() => leg.quality().packetsReceived > 5)
  phone.aim(0)
  await until(() => told === 1)
  phone.aim(leg.local.port)
  await pause(1300)
  expect(told).toBe(1)
  phone.aim(0)
  await until(() => told === 2)
}, 15_000)

test('a far end that gets another port from its NAT in mid-call is found again', async () => {
  const { phone, leg } = await call({ tone: 440 })
  media.room().join(leg, { hears: [leg.id] })
  await until(() => phone.packets.length > 20)
  // Long enough for the socket to be tied to the first port.
  await pause(1200)
  phone.aim(0)
  const rebound = await phoneOf({ tone: 600 })
  rebound.aim(leg.local.port)
  await until(() => rebound.packets.length > 10, 8000)
  expect(leg.remote?.port).toBe(rebound.port)
}, 15_000)
