/** Mean wait (in mean handle times) of M/M/n by Erlang's second formula (Erlang, 1917), and the share answered within `target` mean handle times. */
export function erlangC(agents: number, load: number, target = 0): { wait: number; level: number } {
  let blocking = 1
  for (let n = 1; n <= agents; n++) blocking = (load * blocking) / (n + load * blocking)
  const waits = (agents * blocking) / (agents - load * (1 - blocking))
  return { wait: waits / (agents - load), level: 1 - waits * Math.exp(-(agents - load) * target) }
}

/** May class 1 take one of the agents of both classes, when so many of them are busy and so many of class 1 wait? */
export type Rule = (busy: number, waiting: number) => boolean

const OWN = 3
const BOTH = 3
const RATES = [2.7, 2.1] as const
const COSTS = [1, 3] as const
/** So many of each class wait at most; cutting off there changes the fifth digit. */
const MOST = 60

/**
 * The long-run cost of test R3, by relative value iteration over how many agents of each kind are busy and how many wait (Puterman, Markov Decision Processes, 8.5). Class 2,
 * the dearer one, never waits beside an idle agent, and class 1 takes its own agents first. With `rule` the cost of that rule, without it that of the best.
 */
export function r3Cost(rule?: Rule): number {
  const width = MOST + 1
  const at = (own: number, both: number, one: number, two: number) =>
    ((own * (BOTH + 1) + both) * width + one) * width + two
  const size = (OWN + 1) * (BOTH + 1) * width * width
  const perStep = RATES[0] + RATES[1] + OWN + BOTH
  let value = new Float64Array(size)
  let next = new Float64Array(size)

  /** The value after everything was started that the rule (or the best choice) starts. */
  function settled(own: number, both: number, one: number, two: number): number {
    const ownStarts = Math.min(OWN - own, one)
    const dear = Math.min(BOTH - both, two)
    let busy = both + dear
    let waiting = one - ownStarts
    let best = value[at(own + ownStarts, busy, waiting, two - dear)]!
    while (busy < BOTH && waiting > 0 && (!rule || rule(busy, waiting))) {
      busy++
      waiting--
      const then = value[at(own + ownStarts, busy, waiting, two - dear)]!
      if (rule || then < best) best = then
    }
    return best
  }

  for (;;) {
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    for (let own = 0; own <= OWN; own++)
      for (let both = 0; both <= BOTH; both++)
        for (let one = 0; one <= (own < OWN ? 0 : MOST); one++)
          for (let two = 0; two <= (both < BOTH ? 0 : MOST); two++) {
            const here = at(own, both, one, two)
            const then =
              RATES[0] * settled(own, both, Math.min(MOST, one + 1), two) +
              RATES[1] * settled(own, both, one, Math.min(MOST, two + 1)) +
              (own > 0 ? own * settled(own - 1, both, one, two) : 0) +
              (both > 0 ? both * settled(own, both - 1, one, two) : 0) +
              (OWN - own + BOTH - both) * value[here]!
            next[here] = (COSTS[0] * one + COSTS[1] * two + then) / perStep
            const grown = next[here]! - value[here]!
            if (grown < low) low = grown
            if (grown > high) high = grown
          }
    const base = next[0]!
    for (let i = 0; i < size; i++) next[i]! -= base
    ;[value, next] = [next, value]
    if (high - low < 1e-7 * high) return ((low + high) / 2) * perStep
  }
}
