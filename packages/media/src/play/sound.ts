import { CODECS } from '../codec/codec.ts'
import { MediaError } from '../errors.ts'
import { mono, readWav } from '../wav/read.ts'
import { resample } from '../wav/resample.ts'
import { Source } from './source.ts'

const WIDE = 16_000
const NARROW = 8000

/** A sound from a WAV file of any usual kind (several channels become one). Throws MediaError `media.badSound` with what is the matter. */
export function soundFile(name: string, wav: Uint8Array): Source {
  const read = readWav(wav)
  if (!read.ok) throw new MediaError('media.badSound', `${name}: ${read.reason}`)
  return soundOf(name, mono(read.audio), read.audio.sampleRate)
}

/** A sound from 16-bit samples at any rate. */
export function soundOf(name: string, pcm: Int16Array, sampleRate: number): Source {
  // G.722 listeners get what is above 4 kHz, if there is any.
  const wide = sampleRate >= WIDE ? resample(pcm, sampleRate, WIDE) : null
  return new Source(name, resample(pcm, sampleRate, NARROW), wide)
}

/** A sound from headerless bytes: G.711 at 8 kHz, or `L16`: big-endian samples (RFC 3551 section 4.5.11) at `sampleRate`. */
export function rawSound(
  name: string,
  bytes: Uint8Array,
  format: 'PCMU' | 'PCMA' | 'L16',
  sampleRate = NARROW,
): Source {
  if (format !== 'L16') {
    const pcm = new Int16Array(bytes.length)
    CODECS[format].decoder().decode(bytes, pcm)
    return new Source(name, pcm)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pcm = Int16Array.from({ length: bytes.length >> 1 }, (_, i) => view.getInt16(2 * i))
  return soundOf(name, pcm, sampleRate)
}
