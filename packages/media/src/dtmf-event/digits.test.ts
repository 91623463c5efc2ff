import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEvent, writeEvent } from './event.ts'
import { DigitReceiver } from './receive.ts'
import { DigitSender, type EventPacket } from './send.ts'

const DIGITS = '0123456789*#ABCD'

/** All packets of `digits`, with the ms each was sent at. */
function send(
  digits: string,
  options: { toneMs?: number; gapMs?: number; from?: number } = {},
): (EventPacket & { atMs: number })[] {
  const sender = new DigitSender(options)
  sender.queue(digits)
  const packets: (EventPacket & { atMs: number })[] = []
  for (let tick = 0; sender.active; tick++) {
    const packet = sender.next(((options.from ?? 0) + tick * 160) >>> 0)
    if (packet) packets.push({ ...packet, atMs: tick * 20 })
  }
  return packets
}

function receive(packets: readonly (EventPacket & { atMs: number })[]): {
  started: string
  ended: string
  ms: number[]
} {
  const heard = { started: '', ended: '', ms: [] as number[] }
  const receiver = new DigitReceiver({
    onStart: digit => {
      heard.started += digit
    },
    onEnd: (digit, ms) => {
      heard.ended += digit
      heard.ms.push(ms)
    },
  })
  let now = 0
  for (const packet of packets) {
    for (; now < packet.atMs; now += 20) receiver.poll(now)
    receiver.receive(packet.timestamp, packet.payload, packet.marker, packet.atMs)
  }
  for (const end = now + 400; now < end; now += 20) receiver.poll(now)
  return heard
}

test('a digit is packets of one timestamp: the first marked, the duration growing, the end three times', () => {
  const packets = send('5', { toneMs: 100, from: 4_294_967_200 })
  expect(packets.map(packet => packet.timestamp)).toEqual(packets.map(() => 4_294_967_200))
  expect(packets.map(packet => packet.marker)).toEqual([true, false, false, false, false, false, false])
  const events = packets.map(packet => readEvent(packet.payload)!)
  expect(events.map(event => event.duration)).toEqual([160, 320, 480, 640, 800, 800, 800])
  expect(events.map(event => event.end)).toEqual([false, false, false, false, true, true, true])
  expect(events.every(event => event.event === 5 && event.volume === 10)).toBe(true)
})

test('digits are held and kept apart as long as asked', () => {
  const starts = send('12', { toneMs: 120, gapMs: 80 }).filter(packet => packet.marker)
  expect(starts[1]!.atMs - starts[0]!.atMs).toBe(200)
  expect(receive(send('12', { toneMs: 120 })).ms).toEqual([120, 120])
})

const digitString = fc.array(fc.constantFrom(...DIGITS), { minLength: 1, maxLength: 12 }).map(digits => digits.join(''))

test('each digit is heard once, in order, whatever is lost or doubled, as long as one packet of it comes', () => {
  fc.assert(
    fc.property(
      digitString,
      fc.infiniteStream(fc.nat(5)),
      fc.integer({ min: 40, max: 300 }),
      fc.nat(0xffffffff),
      (digits, fates, toneMs, from) => {
        const packets = send(digits, { toneMs, from })
        const kept = packets.flatMap(packet => {
          const fate = fates.next().value!
          return fate < 2 ? [] : fate === 2 ? [packet, packet, packet] : [packet]
        })
        // One packet of each digit, of those that were lost entirely the last.
        const whole = packets.filter((packet, i) => {
          const own = (other: EventPacket): boolean => other.timestamp === packet.timestamp
          return kept.includes(packet) || (!kept.some(own) && packets.findLastIndex(own) === i)
        })
        const arrived = whole.flatMap(packet =>
          kept.filter(other => other === packet).length > 1 ? [packet, packet, packet] : [packet],
        )
        const heard = receive(arrived)
        expect(heard.ended).toBe(digits)
        expect(heard.started).toBe(digits)
      },
    ),
    { numRuns: 300 },
  )
})

test('packets that overtake each other within a digit or between two double nothing', () => {
  fc.assert(
    fc.property(digitString, fc.infiniteStream(fc.boolean()), (digits, swaps) => {
      const packets = send(digits)
      for (let i = 1; i < packets.length; i++) {
        if (swaps.next().value) [packets[i - 1], packets[i]] = [packets[i]!, packets[i - 1]!]
      }
      expect([...receive(packets).ended].sort()).toEqual([...digits].sort())
    }),
  )
})

test('a sender that wrongly moves the timestamp with every packet is still heard once a digit', () => {
  const packets = send('77#', { toneMs: 160 })
  const wrong = packets.map(packet => ({ ...packet, timestamp: packet.atMs * 8 }))
  expect(receive(wrong).ended).toBe('77#')
})

test('a digit held longer than the field can say is one digit', () => {
  const segments = [0, 1].flatMap(segment =>
    Array.from({ length: 409 }, (_, i) => ({
      payload: writeEvent({
        event: 1,
        end: segment === 1 && i === 408,
        volume: 10,
        duration: Math.min(0xffff, (i + 1) * 160),
      }),
      marker: segment === 0 && i === 0,
      timestamp: segment * 0xffff,
      atMs: (segment * 409 + i) * 20,
    })),
  )
  expect(receive(segments)).toMatchObject({ started: '1', ended: '1' })
})

test('what is no digit or too short is ignored', () => {
  const receiver = new DigitReceiver({ onEnd: () => expect.fail('nothing was pressed') })
  receiver.receive(1, Uint8Array.of(1, 0x8a, 0), true, 0)
  receiver.receive(1, writeEvent({ event: 34, end: true, volume: 10, duration: 800 }), true, 0)
  receiver.receive(1, new Uint8Array(), true, 0)
})

test('characters that are no digits are not sent', () => {
  const sender = new DigitSender()
  expect(sender.queue('1 2-x')).toBe(2)
})
