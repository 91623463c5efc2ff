import type { Law } from './law.ts'

/** One wait: how long it was, and whether it ended because the customer gave up (else how long they would have waited is not known). */
export interface Wait {
  ms: number
  abandoned: boolean
}

export interface Patience extends Law {
  /** Mean patience up to the longest wait seen (beyond it nothing is known), ms. */
  meanMs: number
  /** Share still waiting after so long, were nobody answered. */
  survival(ms: number): number
}

/**
 * How long customers would wait, from waits that were mostly cut short by an answer: the product-limit estimate (Kaplan and Meier, 1958). Who would wait
 * beyond the longest wait seen gives up at the rate that abandonments had over all waiting time (the maximum-likelihood rate of an exponential under
 * censoring), the only thing the data still say there. Null where nobody gave up: then there is no sign that anybody would.
 */
export function kaplanMeier(waits: readonly Wait[]): Patience | null {
  const sorted = waits.toSorted((a, b) => a.ms - b.ms || Number(b.abandoned) - Number(a.abandoned))
  const times: number[] = []
  /** Share still there right after the time beside it. */
  const left: number[] = []
  let survival = 1
  let total = 0
  let gone = 0
  for (let i = 0; i < sorted.length; ) {
    const { ms } = sorted[i]!
    let here = 0
    let abandoned = 0
    for (; i + here < sorted.length && sorted[i + here]!.ms === ms; here++) {
      if (sorted[i + here]!.abandoned) abandoned++
      total += ms
    }
    if (abandoned > 0) {
      survival *= 1 - abandoned / (sorted.length - i)
      gone += abandoned
      times.push(ms)
      left.push(survival)
    }
    i += here
  }
  if (gone === 0) return null
  const longest = sorted.at(-1)!.ms
  const tailMs = Math.max(1, total) / gone
  const survivalAt = (ms: number): number => {
    if (ms >= longest) return survival * Math.exp(-(ms - longest) / tailMs)
    const index = firstAfter(times, ms)
    return index === 0 ? 1 : left[index - 1]!
  }
  let meanMs = 0
  let before = 0
  let there = 1
  for (const [index, ms] of times.entries()) {
    meanMs += (ms - before) * there
    before = ms
    there = left[index]!
  }
  meanMs += (longest - before) * there
  return {
    meanMs,
    survival: survivalAt,
    draw(random) {
      const u = random.next()
      if (u < survival) return longest - tailMs * Math.log(u / survival)
      let low = 0
      let high = left.length - 1
      while (low < high) {
        const middle = (low + high) >> 1
        if (left[middle]! <= u) high = middle
        else low = middle + 1
      }
      return times[low]!
    },
  }
}

/** How many of the sorted times are at or before this one. */
function firstAfter(times: readonly number[], ms: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! <= ms) low = middle + 1
    else high = middle
  }
  return low
}
