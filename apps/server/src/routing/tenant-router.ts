import { setTimeout as pause } from 'node:timers/promises'
import type { Decision, OfferDecision } from '@centrala/core/routing/decision.ts'
import type { AgentProfile, RoutingEvent, RoutingEventOf } from '@centrala/core/routing/event.ts'
import { createRouter, type Router } from '@centrala/core/routing/router.ts'
import type { Tx } from '@centrala/store/database.ts'
import { sqlState } from '@centrala/store/errors.ts'
import type { StoredEvent } from '@centrala/store/event-log.ts'
import { appendTurns, journalDecision, type NewTurn } from '@centrala/store/routing-journal.ts'
import type { Services } from '../services.ts'
import { carryOut, withdrawOffers } from './carry-out.ts'
import { contactAttributes } from './contact-attributes.ts'
import { type Lease, LeaseLost, requireLease } from './lease.ts'
import { type Configuration, loadConfiguration, loadPresences, loadWork } from './load-routing.ts'
import { News } from './news.ts'
import { presentLevels } from './present-level.ts'
import { translate } from './translate.ts'

/** Decisions that share one commit: all of a turn, unless they are more. */
const BATCH = 500
const DEADLOCK = '40P01'
const DEADLOCK_TRIES = 5
/** Turns that decided nothing are written down together, so many at most and so late at most. */
const JOURNAL_TURNS = 200
const JOURNAL_MS = 500
/** Before starting over after a fault. */
const REST_MS = 500
/** How often queues whose steps depend on it are told their service level. */
const LEVEL_MS = 10_000
const DAY_MS = 24 * 60 * 60_000

/**
 * Routes one tenant: feeds the pure router from the event log and carries out what it decides. All work of a tenant passes through one
 * queue here, so decisions are carried out in the order in which they were made; those of one turn share a commit, which also holds the turn's row
 * in the journal. After a fault it starts over from the database. It commits only while it holds the tenant's lease.
 */
export class TenantRouter {
  readonly tenantId: string
  router: Router = createRouter()
  private readonly services: Pick<Services, 'db' | 'log' | 'events'>
  readonly lease: Lease
  private readonly desk: Desk
  /** Agents whose phone came or went since the last round. */
  private readonly phoned = new Set<string>()
  private configuration: Configuration = {
    events: [],
    agents: new Map(),
    queues: new Map(),
    contactNames: new Map(),
    levelled: [],
  }
  /** Service levels as the router was told, and when they were last asked for. */
  private readonly levels = new Map<string, number | null>()
  private levelsAt = 0
  private seen: (xid: string) => boolean = () => false
  private readonly news = new News()
  private readonly inbox: StoredEvent[] = []
  private decisions: Decision[] = []
  /** What the database knew better, for the next turn. */
  private undone: RoutingEvent[] = []
  /** Turns not yet in the journal. */
  private turns: NewTurn[] = []
  private journalDue = false
  private journalTimer: NodeJS.Timeout | undefined
  private startedAt = 0
  private working: Promise<void> | undefined
  private reload = false
  private stale = true
  private stopped = false
  private timer: NodeJS.Timeout | undefined

  constructor(services: Pick<Services, 'db' | 'log' | 'events'>, tenantId: string, lease: Lease, desk: Desk) {
    this.services = services
    this.tenantId = tenantId
    this.lease = lease
    this.desk = desk
  }

  start(): void {
    this.work()
  }

  /** Events of this tenant, in the order of the log. */
  feed(events: StoredEvent[]): void {
    this.inbox.push(...events)
    this.work()
  }

  /** The agent's first phone was connected, the last one is gone, or it is taken by a colleague's call. */
  phoneChanged(agentId: string): void {
    this.phoned.add(agentId)
    this.work()
  }

  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    clearTimeout(this.journalTimer)
    await this.working
    if (this.turns.length > 0) await this.commit(async () => {}).catch(() => {}) // what it was told and could not decide on any more
  }

  /** Resolves when everything fed so far has been decided and carried out, after a fault too. */
  async settle(): Promise<void> {
    while (this.working) await this.working
  }

  private work(): void {
    if (this.working || this.stopped) return
    this.working = this.run()
      .catch(async error => {
        if (error instanceof LeaseLost) {
          this.stopped = true
          this.desk.lost()
          return
        }
        this.stale = true
        if (this.stopped) return
        this.services.log.warn(
          { err: error, tenantId: this.tenantId },
          'routing stopped; starting over from the database',
        )
        // Events wait, so that what fails again does not fail as often as events come (starting over makes some itself).
        await pause(REST_MS)
      })
      .finally(() => {
        this.working = undefined
        if (this.stale || this.inbox.length + this.phoned.size > 0) this.work()
      })
  }

  private async run(): Promise<void> {
    if (this.stale || this.isLong()) await this.rebuild()
    for (;;) {
      // One turn after the other: in one turn nobody is offered two things, and nothing is offered to two.
      if (this.decisions.length === 0) {
        const told = await this.tidings()
        if (told.length > 0 || this.isDue()) this.turn([...told, { type: 'tick', at: Date.now() }])
      }
      if (this.decisions.length > 0) await this.carryOut(this.decisions.splice(0, BATCH))
      else if (this.journalDue || this.turns.length >= JOURNAL_TURNS) await this.commit(async () => {})
      if (this.inbox.length + this.phoned.size + this.undone.length + this.decisions.length === 0) break
    }
    if (this.turns.length > 0) this.journalTimer ??= setTimeout(() => this.writeJournal(), JOURNAL_MS)
    const wakeAt = this.router.wakeAt()
    clearTimeout(this.timer)
    const levelsDue = this.configuration.levelled.length > 0 ? this.levelsAt + LEVEL_MS : Number.POSITIVE_INFINITY
    const next = Math.min(wakeAt ?? Number.POSITIVE_INFINITY, levelsDue)
    if (Number.isFinite(next)) this.sleep(Math.max(1, Math.min(next - Date.now(), 60_000)))
  }

  /** What has happened since the last turn. */
  private async tidings(): Promise<RoutingEvent[]> {
    const events = this.inbox.splice(0).filter(event => !this.seen(event.xid) && this.news.isNews(event))
    if (events.some(event => event.type === 'configuration.changed')) this.reload = true
    const patience = (queueId: string) => this.configuration.queues.get(queueId)?.preferredMs ?? 0
    const told = this.undone.splice(0)
    for (const event of events) told.push(...translate(event, patience))
    if (this.reload) told.unshift(...(await this.configure()))
    await this.addAttributes(told)
    told.push(...this.tellPhones(), ...(await this.tellLevels()))
    return told
  }

  /** Contacts with what the expressions of their queue ask of them: it is not in the log, which holds nothing of people. */
  private async addAttributes(told: RoutingEvent[]): Promise<void> {
    const { contactNames } = this.configuration
    const asked = told.filter(event => event.type === 'interaction.queued' && contactNames.get(event.queueId)?.length)
    if (asked.length === 0) return
    const queued = asked as RoutingEventOf<'interaction.queued'>[]
    const found = await this.services.db.tenant(this.tenantId, tx => contactAttributes(tx, queued, contactNames))
    for (const event of queued) event.attributes = found.get(event.interactionId) ?? {}
  }

  /** What expressions that are new ask of the contacts that wait already. */
  private async newlyAsked(before: Configuration, at: number): Promise<RoutingEvent[]> {
    const { contactNames } = this.configuration
    const asking = [...contactNames]
      .filter(([queueId, names]) => names.some(name => !before.contactNames.get(queueId)?.includes(name)))
      .map(([queueId]) => queueId)
    if (asking.length === 0) return []
    const found = await this.services.db.tenant(this.tenantId, async tx => {
      const waiting = await tx.query<{ interactionId: string; queueId: string }>(
        `SELECT id AS "interactionId", queue_id AS "queueId" FROM interaction WHERE state IN ('queued', 'offered') AND queue_id = ANY($1::uuid[]) ORDER BY id`,
        [asking],
      )
      return contactAttributes(tx, waiting, contactNames)
    })
    return [...found].map(([interactionId, attributes]) => ({
      type: 'interaction.changed',
      at,
      interactionId,
      attributes,
    }))
  }

  /** The service levels that are others than the router was told. */
  private async tellLevels(): Promise<RoutingEvent[]> {
    const { levelled } = this.configuration
    if (levelled.length === 0 || Date.now() < this.levelsAt + LEVEL_MS) return []
    this.levelsAt = Date.now()
    const now = new Date(this.levelsAt)
    const levels = await this.services.db.tenant(this.tenantId, tx => presentLevels(tx, levelled, now))
    const changed = [...levels].filter(([queueId, level]) => this.levels.get(queueId) !== level)
    for (const [queueId, level] of changed) this.levels.set(queueId, level)
    return changed.map(([queueId, level]) => ({ type: 'queue.level', at: this.levelsAt, queueId, level }))
  }

  /** After the router has forgotten them. */
  private forgetLevels(): void {
    this.levels.clear()
    this.levelsAt = 0
  }

  private isDue(): boolean {
    const wakeAt = this.router.wakeAt()
    return wakeAt !== null && wakeAt <= Date.now()
  }

  private turn(told: RoutingEvent[], start = false): void {
    const decisions = this.router.applyAll(told)
    this.turns.push({ at: new Date(), start, told, decisions: decisions.map(journalDecision) })
    for (const decision of decisions) this.decisions.push(decision)
  }

  private writeJournal(): void {
    this.journalTimer = undefined
    this.journalDue = true
    this.work()
  }

  /** A transaction that only the holder of the lease can commit; with it the turns taken so far are in the journal. */
  private async commit<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const turns = this.turns.splice(0)
    this.journalDue = false
    clearTimeout(this.journalTimer)
    this.journalTimer = undefined
    for (let tries = 1; ; tries++) {
      try {
        return await this.commitOnce(work, turns)
      } catch (error) {
        // Somebody else held one of the many locks and waited for another: PostgreSQL undid one of us, and the other is through by now.
        if (tries === DEADLOCK_TRIES || sqlState(error) !== DEADLOCK) throw error
      }
    }
  }

  private async commitOnce<T>(work: (tx: Tx) => Promise<T>, turns: readonly NewTurn[]): Promise<T> {
    return this.services.db.tenant(this.tenantId, async tx => {
      // Sent together; none may still be under way when one of them has failed.
      const [held, done, kept] = await Promise.allSettled([
        requireLease(tx, this.lease),
        work(tx),
        appendTurns(tx, turns),
      ])
      for (const one of [held, done, kept]) if (one.status === 'rejected') throw one.reason
      return (done as PromiseFulfilledResult<T>).value
    })
  }

  private sleep(ms: number): void {
    clearTimeout(this.timer)
    if (this.stopped) return
    this.timer = setTimeout(() => this.work(), ms)
  }

  /** Everything anew, as of one snapshot of the database; events that the snapshot holds already are skipped later. */
  private async rebuild(): Promise<void> {
    const { db } = this.services
    this.turns = []
    this.undone = []
    await this.commit(withdrawOffers)
    const at = Date.now()
    const built = await db.tenant(this.tenantId, async tx => {
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
      const [row] = await tx.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot')
      const configuration = await loadConfiguration(tx, at)
      return { snapshot: row?.snapshot ?? '', configuration, work: await loadWork(tx, configuration, at) }
    })
    this.configuration = built.configuration
    this.seen = visibleIn(built.snapshot)
    this.router = createRouter()
    this.phoned.clear()
    this.forgetLevels()
    this.decisions = []
    this.turn([...this.reachableEvents(this.configuration.events), ...built.work], true)
    this.journalDue = true
    this.startedAt = at
    this.stale = false
    this.reload = false
  }

  /** A stretch of the journal is replayed from its start: after a day a new one begins, when nothing waits, or after two. */
  private isLong(): boolean {
    const age = Date.now() - this.startedAt
    if (age < DAY_MS) return false
    const { waiting, offered } = this.router.snapshot()
    return offered === 0 && (waiting === 0 || age > 2 * DAY_MS)
  }

  /** Agents and queues again, after an administrator changed something. */
  private async configure(): Promise<RoutingEvent[]> {
    this.reload = false
    const at = Date.now()
    const before = this.configuration
    const { configuration, presences } = await this.services.db.tenant(this.tenantId, async tx => ({
      configuration: await loadConfiguration(tx, at),
      presences: await loadPresences(tx, at),
    }))
    this.configuration = configuration
    this.forgetLevels()
    // Who had come to work before there was work for them.
    const there = presences.filter(({ agentId }) => !before.agents.has(agentId))
    const gone: RoutingEvent[] = [...before.agents.keys()]
      .filter(agentId => !this.configuration.agents.has(agentId))
      .map(agentId => ({ type: 'agent.removed', at, agentId }))
    const closed: RoutingEvent[] = [...before.queues.keys()]
      .filter(queueId => !this.configuration.queues.has(queueId))
      .map(queueId => ({ type: 'queue.removed', at, queueId }))
    // What is as it was is not told again: of ten thousand agents one has changed, and the journal keeps what is told.
    const known = new Set(before.events.map(textOf))
    const changed = this.reachableEvents(configuration.events.filter(event => !known.has(textOf(event))))
    return [...changed, ...there, ...gone, ...closed, ...(await this.newlyAsked(before, at))]
  }

  /**
   * Who has no phone connected cannot answer a call, so none is offered to them, whatever their profile says. Who is in a colleague's call has as much
   * less to give as a call of their own would take. Who works without a screen can have calls and nothing else.
   */
  private reachable<Profile extends Pick<AgentProfile, 'weights' | 'capacity'>>(
    agentId: string,
    profile: Profile,
  ): Profile {
    const { voice, ...others } = profile.weights
    const weights = this.desk.isScreenless(agentId) ? {} : others
    if (voice === undefined) return profile
    if (this.desk.isInCall(agentId)) return { ...profile, weights, capacity: Math.max(0, profile.capacity - voice) }
    return { ...profile, weights: this.desk.hasPhone(agentId) ? { voice, ...weights } : weights }
  }

  private reachableEvents(events: readonly RoutingEvent[]): RoutingEvent[] {
    return events.map(event => (event.type === 'agent.set' ? this.reachable(event.agentId, event) : event))
  }

  private tellPhones(): RoutingEvent[] {
    if (this.phoned.size === 0) return []
    const at = Date.now()
    const told = this.configuration.events.flatMap(event =>
      event.type === 'agent.set' && this.phoned.has(event.agentId)
        ? [{ ...this.reachable(event.agentId, event), at }]
        : [],
    )
    this.phoned.clear()
    return told
  }

  private async carryOut(decisions: Decision[]): Promise<void> {
    const agentOf = (agentId: string) => {
      const profile = this.configuration.agents.get(agentId)
      return profile && this.reachable(agentId, profile)
    }
    const offers = decisions.filter(decision => decision.type === 'offer')
    const told = new Map(offers.map(offer => [offer, this.desk.offering(offer)]))
    const made = new Set<OfferDecision>()
    try {
      const done = await this.commit(tx => carryOut(tx, decisions, agentOf))
      for (const offer of done.made) made.add(offer)
      this.undone.push(...done.undone)
    } finally {
      for (const [offer, settle] of told) settle(made.has(offer))
    }
  }
}

/** Where the agents of a tenant sit. */
export interface Desk {
  /** Whether they can answer calls now. */
  hasPhone(agentId: string): boolean
  /** Whether they are in a call that is somebody else's. */
  isInCall(agentId: string): boolean
  /** Whether they work by a desk phone alone. */
  isScreenless(agentId: string): boolean
  /** An offer is about to be committed. Told of its end, always: whether it was made. */
  offering(offer: OfferDecision): (made: boolean) => void
  /** Another node has the lease: this router has stopped for good. */
  lost(): void
}

/** An event without its time. */
function textOf({ at: _, ...event }: RoutingEvent): string {
  return JSON.stringify(event)
}

/** Whether a transaction was visible in a snapshot, given as PostgreSQL writes it: `xmin:xmax:xip,xip`. */
export function visibleIn(snapshot: string): (xid: string) => boolean {
  const [xmin = '0', xmax = '0', list = ''] = snapshot.split(':')
  const [low, high] = [BigInt(xmin), BigInt(xmax)]
  const running = new Set(list.split(',').filter(Boolean))
  return xid => BigInt(xid) < low || (BigInt(xid) < high && !running.has(xid))
}
