import { CODECS, type CodecName, type Encoder } from '../codec/codec.ts'
import { Doubler } from './band.ts'

/** Encodes one listener's 8 kHz frames. */
export class VoiceOut {
  readonly codec: CodecName
  readonly #encoder: Encoder
  readonly #doubler: Doubler | null
  readonly #wide: Int16Array
  readonly #bytes = new Uint8Array(160)

  constructor(codec: CodecName) {
    this.codec = codec
    this.#encoder = CODECS[codec].encoder()
    this.#doubler = codec === 'G722' ? new Doubler() : null
    this.#wide = new Int16Array(codec === 'G722' ? 320 : 0)
  }

  /** 160 samples to 160 bytes; the array is reused. */
  encode(pcm: Int16Array): Uint8Array {
    if (!this.#doubler) this.#encoder.encode(pcm, this.#bytes)
    else {
      this.#doubler.process(pcm, this.#wide)
      this.#encoder.encode(this.#wide, this.#bytes)
    }
    return this.#bytes
  }
}
