import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ALAW_TO_LINEAR,
  ALAW_TO_ULAW,
  decodeAlaw,
  decodeUlaw,
  encodeAlaw,
  encodeUlaw,
  LINEAR_TO_ALAW,
  LINEAR_TO_ULAW,
  translate,
  ULAW_TO_ALAW,
  ULAW_TO_LINEAR,
} from './g711.ts'

/** G.711 tables 1 and 2: decoder outputs at the ends of every segment, ×4 (µ-law, 14 bits) and ×8 (A-law, 13 bits) for 16 bits. */
const ULAW = {
  255: 0,
  254: 8,
  240: 120,
  239: 132,
  223: 396,
  207: 924,
  191: 1980,
  175: 4092,
  159: 8316,
  143: 16764,
  128: 32124,
}
const ALAW = { 213: 8, 212: 24, 197: 264, 245: 528, 229: 1056, 149: 2112, 133: 4224, 181: 8448, 165: 16896, 170: 32256 }

test('decoding gives the values of the recommendation, positive and negative', () => {
  for (const [byte, value] of Object.entries(ULAW)) {
    expect(ULAW_TO_LINEAR[Number(byte)]).toBe(value)
    expect(ULAW_TO_LINEAR[Number(byte) & 0x7f]).toBe(value === 0 ? 0 : -value)
  }
  for (const [byte, value] of Object.entries(ALAW)) {
    expect(ALAW_TO_LINEAR[Number(byte)]).toBe(value)
    expect(ALAW_TO_LINEAR[Number(byte) & 0x7f]).toBe(-value)
  }
})

test('a sample comes back within half a step of its segment', () => {
  fc.assert(
    fc.property(fc.integer({ min: -32_768, max: 32_767 }), sample => {
      const magnitude = Math.abs(sample)
      // Half a step: 4 at the bottom for µ-law and 8 for A-law, then 1/32 of the segment's start; clipping above 32124 and 32256.
      const ulaw = ULAW_TO_LINEAR[LINEAR_TO_ULAW[sample & 0xffff]!]!
      const alaw = ALAW_TO_LINEAR[LINEAR_TO_ALAW[sample & 0xffff]!]!
      expect(Math.abs(ulaw - sample)).toBeLessThanOrEqual(Math.max(4, (magnitude + 132) / 32, magnitude - 32_124))
      expect(Math.abs(alaw - sample)).toBeLessThanOrEqual(Math.max(8, magnitude / 32 + 1, magnitude - 32_256))
    }),
    { numRuns: 5000 },
  )
})

test('encoding what was decoded changes no byte, save that µ-law has two zeros', () => {
  for (let byte = 0; byte < 256; byte++) {
    expect(LINEAR_TO_ALAW[ALAW_TO_LINEAR[byte]! & 0xffff]).toBe(byte)
    expect(LINEAR_TO_ULAW[ULAW_TO_LINEAR[byte]! & 0xffff]).toBe(byte === 0x7f ? 0xff : byte)
  }
})

test('translation between the laws equals decoding and encoding, and works in place', () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i)
  const pcm = new Int16Array(256)
  const expected = new Uint8Array(256)
  decodeUlaw(all, pcm)
  encodeAlaw(pcm, expected)
  const inPlace = all.slice()
  translate(inPlace, ULAW_TO_ALAW, inPlace)
  expect(inPlace).toEqual(expected)
  decodeAlaw(all, pcm)
  encodeUlaw(pcm, expected)
  expect(all.map(byte => ALAW_TO_ULAW[byte]!)).toEqual(expected)
})
