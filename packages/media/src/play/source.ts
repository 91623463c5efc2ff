import { CODECS, type CodecName } from '../codec/codec.ts'

/**
 * A sound that can be played: PCM held in memory and encoded once a codec, however many legs hear it. Made by `soundFile`, `soundOf`, `rawSound` (play/sound.ts), `progressSound`, `beepSound`, `silence` (play/tone-sound.ts) or
 * `new Source`. Immutable; share it freely.
 */
export class Source {
  readonly name: string
  readonly durationMs: number
  /** 8 kHz, whole 20 ms frames (the last one padded with silence). */
  readonly pcm: Int16Array
  readonly frames: number
  readonly #wide: Int16Array | null
  readonly #encoded = new Map<CodecName, Uint8Array>()

  /** `pcm` at 8 kHz; `wide` the same sound at 16 kHz where the original had that much, for G.722 listeners. */
  constructor(name: string, pcm: Int16Array, wide: Int16Array | null = null) {
    this.name = name
    this.durationMs = pcm.length / 8
    this.pcm = padded(pcm, 160)
    this.frames = this.pcm.length / 160
    this.#wide = wide && padded(wide, 320)
  }

  /** The whole sound in `codec`, 160 bytes a frame. */
  encoded(codec: CodecName): Uint8Array {
    let bytes = this.#encoded.get(codec)
    if (!bytes) {
      bytes = new Uint8Array(this.frames * 160)
      CODECS[codec].encoder().encode(codec === 'G722' ? (this.#wide ?? doubled(this.pcm)) : this.pcm, bytes)
      this.#encoded.set(codec, bytes)
    }
    return bytes
  }
}

function padded(pcm: Int16Array, frame: number): Int16Array {
  const length = Math.max(1, Math.ceil(pcm.length / frame)) * frame
  if (length === pcm.length) return pcm
  const out = new Int16Array(length)
  out.set(pcm)
  return out
}

/** 8 → 16 kHz by linear interpolation: enough for a telephone-band sound whose image above 4 kHz is already weak. */
function doubled(pcm: Int16Array): Int16Array {
  const out = new Int16Array(pcm.length * 2)
  let last = 0
  for (let i = 0; i < pcm.length; i++) {
    const sample = pcm[i]!
    out[2 * i] = (last + sample) >> 1
    out[2 * i + 1] = sample
    last = sample
  }
  return out
}
