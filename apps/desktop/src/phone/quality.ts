/** One look at a line's audio, about every two seconds. Counters grow from its beginning. */
export interface LineSample {
  at: number
  packetsReceived: number
  packetsLost: number
  jitterMs: number
  roundTripMs: number | null
  /** Share of what we sent that the node missed, 0 to 1, as it last reported. */
  lostOutShare: number | null
  /** What the microphone has given so far; null where the browser does not tell. */
  microphoneEnergy: number | null
}

/** What a person is told about their audio. `unknown`: not enough seen yet. */
export type LineQuality = 'unknown' | 'good' | 'lossIn' | 'lossOut' | 'delay' | 'silentMicrophone'

/** Speech is cut up audibly from about three lost packets in a hundred on (G.711 with concealment, ITU-T G.113). */
const LOSS = 0.03
/** Two people begin to talk over each other (ITU-T G.114: 150 ms one way is good, above 400 ms is not). */
const DELAY_MS = 500
/** Even a quiet room gives more than this in a window; a switched-off headset gives nothing. */
const SILENCE_ENERGY = 1e-7
export const SILENT_AFTER_MS = 10_000
/** Samples are judged over this long, so that one bad second does not flicker. */
const WINDOW_MS = 6000

/** Judges the newest samples, oldest first. `speaking`: in a call, not muted, so that a silent microphone means something. */
export function judgeLine(samples: readonly LineSample[], speaking: boolean): LineQuality {
  const now = samples.at(-1)
  if (now === undefined) return 'unknown'
  const before = samples.findLast(sample => now.at - sample.at >= WINDOW_MS) ?? samples[0]
  if (before === undefined || before === now) return 'unknown'
  const lost = Math.max(0, now.packetsLost - before.packetsLost)
  const all = lost + Math.max(0, now.packetsReceived - before.packetsReceived)
  if (all > 20 && lost / all > LOSS) return 'lossIn'
  if ((now.lostOutShare ?? 0) > LOSS && (before.lostOutShare ?? 0) > LOSS) return 'lossOut'
  if ((now.roundTripMs ?? 0) > DELAY_MS) return 'delay'
  const old = samples.findLast(sample => now.at - sample.at >= SILENT_AFTER_MS)
  if (speaking && old && now.microphoneEnergy !== null && old.microphoneEnergy !== null)
    if (now.microphoneEnergy - old.microphoneEnergy < SILENCE_ENERGY) return 'silentMicrophone'
  return 'good'
}

export type LegWord = 'unknown' | 'good' | 'fair' | 'poor'

/** How well a leg is heard, from its estimated mean opinion score (ITU-T G.107: 4 satisfies all, below 3.6 many are not). */
export function judgeLeg(quality: { mos: number | null; packets: number; lost: number } | null): LegWord {
  if (quality === null || quality.packets + quality.lost === 0) return 'unknown'
  if (quality.mos !== null) return quality.mos >= 4 ? 'good' : quality.mos >= 3.6 ? 'fair' : 'poor'
  const share = quality.lost / (quality.packets + quality.lost)
  return share < 0.01 ? 'good' : share < 0.05 ? 'fair' : 'poor'
}
