/** Time as the stack sees it; tests give a virtual one. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Calls `run` once after `ms`; the returned function takes it back and may be called at any time. */
  after(ms: number, run: () => void): () => void
}

/** Node's own timers: lists by duration, so that thousands with the same length cost next to nothing; they never keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
