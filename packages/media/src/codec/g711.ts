/**
 * G.711 (ITU-T G.711, 11/1988): µ-law and A-law, 8 kHz, one byte a sample, by tables. PCM is 16-bit, as everywhere in this package: µ-law fills 14 bits
 * of it and A-law 13, both aligned to the top. Full scale is +3.17 dBm0 (µ-law) and +3.14 dBm0 (A-law).
 */

/** µ-law byte of digital silence. */
export const ULAW_SILENCE = 0xff
/** A-law byte of digital silence (its smallest step, there is no zero). */
export const ALAW_SILENCE = 0xd5

/** µ-law byte → 16-bit sample (G.711 table 2). */
export const ULAW_TO_LINEAR = Int16Array.from({ length: 256 }, (_, byte) => {
  const code = ~byte & 0xff
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
  return code & 0x80 ? -magnitude : magnitude
})

/** A-law byte → 16-bit sample (G.711 table 1). */
export const ALAW_TO_LINEAR = Int16Array.from({ length: 256 }, (_, byte) => {
  const code = byte ^ 0x55
  const segment = (code >> 4) & 7
  const step = ((code & 0x0f) << 4) + 8
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1)
  return code & 0x80 ? magnitude : -magnitude
})

/** Unsigned 16-bit image of a sample (`sample & 0xffff`) → µ-law byte. */
export const LINEAR_TO_ULAW = Uint8Array.from({ length: 65_536 }, (_, image) => ulaw((image << 16) >> 16))

/** Unsigned 16-bit image of a sample (`sample & 0xffff`) → A-law byte. */
export const LINEAR_TO_ALAW = Uint8Array.from({ length: 65_536 }, (_, image) => alaw((image << 16) >> 16))

/** µ-law byte → A-law byte, the nearest step. */
export const ULAW_TO_ALAW = Uint8Array.from(ULAW_TO_LINEAR, sample => alaw(sample))

/** A-law byte → µ-law byte, the nearest step. */
export const ALAW_TO_ULAW = Uint8Array.from(ALAW_TO_LINEAR, sample => ulaw(sample))

function ulaw(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), 32_635) + 0x84
  const segment = 24 - Math.clz32(magnitude)
  const code = (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)
  return ~(sample < 0 ? code | 0x80 : code) & 0xff
}

function alaw(sample: number): number {
  // Negative samples mirror around −8 and not 0: the ones' complement of the 13-bit value, as the recommendation's tables have it.
  const magnitude = sample >= 0 ? sample >> 4 : ~sample >> 4
  const segment = magnitude < 16 ? 0 : 28 - Math.clz32(magnitude)
  const code = segment === 0 ? magnitude : (segment << 4) | ((magnitude >> (segment - 1)) & 0x0f)
  return (sample >= 0 ? code | 0x80 : code) ^ 0x55
}

/** Encodes every sample of `pcm` into `out`. Returns the bytes written (one a sample). */
export function encodeUlaw(pcm: Int16Array, out: Uint8Array): number {
  for (let i = 0; i < pcm.length; i++) out[i] = LINEAR_TO_ULAW[pcm[i]! & 0xffff]!
  return pcm.length
}

/** Encodes every sample of `pcm` into `out`. Returns the bytes written (one a sample). */
export function encodeAlaw(pcm: Int16Array, out: Uint8Array): number {
  for (let i = 0; i < pcm.length; i++) out[i] = LINEAR_TO_ALAW[pcm[i]! & 0xffff]!
  return pcm.length
}

/** Decodes every byte into `out`. Returns the samples written (one a byte). */
export function decodeUlaw(bytes: Uint8Array, out: Int16Array): number {
  for (let i = 0; i < bytes.length; i++) out[i] = ULAW_TO_LINEAR[bytes[i]!]!
  return bytes.length
}

/** Decodes every byte into `out`. Returns the samples written (one a byte). */
export function decodeAlaw(bytes: Uint8Array, out: Int16Array): number {
  for (let i = 0; i < bytes.length; i++) out[i] = ALAW_TO_LINEAR[bytes[i]!]!
  return bytes.length
}

/** Maps bytes by `table` (`ULAW_TO_ALAW` or `ALAW_TO_ULAW`) into `out`, which may be `bytes` itself. */
export function translate(bytes: Uint8Array, table: Uint8Array, out: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) out[i] = table[bytes[i]!]!
}
