/** One bar of a waveform: loudness 0 to 1 of the customer (drawn upwards) and of the agents (downwards). */
export interface WaveBar {
  up: number
  down: number
}

/** A recording that never gets louder than this is shown as quiet as it is. */
const QUIETEST_FULL = 20

/**
 * Loudness lists (0 to 100) of any length laid out as `count` bars: each bar is the loudest of its stretch, and the loudest of all is full; fewer points
 * than bars are repeated.
 */
export function waveBars(peaks: readonly [readonly number[], readonly number[]], count: number): WaveBar[] {
  const side = (values: readonly number[], index: number) => {
    if (values.length === 0) return 0
    const from = Math.floor((index * values.length) / count)
    const to = Math.max(from + 1, Math.floor(((index + 1) * values.length) / count))
    let loudest = 0
    for (let i = from; i < to; i++) loudest = Math.max(loudest, values[i] ?? 0)
    return Math.max(0, loudest)
  }
  let loudest = QUIETEST_FULL
  for (const peak of [...peaks[0], ...peaks[1]]) loudest = Math.max(loudest, peak)
  return Array.from({ length: count }, (_, index) => ({
    up: side(peaks[0], index) / loudest,
    down: side(peaks[1], index) / loudest,
  }))
}

/** The bars as one SVG path of upright strokes, `step` apart, around the middle of `height`. A silent bar is still a dot, so that time is seen to pass. */
export function wavePath(bars: readonly WaveBar[], step: number, height: number): string {
  const middle = height / 2
  const reach = middle - 1
  return bars
    .map(({ up, down }, index) => {
      const x = round(index * step + step / 2)
      return `M${x} ${round(middle - Math.max(0.5, up * reach))}V${round(middle + Math.max(0.5, down * reach))}`
    })
    .join('')
}

const round = (value: number) => Math.round(value * 10) / 10

/** Pauses as shares of the whole, 0 to 1, for drawing them over the waveform. */
export function pauseShares(
  pauses: readonly { fromMs: number; toMs: number }[],
  durationMs: number,
): { from: number; to: number }[] {
  if (durationMs <= 0) return []
  const share = (ms: number) => Math.min(1, Math.max(0, ms / durationMs))
  return pauses.map(({ fromMs, toMs }) => ({ from: share(fromMs), to: share(toMs) })).filter(one => one.to > one.from)
}
