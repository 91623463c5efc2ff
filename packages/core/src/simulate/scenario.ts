import type { Channel } from '../channel/channel.ts'
import type { QueuedInteraction, RoutingEvent } from '../routing/event.ts'
import type { Arrivals } from './arrivals.ts'
import type { Law } from './law.ts'

/** What a customer brings. */
export type Need = Omit<QueuedInteraction, 'interactionId' | 'queueId' | 'channel' | 'queuedAt'> & {
  /** Its place in line, when it had waited elsewhere before it came here. */
  queuedAt?: number
  /** When it really came, where it waits already when the simulation begins: its wait counts from there. */
  enteredAt?: number
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
  /** After how long a customer leaves in another way (moved by somebody, called back, closed); absent: never. */
  leaveMs?: Law
  /** Service level: answered within. */
  targetMs: number
  /** Giving up sooner does not count as abandoned. */
  shortMs?: number
  /** Default: everyone accepts at once. */
  answers?: Answers
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
  /**
   * What changes later, in order of time: who comes and goes, rules, and work that agents have by other ways than the router (`interaction.assigned`, `released`, `removed`).
   * What is routed comes from `sources` alone.
   */
  schedule?: readonly RoutingEvent[]
  sources: readonly Source[]
  /** The id of the next customer, of this source; default: numbers. */
  newId?(source: Source): string
  /** Work that agents hold when it begins. */
  held?: readonly { agentId: string; channel: Channel; handleMs: Law }[]
}
