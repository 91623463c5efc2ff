import type { Channel } from '../channel/channel.ts'
import type { Presence } from '../presence/presence.ts'

/** A need for one skill, met by a proficiency (1 to 5) of at least `minProficiency`. */
export interface Requirement {
  skillId: string
  minProficiency: number
}

/** From `afterMs` of waiting on, these requirements replace those of the step before. Steps are sorted by `afterMs`. */
export interface Step {
  afterMs: number
  requirements: Requirement[]
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
}

/** How a queue orders and relaxes. */
export interface QueueRules {
  queueId: string
  name: string
  /** Points; higher is served first. */
  priority: number
  /** Points gained per waiting minute, to a hundredth of a point, at most 100. */
  ageingPerMinute: number
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
  /** Takes the place of what was known of its waiting or offer; agents that hold it (wrap-up after a transfer) keep their load. */
  | ({ type: 'interaction.queued' } & QueuedInteraction)
  | { type: 'interaction.changed'; interactionId: string; priority?: number; requirements?: Requirement[] }
  /** Ended, abandoned or moved away: frees place, offer and load. */
  | { type: 'interaction.removed'; interactionId: string }
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
