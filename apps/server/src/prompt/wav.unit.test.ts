import { expect, it } from 'vitest'
import { promptOfWav } from './wav.ts'

/** A WAV whose header says what it likes of `bytes` of noise. */
function wav(options: {
  rate: number
  channels?: number
  bits?: number
  coding?: number
  bytes: number
  says?: number
}) {
  const { rate, channels = 1, bits = 16, coding = 1, bytes, says = bytes } = options
  const file = Buffer.alloc(44 + bytes, 0x55)
  file.write('RIFF', 0)
  file.writeUInt32LE(0xffff_ffff, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(coding, 20)
  file.writeUInt16LE(channels, 22)
  file.writeUInt32LE(rate, 24)
  file.writeUInt16LE(bits, 34)
  file.write('data', 36)
  file.writeUInt32LE(says, 40)
  return file
}

it('takes what is there of a file that claims two gigabytes', () => {
  expect(promptOfWav(wav({ rate: 8000, bytes: 16_000, says: 0x8000_0000 }))).toHaveLength(32_000)
})

it.each([
  ['a rate of its own', { rate: 191_999, bytes: 1_000_000 }],
  ['another rate of its own, and much of it', { rate: 4001, bits: 8, bytes: 10_000_000 }],
  ['hours of sound', { rate: 8000, bits: 8, coding: 7, bytes: 25_000_000 }],
  ['no channels', { rate: 8000, channels: 0, bytes: 1000 }],
  ['no rate', { rate: 0, bytes: 1000 }],
])('refuses a file with %s, in a sentence', (_what, options) => {
  expect(promptOfWav(wav(options))).toEqual(expect.any(String))
})
