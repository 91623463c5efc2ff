/**
 * G.722 (ITU-T G.722, 09/2012) at 64 kbit/s: 16 kHz sound in two bands of 8 kHz, each ADPCM coded, six bits for the low one and two for the high one. Integer arithmetic and
 * names of blocks are the recommendation's (section 6.2), so that the bits are its bits.
 */

import type { Decoder, Encoder } from './codec.ts'

/** Quadrature mirror filter, the first half of it (table 11). */
const QMF = Int16Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11)
/** Decision levels of the low band (table 14). */
const Q6 = Int16Array.of(
  0,
  35,
  72,
  110,
  150,
  190,
  233,
  276,
  323,
  370,
  422,
  473,
  530,
  587,
  650,
  714,
  786,
  858,
  940,
  1023,
  1121,
  1219,
  1339,
  1458,
  1612,
  1765,
  1980,
  2195,
  2557,
  2919,
)
/** Outputs of the six-bit inverse quantizer (table 15), by code. */
const QM6 = Int16Array.of(
  -136,
  -136,
  -136,
  -136,
  -24808,
  -21904,
  -19008,
  -16704,
  -14984,
  -13512,
  -12280,
  -11192,
  -10232,
  -9360,
  -8576,
  -7856,
  -7192,
  -6576,
  -6000,
  -5456,
  -4944,
  -4464,
  -4008,
  -3576,
  -3168,
  -2776,
  -2400,
  -2032,
  -1688,
  -1360,
  -1040,
  -728,
  24808,
  21904,
  19008,
  16704,
  14984,
  13512,
  12280,
  11192,
  10232,
  9360,
  8576,
  7856,
  7192,
  6576,
  6000,
  5456,
  4944,
  4464,
  4008,
  3576,
  3168,
  2776,
  2400,
  2032,
  1688,
  1360,
  1040,
  728,
  432,
  136,
  -432,
  -136,
)
const QM4 = Int16Array.of(
  0,
  -20456,
  -12896,
  -8968,
  -6288,
  -4240,
  -2584,
  -1200,
  20456,
  12896,
  8968,
  6288,
  4240,
  2584,
  1200,
  0,
)
const QM2 = Int16Array.of(-7408, -1616, 7408, 1616)
/** Log scale factor multipliers, by four-bit (low) and two-bit (high) code (tables 16 to 19). */
const W_LOW = Int16Array.of(-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60)
const W_HIGH = Int16Array.of(798, -214, 798, -214)
/** 2048 · 2^(i/32) (table 20). */
const ILB = Int16Array.from({ length: 32 }, (_, i) => Math.round(2048 * 2 ** (i / 32)))

function saturate(value: number): number {
  return value > 32_767 ? 32_767 : Math.max(value, -32_768)
}

/** The adaptive predictor and quantizer scale of one band; the encoder and the decoder have the same. */
class Band {
  /** Predicted signal. */
  s = 0
  /** Scale of the quantizer. */
  det: number
  readonly #most: number
  readonly #shift: number
  #nb = 0
  #sz = 0
  #r1 = 0
  #r2 = 0
  #a1 = 0
  #a2 = 0
  #p1 = 0
  #p2 = 0
  readonly #d = new Int32Array(6)
  readonly #b = new Int32Array(6)

  constructor(det: number, most: number, shift: number) {
    this.det = det
    this.#most = most
    this.#shift = shift
  }

  /** LOGSCL and SCALEL, or LOGSCH and SCALEH: the next scale. */
  scale(weight: number): void {
    this.#nb = Math.max(0, Math.min(this.#most, ((this.#nb * 127) >> 7) + weight))
    const step = ILB[(this.#nb >> 6) & 31]!
    const shift = this.#shift - (this.#nb >> 11)
    this.det = (shift < 0 ? step << -shift : step >> shift) << 2
  }

  /** Block 4: adapts to the quantized difference `d` and predicts the next sample. */
  predict(d: number): void {
    const r0 = saturate(this.s + d)
    const p0 = saturate(this.#sz + d)
    const same1 = p0 < 0 === this.#p1 < 0
    const same2 = p0 < 0 === this.#p2 < 0
    // UPPOL2, UPPOL1
    const quadruple = saturate(this.#a1 << 2)
    const turned = same1 ? -quadruple : quadruple
    const wd = (Math.min(turned, 32_767) >> 7) + (same2 ? 128 : -128) + ((this.#a2 * 32_512) >> 15)
    const a2 = Math.max(-12_288, Math.min(12_288, wd))
    const most = 15_360 - a2
    this.#a1 = Math.max(-most, Math.min(most, saturate((same1 ? 192 : -192) + ((this.#a1 * 32_640) >> 15))))
    this.#a2 = a2
    // UPZERO, DELAYA, FILTEZ
    const step = d === 0 ? 0 : 128
    const ds = this.#d
    const bs = this.#b
    for (let i = 0; i < 6; i++) {
      bs[i] = saturate((ds[i]! < 0 === d < 0 ? step : -step) + ((bs[i]! * 32_640) >> 15))
    }
    for (let i = 5; i > 0; i--) ds[i] = ds[i - 1]!
    ds[0] = d
    let sz = 0
    for (let i = 5; i >= 0; i--) sz += (bs[i]! * saturate(ds[i]! * 2)) >> 15
    this.#sz = saturate(sz)
    this.#r2 = this.#r1
    this.#r1 = r0
    this.#p2 = this.#p1
    this.#p1 = p0
    // FILTEP
    const sp = ((this.#a1 * saturate(this.#r1 * 2)) >> 15) + ((this.#a2 * saturate(this.#r2 * 2)) >> 15)
    this.s = saturate(saturate(sp) + this.#sz)
  }
}

const low = (): Band => new Band(32, 18_432, 8)
const high = (): Band => new Band(8, 22_528, 10)

/** The QMF's delay line: pairs of samples, doubled so that the newest twelve always lie in a row. */
class Delay {
  readonly even = new Int32Array(24)
  readonly odd = new Int32Array(24)
  /** Where the oldest pair lies. */
  at = 0

  push(even: number, odd: number): void {
    const { at } = this
    this.even[at] = this.even[at + 12] = even
    this.odd[at] = this.odd[at + 12] = odd
    this.at = at === 11 ? 0 : at + 1
  }
}

/** 16 kHz PCM → G.722. Two samples a byte. */
export class G722Encoder implements Encoder {
  readonly #low = low()
  readonly #high = high()
  readonly #delay = new Delay()

  encode(pcm: Int16Array, out: Uint8Array): number {
    const bytes = pcm.length >> 1
    for (let i = 0; i < bytes; i++) out[i] = this.#pair(pcm[i * 2]!, pcm[i * 2 + 1]!)
    return bytes
  }

  #pair(first: number, second: number): number {
    const delay = this.#delay
    delay.push(first, second)
    let even = 0
    let odd = 0
    for (let i = 0; i < 12; i++) {
      odd += delay.even[delay.at + i]! * QMF[i]!
      even += delay.odd[delay.at + i]! * QMF[11 - i]!
    }
    return (this.#codeHigh((even - odd) >> 14) << 6) | this.#codeLow((even + odd) >> 14)
  }

  #codeLow(x: number): number {
    const band = this.#low
    const e = saturate(x - band.s)
    const magnitude = e >= 0 ? e : ~e
    let level = 1
    while (level < 30 && magnitude >= (Q6[level]! * band.det) >> 12) level++
    // The outermost level and its neighbour have codes of their own on the negative side (table 14).
    const code = e >= 0 ? 62 - level : level === 1 ? 63 : level === 2 ? 62 : 34 - level
    const d = (band.det * QM4[code >> 2]!) >> 15
    band.scale(W_LOW[code >> 2]!)
    band.predict(d)
    return code
  }

  #codeHigh(x: number): number {
    const band = this.#high
    const e = saturate(x - band.s)
    const outer = (e >= 0 ? e : ~e) >= (564 * band.det) >> 12
    const code = e < 0 ? (outer ? 0 : 1) : outer ? 2 : 3
    const d = (band.det * QM2[code]!) >> 15
    band.scale(W_HIGH[code]!)
    band.predict(d)
    return code
  }
}

/** G.722 → 16 kHz PCM. */
export class G722Decoder implements Decoder {
  readonly #low = low()
  readonly #high = high()
  readonly #delay = new Delay()

  decode(bytes: Uint8Array, out: Int16Array): number {
    for (let i = 0; i < bytes.length; i++) this.#pair(bytes[i]!, out, i * 2)
    return bytes.length * 2
  }

  #pair(code: number, out: Int16Array, at: number): void {
    const lowCode = code & 0x3f
    const lowBand = this.#low
    const rlow = limit(lowBand.s + ((lowBand.det * QM6[lowCode]!) >> 15))
    const dlow = (lowBand.det * QM4[lowCode >> 2]!) >> 15
    lowBand.scale(W_LOW[lowCode >> 2]!)
    lowBand.predict(dlow)
    const highCode = code >> 6
    const highBand = this.#high
    const dhigh = (highBand.det * QM2[highCode]!) >> 15
    const rhigh = limit(highBand.s + dhigh)
    highBand.scale(W_HIGH[highCode]!)
    highBand.predict(dhigh)
    const delay = this.#delay
    delay.push(rlow + rhigh, rlow - rhigh)
    let first = 0
    let second = 0
    for (let i = 0; i < 12; i++) {
      second += delay.even[delay.at + i]! * QMF[i]!
      first += delay.odd[delay.at + i]! * QMF[11 - i]!
    }
    out[at] = saturate(first >> 11)
    out[at + 1] = saturate(second >> 11)
  }
}

/** The bands' sound is held to 15 bits (block 6). */
function limit(value: number): number {
  return value > 16_383 ? 16_383 : Math.max(value, -16_384)
}
