import type { Channel } from '@centrala/core/channel/channel.ts'
import type { Decision } from '@centrala/core/routing/decision.ts'
import type { AgentProfile, RoutingEvent, RoutingEventOf } from '@centrala/core/routing/event.ts'
import type { Receipt } from '@centrala/core/routing/receipt.ts'
import { createRouter, type Router } from '@centrala/core/routing/router.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { StoredEvent } from '@centrala/store/event-log.ts'
import { changeInteraction, lockInteraction } from '@centrala/store/interaction-store.ts'
import { setPresence } from '../presence/set-presence.ts'
import type { Services } from '../services.ts'
import { type Configuration, loadConfiguration, loadPresences, loadWork } from './load-routing.ts'
import { News } from './news.ts'
import { translate } from './translate.ts'

/** Decisions that share one commit. */
const BATCH = 50
/** Before starting over after a fault. */
const REST_MS = 500

/**
 * Routes one tenant: feeds the pure router from the event log and carries out what it decides. All work of a tenant passes through one
 * queue here, so decisions are carried out in the order in which they were made. After a fault it starts over from the database.
 */
export class TenantRouter {
  readonly tenantId: string
  router: Router = createRouter()
  private readonly services: Pick<Services, 'db' | 'log' | 'events'>
  private readonly desk: Desk
  /** Agents whose phone came or went since the last round. */
  private readonly phoned = new Set<string>()
  private configuration: Configuration = { events: [], agents: new Map(), queues: new Map() }
  private seen: (xid: string) => boolean = () => false
  private readonly news = new News()
  private readonly inbox: StoredEvent[] = []
  private decisions: Decision[] = []
  private working: Promise<void> | undefined
  private reload = false
  private stale = true
  private stopped = false
  /** After a fault: events wait, so that what fails again does not fail as often as events come (starting over makes some itself). */
  private resting = false
  private timer: NodeJS.Timeout | undefined

  constructor(services: Pick<Services, 'db' | 'log' | 'events'>, tenantId: string, desk: Desk) {
    this.services = services
    this.tenantId = tenantId
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
    await this.working
  }

  /** Resolves when everything fed so far has been decided and carried out. */
  async settle(): Promise<void> {
    while (this.working) await this.working
  }

  private work(): void {
    if (this.working || this.stopped || this.resting) return
    this.working = this.run()
      .catch(error => {
        this.stale = true
        this.services.log.warn(
          { err: error, tenantId: this.tenantId },
          'routing stopped; starting over from the database',
        )
        this.resting = true
        this.sleep(REST_MS)
      })
      .finally(() => {
        this.working = undefined
        if (this.inbox.length + this.phoned.size > 0 && !this.stale) this.work()
      })
  }

  private async run(): Promise<void> {
    if (this.stale) await this.rebuild()
    for (;;) {
      const events = this.inbox.splice(0).filter(event => !this.seen(event.xid) && this.news.isNews(event))
      if (events.some(event => event.type === 'configuration.changed')) this.reload = true
      const patience = (queueId: string) => this.configuration.queues.get(queueId)?.preferredMs ?? 0
      const told = events.flatMap(event => translate(event, patience))
      if (this.reload) told.unshift(...(await this.configure()))
      told.push(...this.tellPhones())
      told.push({ type: 'tick', at: Date.now() })
      this.decisions.push(...this.router.applyAll(told))
      if (this.decisions.length > 0) await this.carryOut(this.decisions.splice(0, BATCH))
      if (this.inbox.length + this.phoned.size === 0 && this.decisions.length === 0) break
    }
    const wakeAt = this.router.wakeAt()
    clearTimeout(this.timer)
    if (wakeAt !== null) this.sleep(Math.max(1, Math.min(wakeAt - Date.now(), 60_000)))
  }

  private sleep(ms: number): void {
    clearTimeout(this.timer)
    if (this.stopped) return
    this.timer = setTimeout(() => {
      this.resting = false
      this.work()
    }, ms)
  }

  /** Everything anew, as of one snapshot of the database; events that the snapshot holds already are skipped later. */
  private async rebuild(): Promise<void> {
    const { db } = this.services
    await db.tenant(this.tenantId, withdrawOffers)
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
    this.decisions = this.router.applyAll([...this.reachableEvents(), ...built.work])
    this.stale = false
    this.reload = false
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
    // Who had come to work before there was work for them.
    const there = presences.filter(({ agentId }) => !before.agents.has(agentId))
    const gone: RoutingEvent[] = [...before.agents.keys()]
      .filter(agentId => !this.configuration.agents.has(agentId))
      .map(agentId => ({ type: 'agent.removed', at, agentId }))
    const closed: RoutingEvent[] = [...before.queues.keys()]
      .filter(queueId => !this.configuration.queues.has(queueId))
      .map(queueId => ({ type: 'queue.removed', at, queueId }))
    return [...this.reachableEvents(), ...there, ...gone, ...closed]
  }

  /**
   * Who has no phone connected cannot answer a call, so none is offered to them, whatever their profile says. Who is in a colleague's call has as much
   * less to give as a call of their own would take.
   */
  private reachable<Profile extends Pick<AgentProfile, 'weights' | 'capacity'>>(
    agentId: string,
    profile: Profile,
  ): Profile {
    const { voice, ...weights } = profile.weights
    if (voice === undefined) return profile
    if (this.desk.isInCall(agentId)) return { ...profile, weights, capacity: Math.max(0, profile.capacity - voice) }
    return this.desk.hasPhone(agentId) ? profile : { ...profile, weights }
  }

  private reachableEvents(): RoutingEvent[] {
    return this.configuration.events.map(event =>
      event.type === 'agent.set' ? this.reachable(event.agentId, event) : event,
    )
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
    const { undone, made } = await this.services.db.tenant(this.tenantId, async tx => {
      const undone: RoutingEvent[] = []
      const made: OfferDecision[] = []
      for (const decision of decisions) {
        if (decision.type === 'expireOffer') {
          await expire(tx, decision.interactionId, decision.agentId)
          continue
        }
        const profile = this.configuration.agents.get(decision.agentId)
        const result = await offer(tx, decision, profile && this.reachable(decision.agentId, profile))
        undone.push(...result.undone)
        if (result.made) made.push(decision)
      }
      return { undone, made }
    })
    for (const decision of made) this.desk.offered(decision)
    if (undone.length > 0) this.decisions.push(...this.router.applyAll(undone))
  }
}

/** Where the agents of a tenant sit. */
export interface Desk {
  /** Whether they can answer calls now. */
  hasPhone(agentId: string): boolean
  /** Whether they are in a call that is somebody else's. */
  isInCall(agentId: string): boolean
  /** An offer has been committed. */
  offered(offer: OfferDecision): void
}

export interface OfferDecision {
  interactionId: string
  agentId: string
  at: number
  expiresAt: number
  receipt: Receipt
}

/** Makes an offer real, if the agent is still there and the interaction still waits. Returns what the router must be told where it is not so. */
async function offer(
  tx: Tx,
  { interactionId, agentId, expiresAt, receipt, at }: OfferDecision,
  agent: Agent | undefined,
): Promise<{ undone: RoutingEvent[]; made: boolean }> {
  // The lock keeps the agent from leaving between this look and the commit.
  const [[presence], held, row] = await Promise.all([
    tx.query<{ state: string; next: string | null }>(
      'SELECT state, next_state AS next FROM presence WHERE user_id = $1 FOR SHARE',
      [agentId],
    ),
    heldBy(tx, agentId),
    lockInteraction(tx, interactionId),
  ])
  const away: RoutingEvent = { type: 'agent.presence', at, agentId, state: 'away' }
  const back: RoutingEventOf<'offer.withdrawn'> = {
    type: 'offer.withdrawn',
    at,
    interactionId,
    agentId,
    reason: 'withdrawn',
  }
  if (presence?.state !== 'available' || presence.next) return { undone: [away, back], made: false }
  if (!fits(held, receipt.channel, agent)) {
    // The log has not told the router of all that the agent holds: it learns it here, and asks again a moment later.
    const undone = [
      ...held
        .filter(each => each.state !== 'offered')
        .map(
          (each): RoutingEvent => ({
            type: 'interaction.assigned',
            at,
            agentId,
            interactionId: each.id,
            channel: each.channel,
          }),
        ),
      { ...back, excludeForMs: 1000 },
    ]
    return { undone, made: false }
  }
  if (row?.state !== 'queued') return { undone: [], made: false } // it ended or went elsewhere: the log will say so
  const [changed] = await Promise.all([
    changeInteraction(tx, interactionId, { type: 'offer', agentId, expiresAt }, { row }),
    tx.query('INSERT INTO receipt (interaction_id, agent_id, decided_at, decision) VALUES ($1, $2, $3, $4)', [
      interactionId,
      agentId,
      new Date(at),
      JSON.stringify(receipt),
    ]),
  ])
  if (!changed.ok) throw new Error(`A waiting interaction could not be offered: ${changed.detail}`)
  return { undone: [], made: true }
}

interface Held {
  id: string
  channel: Channel
  state: string
}

async function heldBy(tx: Tx, agentId: string): Promise<Held[]> {
  return tx.query<Held>(
    "SELECT id, channel, state FROM interaction WHERE agent_id = $1 AND state IN ('offered', 'active', 'wrapUp')",
    [agentId],
  )
}

/** The router's own rule of capacity, asked of the database at the last moment: what this channel may interrupt does not count. */
export function fits(held: readonly Held[], channel: Channel, agent: Agent | undefined): boolean {
  if (!agent) return false
  const counted = held.filter(each => !agent.interrupts[each.channel]?.includes(channel))
  const load = counted.reduce((sum, each) => sum + (agent.weights[each.channel] ?? 0), 0)
  return load + (agent.weights[channel] ?? Number.POSITIVE_INFINITY) <= agent.capacity
}

type Agent = NonNullable<ReturnType<Configuration['agents']['get']>>

/** An offer that nobody answered goes back to its place, and the agent is asked no more until they say that they are there. */
async function expire(tx: Tx, interactionId: string, agentId: string): Promise<void> {
  const changed = await changeInteraction(tx, interactionId, { type: 'expire', agentId })
  if (changed.ok) await setPresence(tx, agentId, { state: 'notResponding' })
}

async function withdrawOffers(tx: Tx): Promise<void> {
  const offered = await tx.db
    .selectFrom('interaction')
    .select(['id', 'agentId'])
    .where('state', '=', 'offered')
    .orderBy('id')
    .execute()
  for (const { id, agentId } of offered) if (agentId) await changeInteraction(tx, id, { type: 'withdraw', agentId })
}

/** Whether a transaction was visible in a snapshot, given as PostgreSQL writes it: `xmin:xmax:xip,xip`. */
export function visibleIn(snapshot: string): (xid: string) => boolean {
  const [xmin = '0', xmax = '0', list = ''] = snapshot.split(':')
  const [low, high] = [BigInt(xmin), BigInt(xmax)]
  const running = new Set(list.split(',').filter(Boolean))
  return xid => BigInt(xid) < low || (BigInt(xid) < high && !running.has(xid))
}
