import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Reception } from './reception.ts'
import { ntp, readRtcp, writeRtcp } from './rtcp.ts'

test('a report is read as it was written, with its goodbye', () => {
  const block = {
    ssrc: 7,
    fractionLost: 12,
    lost: 345,
    highest: 0x10005,
    jitter: 80,
    lastSr: 0xdeadbeef,
    delaySinceLastSr: 65_536,
  }
  const sender = { ntpSeconds: 3_900_000_000, ntpFraction: 5, timestamp: 4_000_000_000, packets: 10, bytes: 1600 }
  const report = { ssrc: 0xfeedface, sender, blocks: [block] }
  const packet = writeRtcp(report, 'leg-1', true)
  expect(packet.length % 4).toBe(0)
  expect(readRtcp(packet)).toEqual({ reports: [report], bye: [0xfeedface] })
  const plain = { ssrc: 1, sender: null, blocks: [] }
  expect(readRtcp(writeRtcp(plain, ''))).toEqual({ reports: [plain], bye: [] })
})

test('bytes of any kind are read without a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      readRtcp(Buffer.from(bytes))
    }),
  )
})

test('the time of day is as NTP counts it', () => {
  expect(ntp(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 })
  expect(ntp(1500)).toEqual({ seconds: 2_208_988_801, fraction: 2 ** 31 })
})

test('loss is what is missing between the first and the highest number, over wraps and restarts', () => {
  const reception = new Reception()
  for (let i = 0; i < 1000; i++) if (i % 10 !== 3) reception.packet(1, (65_000 + i) & 0xffff, i * 160, 172, i * 20)
  expect(reception.lost).toBe(100)
  expect(reception.lossRatio).toBeCloseTo(0.1, 2)
  expect(reception.jitterMs).toBeLessThan(0.1)
  // Another source: what was lost before is kept, the jump itself is no loss.
  expect(reception.packet(2, 5, 0, 172, 20_000)).toBe(true)
  expect(reception.packet(2, 7, 320, 172, 20_040)).toBe(false)
  expect(reception.lost).toBe(101)
})

test('jitter is estimated as RFC 3550 says', () => {
  const reception = new Reception()
  for (let i = 0; i < 2000; i++) reception.packet(1, i, i * 160, 172, i * 20 + (i % 2) * 10)
  expect(reception.jitterMs).toBeCloseTo(10, 0)
})
