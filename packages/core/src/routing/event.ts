import type { Channel } from '../channel/channel.ts'
import type { Attributes } from '../expression/expression.ts'
import type { Presence } from '../presence/presence.ts'

/** A need for one skill, met by a proficiency (1 to 5) of at least `minProficiency`. */
export interface Requirement {
  skillId: string
  minProficiency: number
}

/**
 * From `afterMs` of waiting on, this takes the place of the step before. Steps are sorted by `afterMs`.
 */
export interface Step {
  afterMs: number
  requirements: Requirement[]
  /**
   * Only agents for whom this holds: an expression over `agent.…` and `contact.…` (see expression/). One that cannot be read holds for
   * nobody.
   */
  where?: string
  /** Agents who have any of these queues may serve it too; its place in its own queue stays. */
  queues?: string[]
  /** Counts only while the queue's service level (0 to 1) is known and below this; else the step before it stays. */
  whenLevelBelow?: number
}

/**
 * A piece of a curve of urgency: from `afterMs` of waiting on it begins with `points` and gains `perMinute` (to a hundredth of a point, at
 * most 100). A piece never falls; the next may begin higher or lower.
 */
export interface CurvePiece {
  afterMs: number
  points: number
  perMinute: number
}

/**
 * Agents kept free: those who serve `queueId` and have `skillId` (what is absent is not asked) take this queue's work only while `keep`
 * others of them are idle, or while at least `unlessWaiting` wait in this queue, or once it has waited `unlessWaitedMs`. Idle: available, no offer, and room for one more of every channel they take. Of several
 * reserves each must allow it. Agents whom no reserve names are always chosen first.
 */
export interface Reserve {
  queueId?: string
  skillId?: string
  keep: number
  unlessWaiting?: number
  unlessWaitedMs?: number
}

/** One queue of a routing profile. */
export interface QueueEntry {
  queueId: string
  /** Which queue's work the agent takes first when several wait; higher first. It does not rank agents. */
  priority: number
  /** The agent gets work of this queue only after it has waited this long. */
  delayMs: number
}

/** What an agent can do: sent when it signs in and whenever its skills, profile or capacity change. */
export interface AgentProfile {
  agentId: string
  name: string
  /** Proficiency, 1 to 5, by skill. */
  skills: Record<string, number>
  /** Each queue at most once. */
  queues: QueueEntry[]
  /** Units of capacity that one interaction takes, by channel. A channel that is absent is not offered to this agent. */
  weights: Partial<Record<Channel, number>>
  /** By channel held: the channels that may interrupt it. What may be interrupted does not count as load for the interrupter. */
  interrupts: Partial<Record<Channel, Channel[]>>
  /** Units of capacity, commonly 100. */
  capacity: number
  /** What expressions call `agent.…`. */
  attributes?: Attributes
}

/** How a queue orders and relaxes. */
export interface QueueRules {
  queueId: string
  name: string
  /** Points; higher is served first. */
  priority: number
  /** Points gained per waiting minute, to a hundredth of a point, at most 100. */
  ageingPerMinute: number
  /** Points by waiting, by channel, in place of ageing: pieces sorted by `afterMs`. Before the first piece there are none. */
  curves?: Partial<Record<Channel, CurvePiece[]>>
  /** By channel: who has waited this long goes before everyone who has not, the longest over first, whatever profiles rank. */
  maxWaitMs?: Partial<Record<Channel, number>>
  reserves?: Reserve[]
  steps: Step[]
  /** How long an agent has to answer an offer. */
  offerMs: number
}

/** Work that asks for an agent. */
export interface QueuedInteraction {
  interactionId: string
  queueId: string
  channel: Channel
  /** Its own points, added to the queue's. */
  priority: number
  /** Where it stands in line; earlier than the event when it had waited before. A later time than the event's counts as the event's. */
  queuedAt: number
  /** Its own needs, besides those of the step it is in. */
  requirements: Requirement[]
  /** What expressions call `contact.…`. */
  attributes?: Attributes
  /** Take the place of the queue's steps. */
  steps?: Step[]
  /** Chosen before every other agent that could take it. */
  preferredAgentId?: string
  /** For this long after `queuedAt` only the preferred agent gets it, unless that agent is offline or unknown. */
  preferredForMs?: number
  /** Agents that do not get it, until `excludedUntilAt` (for good where that is absent). */
  excludedAgentIds?: string[]
  excludedUntilAt?: number
}

/**
 * Everything the router knows, it knows from these, in the order they are applied. `at` is epoch milliseconds; an event that
 * is older than the one before it counts as simultaneous with it. An event about an unknown agent, offer or interaction
 * changes nothing.
 */
export type RoutingEvent = { at: number } & (
  | ({ type: 'agent.set' } & AgentProfile)
  /** Its offer, if any, goes back to its place. */
  | { type: 'agent.removed'; agentId: string }
  /** Only `available` agents get offers; `busy` (available, at capacity) is treated the same. A new agent is offline. */
  | { type: 'agent.presence'; agentId: string; state: Presence }
  | ({ type: 'queue.set' } & QueueRules)
  /** Its interactions keep their places and wait for the queue to be set again, or to be moved. */
  | { type: 'queue.removed'; queueId: string }
  /** The queue's service level now, 0 to 1; null where it is not known. */
  | { type: 'queue.level'; queueId: string; level: number | null }
  /** Takes the place of what was known of its waiting or offer; agents that hold it (wrap-up after a transfer) keep their load. */
  | ({ type: 'interaction.queued' } & QueuedInteraction)
  | {
      type: 'interaction.changed'
      interactionId: string
      priority?: number
      requirements?: Requirement[]
      attributes?: Attributes
    }
  /**
   * Ended, abandoned or moved away: frees place, offer and load. `abandoned`: the customer gave up waiting; it decides nothing, but patience
   * is learned from it.
   */
  | { type: 'interaction.removed'; interactionId: string; abandoned?: boolean }
  /** Accepted, or given by hand: counts as load until released. */
  | { type: 'interaction.assigned'; interactionId: string; agentId: string; channel: Channel }
  /** Ended including wrap-up, or transferred: load is freed and the agent's idle time starts again. */
  | { type: 'interaction.released'; interactionId: string; agentId: string }
  /**
   * The interaction is back at its place. After `rejected` and `expired` the agent does not get it again for `excludeForMs`
   * (the router's `reofferMs` where absent), after `withdrawn` it may at once.
   */
  | {
      type: 'offer.withdrawn'
      interactionId: string
      agentId: string
      reason: 'rejected' | 'expired' | 'withdrawn'
      excludeForMs?: number
    }
  /** Time has passed: see `Router.wakeAt`. */
  | { type: 'tick' }
)

export type RoutingEventOf<Type extends RoutingEvent['type']> = Extract<RoutingEvent, { type: Type }>
