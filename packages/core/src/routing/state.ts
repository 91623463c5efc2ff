import type { Attributes } from '../expression/expression.ts'
import type { Requirement, Step } from './event.ts'

/**
 * What the router knows of an interaction: it waits (stands in a line), is offered, is held, or is forgotten. There may be millions, so it
 * is no object but the number of a record in `Interactions`, from 1; 0 is none. A number is used again once it is forgotten.
 */
export type Interaction = number

export const NONE = 0

export interface Exclusion {
  agentId: string
  untilAt: number
}

/** What few interactions have. */
export interface Wishes {
  /** Its own needs. */
  own: readonly Requirement[]
  steps: readonly Step[] | null
  attributes: Attributes | null
  preferredAgentId: string | null
  /** Until then only the preferred agent gets it. */
  reservedUntil: number
  exclusions: Exclusion[] | null
  /** When its reservation or an exclusion lapses, as far as scheduled. */
  timerAt: number
}

export const NO_WISHES: Readonly<Wishes> = {
  own: [],
  steps: null,
  attributes: null,
  preferredAgentId: null,
  reservedUntil: 0,
  exclusions: null,
  timerAt: Number.POSITIVE_INFINITY,
}
