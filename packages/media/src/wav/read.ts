import { ALAW_TO_LINEAR, ULAW_TO_LINEAR } from '../codec/g711.ts'

export interface Audio {
  sampleRate: number
  /** One array a channel, all of one length: left (or mono), right. */
  channels: Int16Array[]
}

export type WavReading = { ok: true; audio: Audio } | { ok: false; reason: string }

/** `wFormatTag` (RFC 2361) and the two bytes that the extensible format repeats it in. */
const PCM = 1
const FLOAT = 3
const ALAW = 6
const ULAW = 7
const EXTENSIBLE = 0xfffe

/** Reads one sample: `at` is its byte. */
type Sample = (view: DataView, at: number) => number

const float = (value: number): number => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_767)))
const READERS: Readonly<Record<string, Sample>> = {
  [`${PCM}/8`]: (view, at) => (view.getUint8(at) - 128) << 8,
  [`${PCM}/16`]: (view, at) => view.getInt16(at, true),
  [`${PCM}/24`]: (view, at) => view.getInt16(at + 1, true),
  [`${PCM}/32`]: (view, at) => view.getInt16(at + 2, true),
  [`${FLOAT}/32`]: (view, at) => float(view.getFloat32(at, true)),
  [`${ALAW}/8`]: (view, at) => ALAW_TO_LINEAR[view.getUint8(at)]!,
  [`${ULAW}/8`]: (view, at) => ULAW_TO_LINEAR[view.getUint8(at)]!,
}

/**
 * Reads a WAV file (RIFF): PCM of 8, 16, 24 or 32 bits, 32-bit float, A-law, µ-law; one to eight channels; 4 to 192 kHz. A data chunk whose length is wrong
 * (a recording cut short, a stream that did not know it) is read as far as it goes. A file that cannot be read is refused with what is the matter.
 */
export function readWav(bytes: Uint8Array): WavReading {
  const refuse = (reason: string): WavReading => ({ ok: false, reason })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tag = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))
  if (bytes.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE')
    return refuse('This is no WAV file: it does not begin with RIFF and WAVE.')
  let format: { code: number; channels: number; sampleRate: number; bits: number } | null = null
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true)
    const body = at + 8
    if (tag(at) === 'fmt ') {
      if (length < 16 || body + 16 > bytes.length)
        return refuse('The WAV file is cut short in its format chunk. Export it again.')
      const code = view.getUint16(body, true)
      const extended = code === EXTENSIBLE && length >= 26 && body + 26 <= bytes.length
      format = {
        code: extended ? view.getUint16(body + 24, true) : code,
        channels: view.getUint16(body + 2, true),
        sampleRate: view.getUint32(body + 4, true),
        bits: view.getUint16(body + 14, true),
      }
    } else if (tag(at) === 'data') {
      if (!format) return refuse('The WAV file has its data before its format. Export it again.')
      const { code, channels, sampleRate, bits } = format
      const read = READERS[`${code}/${bits}`]
      if (!read)
        return refuse(`The WAV file's coding (${code}, ${bits} bits) is not supported. Use 16-bit PCM, A-law or µ-law.`)
      if (channels < 1 || channels > 8) return refuse(`The WAV file has ${channels} channels. Use one or two.`)
      if (sampleRate < 4000 || sampleRate > 192_000)
        return refuse(`The WAV file has ${sampleRate} samples a second. Use 8000 to 48000.`)
      const width = bits / 8
      const frames = Math.floor(Math.min(length, bytes.length - body) / (width * channels))
      const all = Array.from({ length: channels }, (_, channel) => {
        const samples = new Int16Array(frames)
        for (let i = 0; i < frames; i++) samples[i] = read(view, body + (i * channels + channel) * width)
        return samples
      })
      return { ok: true, audio: { sampleRate, channels: all } }
    }
    at = body + length + (length & 1)
  }
  return refuse(format ? 'The WAV file holds no sound.' : 'The WAV file has no format chunk. Export it again.')
}

/** All channels as one: their mean. */
export function mono({ channels }: Audio): Int16Array {
  const [first] = channels
  if (!first || channels.length === 1) return first ?? new Int16Array()
  return first.map((_, i) => Math.round(channels.reduce((sum, channel) => sum + channel[i]!, 0) / channels.length))
}
