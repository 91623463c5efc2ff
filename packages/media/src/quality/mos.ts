import type { CodecName } from '../codec/codec.ts'

export interface QualityInput {
  codec: CodecName
  /** Share of packets that did not come or came too late, 0 to 1. */
  lossRatio: number
  /** Interarrival jitter; a buffer of about twice that is assumed, unless `bufferMs` says what there is. */
  jitterMs: number
  /** From mouth to ear without our jitter buffer: half the round trip and what the ends take. */
  delayMs: number
  bufferMs?: number
  /** How bursty the loss is: 1 when random, more when losses come in a row (ITU-T G.107 section 3.5: BurstR). */
  burstRatio?: number
}

export interface Quality {
  /** Transmission rating, 0 to 93.2. */
  r: number
  /** Mean opinion score estimated for conversation, 1 to 4.5. */
  mos: number
}

/** R of an undisturbed narrow-band connection with all of G.107's default parameters. */
const R_MAX = 93.2
/**
 * Equipment impairment and robustness to loss (ITU-T G.113 appendix I, tables I.1 and I.3): G.711 with concealment has Bpl 25.1, without 4.3. G.722 has no narrow-band
 * values; it is rated as G.711 here, so that figures of different legs compare.
 */
const CODEC: Readonly<Record<CodecName, { ie: number; bpl: number }>> = {
  PCMU: { ie: 0, bpl: 25.1 },
  PCMA: { ie: 0, bpl: 25.1 },
  G722: { ie: 0, bpl: 25.1 },
}

/**
 * What people would say of a connection: ITU-T G.107 (06/2015) with its defaults, of which loss (Ie-eff, equation 7-29) and absolute delay (Idd, equation 7-27) are left; R becomes
 * MOS by annex B. An estimate from counts, not a measurement of the sound.
 */
export function estimateQuality({
  codec,
  lossRatio,
  jitterMs,
  delayMs,
  bufferMs,
  burstRatio = 1,
}: QualityInput): Quality {
  const { ie, bpl } = CODEC[codec]
  const loss = Math.min(1, Math.max(0, lossRatio)) * 100
  const ieEff = ie + (95 - ie) * (loss / (loss / Math.max(1, burstRatio) + bpl))
  const delay = Math.max(0, delayMs) + (bufferMs ?? Math.max(0, jitterMs) * 2)
  const r = Math.max(0, Math.min(R_MAX, R_MAX - idd(delay) - ieEff))
  return { r, mos: mosOf(r) }
}

/** Impairment by absolute delay (G.107 equation 7-27, 7-28): none up to 100 ms. */
function idd(ms: number): number {
  if (ms <= 100) return 0
  const x = Math.log2(ms / 100)
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2)
}

/** G.107 annex B, equation B-4; below 6.5 the polynomial would dip under 1. */
function mosOf(r: number): number {
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)
}
