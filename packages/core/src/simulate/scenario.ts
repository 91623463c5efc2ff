import type { Channel } from '../channel/channel.ts'
import type { QueuedInteraction, RoutingEvent } from '../routing/event.ts'
import type { Arrivals } from './arrivals.ts'
import type { Law } from './law.ts'

/** What a customer brings. */
export type Need = Omit<QueuedInteraction, 'interactionId' | 'queueId' | 'channel' | 'queuedAt'> & {
  /** Where it stood in line already, when it had waited before it came here. */
  queuedAt?: number
}

/** Customers of one queue and channel. */
export interface Source {
  queueId: string
  channel: Channel
  arrivals: Arrivals
  /** What the customer with this number brings, from 0 in the order of coming. */
  need(index: number): Need
  /** From the acceptance to the end of wrap-up: so long the agent's capacity is taken. */
  handleMs: Law
  /** How long a customer waits before giving up; absent: for ever. */
  patienceMs?: Law
  /** Service level: answered within. */
  targetMs: number
  /** Giving up sooner does not count as abandoned. */
  shortMs?: number
}

/** What agents make of offers. */
export interface Answers {
  /** From the offer to the acceptance (or rejection). */
  acceptMs: Law
  /** Shares of all offers that are rejected and that run out. */
  rejected: number
  expired: number
}

/** A contact centre for a stretch of time. Times are epoch ms. */
export interface Scenario {
  startAt: number
  endAt: number
  /** Customers who come before and agents' time before are not counted; default: everything counts. */
  countFromAt?: number
  /** Counts are kept for stretches of this length, from `countFromAt` on; default: one stretch. */
  bucketMs?: number
  /** Agents, queues and presences when it begins, told at once. */
  begin: readonly RoutingEvent[]
  /** What changes later, in order of time: who comes and goes, rules. Interactions come from `sources` alone. */
  schedule?: readonly RoutingEvent[]
  sources: readonly Source[]
  /** Work that agents hold when it begins. */
  held?: readonly { agentId: string; channel: Channel; handleMs: Law }[]
  /** Default: everyone accepts at once. */
  answers?: Answers
}
