import type { Attributes } from '../expression/expression.ts'
import type { Requirement, Step } from './event.ts'
import type { Kind, Line, Queue } from './line.ts'
import type { Agent } from './signature.ts'

export interface Exclusion {
  agentId: string
  untilAt: number
}

/** What few interactions have. */
export interface Wishes {
  steps: readonly Step[] | null
  attributes: Attributes | null
  preferredAgentId: string | null
  /** Until then only the preferred agent gets it. */
  reservedUntil: number
  exclusions: Exclusion[] | null
  /** When its reservation or an exclusion lapses, as far as scheduled. */
  timerAt: number
}

/** What the router knows of an interaction: it waits (has a line), is offered, is held, or is forgotten. Kept small: there may be millions. */
export interface Interaction {
  readonly id: string
  /** Order of arrival. */
  seq: number
  queue: Queue | null
  channel: number
  priority: number
  queuedAt: number
  own: readonly Requirement[]
  wishes: Wishes | null
  /** Null until it is placed, and after its needs have changed. */
  kind: Kind | null
  line: Line | null
  offeredTo: Agent | null
  /** Who holds it: commonly one agent; the list goes on in `hold.next`. */
  hold: Hold | null
}

/** An agent has an interaction in hand. */
export interface Hold {
  readonly agent: Agent
  readonly interaction: Interaction
  readonly channel: number
  /** Another hold on the same interaction. */
  next: Hold | null
}

export function createInteraction(id: string): Interaction {
  return {
    id,
    seq: 0,
    queue: null,
    channel: 0,
    priority: 0,
    queuedAt: 0,
    own: [],
    wishes: null,
    kind: null,
    line: null,
    offeredTo: null,
    hold: null,
  }
}
