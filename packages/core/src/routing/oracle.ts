import type { Channel } from '../channel/channel.ts'
import { holds } from '../expression/expression.ts'
import { readExpression } from '../expression/read-expression.ts'
import type { Presence } from '../presence/presence.ts'
import { EXPIRY_REPEAT_MS, REOFFER_MS } from './decision.ts'
import type { AgentProfile, QueuedInteraction, QueueRules, Reserve, RoutingEvent, Step } from './event.ts'

/** A decision without its receipt. */
export type PlainDecision =
  | { type: 'offer'; interactionId: string; agentId: string; queueId: string; at: number; expiresAt: number }
  | { type: 'expireOffer'; interactionId: string; agentId: string; at: number }

export interface OracleAgent {
  profile: AgentProfile
  presence: Presence
  idleSince: number
  held: { interactionId: string; channel: Channel }[]
}

export interface OracleInteraction extends QueuedInteraction {
  arrival: number
  exclusions: { agentId: string; untilAt: number }[]
  offer: { agentId: string; dueAt: number; taken: number } | null
}

/**
 * The router's rules written down as plainly as they can be read: no index, no cache, everything asked anew of everyone each time. It
 * exists to be obviously right; the router must make the same decisions.
 */
export class Oracle {
  readonly agents = new Map<string, OracleAgent>()
  readonly queues = new Map<string, QueueRules>()
  /** What waits or is offered. */
  readonly interactions = new Map<string, OracleInteraction>()
  /** Service levels, as far as told. */
  readonly levels = new Map<string, number | null>()
  now = 0
  private arrivals = 0
  private leases = 0
  private readonly reofferMs: number

  constructor(reofferMs = REOFFER_MS) {
    this.reofferMs = reofferMs
  }

  apply(event: RoutingEvent): PlainDecision[] {
    return this.applyAll([event])
  }

  applyAll(events: Iterable<RoutingEvent>): PlainDecision[] {
    for (const event of events) this.take(event)
    const decisions: PlainDecision[] = []
    for (;;) {
      const due = [...this.interactions.values()]
        .filter(({ offer }) => offer && offer.dueAt <= this.now)
        .sort((a, b) => a.offer!.dueAt - b.offer!.dueAt || a.offer!.taken - b.offer!.taken)[0]
      if (!due?.offer) break
      due.offer.dueAt = this.now + EXPIRY_REPEAT_MS
      due.offer.taken = this.leases++
      decisions.push({
        type: 'expireOffer',
        interactionId: due.interactionId,
        agentId: due.offer.agentId,
        at: this.now,
      })
    }
    for (let offer = this.nextOffer(); offer; offer = this.nextOffer()) decisions.push(offer)
    return decisions
  }

  waiting(): OracleInteraction[] {
    return [...this.interactions.values()].filter(interaction => !interaction.offer)
  }

  /** Effective priority in whole units of 1/6,000,000 point. */
  priority({ queueId, channel, priority, queuedAt }: OracleInteraction): number {
    const queue = this.queues.get(queueId)
    const own = Math.round(priority * 6_000_000)
    if (!queue) return own
    const waitedMs = this.now - queuedAt
    const fixed = Math.round(queue.priority * 6_000_000) + own
    const curve = queue.curves?.[channel]
    if (!curve) return fixed + Math.round(queue.ageingPerMinute * 100) * waitedMs
    const piece = curve.filter(({ afterMs }) => afterMs <= waitedMs).at(-1)
    if (!piece) return fixed
    return fixed + Math.round(piece.points * 6_000_000) + Math.round(piece.perMinute * 100) * (waitedMs - piece.afterMs)
  }

  /** By how much it is over its queue's bound, or null. */
  overdueMs({ queueId, channel, queuedAt }: OracleInteraction): number | null {
    const bound = this.queues.get(queueId)?.maxWaitMs?.[channel]
    const overMs = this.now - queuedAt - (bound ?? 0)
    return bound !== undefined && overMs >= 0 ? overMs : null
  }

  before(a: OracleInteraction, b: OracleInteraction): number {
    const [first, second] = [this.overdueMs(a), this.overdueMs(b)]
    if (first !== null || second !== null) {
      if (first === null) return 1
      if (second === null) return -1
      return second - first || a.queuedAt - b.queuedAt || a.arrival - b.arrival
    }
    return this.priority(b) - this.priority(a) || a.queuedAt - b.queuedAt || a.arrival - b.arrival
  }

  eligible(id: string, interaction: OracleInteraction): boolean {
    const agent = this.agents.get(id)!
    const queue = this.queues.get(interaction.queueId)
    const { profile } = agent
    const waitedMs = this.now - interaction.queuedAt
    if (agent.presence !== 'available' && agent.presence !== 'busy') return false
    if (!queue || this.rank(id, interaction) === null) return false
    const entry = profile.queues.find(({ queueId }) => queueId === interaction.queueId)
    if (entry && waitedMs < entry.delayMs) return false
    const step = this.step(interaction)
    const needs = [...interaction.requirements, ...(step?.requirements ?? [])]
    if (!needs.every(({ skillId, minProficiency }) => (profile.skills[skillId] ?? 0) >= minProficiency)) return false
    if (!this.admits(agent, interaction)) return false
    if (this.reservedFor(interaction) !== null && this.reservedFor(interaction) !== id) return false
    if (interaction.exclusions.some(({ agentId, untilAt }) => agentId === id && this.now < untilAt)) return false
    if ([...this.interactions.values()].some(({ offer }) => offer?.agentId === id)) return false
    return this.fits(agent, interaction.channel) && !this.keptFree(id, interaction)
  }

  /** Whether a reserve of its queue keeps this agent from it now. */
  keptFree(id: string, { queueId, queuedAt }: OracleInteraction): boolean {
    return this.reservesNaming(id, queueId).some(reserve => {
      if (this.now - queuedAt >= (reserve.unlessWaitedMs ?? Number.POSITIVE_INFINITY)) return false
      const waiting = this.waiting().filter(other => other.queueId === queueId).length
      if (waiting >= (reserve.unlessWaiting ?? Number.POSITIVE_INFINITY)) return false
      const others = [...this.agents.keys()].filter(other => other !== id && isNamed(this.agents.get(other)!, reserve))
      return others.filter(other => this.ready(other)).length < reserve.keep
    })
  }

  reservesNaming(id: string, queueId: string): Reserve[] {
    const reserves = this.queues.get(queueId)?.reserves ?? []
    return reserves.filter(reserve => isNamed(this.agents.get(id)!, reserve))
  }

  /** Available, without an offer, with room for one more of every channel that it takes. */
  ready(id: string): boolean {
    const agent = this.agents.get(id)!
    if (agent.presence !== 'available' && agent.presence !== 'busy') return false
    if ([...this.interactions.values()].some(({ offer }) => offer?.agentId === id)) return false
    const channels = Object.keys(agent.profile.weights) as Channel[]
    return channels.length > 0 && channels.every(channel => this.fits(agent, channel))
  }

  fits({ profile, held }: OracleAgent, channel: Channel): boolean {
    const weight = profile.weights[channel]
    if (weight === undefined) return false
    const counted = held.filter(h => !profile.interrupts[h.channel]?.includes(channel))
    return sum(counted.map(h => profile.weights[h.channel] ?? profile.capacity)) + weight <= profile.capacity
  }

  load({ profile, held }: OracleAgent): number {
    const load = sum(held.map(h => profile.weights[h.channel] ?? profile.capacity))
    return profile.capacity > 0 ? Math.round((load * 1000) / profile.capacity) : 1000
  }

  private nextOffer(): PlainDecision | null {
    const waiting = this.waiting().sort((a, b) => this.before(a, b))
    for (const interaction of waiting) {
      const agentId = this.bestAgent(interaction)
      if (agentId === null) continue
      return this.offer(this.firstChoice(agentId, waiting), agentId)
    }
    return null
  }

  private bestAgent(interaction: OracleInteraction): string | null {
    const able = [...this.agents.keys()].filter(id => this.eligible(id, interaction))
    if (interaction.preferredAgentId !== undefined && able.includes(interaction.preferredAgentId))
      return interaction.preferredAgentId
    able.sort((a, b) => {
      const [first, second] = [this.agents.get(a)!, this.agents.get(b)!]
      const spared = (id: string) => Number(this.reservesNaming(id, interaction.queueId).length > 0)
      if (spared(a) !== spared(b)) return spared(a) - spared(b)
      return this.load(first) - this.load(second) || first.idleSince - second.idleSince || (a < b ? -1 : 1)
    })
    return able[0] ?? null
  }

  private firstChoice(agentId: string, waiting: OracleInteraction[]): OracleInteraction {
    const rank = (interaction: OracleInteraction) =>
      this.overdueMs(interaction) === null ? this.rank(agentId, interaction)! : Number.MAX_SAFE_INTEGER
    const able = waiting.filter(interaction => this.eligible(agentId, interaction))
    return able.sort((a, b) => rank(b) - rank(a) || this.before(a, b))[0]!
  }

  private offer(interaction: OracleInteraction, agentId: string): PlainDecision {
    const expiresAt = this.now + this.queues.get(interaction.queueId)!.offerMs
    interaction.offer = { agentId, dueAt: expiresAt, taken: this.leases++ }
    const { interactionId, queueId } = interaction
    return { type: 'offer', interactionId, agentId, queueId, at: this.now, expiresAt }
  }

  /** The step in force: the last that has been reached and whose condition on the service level is met. */
  step({ queueId, steps, queuedAt }: OracleInteraction): Step | undefined {
    const level = this.levels.get(queueId) ?? null
    return (steps ?? this.queues.get(queueId)?.steps ?? [])
      .filter(({ afterMs }) => afterMs <= this.now - queuedAt)
      .filter(({ whenLevelBelow }) => whenLevelBelow === undefined || (level !== null && level < whenLevelBelow))
      .at(-1)
  }

  /** Whether the step's expression holds for this agent and this contact. */
  admits({ profile }: OracleAgent, interaction: OracleInteraction): boolean {
    const where = this.step(interaction)?.where
    if (where === undefined) return true
    const read = readExpression(where)
    const subjects = { agent: profile.attributes ?? {}, contact: interaction.attributes ?? {} }
    return read.ok && holds(read.expression, subjects)
  }

  /** How the agent's profile ranks the interaction's queue; who only helps, as it ranks the best of the queues that help. Null: neither. */
  rank(id: string, interaction: OracleInteraction): number | null {
    const { queues } = this.agents.get(id)!.profile
    const own = queues.find(({ queueId }) => queueId === interaction.queueId)
    if (own) return own.priority
    const helping = queues.filter(({ queueId }) => this.step(interaction)?.queues?.includes(queueId))
    return helping.length > 0 ? Math.max(...helping.map(({ priority }) => priority)) : null
  }

  /** The agent it waits for alone, or null. */
  private reservedFor({ preferredAgentId, preferredForMs, queuedAt }: OracleInteraction): string | null {
    if (preferredAgentId === undefined || this.now >= queuedAt + (preferredForMs ?? 0)) return null
    const agent = this.agents.get(preferredAgentId)
    return agent && agent.presence !== 'offline' ? preferredAgentId : null
  }

  private release(agent: OracleAgent, interactionId: string): void {
    const left = agent.held.filter(h => h.interactionId !== interactionId)
    if (left.length < agent.held.length) agent.idleSince = this.now
    agent.held = left
  }

  private take(event: RoutingEvent): void {
    this.now = Math.max(this.now, event.at)
    switch (event.type) {
      case 'agent.set': {
        const known = this.agents.get(event.agentId)
        if (known) known.profile = event
        else this.agents.set(event.agentId, { profile: event, presence: 'offline', idleSince: this.now, held: [] })
        return
      }
      case 'agent.removed': {
        this.agents.delete(event.agentId)
        for (const interaction of this.interactions.values())
          if (interaction.offer?.agentId === event.agentId) interaction.offer = null
        return
      }
      case 'agent.presence': {
        const agent = this.agents.get(event.agentId)
        if (!agent) return
        const available = (presence: Presence) => presence === 'available' || presence === 'busy'
        if (available(event.state) && !available(agent.presence)) agent.idleSince = this.now
        agent.presence = event.state
        return
      }
      case 'queue.set':
        this.queues.set(event.queueId, event)
        return
      case 'queue.removed':
        this.queues.delete(event.queueId)
        this.levels.delete(event.queueId)
        return
      case 'queue.level':
        if (this.queues.has(event.queueId)) this.levels.set(event.queueId, event.level)
        return
      case 'interaction.queued': {
        const untilAt = event.excludedUntilAt ?? Number.POSITIVE_INFINITY
        this.interactions.set(event.interactionId, {
          ...event,
          queuedAt: Math.min(event.queuedAt, this.now),
          arrival: this.arrivals++,
          exclusions: (event.excludedAgentIds ?? []).map(agentId => ({ agentId, untilAt })),
          offer: null,
        })
        return
      }
      case 'interaction.changed': {
        const interaction = this.interactions.get(event.interactionId)
        if (!interaction) return
        interaction.priority = event.priority ?? interaction.priority
        interaction.requirements = event.requirements ?? interaction.requirements
        if (event.attributes) interaction.attributes = event.attributes
        return
      }
      case 'interaction.removed':
        this.interactions.delete(event.interactionId)
        for (const agent of this.agents.values()) this.release(agent, event.interactionId)
        return
      case 'interaction.assigned': {
        this.interactions.delete(event.interactionId)
        const agent = this.agents.get(event.agentId)
        if (!agent || agent.held.some(h => h.interactionId === event.interactionId)) return
        agent.held.push({ interactionId: event.interactionId, channel: event.channel })
        return
      }
      case 'interaction.released': {
        const agent = this.agents.get(event.agentId)
        if (agent) this.release(agent, event.interactionId)
        return
      }
      case 'offer.withdrawn': {
        const interaction = this.interactions.get(event.interactionId)
        if (interaction?.offer?.agentId !== event.agentId) return
        interaction.offer = null
        const excludeForMs = event.excludeForMs ?? (event.reason === 'withdrawn' ? 0 : this.reofferMs)
        if (excludeForMs <= 0) return
        interaction.exclusions = interaction.exclusions.filter(({ agentId }) => agentId !== event.agentId)
        interaction.exclusions.push({ agentId: event.agentId, untilAt: this.now + excludeForMs })
        return
      }
      case 'tick':
        return
    }
  }
}

function isNamed({ profile }: OracleAgent, { queueId, skillId }: Reserve): boolean {
  if (queueId !== undefined && !profile.queues.some(entry => entry.queueId === queueId)) return false
  return skillId === undefined || (profile.skills[skillId] ?? 0) > 0
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}
