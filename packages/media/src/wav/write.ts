import { LINEAR_TO_ALAW, LINEAR_TO_ULAW } from '../codec/g711.ts'
import type { Audio } from './read.ts'

export type WavFormat = 'pcm16' | 'alaw' | 'ulaw'

const CODE: Readonly<Record<WavFormat, number>> = { pcm16: 1, alaw: 6, ulaw: 7 }

export interface WavHeader {
  format: WavFormat
  channels: number
  sampleRate: number
  /** Bytes of sound that follow; up to 4 GiB less the header. */
  dataBytes: number
}

/**
 * What precedes the sound in a WAV file: 44 bytes for PCM; 58 for A-law and µ-law, whose format chunk must be longer and be followed by a fact chunk. The sound is
 * little-endian, channels interleaved; after an odd number of bytes the file wants one zero more.
 */
export function wavHeader({ format, channels, sampleRate, dataBytes }: WavHeader): Uint8Array {
  const pcm = format === 'pcm16'
  const width = pcm ? 2 : 1
  const header = new Uint8Array(pcm ? 44 : 58)
  const view = new DataView(header.buffer)
  const tag = (at: number, name: string): void => header.set(new TextEncoder().encode(name), at)
  tag(0, 'RIFF')
  view.setUint32(4, header.length - 8 + dataBytes + (dataBytes & 1), true)
  tag(8, 'WAVEfmt ')
  view.setUint32(16, pcm ? 16 : 18, true)
  view.setUint16(20, CODE[format], true)
  view.setUint16(22, channels, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * channels * width, true)
  view.setUint16(32, channels * width, true)
  view.setUint16(34, width * 8, true)
  if (!pcm) {
    tag(38, 'fact')
    view.setUint32(42, 4, true)
    view.setUint32(46, Math.floor(dataBytes / (channels * width)), true)
  }
  tag(header.length - 8, 'data')
  view.setUint32(header.length - 4, dataBytes, true)
  return header
}

/** A whole WAV file. Channels shorter than the longest end in silence. */
export function writeWav({ sampleRate, channels }: Audio, format: WavFormat = 'pcm16'): Uint8Array {
  const frames = Math.max(0, ...channels.map(channel => channel.length))
  const width = format === 'pcm16' ? 2 : 1
  const dataBytes = frames * channels.length * width
  const header = wavHeader({ format, channels: channels.length, sampleRate, dataBytes })
  const file = new Uint8Array(header.length + dataBytes + (dataBytes & 1))
  file.set(header)
  const view = new DataView(file.buffer)
  const table = format === 'alaw' ? LINEAR_TO_ALAW : LINEAR_TO_ULAW
  for (const [k, channel] of channels.entries()) {
    for (let i = 0; i < frames; i++) {
      const at = header.length + (i * channels.length + k) * width
      const sample = channel[i] ?? 0
      if (format === 'pcm16') view.setInt16(at, sample, true)
      else file[at] = table[sample & 0xffff]!
    }
  }
  return file
}
