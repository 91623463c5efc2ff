import type { Changes } from '@centrala/core/replay/change.ts'
import type { Repeated } from '@centrala/core/replay/repeat.ts'
import type { Promised } from '@centrala/core/replay/scenario-of.ts'
import type { WhatIf } from '@centrala/core/replay/what-if.ts'
import type { TurnText } from '@centrala/store/routing-journal.ts'

/** To the worker: first the assignment, then the journal by the page (the next once the last has been read), then its end. */
export type ToWorker =
  | { type: 'assignment'; assignment: Assignment }
  | { type: 'page'; turns: TurnText[] }
  | { type: 'end' }

export interface Assignment {
  fromAt: number
  toAt: number
  promised: Map<string, Promised>
  /** Null: only decide again; simulate nothing. */
  changes: Changes | null
  runs: number
  /** No new run begins after so long. */
  mostMs: number
  /** By id, of agents and queues. */
  names: Map<string, string>
}

export type FromWorker =
  | { type: 'next' }
  /** Share of the runs that is done. */
  | { type: 'progress'; done: number }
  | { type: 'done'; replayed: Replayed }

export interface Replayed {
  /** What the journal held of the period. */
  fromAt: number
  toAt: number
  exact: Repeated
  /** How often the router was made anew in the period. */
  starts: number
  /** Still waiting at its end. */
  open: number
  whatIf: WhatIf | null
}
