import { expect, test } from 'vitest'
import { dbm0 } from '../level/level.ts'
import { ToneGenerator } from '../tone/generate.ts'
import { Goertzel } from '../tone/goertzel.ts'
import { CODECS, type Codec } from './codec.ts'

function through(codec: Codec, frequency: number): Int16Array {
  const tone = new ToneGenerator([{ frequencies: [frequency], ms: Number.POSITIVE_INFINITY, level: -12 }], {
    sampleRate: codec.sampleRate,
  })
  const encoder = codec.encoder()
  const decoder = codec.decoder()
  const pcm = new Int16Array(codec.frameSamples)
  const bytes = new Uint8Array(codec.frameBytes)
  const heard = new Int16Array(codec.frameSamples * 50)
  for (let frame = 0; frame < 50; frame++) {
    tone.render(pcm)
    expect(encoder.encode(pcm, bytes)).toBe(codec.frameBytes)
    expect(decoder.decode(bytes, heard.subarray(frame * codec.frameSamples))).toBe(codec.frameSamples)
  }
  return heard.subarray(codec.frameSamples * 10)
}

test.each(Object.values(CODECS))(
  'a tone goes through $name with its level and frequency, 30 dB above what the codec adds',
  codec => {
    for (const frequency of codec.sampleRate === 16_000 ? [400, 1000, 3000, 6000] : [400, 1000, 3000]) {
      const heard = through(codec, frequency)
      const filter = new Goertzel(frequency, heard.length, codec.sampleRate)
      filter.add(heard, 0, heard.length)
      filter.end()
      const total = heard.reduce((sum, sample) => sum + sample * sample, 0) / heard.length
      expect(dbm0(heard)).toBeCloseTo(-12, 0)
      // The high band of G.722 has two bits a sample.
      const least = frequency > 4000 ? 12 : 30
      expect(10 * Math.log10(filter.power / Math.max(1, total - filter.power))).toBeGreaterThan(least)
    }
  },
)

test('the byte of silence decodes to next to nothing', () => {
  for (const codec of Object.values(CODECS)) {
    if (codec.silence === null) continue
    const pcm = new Int16Array(160)
    codec.decoder().decode(new Uint8Array(160).fill(codec.silence), pcm)
    expect(dbm0(pcm)).toBeLessThan(-65)
  }
})
