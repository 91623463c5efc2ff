/** The codecs we speak, behind one shape. All three carry exactly one byte per tick of an 8 kHz RTP clock, so a byte count is a time. */

import { ALAW_SILENCE, decodeAlaw, decodeUlaw, encodeAlaw, encodeUlaw, ULAW_SILENCE } from './g711.ts'
import { G722Decoder, G722Encoder } from './g722.ts'

export type CodecName = 'PCMU' | 'PCMA' | 'G722'

/** One direction of one stream: keeps state between frames for codecs that have some. */
export interface Encoder {
  /** Encodes all of `pcm` into `out`; returns the bytes written. Any even length does; 20 ms is usual. */
  encode(pcm: Int16Array, out: Uint8Array): number
}

/** One direction of one stream. */
export interface Decoder {
  /** Decodes all of `bytes` into `out`; returns the samples written. */
  decode(bytes: Uint8Array, out: Int16Array): number
}

export interface Codec {
  name: CodecName
  /** Static payload type (RFC 3551 table 4). */
  payloadType: number
  /** RTP clock in Hz: 8000 for all, G.722 too (RFC 3551 section 4.5.2). */
  clockRate: number
  /** PCM samples a second: 8000, or 16000 for G.722. */
  sampleRate: number
  /** PCM samples in 20 ms. */
  frameSamples: number
  /** Encoded bytes in 20 ms, and the RTP clock's ticks in 20 ms. */
  frameBytes: number
  /** A byte which, repeated, is silence; null where the codec has none (G.722: encode zeros). */
  silence: number | null
  encoder(): Encoder
  decoder(): Decoder
}

const ulaw = { encode: encodeUlaw, decode: decodeUlaw }
const alaw = { encode: encodeAlaw, decode: decodeAlaw }

function g711(name: CodecName, payloadType: number, silence: number, both: Encoder & Decoder): Codec {
  const rates = { clockRate: 8000, sampleRate: 8000, frameSamples: 160, frameBytes: 160 }
  return { name, payloadType, ...rates, silence, encoder: () => both, decoder: () => both }
}

export const PCMU = g711('PCMU', 0, ULAW_SILENCE, ulaw)
export const PCMA = g711('PCMA', 8, ALAW_SILENCE, alaw)
export const G722: Codec = {
  name: 'G722',
  payloadType: 9,
  clockRate: 8000,
  sampleRate: 16_000,
  frameSamples: 320,
  frameBytes: 160,
  silence: null,
  encoder: () => new G722Encoder(),
  decoder: () => new G722Decoder(),
}

/** By name as in SDP's rtpmap. */
export const CODECS: Readonly<Record<CodecName, Codec>> = { PCMU, PCMA, G722 }
