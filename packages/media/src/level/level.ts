/** How loud a frame is. 0 dBFS here is a full-scale sine, which a telephone calls +3.14 dBm0 (G.711 table 5; µ-law 0.03 dB more). */

/** Level of a full-scale sine in dBm0. */
export const FULL_SCALE_DBM0 = 3.14
/** What a frame of zeros is said to have. */
export const FLOOR_DB = -100

/** Root mean square of the samples, 0 to 32767; 0 for an empty frame. */
export function rms(pcm: Int16Array): number {
  let sum = 0
  for (let i = 0; i < pcm.length; i++) sum += pcm[i]! * pcm[i]!
  return pcm.length === 0 ? 0 : Math.sqrt(sum / pcm.length)
}

/** Level in dB below a full-scale sine: 0 for such a sine, −100 for silence. */
export function dbfs(pcm: Int16Array): number {
  const value = rms(pcm)
  return value === 0 ? FLOOR_DB : Math.max(FLOOR_DB, 20 * Math.log10((value * Math.SQRT2) / 32_767))
}

/** Level in dBm0, the telephone network's measure. Speech is about −15 to −30. */
export function dbm0(pcm: Int16Array): number {
  return dbfs(pcm) + FULL_SCALE_DBM0
}

/** Peak of a sine of this level. */
export function amplitudeOf(levelDbm0: number): number {
  return 32_767 * 10 ** ((levelDbm0 - FULL_SCALE_DBM0) / 20)
}

/** Mean square of a sine of this level: what a gate compares a block's energy per sample with. */
export function powerOf(levelDbm0: number): number {
  return amplitudeOf(levelDbm0) ** 2 / 2
}

/** Counts how long it has been quiet. */
export class SilenceDetector {
  readonly #power: number
  readonly #samplesPerMs: number
  #samples = 0

  constructor({ thresholdDbm0 = -45, sampleRate = 8000 }: { thresholdDbm0?: number; sampleRate?: number } = {}) {
    this.#power = powerOf(thresholdDbm0)
    this.#samplesPerMs = sampleRate / 1000
  }

  /** Takes a frame; returns for how many ms it has been quiet, 0 while there is sound. */
  process(pcm: Int16Array): number {
    let sum = 0
    for (let i = 0; i < pcm.length; i++) sum += pcm[i]! * pcm[i]!
    this.#samples = sum > this.#power * pcm.length ? 0 : this.#samples + pcm.length
    return this.#samples / this.#samplesPerMs
  }
}
