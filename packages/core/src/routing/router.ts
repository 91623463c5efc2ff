import { PRESENCES, type Presence } from '../presence/presence.ts'
import { type Decision, EXPIRY_REPEAT_MS, REOFFER_MS } from './decision.ts'
import type { AgentProfile, QueuedInteraction, RoutingEvent, RoutingEventOf, Step } from './event.ts'
import { explainWaiting } from './explain.ts'
import { Interactions } from './interactions.ts'
import { Leases } from './leases.ts'
import type { Line } from './line.ts'
import { match } from './match.ts'
import { Places } from './places.ts'
import { type Agent, channelIndex, OFFLINE } from './signature.ts'
import { Staff } from './staff.ts'
import { type Interaction, NO_WISHES, NONE, type Wishes } from './state.ts'
import { readSteps } from './step.ts'
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

const NO_DECISIONS: Decision[] = []

export function createRouter(options: RouterOptions = {}): Router {
  return new CoreRouter(options.reofferMs ?? REOFFER_MS)
}

class CoreRouter implements Router {
  private readonly interactions = new Interactions()
  private readonly staff = new Staff(this.interactions)
  private readonly places = new Places(this.interactions, this.staff.agents)
  private readonly leases = new Leases()
  private readonly reofferMs: number
  private now = 0
  private seq = 0
  private decisions: Decision[] = NO_DECISIONS

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
    const lease = this.leases.firstAt()
    const at = this.staff.idle > 0 ? Math.min(lease, this.places.nextAt()) : lease
    return at === Number.POSITIVE_INFINITY ? null : at
  }

  explain(interactionId: string, at: number): Waiting | null {
    const interaction = this.interactions.find(interactionId)
    if (interaction === NONE || this.interactions.row(interaction) === 0) return null
    return explainWaiting(interaction, this.places, this.staff, Math.max(at, this.now))
  }

  position(interactionId: string): number {
    const interaction = this.interactions.find(interactionId)
    if (interaction === NONE || this.interactions.row(interaction) === 0) return 0
    return this.places.position(interaction, this.now)
  }

  snapshot(): RouterSnapshot {
    const agents = Object.fromEntries(PRESENCES.map(presence => [presence, 0])) as Record<Presence, number>
    for (const { presences } of this.staff.signatures.values())
      for (const [index, count] of presences.entries()) agents[PRESENCES[index]!] += count
    const queues = Array.from(this.places.queues.values(), queue => {
      const oldest = queue.lines.reduce(
        (at, line) => Math.min(at, this.places.heads.queuedAt(line.row)),
        Number.POSITIVE_INFINITY,
      )
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
    this.decisions = NO_DECISIONS
    const { now, leases } = this
    for (let due = leases.due(now); due !== 0; due = leases.due(now)) {
      leases.end(due)
      leases.take(due, now, EXPIRY_REPEAT_MS)
      const agent = this.staff.agent(due)
      const interactionId = this.interactions.id(agent.offered)
      this.decided({ type: 'expireOffer', interactionId, agentId: agent.id, at: now })
    }
    const { risen } = this.staff.groups
    if (risen.size > 0) {
      for (const queue of risen) this.places.ask(queue)
      risen.clear()
    }
    match(this.staff, this.places, now, this.offer)
    return this.decisions
  }

  private decided(decision: Decision): void {
    if (this.decisions === NO_DECISIONS) this.decisions = []
    this.decisions.push(decision)
  }

  private readonly offer = (interaction: Interaction, line: Line, agent: Agent): void => {
    const { now } = this
    const receipt = writeReceipt(interaction, line, agent, this.staff, this.interactions, now)
    this.places.take(interaction)
    this.staff.leavePool(agent)
    this.interactions.setOfferedTo(interaction, agent.number)
    agent.offered = interaction
    this.leases.take(agent.number, now, line.queue.offerMs)
    this.decided({
      type: 'offer',
      interactionId: receipt.interactionId,
      agentId: agent.id,
      queueId: line.queue.id,
      at: now,
      expiresAt: now + line.queue.offerMs,
      receipt,
    })
  }

  /** Ends an interaction's offer, if any; it then stands nowhere, and the agent who had it in no pool. */
  private endOffer(interaction: Interaction): Agent | null {
    const number = this.interactions.offeredTo(interaction)
    if (number === 0) return null
    const agent = this.staff.agent(number)
    this.leases.end(number)
    this.interactions.setOfferedTo(interaction, 0)
    agent.offered = NONE
    return agent
  }

  /** Takes an interaction from where it waits or is offered; `taker` is left out of its pool, to be given it. */
  private lift(interaction: Interaction, taker: Agent | null): void {
    if (this.interactions.row(interaction) !== 0) this.places.take(interaction)
    const agent = this.endOffer(interaction)
    if (agent && agent !== taker) this.staff.enterPool(agent)
  }

  private forgetIfIdle(interaction: Interaction): void {
    const { interactions } = this
    if (
      interactions.row(interaction) === 0 &&
      interactions.offeredTo(interaction) === 0 &&
      interactions.hold(interaction) === 0
    )
      interactions.forget(interaction)
  }

  private queued(event: RoutingEventOf<'interaction.queued'>): void {
    const { interactions } = this
    let interaction = interactions.find(event.interactionId)
    if (interaction !== NONE) this.lift(interaction, null)
    else interaction = interactions.create(event.interactionId)
    const queue = this.places.queueOf(event.queueId)
    const queuedAt = Math.min(event.queuedAt, this.now)
    interactions.setPlace(interaction, queue.number, channelIndex(event.channel), queuedAt, this.seq++)
    interactions.setPriority(interaction, event.priority)
    interactions.setWishes(interaction, wishesOf(event, queuedAt))
    if (event.steps) this.hearExpressions(event.steps)
    this.places.place(interaction, this.now)
  }

  private changed(event: RoutingEventOf<'interaction.changed'>): void {
    const { interactions } = this
    const interaction = interactions.find(event.interactionId)
    if (interaction === NONE) return
    const waits = interactions.row(interaction) !== 0
    if (!waits && interactions.offeredTo(interaction) === 0) return
    if (waits) this.places.take(interaction)
    if (event.priority !== undefined) interactions.setPriority(interaction, event.priority)
    const { requirements: own, attributes } = event
    if (own !== undefined || attributes !== undefined)
      interactions.setWishes(interaction, {
        ...(interactions.wishes(interaction) ?? NO_WISHES),
        ...(own !== undefined && { own }),
        ...(attributes !== undefined && { attributes }),
      })
    if (waits) this.places.place(interaction, this.now)
  }

  private removed(interactionId: string): void {
    const { interactions, staff } = this
    const interaction = interactions.find(interactionId)
    if (interaction === NONE) return
    this.lift(interaction, null)
    for (let hold = interactions.hold(interaction); hold !== 0; hold = interactions.hold(interaction))
      staff.release(staff.agent(staff.holds.agent(hold)), interaction, this.now)
    interactions.forget(interaction)
  }

  private assigned(event: RoutingEventOf<'interaction.assigned'>): void {
    const { interactions, staff } = this
    let interaction = interactions.find(event.interactionId)
    // Commonly the one to whom it is offered: comparing two ids is cheaper than looking one up.
    const offered = interaction === NONE ? 0 : interactions.offeredTo(interaction)
    const likely = offered === 0 ? null : staff.agent(offered)
    const agent = likely?.id === event.agentId ? likely : (staff.agents.get(event.agentId) ?? null)
    if (interaction !== NONE) this.lift(interaction, agent)
    else if (agent) interaction = interactions.create(event.interactionId)
    else return
    if (agent) {
      this.staff.hold(agent, interaction, channelIndex(event.channel))
      this.staff.enterPool(agent)
    }
    this.forgetIfIdle(interaction)
  }

  private released(event: RoutingEventOf<'interaction.released'>): void {
    const { interactions, staff } = this
    const interaction = interactions.find(event.interactionId)
    if (interaction === NONE) return
    const hold = interactions.hold(interaction)
    const likely = hold === 0 ? null : staff.agent(staff.holds.agent(hold))
    const agent = likely?.id === event.agentId ? likely : staff.agents.get(event.agentId)
    if (!agent) return
    this.staff.release(agent, interaction, this.now)
    this.forgetIfIdle(interaction)
  }

  private withdrawn(event: RoutingEventOf<'offer.withdrawn'>): void {
    const { interactions } = this
    const interaction = interactions.find(event.interactionId)
    const number = interaction === NONE ? 0 : interactions.offeredTo(interaction)
    if (number === 0) return
    const agent = this.staff.agent(number)
    if (agent.id !== event.agentId) return
    this.endOffer(interaction)
    this.staff.enterPool(agent)
    const excludeForMs = event.excludeForMs ?? (event.reason === 'withdrawn' ? 0 : this.reofferMs)
    if (excludeForMs > 0) {
      const wishes = interactions.wishes(interaction) ?? { ...NO_WISHES }
      const others = wishes.exclusions?.filter(({ agentId }) => agentId !== agent.id) ?? []
      wishes.exclusions = [...others, { agentId: agent.id, untilAt: this.now + excludeForMs }]
      interactions.setWishes(interaction, wishes)
    }
    this.places.place(interaction, this.now)
  }

  /** Expressions make agents differ who were alike before. */
  private hearExpressions(steps: readonly Step[]): void {
    if (!steps.some(({ where }) => where !== undefined)) return
    const expressions = readSteps(steps).flatMap(({ condition }) => condition ?? [])
    for (const profile of this.staff.hear(expressions)) this.setAgent(profile)
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
    this.hearExpressions(event.steps)
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
    if (offered !== NONE) this.endOffer(offered)
    const held: Interaction[] = []
    const { holds } = this.staff
    for (let hold = agent.hold; hold !== 0; hold = holds.nextOfAgent(hold)) held.push(holds.interaction(hold))
    this.staff.remove(agent)
    this.places.agentCame(agentId, this.now)
    if (offered !== NONE) this.places.place(offered, this.now)
    // After that, for it may have held what it was offered again.
    for (const interaction of held) this.forgetIfIdle(interaction)
    if (agent.signature.agents.length === 0) this.staff.forget(agent.signature, this.places.queueOf)
  }
}

function wishesOf(event: QueuedInteraction, queuedAt: number): Wishes | null {
  const { requirements, steps, attributes, preferredAgentId, excludedAgentIds } = event
  const own = requirements.length > 0
  if (!own && !steps && !attributes && preferredAgentId === undefined && !excludedAgentIds?.length) return null
  const untilAt = event.excludedUntilAt ?? Number.POSITIVE_INFINITY
  const excluded = [...new Set(excludedAgentIds)]
  return {
    ...NO_WISHES,
    own: requirements,
    steps: steps ?? null,
    attributes: attributes ?? null,
    preferredAgentId: preferredAgentId ?? null,
    reservedUntil: preferredAgentId === undefined ? 0 : queuedAt + (event.preferredForMs ?? 0),
    exclusions: excluded.length > 0 ? excluded.map(agentId => ({ agentId, untilAt })) : null,
  }
}
