import { CODECS, type CodecName, type Decoder } from '../codec/codec.ts'
import { JitterBuffer } from '../jitter/buffer.ts'
import { Concealer } from '../jitter/conceal.ts'
import { Halver } from './band.ts'

const FRAME = 160
/** Decoded peak under which a frame may be left out or doubled unheard: about −50 dBm0. */
const QUIET_PEAK = 100

/** One member's audio on its way into a mix: jitter buffer, decoder, concealment; 8 kHz comes out. Exists only while somebody needs it mixed. */
export class VoiceIn {
  readonly #codec: CodecName
  readonly #decoder: Decoder
  readonly #halver: Halver | null
  readonly #jitter: JitterBuffer
  readonly #conceal = new Concealer()
  readonly #bytes = new Uint8Array(FRAME)
  readonly #wide: Int16Array
  readonly #pcm = new Int16Array(FRAME)
  #tick = -1
  /** Frames since anything real came: silence after the concealment has faded costs nothing. */
  #absent = 0

  constructor(codec: CodecName) {
    this.#codec = codec
    this.#decoder = CODECS[codec].decoder()
    this.#halver = codec === 'G722' ? new Halver() : null
    this.#wide = new Int16Array(codec === 'G722' ? 320 : 0)
    this.#jitter = new JitterBuffer(codec === 'G722' ? {} : { quiet: payload => this.#isQuiet(payload) })
  }

  get codec(): CodecName {
    return this.#codec
  }

  /** What the listeners just heard by relay: concealment bridges from it until the buffer has filled. */
  prime(payload: Uint8Array): void {
    if (payload.length < FRAME || this.#codec === 'G722') return
    const pcm = new Int16Array(payload.length)
    this.#decoder.decode(payload, pcm)
    this.#conceal.good(pcm)
  }

  push(sequence: number, timestamp: number, payload: Uint8Array, nowMs: number): void {
    this.#jitter.push(sequence, timestamp, payload, nowMs)
  }

  /** The stream began anew. */
  reset(): void {
    this.#jitter.reset()
  }

  /** The 160 samples of this tick; the same array however often it is asked for in one tick. */
  frame(tick: number, nowMs: number): Int16Array {
    if (tick === this.#tick) return this.#pcm
    this.#tick = tick
    const pulled = this.#jitter.pull(this.#bytes, nowMs)
    if (pulled === 'frame') {
      this.#decode()
      this.#conceal.good(this.#pcm)
      this.#absent = 0
    } else if (pulled === 'silence' || this.#absent > 6) this.#pcm.fill(0)
    else {
      this.#conceal.lost(this.#pcm)
      this.#absent++
    }
    return this.#pcm
  }

  #decode(): void {
    if (!this.#halver) this.#decoder.decode(this.#bytes, this.#pcm)
    else {
      this.#decoder.decode(this.#bytes, this.#wide)
      this.#halver.process(this.#wide, this.#pcm)
    }
  }

  #isQuiet(payload: Uint8Array): boolean {
    this.#decoder.decode(payload, this.#pcm)
    for (const sample of this.#pcm) if (sample > QUIET_PEAK || sample < -QUIET_PEAK) return false
    return true
  }
}
