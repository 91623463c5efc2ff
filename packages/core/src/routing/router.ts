import { PRESENCES, type Presence } from '../presence/presence.ts'
import { type Decision, EXPIRY_REPEAT_MS, REOFFER_MS } from './decision.ts'
import type { AgentProfile, QueuedInteraction, Requirement, RoutingEvent, RoutingEventOf, Step } from './event.ts'
import { explainWaiting } from './explain.ts'
import { Leases } from './leases.ts'
import type { Line } from './line.ts'
import { match } from './match.ts'
import { Places } from './places.ts'
import { type Agent, channelIndex, OFFLINE } from './signature.ts'
import { Staff } from './staff.ts'
import { createInteraction, type Interaction, type Wishes } from './state.ts'
import { attributesNamed, readSteps } from './step.ts'
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
    const lease = this.leases.first()?.lease.dueAt ?? Number.POSITIVE_INFINITY
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
        this.setQueue(event)
        break
      case 'queue.removed':
        this.removeQueue(event.queueId)
        break
      case 'queue.level':
        this.places.setLevel(event.queueId, event.level)
        break
      case 'tick':
        break
    }
  }

  private decide(): Decision[] {
    this.decisions = NONE
    const { now, leases } = this
    for (let agent = leases.first(); agent && agent.lease.dueAt <= now; agent = leases.first()) {
      leases.end(agent)
      leases.take(agent, now, EXPIRY_REPEAT_MS)
      this.decided({ type: 'expireOffer', interactionId: agent.offered!.id, agentId: agent.id, at: now })
    }
    for (const queue of this.staff.groups.risen) this.places.ask(queue)
    this.staff.groups.risen.clear()
    match(this.staff, this.places, now, this.offer)
    return this.decisions
  }

  private decided(decision: Decision): void {
    if (this.decisions === NONE) this.decisions = []
    this.decisions.push(decision)
  }

  private readonly offer = (interaction: Interaction, line: Line, agent: Agent): void => {
    const { now } = this
    const receipt = writeReceipt(interaction, line, agent, this.staff, now)
    this.places.take(interaction)
    this.staff.leavePool(agent)
    interaction.offeredTo = agent
    agent.offered = interaction
    this.leases.take(agent, now, line.queue.offerMs)
    this.decided({
      type: 'offer',
      interactionId: interaction.id,
      agentId: agent.id,
      queueId: line.queue.id,
      at: now,
      expiresAt: agent.lease.dueAt,
      receipt,
    })
  }

  /** Ends an interaction's offer, if any; it then stands nowhere, and the agent who had it in no pool. */
  private endOffer(interaction: Interaction): Agent | null {
    const agent = interaction.offeredTo
    if (!agent) return null
    this.leases.end(agent)
    interaction.offeredTo = null
    agent.offered = null
    return agent
  }

  /** Takes an interaction from where it waits or is offered; `taker` is left out of its pool, to be given it. */
  private lift(interaction: Interaction, taker: Agent | null): void {
    if (interaction.line) this.places.take(interaction)
    const agent = this.endOffer(interaction)
    if (agent && agent !== taker) this.staff.enterPool(agent)
    this.places.leaveKind(interaction)
  }

  private forgetIfIdle(interaction: Interaction): void {
    if (!interaction.line && !interaction.offeredTo && !interaction.hold) this.interactions.delete(interaction.id)
  }

  private queued(event: RoutingEventOf<'interaction.queued'>): void {
    let interaction = this.interactions.get(event.interactionId)
    if (interaction) this.lift(interaction, null)
    else {
      interaction = createInteraction(event.interactionId)
      this.interactions.set(event.interactionId, interaction)
    }
    interaction.seq = this.seq++
    interaction.queue = this.places.queueOf(event.queueId)
    interaction.channel = channelIndex(event.channel)
    interaction.priority = event.priority
    interaction.queuedAt = Math.min(event.queuedAt, this.now)
    interaction.own = event.requirements.length > 0 ? event.requirements : NO_REQUIREMENTS
    interaction.wishes = wishesOf(event, interaction.queuedAt)
    if (event.steps) this.nameAttributes(event.steps)
    this.places.place(interaction, this.now)
  }

  private changed(event: RoutingEventOf<'interaction.changed'>): void {
    const interaction = this.interactions.get(event.interactionId)
    if (!interaction || (!interaction.line && !interaction.offeredTo)) return
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
    this.lift(interaction, null)
    while (interaction.hold) this.staff.release(interaction.hold.agent, interaction, this.now)
    this.interactions.delete(interactionId)
  }

  private assigned(event: RoutingEventOf<'interaction.assigned'>): void {
    const agent = this.staff.agents.get(event.agentId) ?? null
    let interaction = this.interactions.get(event.interactionId)
    if (interaction) this.lift(interaction, agent)
    else if (agent) {
      interaction = createInteraction(event.interactionId)
      this.interactions.set(interaction.id, interaction)
    } else return
    if (agent) {
      this.staff.hold(agent, interaction, channelIndex(event.channel))
      this.staff.enterPool(agent)
    }
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
    const agent = interaction?.offeredTo
    if (!interaction || !agent || agent.id !== event.agentId) return
    this.endOffer(interaction)
    this.staff.enterPool(agent)
    const excludeForMs = event.excludeForMs ?? (event.reason === 'withdrawn' ? 0 : this.reofferMs)
    if (excludeForMs > 0) {
      interaction.wishes ??= { ...NO_WISHES }
      const others = interaction.wishes.exclusions?.filter(({ agentId }) => agentId !== agent.id) ?? []
      interaction.wishes.exclusions = [...others, { agentId: agent.id, untilAt: this.now + excludeForMs }]
    }
    this.places.place(interaction, this.now)
  }

  /** Expressions make agents differ who were alike before. */
  private nameAttributes(steps: readonly Step[]): void {
    if (!steps.some(({ where }) => where !== undefined)) return
    for (const profile of this.staff.name(attributesNamed(readSteps(steps), 'agent'))) this.setAgent(profile)
  }

  private setAgent(event: AgentProfile): void {
    const before = this.staff.agents.get(event.agentId)?.signature
    const signature = this.staff.signatureOf(event, this.places.queueOf)
    for (const { queueId, delayMs } of event.queues)
      this.places.addDelay(this.places.queueOf(queueId), delayMs, this.now)
    this.staff.set(event, this.now, signature)
    if (before && before.agents.length === 0) this.staff.forget(before, this.places.queueOf)
  }

  private setQueue(event: RoutingEventOf<'queue.set'>): void {
    this.nameAttributes(event.steps)
    const queue = this.places.queueOf(event.queueId)
    const reserves = this.staff.groups.keep(queue, event.reserves ?? [], this.staff.signatures)
    this.places.setQueue(event, reserves, this.now)
  }

  private removeQueue(queueId: string): void {
    const queue = this.places.queues.get(queueId)
    if (queue) this.staff.groups.keep(queue, [], this.staff.signatures)
    this.places.removeQueue(queueId, this.now)
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
    const { offered } = agent
    if (offered) this.endOffer(offered)
    const held = agent.held.map(({ interaction }) => interaction)
    this.staff.remove(agent)
    this.places.agentCame(agentId, this.now)
    if (offered) this.places.place(offered, this.now)
    // After that, for it may have held what it was offered again.
    for (const interaction of held) this.forgetIfIdle(interaction)
    if (agent.signature.agents.length === 0) this.staff.forget(agent.signature, this.places.queueOf)
  }
}

const NO_REQUIREMENTS: readonly Requirement[] = []
const NO_WISHES: Wishes = {
  steps: null,
  attributes: null,
  preferredAgentId: null,
  reservedUntil: 0,
  exclusions: null,
  timerAt: Number.POSITIVE_INFINITY,
}

function wishesOf(event: QueuedInteraction, queuedAt: number): Wishes | null {
  const { steps, attributes, preferredAgentId, excludedAgentIds } = event
  if (!steps && !attributes && preferredAgentId === undefined && !excludedAgentIds?.length) return null
  const untilAt = event.excludedUntilAt ?? Number.POSITIVE_INFINITY
  const excluded = [...new Set(excludedAgentIds)]
  return {
    ...NO_WISHES,
    steps: steps ?? null,
    attributes: attributes ?? null,
    preferredAgentId: preferredAgentId ?? null,
    reservedUntil: preferredAgentId === undefined ? 0 : queuedAt + (event.preferredForMs ?? 0),
    exclusions: excluded.length > 0 ? excluded.map(agentId => ({ agentId, untilAt })) : null,
  }
}
