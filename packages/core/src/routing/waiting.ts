import type { Channel } from '../channel/channel.ts'
import type { Requirement } from './event.ts'
import type { Considered, Reason } from './receipt.ts'

/** Why an interaction still waits: the answer of `Router.explain`. Plain data, times in milliseconds. */
export interface Waiting {
  at: number
  interactionId: string
  queueId: string
  /** False while the queue is not set: then nobody is asked. */
  queueExists: boolean
  channel: Channel
  waitedMs: number
  /** Place in the queue, from 1. */
  position: number
  /** Effective priority in points. */
  priority: number
  /** How long it is over the queue's bound, for which it goes before all others; null where it is not. */
  overdueMs: number | null
  /** How many steps have been reached. */
  step: number
  requirements: readonly Requirement[]
  /** The step's expression about agents, and the queues whose agents help. */
  where: string | null
  helperIds: string[]
  /** It waits for this agent alone until then. */
  reserved: { agentId: string; forMs: number } | null
  /** The steps that come with more waiting, at the present service level. */
  relaxations: { inMs: number; requirements: readonly Requirement[]; where: string | null; helperIds: string[] }[]
  /** Agents who have the queue, and how many of them are signed in. */
  agents: number
  signedIn: number
  /** Needs that no one who is signed in and has the queue meets. */
  unmet: Requirement[]
  /** The expression, where it holds for no one who is signed in and meets the needs; else null. */
  unmetWhere: string | null
  /** Those who are signed in, at most ten, and everyone else by reason. */
  others: Considered[]
  counts: Partial<Record<Reason, number>>
  /** Agents who could take it and will with the next tick. */
  able: number
}
