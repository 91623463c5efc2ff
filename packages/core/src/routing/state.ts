import type { Requirement, Step } from './event.ts'
import type { Kind, Line } from './line.ts'
import type { Agent } from './signature.ts'

export interface Exclusion {
  agentId: string
  untilAt: number
}

/** What the router knows of an interaction: it waits (has a line), is offered (has an offer), is held, or is forgotten. */
export interface Interaction {
  readonly id: string
  /** Order of arrival. */
  seq: number
  queueId: string
  channel: number
  priority: number
  queuedAt: number
  own: readonly Requirement[]
  steps: readonly Step[] | null
  preferredAgentId: string | null
  /** Until then only the preferred agent gets it. */
  reservedUntil: number
  exclusions: Exclusion[] | null
  /** Null until it is placed, and after its needs or its queue's rules have changed. */
  kind: Kind | null
  line: Line | null
  offer: Offer | null
  holders: Agent[]
  /** When its reservation or an exclusion lapses, as far as scheduled. */
  timerAt: number
}

/** An outstanding offer. It stands in the list of leases of its length. */
export interface Offer {
  readonly interaction: Interaction
  readonly agent: Agent
  /** When to report it as expired. */
  dueAt: number
  /** Order in which leases were taken. */
  seq: number
  /** Length of the lease, which names its list. */
  lengthMs: number
  previous: Offer | null
  next: Offer | null
}
