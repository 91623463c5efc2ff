import fc from 'fast-check'
import { expect, test } from 'vitest'
import { estimateQuality } from './mos.ts'

const clean = { codec: 'PCMA', lossRatio: 0, jitterMs: 0, delayMs: 20 } as const

test('an undisturbed G.711 call has R 93.2 and MOS 4.4 (G.107 with its defaults)', () => {
  const { r, mos } = estimateQuality(clean)
  expect(r).toBeCloseTo(93.2, 1)
  expect(mos).toBeCloseTo(4.41, 2)
})

test('loss costs what G.113 says for concealed G.711: 2 % leaves R near 86, 5 % near 77', () => {
  expect(estimateQuality({ ...clean, lossRatio: 0.02 }).r).toBeCloseTo(93.2 - (95 * 2) / (2 + 25.1), 5)
  expect(estimateQuality({ ...clean, lossRatio: 0.05 }).r).toBeCloseTo(93.2 - (95 * 5) / (5 + 25.1), 5)
})

test('delay costs nothing to 100 ms, little to 150 ms and much at 400 ms (G.107 figure of Idd)', () => {
  const at = (delayMs: number): number => 93.2 - estimateQuality({ ...clean, delayMs }).r
  expect(at(100)).toBe(0)
  expect(at(150)).toBeLessThan(2)
  expect(at(400)).toBeGreaterThan(20)
  expect(at(400)).toBeLessThan(30)
})

test('more loss, jitter, delay or burstiness never makes it better; figures stay in range', () => {
  const input = fc.record({
    codec: fc.constantFrom('PCMU', 'PCMA', 'G722') as fc.Arbitrary<'PCMU' | 'PCMA' | 'G722'>,
    lossRatio: fc.double({ min: 0, max: 1, noNaN: true }),
    jitterMs: fc.double({ min: 0, max: 1000, noNaN: true }),
    delayMs: fc.double({ min: 0, max: 3000, noNaN: true }),
    burstRatio: fc.double({ min: 1, max: 10, noNaN: true }),
  })
  fc.assert(
    fc.property(input, input, (a, b) => {
      const worse = {
        codec: a.codec,
        lossRatio: Math.max(a.lossRatio, b.lossRatio),
        jitterMs: Math.max(a.jitterMs, b.jitterMs),
        delayMs: Math.max(a.delayMs, b.delayMs),
        burstRatio: Math.max(a.burstRatio, b.burstRatio),
      }
      const better = estimateQuality(a)
      expect(estimateQuality(worse).mos).toBeLessThanOrEqual(better.mos + 1e-9)
      expect(better.mos).toBeGreaterThanOrEqual(1)
      expect(better.mos).toBeLessThanOrEqual(4.5)
      expect(better.r).toBeGreaterThanOrEqual(0)
    }),
  )
})
