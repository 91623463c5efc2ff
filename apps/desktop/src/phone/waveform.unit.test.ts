import { expect, test } from 'vitest'
import { pauseShares, waveBars, wavePath } from './waveform.ts'

test('many points become few bars, and the loudest of each stretch is seen', () => {
  const customer = Array.from({ length: 600 }, (_, index) => (index === 599 ? 100 : 10))
  const bars = waveBars([customer, []], 60)
  expect(bars).toHaveLength(60)
  expect(bars[0]).toEqual({ up: 0.1, down: 0 })
  expect(bars[59]).toEqual({ up: 1, down: 0 })
})

test('few points fill all bars, in their order', () => {
  expect(waveBars([[0, 100], [50]], 4)).toEqual([
    { up: 0, down: 0.5 },
    { up: 0, down: 0.5 },
    { up: 1, down: 0.5 },
    { up: 1, down: 0.5 },
  ])
})

test('a quiet recording fills the height, silence does not', () => {
  expect(waveBars([[30], [15]], 1)).toEqual([{ up: 1, down: 0.5 }])
  expect(waveBars([[2], [0]], 1)).toEqual([{ up: 0.1, down: 0 }])
  expect(waveBars([[400], [-3]], 1)).toEqual([{ up: 1, down: 0 }])
})

test('the path draws the customer up and the agents down', () => {
  expect(
    wavePath(
      [
        { up: 1, down: 0 },
        { up: 0, down: 1 },
      ],
      4,
      20,
    ),
  ).toBe('M2 1V10.5M6 9.5V19')
})

test('pauses are shares of the whole', () => {
  expect(
    pauseShares(
      [
        { fromMs: 1000, toMs: 3000 },
        { fromMs: 5, toMs: 5 },
      ],
      4000,
    ),
  ).toEqual([{ from: 0.25, to: 0.75 }])
  expect(pauseShares([{ fromMs: 0, toMs: 10 }], 0)).toEqual([])
})
