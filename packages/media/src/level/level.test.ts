import { expect, test } from 'vitest'
import { renderTones } from '../tone/generate.ts'
import { dbfs, dbm0, rms, SilenceDetector } from './level.ts'

test('a full-scale sine has 0 dBFS and 3.14 dBm0; silence has the floor', () => {
  const full = Int16Array.from({ length: 8000 }, (_, i) =>
    Math.round(32_767 * Math.sin((2 * Math.PI * 1000 * i) / 8000)),
  )
  expect(dbfs(full)).toBeCloseTo(0, 2)
  expect(dbm0(full)).toBeCloseTo(3.14, 2)
  expect(rms(full)).toBeCloseTo(32_767 / Math.SQRT2, -1)
  expect(dbfs(new Int16Array(160))).toBe(-100)
  expect(rms(new Int16Array())).toBe(0)
})

test('quiet is counted in ms and ends with sound; noise under the threshold is quiet', () => {
  const detector = new SilenceDetector({ thresholdDbm0: -45 })
  const hiss = renderTones([{ frequencies: [300], ms: 20, level: -50 }])
  for (let i = 1; i <= 50; i++) expect(detector.process(hiss)).toBe(i * 20)
  expect(detector.process(renderTones([{ frequencies: [300], ms: 20, level: -30 }]))).toBe(0)
  expect(detector.process(new Int16Array(160))).toBe(20)
})
