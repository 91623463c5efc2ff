import { PRESENCES, type Presence } from '../presence/presence.ts'
import { type Decision, EXPIRY_REPEAT_MS, REOFFER_MS } from './decision.ts'
import type { RoutingEvent, RoutingEventOf } from './event.ts'
import { explainWaiting } from './explain.ts'
import { Leases } from './leases.ts'
import type { Line } from './line.ts'
import { match } from './match.ts'
import { Places } from './places.ts'
import { type Agent, channelIndex, OFFLINE } from './signature.ts'
import { Staff } from './staff.ts'
import type { Interaction, Offer } from './state.ts'
import type { Waiting } from './waiting.ts'
import { writeReceipt } from './write-receipt.ts'

export interface RouterOptions {
  /** How long an agent who rejected or missed an offer does not get it again, where the event does not say. Default 30 s. */
  reofferMs?: number
}

/** Counts of everything the router holds, for metrics and screens. */
export interface RouterSnapshot {
  waiting: number
  offered: number
  agents: Record<Presence, number>
  /** Agents who could take at least something. */
  idle: number
  /** Different sets of skills, queues and capacity among the agents: what the cost of a decision grows with. */
  signatures: number
  queues: { queueId: string; waiting: number; oldestQueuedAt: number | null }[]
}

/**
 * Matches what waits with who is free. Pure and deterministic: it knows only its events, time comes with them, and the same events give
 * the same decisions. One router serves one tenant.
 */
export interface Router {
  /** Takes in an event and returns what follows from it. An offer counts as made at once. */
  apply(event: RoutingEvent): Decision[]
  /** Takes in many, then matches once: for rebuilding and for batches. */
  applyAll(events: Iterable<RoutingEvent>): Decision[]
  /**
   * When to send the next `tick` (epoch ms), or null: the earliest end of a lease, and while anyone is idle the earliest step, profile
   * delay, reservation or exclusion that may let something be served. Ageing needs no tick: it changes the order, which is
   * only asked for when somebody is free.
   */
  wakeAt(): number | null
  /** Why an interaction still waits, in data; null where it does not wait. For people to read: costs by agents. */
  explain(interactionId: string, at: number): Waiting | null
  /** Its place in its queue's order, from 1; 0 where it does not wait. */
  position(interactionId: string): number
  snapshot(): RouterSnapshot
}

const NONE: Decision[] = []

export function createRouter(options: RouterOptions = {}): Router {
  return new CoreRouter(options.reofferMs ?? REOFFER_MS)
}

class CoreRouter implements Router {
  private readonly staff = new Staff()
  private readonly places = new Places(this.staff.agents)
  private readonly leases = new Leases()
  private readonly interactions = new Map<string, Interaction>()
  private readonly reofferMs: number
  private now = 0
  private seq = 0
  private decisions: Decision[] = NONE

  constructor(reofferMs: number) {
    this.reofferMs = reofferMs
  }

  apply(event: RoutingEvent): Decision[] {
    this.take(event)
    return this.decide()
  }

  applyAll(events: Iterable<RoutingEvent>): Decision[] {
    for (const event of events) this.take(event)
    return this.decide()
  }

  wakeAt(): number | null {
    const lease = this.leases.first()?.dueAt ?? Number.POSITIVE_INFINITY
    const at = this.staff.idle > 0 ? Math.min(lease, this.places.nextAt()) : lease
    return at === Number.POSITIVE_INFINITY ? null : at
  }

  explain(interactionId: string, at: number): Waiting | null {
    const interaction = this.interactions.get(interactionId)
    if (!interaction?.line) return null
    return explainWaiting(interaction, this.places, this.staff, Math.max(at, this.now))
  }

  position(interactionId: string): number {
    const interaction = this.interactions.get(interactionId)
    return interaction?.line ? this.places.position(interaction, this.now) : 0
  }

  snapshot(): RouterSnapshot {
    const agents = Object.fromEntries(PRESENCES.map(presence => [presence, 0])) as Record<Presence, number>
    for (const { presences } of this.staff.signatures.values())
      for (const [index, count] of presences.entries()) agents[PRESENCES[index]!] += count
    const queues = Array.from(this.places.queues.values(), queue => {
      const oldest = queue.lines.reduce((at, line) => Math.min(at, line.list.first!.queuedAt), Number.POSITIVE_INFINITY)
      return { queueId: queue.id, waiting: queue.waiting, oldestQueuedAt: Number.isFinite(oldest) ? oldest : null }
    })
    return {
      waiting: this.places.waiting,
      offered: this.leases.size,
      agents,
      idle: this.staff.idle,
      signatures: this.staff.signatures.size,
      queues,
    }
  }

  private take(event: RoutingEvent): void {
    if (event.at > this.now) this.now = event.at
    this.places.advance(this.now)
    switch (event.type) {
      case 'interaction.queued':
        this.queued(event)
        break
      case 'interaction.assigned':
        this.assigned(event)
        break
      case 'interaction.released':
        this.released(event)
        break
      case 'interaction.removed':
        this.removed(event.interactionId)
        break
      case 'interaction.changed':
        this.changed(event)
        break
      case 'offer.withdrawn':
        this.withdrawn(event)
        break
      case 'agent.set':
        this.setAgent(event)
        break
      case 'agent.presence':
        this.setPresence(event.agentId, event.state)
        break
      case 'agent.removed':
        this.removeAgent(event.agentId)
        break
      case 'queue.set':
        this.places.setQueue(event, this.now)
        break
      case 'queue.removed':
        this.places.removeQueue(event.queueId, this.now)
        break
      case 'tick':
        break
    }
  }

  private decide(): Decision[] {
    this.decisions = NONE
    const { now, leases } = this
    for (let offer = leases.first(); offer && offer.dueAt <= now; offer = leases.first()) {
      leases.end(offer)
      leases.take(offer, now, EXPIRY_REPEAT_MS)
      this.decided({ type: 'expireOffer', interactionId: offer.interaction.id, agentId: offer.agent.id, at: now })
    }
    match(this.staff, this.places, now, this.offer)
    return this.decisions
  }

  private decided(decision: Decision): void {
    if (this.decisions === NONE) this.decisions = []
    this.decisions.push(decision)
  }

  private readonly offer = (interaction: Interaction, line: Line, agent: Agent): void => {
    const { now } = this
    const { offerMs } = line.stage.kind.queue
    const receipt = writeReceipt(interaction, line, agent, this.staff, now)
    this.places.take(interaction)
    this.staff.leavePool(agent)
    const offer: Offer = { interaction, agent, dueAt: 0, seq: 0, lengthMs: 0, previous: null, next: null }
    interaction.offer = offer
    agent.offer = offer
    this.leases.take(offer, now, offerMs)
    this.decided({
      type: 'offer',
      interactionId: interaction.id,
      agentId: agent.id,
      queueId: interaction.queueId,
      at: now,
      expiresAt: offer.dueAt,
      receipt,
    })
  }

  /** Ends an interaction's offer; the interaction then stands nowhere. */
  private endOffer(interaction: Interaction): void {
    const { offer } = interaction
    if (!offer) return
    this.leases.end(offer)
    interaction.offer = null
    offer.agent.offer = null
    this.staff.enterPool(offer.agent)
  }

  /** Takes an interaction from where it waits or is offered. */
  private lift(interaction: Interaction): void {
    if (interaction.line) this.places.take(interaction)
    this.endOffer(interaction)
    this.places.leaveKind(interaction)
  }

  private forgetIfIdle(interaction: Interaction): void {
    if (!interaction.line && !interaction.offer && interaction.holders.length === 0)
      this.interactions.delete(interaction.id)
  }

  private queued(event: RoutingEventOf<'interaction.queued'>): void {
    let interaction = this.interactions.get(event.interactionId)
    if (interaction) this.lift(interaction)
    else {
      interaction = blank(event.interactionId)
      this.interactions.set(event.interactionId, interaction)
    }
    const queuedAt = Math.min(event.queuedAt, this.now)
    interaction.seq = this.seq++
    interaction.queueId = event.queueId
    interaction.channel = channelIndex(event.channel)
    interaction.priority = event.priority
    interaction.queuedAt = queuedAt
    interaction.own = event.requirements
    interaction.steps = event.steps ?? null
    interaction.preferredAgentId = event.preferredAgentId ?? null
    interaction.reservedUntil = event.preferredAgentId === undefined ? 0 : queuedAt + (event.preferredForMs ?? 0)
    const untilAt = event.excludedUntilAt ?? Number.POSITIVE_INFINITY
    interaction.exclusions = event.excludedAgentIds?.length
      ? [...new Set(event.excludedAgentIds)].map(agentId => ({ agentId, untilAt }))
      : null
    this.places.place(interaction, this.now)
  }

  private changed(event: RoutingEventOf<'interaction.changed'>): void {
    const interaction = this.interactions.get(event.interactionId)
    if (!interaction || (!interaction.line && !interaction.offer)) return
    const waits = interaction.line !== null
    if (waits) this.places.take(interaction)
    this.places.leaveKind(interaction)
    if (event.priority !== undefined) interaction.priority = event.priority
    if (event.requirements !== undefined) interaction.own = event.requirements
    if (waits) this.places.place(interaction, this.now)
  }

  private removed(interactionId: string): void {
    const interaction = this.interactions.get(interactionId)
    if (!interaction) return
    this.lift(interaction)
    for (const agent of [...interaction.holders]) this.staff.release(agent, interaction, this.now)
    this.interactions.delete(interactionId)
  }

  private assigned(event: RoutingEventOf<'interaction.assigned'>): void {
    let interaction = this.interactions.get(event.interactionId)
    const agent = this.staff.agents.get(event.agentId)
    if (interaction) this.lift(interaction)
    else if (agent) {
      interaction = blank(event.interactionId)
      this.interactions.set(interaction.id, interaction)
    } else return
    if (agent) this.staff.hold(agent, interaction, channelIndex(event.channel))
    this.forgetIfIdle(interaction)
  }

  private released(event: RoutingEventOf<'interaction.released'>): void {
    const interaction = this.interactions.get(event.interactionId)
    const agent = this.staff.agents.get(event.agentId)
    if (!interaction || !agent) return
    this.staff.release(agent, interaction, this.now)
    this.forgetIfIdle(interaction)
  }

  private withdrawn(event: RoutingEventOf<'offer.withdrawn'>): void {
    const interaction = this.interactions.get(event.interactionId)
    if (!interaction?.offer || interaction.offer.agent.id !== event.agentId) return
    this.endOffer(interaction)
    const excludeForMs = event.excludeForMs ?? (event.reason === 'withdrawn' ? 0 : this.reofferMs)
    if (excludeForMs > 0) {
      const others = interaction.exclusions?.filter(({ agentId }) => agentId !== event.agentId) ?? []
      interaction.exclusions = [...others, { agentId: event.agentId, untilAt: this.now + excludeForMs }]
    }
    this.places.place(interaction, this.now)
  }

  private setAgent(event: RoutingEventOf<'agent.set'>): void {
    const before = this.staff.agents.get(event.agentId)?.signature
    const signature = this.staff.signatureOf(event, this.places.queueOf)
    for (const { queueId, delayMs } of event.queues)
      this.places.addDelay(this.places.queueOf(queueId), delayMs, this.now)
    this.staff.set(event, this.now, signature)
    if (before && before.agents.length === 0) this.staff.forget(before, this.places.queueOf)
  }

  private setPresence(agentId: string, state: Presence): void {
    const agent = this.staff.agents.get(agentId)
    if (!agent) return
    const wasOffline = agent.presence === OFFLINE
    this.staff.setPresence(agent, state, this.now)
    if (wasOffline !== (agent.presence === OFFLINE)) this.places.agentCame(agentId, this.now)
  }

  private removeAgent(agentId: string): void {
    const agent = this.staff.agents.get(agentId)
    if (!agent) return
    const offered = agent.offer?.interaction
    if (offered) this.endOffer(offered)
    const held = agent.held.map(({ interaction }) => interaction)
    this.staff.remove(agent)
    for (const interaction of held) this.forgetIfIdle(interaction)
    this.places.agentCame(agentId, this.now)
    if (offered) this.places.place(offered, this.now)
    if (agent.signature.agents.length === 0) this.staff.forget(agent.signature, this.places.queueOf)
  }
}

function blank(id: string): Interaction {
  return {
    id,
    seq: 0,
    queueId: '',
    channel: 0,
    priority: 0,
    queuedAt: 0,
    own: [],
    steps: null,
    preferredAgentId: null,
    reservedUntil: 0,
    exclusions: null,
    kind: null,
    line: null,
    offer: null,
    holders: [],
    timerAt: Number.POSITIVE_INFINITY,
  }
}
