import { CHANNELS, type Channel } from '../channel/channel.ts'
import type { Attributes } from '../expression/expression.ts'
import { PRESENCES, type Presence } from '../presence/presence.ts'
import type { AgentProfile, Requirement } from './event.ts'
import { Menu } from './heads.ts'
import type { Hold, Holds } from './holds.ts'
import type { Line, Stage } from './line.ts'
import { loadShare } from './order.ts'
import type { Group, KeptFree } from './reserve.ts'
import { SortedList } from './sorted-list.ts'
import type { Interaction } from './state.ts'
import type { Traits } from './traits.ts'

export const NOTHING: Attributes = {}
const CHANNEL_COUNT = CHANNELS.length
export const channelIndex = (channel: Channel): number => CHANNELS.indexOf(channel)

/** Why agents of a signature cannot take the work of a stage, whatever they are doing. */
export type Refusal =
  | { reason: 'channel' }
  | { reason: 'skill'; skillId: string; has: number; needs: number }
  | { reason: 'delay'; delayMs: number }
  | { reason: 'where'; where: string }

/** What a signature and a stage are to each other. */
export interface Edge {
  signature: Signature
  stage: Stage
  /** The rank of the stage's queue in the profile. */
  priority: number
  /** Which work its agents take first: as the profile ranks the queue, but what is over its bound before all. */
  rank: number
  refusal: Refusal | null
  /** Reserves that may keep its agents from this work; and whether any would at some wait, so that others are chosen first. */
  keptBy: readonly KeptFree[]
  spared: boolean
  /** The signature's proficiency for each of the stage's requirements. */
  skills: readonly number[]
}

export interface Agent {
  readonly id: string
  /** From 1: what records of interactions, holds and leases call it. Used again once it is gone. */
  readonly number: number
  name: string
  attributes: Attributes
  signature: Signature
  presence: number
  /** When it last became available or was released from an interaction. */
  idleSince: number
  /** The first of its holds, or 0. */
  hold: Hold
  /** Where agents of this signature with this load stand. */
  pool: Pool
  /** Available and without an outstanding offer: it stands in its pool. */
  free: boolean
  /** What it is offered, or NONE. */
  offered: Interaction
  /** Place in `signature.agents`. */
  slot: number
  /** Lines that wait for this agent alone; only those that are not empty. */
  reserved: Line[]
  dirty: boolean
}

/** Agents that differ in nothing but how long they have been idle. */
export interface Pool {
  readonly signature: Signature
  /** Interactions held, by channel. */
  readonly counts: readonly number[]
  /** Whether one more fits, by channel. */
  readonly fits: readonly boolean[]
  /** Whether any channel fits. */
  readonly open: boolean
  /** Whether every channel fits that its agents take: they are ready for whatever comes. */
  readonly ready: boolean
  /** Share of capacity in use, in thousandths. */
  readonly load: number
  /** Kept only where the pool is open: nobody asks for the order of those who are full. */
  readonly agents: SortedList<Agent>
  /** The pool with one more (less) of a channel, once it has been asked for. */
  readonly more: (Pool | undefined)[]
  readonly less: (Pool | undefined)[]
}

const idleLonger = (a: Agent, b: Agent): boolean =>
  a.idleSince !== b.idleSince ? a.idleSince < b.idleSince : a.id < b.id

const AVAILABLE = PRESENCES.indexOf('available')
const BUSY = PRESENCES.indexOf('busy')
export const OFFLINE = PRESENCES.indexOf('offline')
export const presenceIndex = (presence: Presence): number => PRESENCES.indexOf(presence)
export const isAvailable = (presence: number): boolean => presence === AVAILABLE || presence === BUSY

/** Everything about an agent that decides what it may take: agents with the same signature stand in the same pools. */
export class Signature {
  // First what every decision reads, so that it lies together.
  /** How many agents, and how many of them are there for work. */
  size = 0
  present = 0
  /** Agents in pools, and agents in open pools. */
  free = 0
  idle = 0
  /** Place in the list of signatures with idle agents, or -1. */
  active = -1
  /** Lines that its agents may serve. */
  readonly menu = new Menu()
  /** The groups of reserves that its agents belong to. */
  readonly groups: Group[] = []
  /** Pools in which something fits. */
  readonly openPools: Pool[] = []
  readonly skills: ReadonlyMap<string, number>
  readonly queues: ReadonlyMap<string, { priority: number; delayMs: number }>
  readonly weights: readonly (number | null)[]
  readonly interrupts: readonly (readonly boolean[])[]
  readonly capacity: number
  /** Of one of its agents, by which another like it can be made. */
  readonly profile: AgentProfile
  /** All queues rank the same: the first in order is the agent's first choice too. */
  readonly flat: boolean
  readonly agents: Agent[] = []
  readonly presences: number[] = PRESENCES.map(() => 0)
  readonly empty: Pool
  readonly key: string
  private readonly pools = new Map<string, Pool>()

  constructor(key: string, profile: AgentProfile) {
    this.key = key
    this.profile = profile
    this.skills = new Map(Object.entries(profile.skills))
    this.queues = new Map(profile.queues.map(q => [q.queueId, { priority: q.priority, delayMs: q.delayMs }]))
    this.weights = CHANNELS.map(channel => profile.weights[channel] ?? null)
    this.interrupts = CHANNELS.map(held => CHANNELS.map(by => profile.interrupts[held]?.includes(by) ?? false))
    this.capacity = profile.capacity
    this.flat = new Set(profile.queues.map(q => q.priority)).size <= 1
    this.empty = this.poolOf(CHANNELS.map(() => 0))
  }

  /** Those of any one of its agents: no expression tells them apart. */
  get attributes(): Attributes {
    return this.agents[0]?.attributes ?? this.profile.attributes ?? NOTHING
  }

  /** Why its agents cannot serve a stage, or null. */
  refusal(channel: number, requirements: readonly Requirement[], queueId: string, waitedMs: number): Refusal | null {
    if (this.weights[channel] === null) return { reason: 'channel' }
    for (const { skillId, minProficiency } of requirements) {
      const has = this.skills.get(skillId) ?? 0
      if (has < minProficiency) return { reason: 'skill', skillId, has, needs: minProficiency }
    }
    const delayMs = this.queues.get(queueId)?.delayMs ?? 0
    return waitedMs < delayMs ? { reason: 'delay', delayMs } : null
  }

  /** The pool of agents that hold these, beginning with `first`. */
  poolFor(first: Hold, holds: Holds): Pool {
    let pool = this.empty
    for (let hold = first; hold !== 0; hold = holds.nextOfAgent(hold))
      pool = this.withOneMore(pool, holds.channel(hold))
    return pool
  }

  withOneMore(pool: Pool, channel: number): Pool {
    const known = pool.more[channel]
    if (known) return known
    const next = this.poolOf(pool.counts.map((count, i) => (i === channel ? count + 1 : count)))
    pool.more[channel] = next
    return next
  }

  withOneLess(pool: Pool, channel: number): Pool {
    const known = pool.less[channel]
    if (known) return known
    const next = this.poolOf(pool.counts.map((count, i) => (i === channel ? count - 1 : count)))
    pool.less[channel] = next
    return next
  }

  private poolOf(counts: number[]): Pool {
    const key = counts.join()
    const known = this.pools.get(key)
    if (known) return known
    const fits = CHANNELS.map((_, channel) => this.fits(counts, channel))
    const pool: Pool = {
      signature: this,
      counts,
      fits,
      open: fits.includes(true),
      ready: fits.includes(true) && fits.every((fit, channel) => fit || this.weights[channel] === null),
      load: loadShare(this.load(counts, null), this.capacity),
      agents: new SortedList(idleLonger),
      more: [],
      less: [],
    }
    this.pools.set(key, pool)
    if (pool.open) this.openPools.push(pool)
    return pool
  }

  /** Load counted for a channel: what is held and may not be interrupted by it. Null counts everything. */
  private load(counts: readonly number[], forChannel: number | null): number {
    let load = 0
    for (let held = 0; held < CHANNEL_COUNT; held++) {
      if (forChannel !== null && this.interrupts[held]![forChannel]) continue
      // What was given by hand on a channel that the agent does not take fills it.
      load += counts[held]! * (this.weights[held] ?? this.capacity)
    }
    return load
  }

  private fits(counts: readonly number[], channel: number): boolean {
    const weight = this.weights[channel]
    return weight != null && this.load(counts, channel) + weight <= this.capacity
  }
}

/** Equal for profiles that route alike. */
export function signatureKey(profile: AgentProfile, traits: Traits): string {
  const queues = profile.queues.map(q => [q.queueId, q.priority, q.delayMs] as const)
  queues.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
  return JSON.stringify([
    Object.entries(profile.skills).sort(([a], [b]) => (a < b ? -1 : 1)),
    queues,
    CHANNELS.map(channel => profile.weights[channel] ?? null),
    CHANNELS.map(held => CHANNELS.map(by => profile.interrupts[held]?.includes(by) ?? false)),
    profile.capacity,
    profile.attributes ? traits.of(profile.attributes) : [],
  ])
}
