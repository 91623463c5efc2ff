import type { Channel } from '../channel/channel.ts'
import type { Requirement } from './event.ts'

/** Why an agent did not get the work, in the order in which it is asked. */
export const REASONS = [
  'offline',
  'away',
  'wrapUp',
  'notResponding',
  'channel',
  'skill',
  'delay',
  'where',
  'reserved',
  'excluded',
  'offered',
  'full',
  'kept',
  'notPreferred',
  'spared',
  'moreLoaded',
  'lessIdle',
] as const
export type Reason = (typeof REASONS)[number]

/** An agent that was considered. Only what bears on the reason is present. */
export interface Considered {
  agentId: string
  reason: Reason
  /** `skill`: what it has and what is needed. `kept`: see `queueId`. */
  skillId?: string
  has?: number
  needs?: number
  /** `delay`: the profile's delay for the queue. */
  delayMs?: number
  /** `where`: the expression that does not hold for it. */
  where?: string
  /** `kept`: the agents of which queue or with which skill are kept free, and how many of them. */
  queueId?: string
  keep?: number
  /** `full`, `moreLoaded`: load in thousandths of capacity. */
  load?: number
  /** `lessIdle`: how long it had been idle. */
  idleMs?: number
}

/** Why the winner won: the first rule that told it from the others who could have taken the work. */
export type Rule = 'only' | 'reserved' | 'preferred' | 'notSpared' | 'leastLoaded' | 'longestIdle' | 'firstById'

/** Why a decision fell so. Plain data; about 1 kB of JSON at most. Times in milliseconds, loads in thousandths of capacity. */
export interface Receipt {
  version: 1
  at: number
  interactionId: string
  queueId: string
  channel: Channel
  waitedMs: number
  /** Effective priority in points: the queue's, its own, and what waiting adds. */
  priority: number
  /** How long it is over the queue's bound, for which it went before all others; absent where it is not. */
  overdueMs?: number
  /** How many steps had been reached. */
  step: number
  requirements: readonly Requirement[]
  rule: Rule
  /** `queueRank`: of the queue in the winner's profile. `skills`: its proficiency for each requirement, in their order. */
  winner: { agentId: string; load: number; idleMs: number; queueRank: number; skills: readonly number[] }
  /**
   * Others who have the queue. Up to ten: all of them, those who could have taken it first, in their order. More than ten: the next
   * three who could have taken it.
   */
  others: Considered[]
  /** Everyone else who has the queue, by reason. */
  counts: Partial<Record<Reason, number>>
}
