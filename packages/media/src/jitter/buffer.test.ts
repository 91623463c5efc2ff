import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JitterBuffer, type JitterOptions, type Pulled } from './buffer.ts'

/** 10 ms: the grain by which the test knows what it hears. */
const BLOCK = 80

interface Sent {
  sequence: number
  timestamp: number
  payload: Uint8Array
  atMs: number
}

/** Audio whose every 10 ms begins with its number, in packets of `ptime` ms. */
function stream(seconds: number, { ptime = 20, sequence = 0, timestamp = 0 } = {}): Sent[] {
  return Array.from({ length: (seconds * 1000) / ptime }, (_, i) => {
    const payload = new Uint8Array(ptime * 8)
    for (let k = 0; k < ptime / 10; k++) new DataView(payload.buffer).setUint32(k * BLOCK, (i * ptime) / 10 + k)
    return { sequence: (sequence + i) & 0xffff, timestamp: (timestamp + i * ptime * 8) >>> 0, payload, atMs: i * ptime }
  })
}

interface Heard {
  what: Pulled
  /** Numbers of the 10 ms pieces. */
  blocks: number[]
  atMs: number
}

/** Lets packets arrive at their `atMs`, in that order, and pulls every 20 ms. */
function play(
  arrivals: readonly Sent[],
  options: JitterOptions = {},
  frame = 160,
): { heard: Heard[]; buffer: JitterBuffer } {
  const buffer = new JitterBuffer(options)
  const queue = [...arrivals].sort((a, b) => a.atMs - b.atMs)
  const out = new Uint8Array(frame)
  const heard: Heard[] = []
  const end = (queue.at(-1)?.atMs ?? 0) + 500
  for (let now = 7; now < end; now += frame / 8) {
    while (queue[0] && queue[0].atMs <= now) {
      const packet = queue.shift()!
      buffer.push(packet.sequence, packet.timestamp, packet.payload, packet.atMs)
    }
    const what = buffer.pull(out, now)
    const blocks =
      what === 'frame'
        ? Array.from({ length: frame / BLOCK }, (_, k) => new DataView(out.buffer).getUint32(k * BLOCK))
        : []
    heard.push({ what, blocks, atMs: now })
  }
  return { heard, buffer }
}

const played = (heard: readonly Heard[]): number[] => heard.flatMap(({ blocks }) => blocks)

test('a steady stream is played whole, without concealment, across the wrap of both numberings', () => {
  for (const ptime of [10, 20, 30, 40, 60]) {
    const packets = stream(6, { ptime, sequence: 65_500, timestamp: 4_294_960_000 })
    const { heard, buffer } = play(packets)
    expect(played(heard)).toEqual(Array.from({ length: 600 }, (_, i) => i))
    expect(buffer.stats()).toMatchObject({ lost: 0, late: 0, duplicate: 0, concealed: 0, received: packets.length })
    expect(buffer.stats().delayMs).toBeLessThan(ptime + 45)
  }
})

const fate = fc.record({
  delayMs: fc.integer({ min: 0, max: 180 }),
  lost: fc.integer({ min: 0, max: 9 }).map(n => n === 0),
  doubled: fc.boolean(),
})

test('whatever the order, loss and doubling: in order, none twice, delay bounded', () => {
  const base = stream(5, { sequence: 65_400, timestamp: 4_294_900_000 })
  fc.assert(
    fc.property(fc.array(fate, { minLength: base.length, maxLength: base.length }), fates => {
      const arrivals = base.flatMap((packet, i) => {
        const { delayMs, lost, doubled } = fates[i]!
        if (lost) return []
        const once = { ...packet, atMs: packet.atMs + delayMs }
        return doubled ? [once, { ...once, atMs: once.atMs + 33 }] : [once]
      })
      const { heard, buffer } = play(arrivals, { maxMs: 200 })
      const blocks = played(heard)
      for (let i = 1; i < blocks.length; i++) expect(blocks[i]!).toBeGreaterThan(blocks[i - 1]!)
      for (const frame of heard) {
        // Sent at 10 ms a block; at most the network's least delay, the bound and one frame later it is played.
        if (frame.blocks.length > 0) expect(frame.atMs - frame.blocks[0]! * 10).toBeLessThanOrEqual(180 + 200 + 20)
      }
      const stats = buffer.stats()
      const unique = fates.filter(each => !each.lost).length
      expect(stats.received).toBe(unique)
      expect(stats.duplicate).toBe(fates.filter(each => !each.lost && each.doubled).length)
      const numbers = base.flatMap((packet, i) => (fates[i]!.lost ? [] : [packet.atMs / 20]))
      expect(stats.lost).toBe(numbers.at(-1)! - numbers[0]! + 1 - unique)
    }),
    { numRuns: 60 },
  )
})

test('jitter of 60 ms is learnt: after the first seconds fewer than 4 frames in 100 are missing', () => {
  let seed = 1
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const { heard, buffer } = play(stream(30).map(packet => ({ ...packet, atMs: packet.atMs + random() * 60 })))
  const later = heard.filter(({ atMs }) => atMs > 4000 && atMs < 29_500)
  expect(later.filter(({ what }) => what !== 'frame').length).toBeLessThan(later.length * 0.04)
  expect(buffer.stats().delayMs).toBeLessThan(110)
  expect(buffer.stats().jitterMs).toBeGreaterThan(10)
})

test('the delay comes back down once the network is calm again', () => {
  const packets = stream(90).map(packet => ({
    ...packet,
    atMs: packet.atMs + (packet.atMs < 5000 ? packet.atMs % 140 : 0),
  }))
  const buffer = new JitterBuffer()
  const out = new Uint8Array(160)
  const queue = packets.sort((a, b) => a.atMs - b.atMs)
  let most = 0
  for (let now = 7; now < 89_000; now += 20) {
    while (queue[0]!.atMs <= now) {
      const packet = queue.shift()!
      buffer.push(packet.sequence, packet.timestamp, packet.payload, packet.atMs)
    }
    buffer.pull(out, now)
    most = Math.max(most, buffer.stats().delayMs)
  }
  expect(most).toBeGreaterThan(100)
  expect(buffer.stats().delayMs).toBeLessThan(60)
})

test('one lost packet is one frame to conceal, and what follows is in its place', () => {
  const packets = stream(3)
  const { heard, buffer } = play(packets.filter(({ atMs }) => atMs !== 1000))
  expect(heard.filter(({ what }) => what === 'lost')).toHaveLength(1)
  const at = heard.findIndex(({ what }) => what === 'lost')
  expect(heard[at - 1]!.blocks.at(-1)).toBe(99)
  expect(heard[at + 1]!.blocks[0]).toBe(102)
  expect(buffer.stats()).toMatchObject({ lost: 1, concealed: 1 })
})

test('a sender that pauses (silence suppression) has lost nothing', () => {
  const packets = stream(4)
    .filter(({ atMs }) => atMs < 1000 || atMs >= 2000)
    .map((packet, i) => ({ ...packet, sequence: i }))
  const { heard, buffer } = play(packets)
  expect(heard.some(({ what }) => what === 'lost')).toBe(false)
  expect(buffer.stats()).toMatchObject({ lost: 0, concealed: 0 })
  expect(played(heard)).toEqual(packets.flatMap(({ atMs }) => [atMs / 10, atMs / 10 + 1]))
})

test('a sender whose clock starts anew, forward or back, is heard again at once; a stray packet changes nothing', () => {
  for (const timestamp of [3_000_000_000, 800_000]) {
    const first = stream(2, { timestamp: 1_000_000 })
    const second = stream(2, { sequence: 40_000, timestamp }).map(packet => ({ ...packet, atMs: packet.atMs + 2000 }))
    const { heard } = play([...first, ...second])
    const after = heard.filter(({ atMs, what }) => atMs > 2000 && what === 'frame')
    expect(after.length).toBeGreaterThan(85)
  }
  const packets = stream(2)
  const stray = { ...packets[50]!, sequence: 30_000, timestamp: 3_000_000_000 }
  expect(played(play([...packets, stray]).heard)).toHaveLength(200)
})

test('hostile numbering, lengths and times break nothing and cost little', () => {
  const packet = fc.record({
    sequence: fc.nat(0xffff),
    timestamp: fc.nat(0xffffffff),
    length: fc.constantFrom(0, 1, 80, 160, 240, 1400, 9000),
    afterMs: fc.constantFrom(0, 1, 20, 5000),
    near: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 200 }), packets => {
      const buffer = new JitterBuffer()
      const out = new Uint8Array(160)
      let now = 0
      for (const [i, { sequence, timestamp, length, afterMs, near }] of packets.entries()) {
        now += afterMs
        if (near) buffer.push(i & 0xffff, (i * 160) >>> 0, new Uint8Array(length), now)
        else buffer.push(sequence, timestamp, new Uint8Array(length), now)
        buffer.pull(out, now)
      }
      const stats = buffer.stats()
      for (const value of Object.values(stats)) expect(Number.isFinite(value) && value >= 0).toBe(true)
    }),
    { numRuns: 300 },
  )
  const buffer = new JitterBuffer()
  const out = new Uint8Array(160)
  const began = process.threadCpuUsage()
  // Each pair is believed: 20,000 restarts of the numbering.
  for (let i = 0; i < 40_000; i++) {
    buffer.push(((i >> 1) * 30_011 + (i & 1)) & 0xffff, (i * 160) >>> 0, out, i * 20)
    buffer.pull(out, i * 20)
  }
  const { user, system } = process.threadCpuUsage(began)
  expect((user + system) / 1000).toBeLessThan(2000)
})
