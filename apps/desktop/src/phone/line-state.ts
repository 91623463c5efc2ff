/**
 * The life of one audio line to a voice node, without the browser: what has happened goes in, what to do comes out. A line that breaks is opened
 * anew at once, since a caller hears the gap: the first attempt waits for nothing, later ones a little longer each time.
 */
export type LineState =
  | { kind: 'closed' }
  /** An offer is on its way, or audio not yet through; `attempt` counts from 0 since audio was last heard. */
  | { kind: 'opening'; attempt: number }
  | { kind: 'open' }
  /** Audio has stopped; it may come back by itself for a moment. */
  | { kind: 'shaky' }
  | { kind: 'lost'; attempt: number; problem: string | null }
  /** The server will not have it, and would not a moment later. */
  | { kind: 'refused'; problem: string | null }

export type LineEvent =
  | { type: 'start' }
  | { type: 'stop' }
  | { type: 'connected' }
  /** No audio arrives, though nobody has closed anything. */
  | { type: 'interrupted' }
  | { type: 'failed'; problem: string | null; final: boolean }
  /** Another network, or the device woke up. */
  | { type: 'network' }
  | { type: 'timer' }

export type LineEffect = { do: 'open' } | { do: 'close' } | { do: 'wait'; ms: number }

/** A break shorter than this heals by itself more often than a new line could be opened. */
export const SHAKY_MS = 700
/** From the offer to audio. */
export const OPENING_MS = 4000
const RETRIES_MS = [0, 400, 800, 1500, 3000, 6000, 10_000]

const opening = (attempt: number): [LineState, LineEffect[]] => [
  { kind: 'opening', attempt },
  [{ do: 'open' }, { do: 'wait', ms: OPENING_MS }],
]

const lost = (attempt: number, problem: string | null): [LineState, LineEffect[]] => {
  const ms = RETRIES_MS[Math.min(attempt, RETRIES_MS.length - 1)] ?? 10_000
  return [{ kind: 'lost', attempt, problem }, [{ do: 'wait', ms }]]
}

/** The next state and what to do. A `wait` replaces the one before; a state without one waits for nothing. */
export function stepLine(state: LineState, event: LineEvent): [LineState, LineEffect[]] {
  if (event.type === 'stop') return [{ kind: 'closed' }, [{ do: 'close' }]]
  if (event.type === 'start') return state.kind === 'closed' || state.kind === 'refused' ? opening(0) : [state, []]
  if (state.kind === 'closed') return [state, []]
  if (event.type === 'network') return opening(0)
  if (state.kind === 'refused') return [state, []]
  if (event.type === 'connected') return [{ kind: 'open' }, []]
  const attempt = 'attempt' in state ? state.attempt : -1
  if (event.type === 'failed') {
    if (event.final) return [{ kind: 'refused', problem: event.problem }, [{ do: 'close' }]]
    return state.kind === 'lost' ? [state, []] : lost(attempt + 1, event.problem)
  }
  if (event.type === 'interrupted')
    return state.kind === 'open' ? [{ kind: 'shaky' }, [{ do: 'wait', ms: SHAKY_MS }]] : [state, []]
  // The timer: what was waited for has not come.
  if (state.kind === 'shaky') return opening(0)
  if (state.kind === 'opening') return lost(attempt + 1, null)
  return state.kind === 'lost' ? opening(attempt) : [state, []]
}
