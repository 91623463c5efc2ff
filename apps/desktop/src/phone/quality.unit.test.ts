import { describe, expect, test } from 'vitest'
import { judgeLeg, judgeLine, type LineSample } from './quality.ts'

/** Twelve seconds of a good line, changed by `change` per sample. */
const line = (change: (index: number) => Partial<LineSample>): LineSample[] =>
  Array.from({ length: 7 }, (_, index) => ({
    at: index * 2000,
    packetsReceived: index * 100,
    packetsLost: 0,
    jitterMs: 3,
    roundTripMs: 30,
    lostOutShare: 0,
    microphoneEnergy: index * 0.01,
    ...change(index),
  }))

describe('a line is said to be', () => {
  test('good while little is lost', () => {
    expect(
      judgeLine(
        line(index => ({ packetsLost: index })),
        true,
      ),
    ).toBe('good')
  })
  test('unknown before there is something to compare', () => {
    expect(judgeLine([], true)).toBe('unknown')
    expect(judgeLine(line(() => ({})).slice(0, 1), true)).toBe('unknown')
  })
  test('losing what I hear', () => {
    expect(
      judgeLine(
        line(index => ({ packetsLost: index * 6 })),
        true,
      ),
    ).toBe('lossIn')
  })
  test('losing what I say, when the node says so more than once', () => {
    expect(
      judgeLine(
        line(() => ({ lostOutShare: 0.08 })),
        true,
      ),
    ).toBe('lossOut')
    expect(
      judgeLine(
        line(index => ({ lostOutShare: index === 6 ? 0.08 : 0 })),
        true,
      ),
    ).toBe('good')
  })
  test('late', () => {
    expect(
      judgeLine(
        line(() => ({ roundTripMs: 900 })),
        true,
      ),
    ).toBe('delay')
  })
  test('without a microphone only while somebody should be heard', () => {
    const silent = line(() => ({ microphoneEnergy: 0.2 }))
    expect(judgeLine(silent, true)).toBe('silentMicrophone')
    expect(judgeLine(silent, false)).toBe('good')
    expect(judgeLine(silent.slice(0, 4), true)).toBe('good')
  })
  test('good again soon after a burst of loss', () => {
    expect(
      judgeLine(
        line(index => ({ packetsLost: index < 3 ? index * 20 : 60 })),
        true,
      ),
    ).toBe('good')
  })
  test('as it was, though the counters of a new line begin at zero', () => {
    expect(
      judgeLine(
        line(index => ({ packetsReceived: index < 6 ? 9000 : 10, packetsLost: index < 6 ? 90 : 0 })),
        true,
      ),
    ).toBe('good')
  })
})

test('a leg is said in one word', () => {
  const leg = { packets: 1000, lost: 0, mos: null }
  expect([4.3, 3.8, 2.9].map(mos => judgeLeg({ ...leg, mos }))).toEqual(['good', 'fair', 'poor'])
  expect([0, 30, 90].map(lost => judgeLeg({ ...leg, lost }))).toEqual(['good', 'fair', 'poor'])
  expect(judgeLeg(null)).toBe('unknown')
  expect(judgeLeg({ packets: 0, lost: 0, mos: null })).toBe('unknown')
})
