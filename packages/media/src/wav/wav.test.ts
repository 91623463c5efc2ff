import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dbm0 } from '../level/level.ts'
import { renderTones } from '../tone/generate.ts'
import { Goertzel } from '../tone/goertzel.ts'
import { mono, readWav } from './read.ts'
import { Resampler, resample } from './resample.ts'
import { writeWav } from './write.ts'

function sine(frequency: number, rate: number, ms = 500, level = -10): Int16Array {
  return renderTones([{ frequencies: [frequency], ms, level }], rate)
}

/** Level of one frequency in the middle of a sound, dBm0. */
function levelOf(pcm: Int16Array, frequency: number, rate: number): number {
  const middle = pcm.subarray(pcm.length >> 2, (pcm.length * 3) >> 2)
  const filter = new Goertzel(frequency, middle.length, rate)
  filter.add(middle, 0, middle.length)
  filter.end()
  return 10 * Math.log10(filter.power / (32_767 ** 2 / 2)) + 3.14
}

test('what was written is read back: PCM exactly, G.711 to its steps; one channel and two, of unequal length', () => {
  const left = sine(400, 8000)
  const right = sine(900, 8000, 300)
  for (const channels of [[left], [left, right]]) {
    for (const format of ['pcm16', 'alaw', 'ulaw'] as const) {
      const read = readWav(writeWav({ sampleRate: 8000, channels }, format))
      if (!read.ok) throw new Error(read.reason)
      expect(read.audio.sampleRate).toBe(8000)
      expect(read.audio.channels).toHaveLength(channels.length)
      for (const [k, channel] of channels.entries()) {
        expect(read.audio.channels[k]).toHaveLength(left.length)
        const error = channel.map((sample, i) => sample - read.audio.channels[k]![i]!)
        expect(dbm0(error)).toBeLessThan(format === 'pcm16' ? -96 : -40)
      }
    }
  }
})

test('other programs’ WAV files are read: 8, 24, 32 bits, float, extensible, chunks before the sound, an unknown length', () => {
  const file = (
    code: number,
    bits: number,
    data: number[],
    { extensible = false, length = data.length } = {},
  ): Uint8Array => {
    const format = extensible ? 40 : 16
    const bytes = new Uint8Array(12 + 8 + 5 + 1 + 8 + format + 8 + data.length)
    const view = new DataView(bytes.buffer)
    const tag = (at: number, name: string): void => bytes.set(new TextEncoder().encode(name), at)
    tag(0, 'RIFF')
    tag(8, 'WAVELIST')
    view.setUint32(16, 5, true)
    const at = 26
    tag(at, 'fmt ')
    view.setUint32(at + 4, format, true)
    view.setUint16(at + 8, extensible ? 0xfffe : code, true)
    view.setUint16(at + 10, 1, true)
    view.setUint32(at + 12, 16_000, true)
    view.setUint16(at + 22, bits, true)
    if (extensible) view.setUint16(at + 32, code, true)
    tag(at + 8 + format, 'data')
    view.setUint32(at + 12 + format, length, true)
    bytes.set(data, at + 16 + format)
    return bytes
  }
  const samples = (bytes: Uint8Array): number[] => {
    const read = readWav(bytes)
    if (!read.ok) throw new Error(read.reason)
    return [...read.audio.channels[0]!]
  }
  const float = [...new Uint8Array(Float32Array.of(0.5, -2).buffer)]
  expect(samples(file(1, 8, [128, 0, 255]))).toEqual([0, -32_768, 32_512])
  expect(samples(file(1, 16, [1, 2, 3], { length: 0xffffffff }))).toEqual([513])
  expect(samples(file(1, 24, [9, 1, 2, 9, 0, 0x80], { extensible: true }))).toEqual([513, -32_768])
  expect(samples(file(1, 32, [9, 9, 1, 2]))).toEqual([513])
  expect(samples(file(3, 32, float))).toEqual([16_384, -32_768])
  expect(readWav(file(85, 16, [1, 2]))).toMatchObject({ ok: false, reason: expect.stringContaining('not supported') })
})

test('a broken file is refused in a sentence, and never breaks the reader', () => {
  expect(readWav(new TextEncoder().encode('ID3 this is music'))).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/^This is no WAV/),
  })
  const whole = writeWav({ sampleRate: 8000, channels: [sine(400, 8000, 20)] })
  fc.assert(
    fc.property(fc.nat(60), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
      const broken = whole.slice(0, length)
      if (at < broken.length) broken[at] = value
      const read = readWav(broken)
      expect(read.ok || read.reason.length > 20).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('mono is the mean of the channels', () => {
  expect([...mono({ sampleRate: 8000, channels: [Int16Array.of(100, -100), Int16Array.of(300, 100)] })]).toEqual([
    200, 0,
  ])
})

const rates = [
  [8000, 16_000],
  [16_000, 8000],
  [8000, 48_000],
  [48_000, 8000],
  [44_100, 8000],
  [22_050, 8000],
] as const

test.each(rates)('from %i to %i: same length in time, same level, nothing folded back', (from, to) => {
  const tone = sine(1000, from)
  const out = resample(tone, from, to)
  expect(Math.abs(out.length - to / 2)).toBeLessThanOrEqual(1)
  expect(levelOf(out, 1000, to)).toBeCloseTo(-10, 0)
  // 3.4 kHz still passes; 5 kHz must not come back as 3 kHz.
  expect(levelOf(resample(sine(3400, from), from, to), 3400, to)).toBeGreaterThan(-13)
  if (to < from) expect(dbm0(resample(sine(5000, from), from, to).subarray(400, 3600))).toBeLessThan(-65)
  else expect(levelOf(resample(sine(3000, from), from, to), 8000 - 3000, to)).toBeLessThan(-65)
  expect(levelOf(out, 1000, to) - dbm0(out.subarray(out.length >> 2, (out.length * 3) >> 2))).toBeGreaterThan(-0.1)
})

test('a stream in frames gives what the whole gives, 20 ms for 20 ms', () => {
  for (const [from, to] of [
    [8000, 16_000],
    [16_000, 8000],
    [48_000, 8000],
    [8000, 48_000],
  ] as const) {
    const pcm = sine(700, from)
    const whole = new Int16Array((pcm.length * to) / from + 1)
    const written = new Resampler(from, to).process(pcm, whole)
    const stream = new Resampler(from, to)
    const frame = from / 50
    const pieces: number[] = []
    const out = new Int16Array(stream.room(frame))
    for (let i = 0; i < pcm.length; i += frame) {
      expect(stream.process(pcm.subarray(i, i + frame), out)).toBe(to / 50)
      pieces.push(...out.subarray(0, to / 50))
    }
    expect(Int16Array.from(pieces)).toEqual(whole.subarray(0, written))
  }
})
