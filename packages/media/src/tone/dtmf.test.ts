import { expect, test } from 'vitest'
import { amplitudeOf } from '../level/level.ts'
import { DtmfDetector } from './dtmf.ts'
import { DTMF_KEYS, dtmf, renderTones, type Tone } from './generate.ts'
import { speechLike } from './speech-like.ts'

const pause = (ms: number): Tone => ({ frequencies: [], ms })

function hear(pcm: Int16Array, sampleRate = 8000): string {
  const detector = new DtmfDetector({ sampleRate })
  let digits = ''
  const frame = sampleRate / 50
  for (let i = 0; i < pcm.length; i += frame) digits += detector.process(pcm.subarray(i, i + frame))
  return digits
}

/** All sixteen keys, changed as asked. */
function keys(change: (tone: Tone) => Tone, times = { toneMs: 50, gapMs: 50 }): Int16Array {
  return renderTones([
    pause(33),
    ...dtmf(DTMF_KEYS, times).map(tone => (tone.frequencies.length > 0 ? change(tone) : tone)),
    pause(40),
  ])
}

const offsets = Array.from({ length: 26 }, (_, i) => i / 2)

test('every key of 40 ms with gaps of 40 ms is heard once, wherever it falls', () => {
  for (const offset of offsets) {
    expect(hear(renderTones([pause(20 + offset), ...dtmf(DTMF_KEYS, { toneMs: 40, gapMs: 40 }), pause(40)]))).toBe(
      DTMF_KEYS,
    )
  }
})

test('tones of 20 ms are no digits', () => {
  for (const offset of offsets) {
    expect(hear(renderTones([pause(20 + offset), ...dtmf(DTMF_KEYS, { toneMs: 20, gapMs: 40 }), pause(40)]))).toBe('')
  }
})

test('a break of 10 ms within a digit does not double it', () => {
  const whole = renderTones([pause(20), ...dtmf('5', { toneMs: 120 })])
  for (let offset = 0; offset < 110; offset += 3) {
    const broken = whole.slice()
    broken.fill(0, 480 + offset, 560 + offset)
    expect(hear(broken)).toBe('5')
  }
})

test.each([0, -9, -20, -25, -30, -33])('every key is heard at %i dBm0 a tone', level => {
  expect(hear(keys(tone => ({ ...tone, level })))).toBe(DTMF_KEYS)
})

test('under the least level nothing is heard', () => {
  expect(hear(keys(tone => ({ ...tone, level: -40 })))).toBe('')
})

test('twist is borne as Q.24 asks, column 4 dB louder to 8 dB softer, and refused beyond', () => {
  const twisted = (column: number): string =>
    hear(keys(tone => ({ ...tone, level: [-14, -14 + column] }), { toneMs: 100, gapMs: 100 }))
  for (const column of [-8, -4, 0, 4]) expect(twisted(column)).toBe(DTMF_KEYS)
  for (const column of [-14, 10]) expect(twisted(column)).toBe('')
})

test('tones 1.5 % off are digits, 3.5 % off are not', () => {
  const off = (percent: number): string =>
    hear(
      keys(tone => ({ ...tone, frequencies: tone.frequencies.map(frequency => frequency * (1 + percent / 100)) }), {
        toneMs: 100,
        gapMs: 100,
      }),
    )
  for (const percent of [-1.5, 1.5]) expect(off(percent)).toBe(DTMF_KEYS)
  for (const percent of [-3.5, 3.5]) expect(off(percent)).toBe('')
})

test('noise 12 dB below the digits does not hide them', () => {
  let state = 99
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const sigma = amplitudeOf(-12) / 10 ** (12 / 20)
  const noisy = keys(tone => ({ ...tone, level: -12 }), { toneMs: 60, gapMs: 60 }).map(
    sample => sample + Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random()) * sigma,
  )
  expect(hear(noisy)).toBe(DTMF_KEYS)
})

test('digits are heard at 16 kHz', () => {
  expect(hear(renderTones([pause(33), ...dtmf(DTMF_KEYS, { toneMs: 45, gapMs: 45 })], 16_000), 16_000)).toBe(DTMF_KEYS)
})

test('what lies between two digits is told: which is held, and for how long', () => {
  const detector = new DtmfDetector()
  const pcm = renderTones([...dtmf('7', { toneMs: 300, gapMs: 100 })])
  let held = 0
  for (let i = 0; i < pcm.length; i += 160) {
    detector.process(pcm.subarray(i, i + 160))
    if (detector.digit === '7') held += 20
  }
  expect(detector.digit).toBeNull()
  expect(Math.abs(held - 300)).toBeLessThan(40)
  expect(Math.abs(detector.heldMs - 300)).toBeLessThan(30)
})

test('a minute of something like speech hold no digit', () => {
  expect(hear(speechLike(60))).toBe('')
})
