import type { ExpireOfferDecision, OfferDecision } from '../routing/decision.ts'
import type { RoutingEvent } from '../routing/event.ts'

/** A decision as the journal of routing keeps it. */
export type TurnDecision = Omit<OfferDecision, 'receipt'> | ExpireOfferDecision

/** One turn of a router, from the journal of routing: what it was told at once, and what it decided. `start`: a router made anew. */
export interface Turn {
  seq: number
  at: Date
  start: boolean
  told: readonly RoutingEvent[]
  decisions: readonly TurnDecision[]
}
