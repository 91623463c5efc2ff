import { CODECS, type CodecName, type Decoder } from '../codec/codec.ts'
import { Halver } from '../mix/band.ts'
import { timestampDelta } from '../rtp/packet.ts'

const FRAME = 160
/** A hole longer than this in the timestamps is a pause, not loss. */
const MAX_GAP = 8000

/** Decodes a leg's audio as it arrives into 8 kHz frames of 20 ms, for detectors and recognisers. Late packets are left out, lost ones are silence, so that time stays true. */
export class Ear {
  readonly #codec: CodecName
  readonly #decoder: Decoder
  readonly #halver: Halver | null
  readonly #frame: (pcm: Int16Array) => void
  readonly #pcm = new Int16Array(FRAME)
  #filled = 0
  #expected = -1
  #scratch = new Int16Array(FRAME * 2)

  constructor(codec: CodecName, frame: (pcm: Int16Array) => void) {
    this.#codec = codec
    this.#decoder = CODECS[codec].decoder()
    this.#halver = codec === 'G722' ? new Halver() : null
    this.#frame = frame
  }

  get codec(): CodecName {
    return this.#codec
  }

  packet(timestamp: number, payload: Uint8Array): void {
    if (this.#expected >= 0) {
      const gap = timestampDelta(timestamp, this.#expected)
      if (gap < 0 && gap > -MAX_GAP) return
      for (let left = gap <= MAX_GAP ? gap : 0; left > 0; left--) this.#sample(0)
    }
    this.#expected = (timestamp + payload.length) >>> 0
    const pcm = this.#decode(payload)
    for (let i = 0; i < payload.length; i++) this.#sample(pcm[i]!)
  }

  /** A packet that nobody needs to hear: what comes next follows it without a hole. */
  pass(timestamp: number, length: number): void {
    this.#expected = (timestamp + length) >>> 0
  }

  #sample(value: number): void {
    this.#pcm[this.#filled++] = value
    if (this.#filled < FRAME) return
    this.#filled = 0
    this.#frame(this.#pcm)
  }

  #decode(payload: Uint8Array): Int16Array {
    const wide = this.#codec === 'G722' ? 2 : 1
    if (this.#scratch.length < payload.length * wide) this.#scratch = new Int16Array(payload.length * wide)
    const pcm = this.#scratch.subarray(0, payload.length * wide)
    this.#decoder.decode(payload, pcm)
    if (!this.#halver) return pcm
    const narrow = new Int16Array(payload.length)
    this.#halver.process(pcm, narrow)
    return narrow
  }
}
