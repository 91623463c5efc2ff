import { PROMPT_RATE } from '@centrala/api/prompt.ts'

/** PCM of a WAV: 16 bit little endian, mono. */
export interface Wav {
  rate: number
  pcm: Buffer
}

/**
 * Reads a WAV (RIFF) of 16 bit mono PCM, or says in a sentence why not. Sizes that a stream could not know (0 or 0xFFFFFFFF) mean: to the end.
 */
export function readWav(bytes: Buffer): Wav | string {
  if (bytes.length < 44 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    return 'This is no WAV file. Convert it, or choose it in the page, where the browser does so.'
  let rate = 0
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    const start = at + 8
    if (name === 'fmt ' && start + 16 <= bytes.length) {
      const format = bytes.readUInt16LE(start)
      const isExtended = format === 0xfffe && size >= 26 && start + 26 <= bytes.length
      if ((isExtended ? bytes.readUInt16LE(start + 24) : format) !== 1)
        return 'The WAV is compressed. Save it as PCM, 16 bit.'
      if (bytes.readUInt16LE(start + 2) !== 1 || bytes.readUInt16LE(start + 14) !== 16)
        return 'The WAV is not 16 bit mono. Convert it.'
      rate = bytes.readUInt32LE(start + 4)
    }
    if (name === 'data') {
      if (rate < 4000 || rate > 192_000) return 'The WAV does not say how fast it is played. Save it again.'
      const end = size === 0 || size > bytes.length - start ? bytes.length : start + size
      return { rate, pcm: bytes.subarray(start, end - ((end - start) % 2)) }
    }
    at = start + size + (size % 2)
  }
  return 'There is no sound in this WAV. Choose another.'
}

/** PCM of PROMPT_RATE as a WAV file. */
export function writeWav(pcm: Buffer): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + pcm.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(PROMPT_RATE, 24)
  head.writeUInt32LE(PROMPT_RATE * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(pcm.length, 40)
  return Buffer.concat([head, pcm])
}

/** Neighbouring samples on each side that make a new one. */
const HALF = 16

/** Another rate by a windowed sinc (Hann), which also takes out what the slower rate cannot hold. */
export function resample({ rate, pcm }: Wav, to: number): Buffer {
  if (rate === to) return pcm
  const from = new Int16Array(new Uint8Array(pcm).buffer)
  const length = Math.floor((from.length * to) / rate)
  const result = Buffer.alloc(length * 2)
  const cutoff = Math.min(1, to / rate)
  const reach = Math.ceil(HALF / cutoff)
  for (let index = 0; index < length; index++) {
    const centre = (index * rate) / to
    const first = Math.ceil(centre - reach)
    let sum = 0
    for (let at = Math.max(0, first); at <= centre + reach && at < from.length; at++) {
      const distance = at - centre
      const x = Math.PI * distance * cutoff
      const sinc = x === 0 ? 1 : Math.sin(x) / x
      sum += (from[at] ?? 0) * sinc * cutoff * (0.5 + 0.5 * Math.cos((Math.PI * distance) / reach))
    }
    result.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(sum))), index * 2)
  }
  return result
}

/** How long PCM of PROMPT_RATE is, in ms. */
export function durationOf(pcm: Buffer): number {
  return Math.round((pcm.length / 2 / PROMPT_RATE) * 1000)
}
