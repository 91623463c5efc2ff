import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LOST_TEXT, TextReceiver } from './receive.ts'
import { type TextPacket, TextSender } from './send.ts'
import { Transcript } from './transcript.ts'

const T140 = 98
const RED = 100

/** Types `text` at `cps` characters a second; returns all packets, with the redundancy that follows. */
function type(
  text: string,
  { red = RED as number | null, generations = 2, everyMs = 100 } = {},
): (TextPacket & { atMs: number })[] {
  const sender = new TextSender({ t140: T140, red, generations })
  const packets: (TextPacket & { atMs: number })[] = []
  const characters = [...text]
  for (let now = 5000; characters.length > 0 || sender.active; now += 20) {
    if ((now - 5000) % everyMs === 0) {
      const next = characters.shift()
      if (next !== undefined) sender.write(next)
    }
    const packet = sender.next(now)
    if (packet) packets.push({ ...packet, atMs: now })
  }
  return packets
}

function read(
  arrivals: readonly { sequence: number; packet: TextPacket; atMs: number }[],
  red: number | null = RED,
): string {
  const receiver = new TextReceiver({ t140: T140, red })
  let text = ''
  let now = 0
  for (const { sequence, packet, atMs } of arrivals) {
    for (; now < atMs; now += 100) text += receiver.poll(now)
    text += receiver.receive(sequence, packet.payloadType, packet.payload, atMs)
  }
  for (let i = 0; i < 20; i++, now += 100) text += receiver.poll(now)
  return text
}

const number = (
  packets: readonly (TextPacket & { atMs: number })[],
  from = 0,
): { sequence: number; packet: TextPacket; atMs: number }[] =>
  packets.map((packet, i) => ({ sequence: (from + i) & 0xffff, packet, atMs: packet.atMs }))

/** Text of any language, without what T.140 gives a meaning of its own. */
const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is left out.
  .map(text => text.replaceAll(/[\x00-\x1f\x7f-\x9f\uFEFF\uFFFD\u2028]/g, '').toWellFormed())

test('losing up to as many packets in a row as there is redundancy loses nothing, wherever', () => {
  fc.assert(
    fc.property(
      words,
      fc.integer({ min: 1, max: 3 }),
      fc.infiniteStream(fc.nat(3)),
      fc.nat(65_535),
      (text, generations, fates, from) => {
        let run = 0
        // The last packets are repetitions of what came before: those that repeat nothing new may be lost too.
        const arrivals = number(type(text, { generations }), from).filter((_, i, all) => {
          run = i < all.length - generations && fates.next().value === 0 && run < generations ? run + 1 : 0
          return run === 0
        })
        expect(read(arrivals)).toBe(text)
      },
    ),
  )
})

test('packets that overtake each other or come twice change nothing, with redundancy or without', () => {
  fc.assert(
    fc.property(words, fc.constantFrom(RED, null), fc.infiniteStream(fc.nat(3)), (text, red, fates) => {
      const arrivals = number(type(text, { red }), 65_530).flatMap(arrival => {
        const fate = fates.next().value!
        const late = { ...arrival, atMs: arrival.atMs + 450 }
        return fate === 0 ? [late] : fate === 1 ? [arrival, late] : [arrival]
      })
      // The first packet says where the stream begins.
      arrivals[0] = { ...arrivals[0]!, atMs: 5000 }
      expect(
        read(
          arrivals.sort((a, b) => a.atMs - b.atMs),
          red,
        ),
      ).toBe(text)
    }),
  )
})

test('more loss than redundancy is marked once where it was, after a second at most, and the rest is shown', () => {
  const packets = number(type('the first part, THE LOST PART, the last part', { everyMs: 50 }))
  const text = read(packets.filter((_, i) => i < 2 || i > 5))
  expect(text.split(LOST_TEXT)).toHaveLength(2)
  expect(text.startsWith('the ')).toBe(true)
  expect(text.endsWith('the last part')).toBe(true)
  const receiver = new TextReceiver({ t140: T140, red: null })
  const plain = (sequence: number, character: string, at: number): string =>
    receiver.receive(sequence, T140, new TextEncoder().encode(character), at)
  expect(plain(1, 'a', 0)).toBe('a')
  expect(plain(3, 'c', 300)).toBe('')
  expect(receiver.poll(1299)).toBe('')
  expect(receiver.poll(1300)).toBe(`${LOST_TEXT}c`)
  expect(plain(2, 'b', 1400)).toBe('')
  expect(plain(4, 'd', 1500)).toBe('d')
})

test('typing is gathered for 300 ms, the first packet after a pause is marked, and nothing is sent in silence', () => {
  const sender = new TextSender({ t140: T140, red: RED })
  sender.write('ab')
  const first = sender.next(1000)!
  expect(first).toMatchObject({ marker: true, payloadType: RED, timestamp: 1000 })
  sender.write('c')
  expect(sender.next(1280)).toBeNull()
  expect(sender.next(1300)).toMatchObject({ marker: false })
  for (let now = 1600; now < 4000; now += 300) sender.next(now)
  expect(sender.active).toBe(false)
  expect(sender.next(4000)).toBeNull()
  sender.write('d')
  expect(sender.next(9000)).toMatchObject({ marker: true })
})

test('a packet is as RFC 2198 has it: headers with age and length, then the primary type, then the texts', () => {
  const sender = new TextSender({ t140: T140, red: RED, generations: 1 })
  sender.write('a')
  sender.next(1000)
  sender.write('bc')
  const { payload } = sender.next(1310)!
  // The first text was a byte-order mark (T.140 section 8) and "a": four bytes.
  expect([...payload]).toEqual([0x80 | T140, 310 >> 6, (310 & 63) << 2, 4, T140, 0xef, 0xbb, 0xbf, 0x61, 0x62, 0x63])
})

test('a pasted page goes out at the agreed pace and comes through whole', () => {
  const page = 'Bez brige, sve je u redu. '.repeat(20)
  const sender = new TextSender({ t140: T140, red: RED, cps: 30 })
  sender.write(page)
  const packets: (TextPacket & { atMs: number })[] = []
  for (let now = 0; sender.active; now += 300) {
    const packet = sender.next(now)
    if (packet) packets.push({ ...packet, atMs: now })
  }
  expect(packets.at(-1)!.atMs).toBeGreaterThan((page.length / 30 - 2) * 1000)
  expect(packets.every(packet => packet.payload.length < 200)).toBe(true)
  expect(read(number(packets))).toBe(page)
})

test('damaged and hostile payloads are dropped', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(65_535), (payload, sequence) => {
      const receiver = new TextReceiver({ t140: T140, red: RED })
      receiver.receive(1, T140, new TextEncoder().encode('a'), 0)
      expect(typeof receiver.receive(sequence, RED, payload, 1)).toBe('string')
      expect(receiver.receive(5, 13, payload, 2)).toBe('')
    }),
  )
})

test('the transcript is what stands after erasing, with lines, without bells and colours', () => {
  const transcript = new Transcript()
  for (const piece of ['Helo', '\b', 'lo\u2028', 'secnd', '\b\bond\r', '\nthird\u0007\x1b[3', '1m!', 'cafe\u0301\b\b.'])
    transcript.apply(piece)
  expect(transcript.text).toBe('Hello\nsecond\nthird!ca.')
  transcript.apply('\b'.repeat(100))
  expect(transcript.text).toBe('')
  transcript.apply(`a${LOST_TEXT}`)
  expect(transcript.damaged).toBe(true)
})

test('what was taken down can be let go, in whole characters, and the rest still be erased', () => {
  const transcript = new Transcript()
  transcript.apply('a😀bc')
  expect(transcript.forget(2)).toBe(1)
  expect(transcript.text).toBe('😀bc')
  expect(transcript.forget(2)).toBe(2)
  transcript.apply('\b\b\b\bx')
  expect(transcript.text).toBe('x')
  expect(transcript.forget(100)).toBe(1)
})
