import type { Receipt } from './receipt.ts'

/** Offer this interaction to this agent. It becomes real by compare-and-set; the router counts it as offered at once. */
export interface OfferDecision {
  type: 'offer'
  interactionId: string
  agentId: string
  queueId: string
  at: number
  expiresAt: number
  receipt: Receipt
}

/**
 * The lease of an offer has run out. Answer with `offer.withdrawn` (or whatever became of the offer); until then the decision is
 * repeated every `EXPIRY_REPEAT_MS`, so that a lost one does not strand its agent.
 */
export interface ExpireOfferDecision {
  type: 'expireOffer'
  interactionId: string
  agentId: string
  at: number
}

export type Decision = OfferDecision | ExpireOfferDecision

/** How often an expired offer that nobody answered for is reported again. */
export const EXPIRY_REPEAT_MS = 5_000

/** How long an agent who rejected or missed an offer does not get it again, where the event does not say. */
export const REOFFER_MS = 30_000
