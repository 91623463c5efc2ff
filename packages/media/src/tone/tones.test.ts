import { expect, test } from 'vitest'
import { amplitudeOf, dbm0 } from '../level/level.ts'
import { BeepDetector } from './beep.ts'
import { FaxDetector } from './fax.ts'
import { CADENCES, cng, type Region, renderTones, sit, type Tone, ToneGenerator } from './generate.ts'
import { Goertzel } from './goertzel.ts'
import { ProgressDetector } from './progress.ts'
import { speechLike } from './speech-like.ts'

const pause = (ms: number): Tone => ({ frequencies: [], ms })

/** What a detector says, with the ms of each. */
function hear<T>(detector: { process(pcm: Int16Array): T }, pcm: Int16Array): { what: NonNullable<T>; atMs: number }[] {
  const heard: { what: NonNullable<T>; atMs: number }[] = []
  for (let i = 0; i < pcm.length; i += 160) {
    const what = detector.process(pcm.subarray(i, i + 160))
    if (what) heard.push({ what, atMs: i / 8 + 20 })
  }
  return heard
}

/** Repeats a cadence, quieter or noisier, beginning anywhere in it. */
function line(
  tones: readonly Tone[],
  seconds: number,
  { level, snr = 60, skipMs = 0 }: { level: number; snr?: number; skipMs?: number },
): Int16Array {
  const pcm = new Int16Array(seconds * 8000 + skipMs * 8)
  new ToneGenerator(
    tones.map(tone => ({ ...tone, level })),
    { repeat: true },
  ).render(pcm)
  let state = 5
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const sigma = amplitudeOf(level) / Math.SQRT2 / 10 ** (snr / 20)
  return pcm
    .subarray(skipMs * 8)
    .map(sample => sample + Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random()) * sigma)
}

test('a tone has the level, the frequencies and the length asked for, unbroken across frames', () => {
  const generator = new ToneGenerator([{ frequencies: [697, 1209], ms: 1000, level: [-10, -16] }, pause(500)])
  const pcm = new Int16Array(16_000)
  let sounding = 0
  for (let i = 0; i < pcm.length; i += 160) if (generator.render(pcm.subarray(i, i + 160))) sounding++
  expect(sounding).toBe(75)
  for (const [frequency, level] of [
    [697, -10],
    [1209, -16],
  ] as const) {
    const filter = new Goertzel(frequency, 8000)
    filter.add(pcm, 0, 8000)
    filter.end()
    expect(10 * Math.log10(filter.power / (amplitudeOf(level) ** 2 / 2))).toBeCloseTo(0, 0)
  }
  expect(dbm0(pcm.subarray(8000))).toBeLessThan(-90)
})

const regions = (['europe', 'northAmerica'] as const).flatMap(region =>
  (['dial', 'busy', 'congestion', 'ringback'] as const).flatMap(tone =>
    [-13, -30].map(level => ({ region, tone, level })),
  ),
)

test.each(regions)(
  '$region $tone at $level dBm0 is heard as that and nothing else, also 20 dB over noise, wherever it begins',
  ({ region, tone, level }) => {
    for (const by of [region, 'any'] as (Region | 'any')[]) {
      for (const skipMs of [0, 110, 220, 330]) {
        for (const snr of [60, 20]) {
          const heard = hear(new ProgressDetector(by), line(CADENCES[region][tone], 14, { level, snr, skipMs }))
          expect(heard.map(({ what }) => what)).toEqual([tone])
          expect(heard[0]!.atMs).toBeLessThan(tone === 'ringback' && region === 'europe' && skipMs > 0 ? 7500 : 3100)
        }
      }
    }
  },
)

test('British ringing and busy are heard', () => {
  const british = (ms: number): Tone => ({ frequencies: [400, 450], ms })
  const ringing = [british(400), pause(200), british(400), pause(2000)]
  expect(hear(new ProgressDetector('europe'), line(ringing, 9, { level: -20 })).map(({ what }) => what)).toEqual([
    'ringback',
  ])
  const busy: Tone[] = [{ frequencies: [400], ms: 375 }, pause(375)]
  expect(hear(new ProgressDetector('europe'), line(busy, 9, { level: -20 })).map(({ what }) => what)).toEqual(['busy'])
})

test('the special information tone is heard at −14 and at −30 dBm0, wherever it falls', () => {
  for (const level of [-14, -30]) {
    for (const before of [500, 507, 513, 521]) {
      const heard = hear(new ProgressDetector(), renderTones([pause(before), ...sit(level), pause(500)]))
      expect(heard.map(({ what }) => what)).toEqual(['sit'])
    }
  }
})

test('a fax calling is heard at the end of each burst, at −13 to −40 dBm0 and 38 Hz off', () => {
  for (const level of [-13, -30, -40]) {
    for (const frequency of [1062, 1100, 1138]) {
      const burst: Tone[] = [{ frequencies: [frequency], ms: 500 }, pause(3000)]
      const heard = hear(new FaxDetector(), line(burst, 8, { level, snr: 15 }))
      expect(heard.map(({ what }) => what)).toEqual(['cng', 'cng', 'cng'])
      expect(heard[0]!.atMs).toBeLessThan(600)
    }
  }
  expect(cng()[0]).toMatchObject({ frequencies: [1100], ms: 500 })
})

test('a fax answering is heard; a tone of 1100 Hz that lasts is no fax', () => {
  expect(
    hear(new FaxDetector(), renderTones([pause(200), { frequencies: [2100], ms: 3300 }])).map(({ what }) => what),
  ).toEqual(['ced'])
  expect(hear(new FaxDetector(), renderTones([{ frequencies: [1100], ms: 3000 }, pause(500)]))).toEqual([])
  expect(hear(new FaxDetector(), renderTones([{ frequencies: [1100], ms: 200 }, pause(500)]))).toEqual([])
})

test.each([
  [440, 500],
  [800, 120],
  [1000, 300],
  [1400, 1000],
  [2000, 200],
])('a beep of %i Hz and %i ms after a greeting is heard within 0.1 s of its end, down to −30 dBm0', (frequency, ms) => {
  const greeting = speechLike(5)
  for (const level of [-10, -30]) {
    const beep = renderTones([pause(300), { frequencies: [frequency], ms, level }, pause(500)])
    const pcm = new Int16Array(greeting.length + beep.length)
    pcm.set(greeting)
    pcm.set(beep, greeting.length)
    const heard = hear(new BeepDetector(), pcm)
    expect(heard).toHaveLength(1)
    expect(heard[0]!.atMs - 5300 - ms).toBeGreaterThan(0)
    expect(heard[0]!.atMs - 5300 - ms).toBeLessThanOrEqual(100)
  }
})

test('a minute of something like speech hold no tone', () => {
  const speech = speechLike(60)
  expect(hear(new ProgressDetector(), speech)).toEqual([])
  expect(hear(new FaxDetector(), speech)).toEqual([])
  expect(hear(new BeepDetector(), speech)).toEqual([])
})
