import { CHANNELS, type Channel } from '../channel/channel.ts'
import type { Attributes } from '../expression/expression.ts'
import type { Presence } from '../presence/presence.ts'
import type { CurvePiece, QueueRules, Requirement, Reserve, RoutingEvent, RoutingEventOf, Step } from './event.ts'
import type { PlainDecision } from './oracle.ts'

/** Gives whole numbers from 0 to below `bound`. */
export type Draw = (bound: number) => number

/** A small, fast, seeded source of draws (xorshift32; Marsaglia, Xorshift RNGs, 2003). */
export function seededDraw(seed: number): Draw {
  // Spread, so that neighbouring seeds begin differently; zero would stay zero.
  let state = Math.imul(seed, 0x9e3779b1) ^ 0x85ebca6b || 1
  return bound => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % bound
  }
}

const SKILLS = ['de', 'hr', 'billing', 'repair']
const EXPRESSIONS = [
  'tier >= 2',
  'agent.team == "north"',
  'tier >= contact.tier || agent.team != contact.team',
  'contact.team in ["south"]',
  'true',
  'team = north',
]
const PRESENCES: Presence[] = [
  'available',
  'available',
  'available',
  'busy',
  'away',
  'offline',
  'wrapUp',
  'notResponding',
]

/**
 * Makes up everything that can happen to a small contact centre, the improbable included, and answers offers as people would: some
 * are accepted, some rejected, some left to expire. Few agents, skills and instants, so that ties and clashes are common.
 */
export class RandomCentre {
  private now = 1_800_000_000_000
  private made = 0
  private readonly known: string[] = []
  private readonly held: { interactionId: string; agentId: string }[] = []
  private readonly offers: { interactionId: string; agentId: string }[] = []
  private readonly expired: { interactionId: string; agentId: string }[] = []
  /** Quiet and busy spells take turns, so that now agents and now work waits. */
  private quiet = false
  private readonly lastSteps = new Map<string, Step[]>()
  private readonly lastOrder = new Map<string, Pick<QueueRules, 'curves' | 'maxWaitMs' | 'reserves'>>()
  private readonly draw: Draw
  private readonly agents: number
  private readonly queues: number
  private readonly maxWaiting: number

  constructor(draw: Draw, agents = 6, queues = 3, maxWaiting = 16) {
    this.draw = draw
    this.agents = agents
    this.queues = queues
    this.maxWaiting = maxWaiting
  }

  /** What happens next. `wakeAt` is what the router asked for: ticks come then, earlier or later. */
  next(wakeAt: number | null): RoutingEvent {
    const { draw } = this
    this.now += draw(3) === 0 ? 0 : draw(4_000)
    if (wakeAt !== null && draw(4) === 0) {
      this.now = Math.max(this.now, wakeAt)
      return { type: 'tick', at: this.now }
    }
    const at = draw(50) === 0 ? this.now - draw(2_000) : this.now
    if (draw(100) === 0) this.quiet = !this.quiet
    if (this.expired.length > 0 && draw(3) > 0) return this.answer(at)
    if (this.quiet && this.known.length > 1 && draw(3) === 0) return this.gone(at)
    const choice = draw(100)
    if (choice < 24) return this.known.length < this.maxWaiting ? this.queued(at) : this.gone(at)
    if (choice < 44) return this.answer(at)
    if (choice < (this.quiet ? 65 : 56)) return this.released(at)
    if (choice < 60) return this.gone(at)
    if (choice < 74) return this.presence(at)
    if (choice < 80) return this.agentSet(at)
    if (choice < 81) return { type: 'agent.removed', at, agentId: this.agentId() }
    if (choice < 85) return this.queueSet(at)
    if (choice < 86) return { type: 'queue.removed', at, queueId: this.queueId() }
    if (choice < 88)
      return { type: 'queue.level', at, queueId: this.queueId(), level: draw(5) === 0 ? null : draw(5) / 4 }
    if (choice < 91) return this.changed(at)
    if (choice < 93) return this.given(at)
    return { type: 'tick', at }
  }

  /** Tells the centre what was decided. */
  decided(decisions: readonly PlainDecision[]): void {
    for (const { type, interactionId, agentId } of decisions)
      (type === 'offer' ? this.offers : this.expired).push({ interactionId, agentId })
  }

  /** Queues and agents to begin with. */
  opening(): RoutingEvent[] {
    const at = this.now
    const queues = Array.from({ length: this.queues }, (_, i) => ({ ...this.queueSet(at), queueId: `queue-${i}` }))
    const agents = Array.from({ length: this.agents }, (_, i) => ({ ...this.agentSet(at), agentId: `agent-${i}` }))
    const presences = agents.map(({ agentId }) => ({
      type: 'agent.presence' as const,
      at,
      agentId,
      state: 'available' as const,
    }))
    return [...queues, ...agents, ...presences]
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.draw(items.length)]!
  }

  private agentId(): string {
    return `agent-${this.draw(this.agents)}`
  }

  private queueId(): string {
    return `queue-${this.draw(this.queues)}`
  }

  private interactionId(): string {
    return this.known.length > 0 && this.draw(20) > 0
      ? this.pick(this.known)
      : `interaction-${this.draw(this.made + 1)}`
  }

  private requirements(most: number): Requirement[] {
    return Array.from({ length: this.draw(most + 1) }, () => ({
      skillId: this.pick(SKILLS),
      minProficiency: 1 + this.draw(4),
    }))
  }

  private steps(): Step[] {
    const afters = Array.from({ length: this.draw(4) }, () => this.draw(5) * 5_000)
    const { draw } = this
    return [...new Set(afters)]
      .sort((a, b) => a - b)
      .map(afterMs => ({
        afterMs,
        requirements: this.requirements(2),
        ...(draw(4) === 0 && { where: this.pick(EXPRESSIONS) }),
        ...(draw(4) === 0 && { queues: [this.queueId(), this.queueId()] }),
        ...(draw(4) === 0 && { whenLevelBelow: draw(4) / 4 }),
      }))
  }

  private attributes(): Attributes {
    const { draw } = this
    return { ...(draw(2) === 0 && { tier: draw(4) }), ...(draw(2) === 0 && { team: this.pick(['north', 'south']) }) }
  }

  private channel(): Channel {
    return this.pick(CHANNELS)
  }

  private queued(at: number): RoutingEventOf<'interaction.queued'> {
    const { draw } = this
    const interactionId = draw(8) === 0 ? this.interactionId() : `interaction-${this.made++}`
    if (!this.known.includes(interactionId)) this.known.push(interactionId)
    return {
      type: 'interaction.queued',
      at,
      interactionId,
      queueId: this.queueId(),
      channel: this.channel(),
      priority: draw(3) === 0 ? draw(4) : 0,
      queuedAt: at - (draw(4) === 0 ? draw(40_000) : 0) + (draw(40) === 0 ? 5_000 : 0),
      requirements: draw(3) === 0 ? this.requirements(1) : [],
      ...(draw(10) === 0 && { steps: this.steps() }),
      ...(draw(3) === 0 && { attributes: this.attributes() }),
      ...(draw(4) === 0 && {
        preferredAgentId: this.agentId(),
        ...(draw(2) === 0 && { preferredForMs: draw(6) * 5_000 }),
      }),
      ...(draw(8) === 0 && {
        excludedAgentIds: [this.agentId(), this.agentId()],
        ...(draw(2) === 0 && { excludedUntilAt: at + draw(30_000) }),
      }),
    }
  }

  private answer(at: number): RoutingEvent {
    const expired = this.expired.pop()
    if (expired) return { type: 'offer.withdrawn', at, ...expired, reason: 'expired' }
    if (this.offers.length === 0) return this.queued(at)
    const [offer] = this.offers.splice(this.draw(this.offers.length), 1) as [(typeof this.offers)[number]]
    const choice = this.draw(10)
    if (choice < 6) return this.assigned(at, offer.interactionId, offer.agentId)
    if (choice === 6) return { type: 'tick', at }
    const reason = choice < 9 ? 'rejected' : 'withdrawn'
    const event = { type: 'offer.withdrawn', at, ...offer, reason } as const
    return this.draw(3) === 0 ? { ...event, excludeForMs: this.draw(20_000) } : event
  }

  private assigned(at: number, interactionId: string, agentId: string): RoutingEvent {
    this.held.push({ interactionId, agentId })
    this.forget(interactionId)
    return { type: 'interaction.assigned', at, interactionId, agentId, channel: this.channel() }
  }

  private given(at: number): RoutingEvent {
    return this.assigned(at, this.interactionId(), this.agentId())
  }

  private released(at: number): RoutingEvent {
    if (this.held.length === 0) return { type: 'tick', at }
    const [held] = this.held.splice(this.draw(this.held.length), 1) as [(typeof this.held)[number]]
    return { type: 'interaction.released', at, ...held }
  }

  private gone(at: number): RoutingEvent {
    const interactionId = this.interactionId()
    this.forget(interactionId)
    return { type: 'interaction.removed', at, interactionId }
  }

  private forget(interactionId: string): void {
    const index = this.known.indexOf(interactionId)
    if (index >= 0) this.known.splice(index, 1)
  }

  private presence(at: number): RoutingEvent {
    const state = this.quiet && this.draw(4) > 0 ? 'available' : this.pick(PRESENCES)
    return { type: 'agent.presence', at, agentId: this.agentId(), state }
  }

  private changed(at: number): RoutingEvent {
    return {
      type: 'interaction.changed',
      at,
      interactionId: this.interactionId(),
      ...(this.draw(2) === 0 && { priority: this.draw(4) }),
      ...(this.draw(2) === 0 && { requirements: this.requirements(1) }),
      ...(this.draw(3) === 0 && { attributes: this.attributes() }),
    }
  }

  private agentSet(at: number): RoutingEventOf<'agent.set'> {
    const { draw } = this
    const agentId = this.agentId()
    const queues = Array.from({ length: this.queues }, (_, i) => `queue-${i}`).filter(() => draw(3) > 0)
    return {
      type: 'agent.set',
      at,
      agentId,
      name: agentId,
      skills: Object.fromEntries(SKILLS.filter(() => draw(3) > 0).map(skillId => [skillId, 1 + draw(5)])),
      queues: queues.map(queueId => ({
        queueId,
        priority: draw(3) === 0 ? draw(3) : 1,
        delayMs: draw(4) === 0 ? draw(4) * 4_000 : 0,
      })),
      weights: { chat: 25, email: 30, form: 10, ...(draw(2) === 0 ? { voice: 100 } : { chat: 50 }) },
      interrupts: draw(2) === 0 ? { email: ['voice', 'chat'], form: ['voice'] } : {},
      capacity: draw(6) === 0 ? 50 : 100,
      ...(draw(2) === 0 && { attributes: this.attributes() }),
    }
  }

  private curve(): CurvePiece[] {
    const afters = Array.from({ length: this.draw(4) }, () => this.draw(6) * 5_000)
    return [...new Set(afters)]
      .sort((a, b) => a - b)
      .map(afterMs => ({ afterMs, points: this.draw(5) - 2, perMinute: this.draw(3) * 5 }))
  }

  private reserve(): Reserve {
    const { draw } = this
    return {
      ...(draw(3) > 0 && { queueId: this.queueId() }),
      ...(draw(3) === 0 && { skillId: this.pick(SKILLS) }),
      keep: draw(4),
      ...(draw(2) === 0 && { unlessWaiting: 1 + draw(4) }),
      ...(draw(3) === 0 && { unlessWaitedMs: draw(5) * 5_000 }),
    }
  }

  /** By what it orders: often only points change. */
  private order(): Pick<QueueRules, 'curves' | 'maxWaitMs' | 'reserves'> {
    const { draw } = this
    return {
      ...(draw(3) === 0 && { reserves: Array.from({ length: draw(3) }, () => this.reserve()) }),
      ...(draw(3) === 0 && { curves: { chat: this.curve(), ...(draw(2) === 0 && { voice: this.curve() }) } }),
      ...(draw(4) === 0 && { maxWaitMs: { chat: draw(5) * 10_000, email: draw(5) * 10_000 } }),
    }
  }

  private queueSet(at: number): RoutingEventOf<'queue.set'> {
    const queueId = this.queueId()
    // Often only the order changes, not the steps.
    const steps = (this.draw(2) === 0 && this.lastSteps.get(queueId)) || this.steps()
    this.lastSteps.set(queueId, steps)
    const order = (this.draw(2) === 0 && this.lastOrder.get(queueId)) || this.order()
    this.lastOrder.set(queueId, order)
    return {
      type: 'queue.set',
      at,
      queueId,
      name: queueId,
      priority: this.draw(3),
      ageingPerMinute: this.draw(3) === 0 ? this.draw(500) / 100 : 1,
      ...order,
      steps,
      offerMs: 5_000 + this.draw(3) * 5_000,
    }
  }
}
