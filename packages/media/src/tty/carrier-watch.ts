import { powerOf } from '../level/level.ts'
import { MARK, SPACE } from './modulate.ts'

/** As in the demodulator: in 5 ms both tones are whole waves, and tones 5 % off still fall in. */
const WINDOW = 40
const GATE_DBM0 = -42
/** A little less than the demodulator asks for: a false alarm costs a second of its work and nothing else. */
const PURE = 0.35
/** One packet in so many is looked at. A text telephone sends its mark tone for 150 ms before the first character (TIA-825-A, 4.2): 60 ms are time enough to wake. */
const EVERY = 3
/** After two minutes without a tone (whoever has a text telephone uses it at once) one in so many: every 140 ms, less than the tones of one character. The first may be lost then; those after it are read. */
const SELDOM = 7
const SELDOM_AFTER = 6000
/** Packets listened to after the last tone: a second, in which the demodulator sees that nothing comes any more. */
const AWAKE = 50

/** cos and sin of mark and space, sample by sample. */
const TABLE = Float64Array.from({ length: WINDOW * 4 }, (_, at) => {
  const frequency = at % 4 < 2 ? MARK : SPACE
  const angle = (2 * Math.PI * frequency * Math.floor(at / 4)) / 8000
  return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle)
})

/**
 * Says whether a leg's audio is worth the demodulator's time: nearly every call is made by somebody without a text telephone. Looks at one packet in three until a tone of a text telephone is there,
 * which costs a tenth of listening all the time, and half of that after two minutes.
 */
export class CarrierWatch {
  readonly #gate = powerOf(GATE_DBM0)
  #turn = EVERY - 1
  #untoned = 0
  #awake = 0

  /** For each packet of G.711 (its audio from `start` on), with its table: true while it should be listened to. */
  worthwhile(packet: Uint8Array, start: number, linear: Int16Array): boolean {
    const every = this.#untoned < SELDOM_AFTER ? EVERY : SELDOM
    this.#untoned++
    if (++this.#turn >= every) {
      this.#turn = 0
      if (this.#hears(packet, start, linear)) {
        this.#awake = AWAKE
        this.#untoned = 0
      }
    }
    return this.#awake > 0 && this.#awake-- > 0
  }

  #hears(packet: Uint8Array, start: number, linear: Int16Array): boolean {
    let tones = 0
    let total = 0
    let at = start
    for (; at + WINDOW <= packet.length; at += WINDOW) {
      let a = 0
      let b = 0
      let c = 0
      let d = 0
      for (let i = 0, t = 0; i < WINDOW; i++, t += 4) {
        const x = linear[packet[at + i]!]!
        a += x * TABLE[t]!
        b += x * TABLE[t + 1]!
        c += x * TABLE[t + 2]!
        d += x * TABLE[t + 3]!
        total += x * x
      }
      tones += (2 * (a * a + b * b + c * c + d * d)) / WINDOW
    }
    return at > start && total / (at - start) > this.#gate && tones > total * PURE
  }
}
