import type { OfferDecision } from '@centrala/core/routing/decision.ts'
import type { RoutingEvent } from '@centrala/core/routing/event.ts'
import { createRouter } from '@centrala/core/routing/router.ts'
import { Centre, type Size, START } from './centre.ts'

const ARRIVAL = 0
const RELEASED = 1
const ACCEPTED = 2
const STRIDE = 4

/**
 * The ordinary day of a centre, lived once by a router and written down in plain numbers, so that it can be told to others exactly and at
 * no cost while the clock runs. Per turn one interaction arrives and one call ends; what is offered is accepted. Events are made
 * anew each time they are told, with ids that nobody has seen before as objects, as if read from the wire.
 */
export class Day {
  /** Offers made on this day. */
  lives = 0
  readonly size: Size
  readonly idle: number
  private readonly centre: Centre
  /** Per event: what, which interaction, which agent, and when (ms after the start). */
  private log = new Int32Array(STRIDE * 4096)
  private length = 0
  private opened = 0

  /** With `idle` agents left free nothing waits and each arrival is offered at once; without, everybody is busy and each agent released takes the next. */
  constructor(size: Size, idle: number, lives: number) {
    this.size = size
    this.idle = idle
    this.centre = new Centre(size)
    const router = createRouter()
    for (const event of this.opening()) router.apply(event)
    this.opened = this.length
    const { centre } = this
    const apply = (what: number, interaction: number, agent: number) => {
      this.write(what, interaction, agent)
      for (const decision of router.apply(this.event(this.length - 1)) as OfferDecision[]) {
        this.lives++
        const taker = centre.indexOf(decision.agentId)
        const taken = centre.numberOf(decision.interactionId)
        centre.handling[taker] = taken
        apply(ACCEPTED, taken, taker)
      }
    }
    while (this.lives < lives) {
      centre.pass()
      apply(ARRIVAL, centre.arrive(), -1)
      // As many end as arrive: whoever is drawn without a call is passed over for the next.
      let ender = centre.anyone()
      while (centre.handling[ender]! < 0) ender = (ender + 1) % size.agents
      const ended = centre.handling[ender]!
      centre.handling[ender] = -1
      apply(RELEASED, ended, ender)
    }
    centre.forget()
  }

  get events(): number {
    return this.length - this.opened
  }

  /** Staff, everybody's call, and those who wait; told the first time it is also written down. */
  *opening(manned?: () => void): Generator<RoutingEvent> {
    const { centre, idle, size } = this
    yield* centre.staff()
    for (let i = idle; i < size.agents; i++) {
      if (this.opened === 0) centre.handling[i] = centre.arrive()
      yield this.made(ACCEPTED, i - idle, i, 0)
    }
    manned?.()
    const waiting = idle === 0 ? size.waiting : 0
    for (let i = 0; i < waiting; i++) {
      const at = Math.floor(i / 100) * 5
      if (this.opened === 0) centre.now = START + at
      const number = this.opened === 0 ? centre.arrive() : size.agents - idle + i
      yield this.made(ARRIVAL, number, -1, at)
    }
    if (this.opened === 0) this.write(ACCEPTED, -1, -1)
  }

  /** Events number `from` to `to` of the day. */
  told(from: number, to: number): RoutingEvent[] {
    const events: RoutingEvent[] = []
    for (let i = from; i < to; i++) events.push(this.event(this.opened + i))
    return events
  }

  /** Whom the offer that event `index` led to named: the acceptance that follows it. */
  follows(index: number): { interactionId: string; agentId: string } | null {
    const at = (this.opened + index + 1) * STRIDE
    if (this.opened + index + 1 >= this.length || this.log[at] !== ACCEPTED) return null
    return { interactionId: this.centre.id(this.log[at + 1]!), agentId: this.centre.agentId(this.log[at + 2]!) }
  }

  private write(what: number, interaction: number, agent: number): void {
    if (this.length * STRIDE === this.log.length) {
      const log = new Int32Array(this.log.length * 2)
      log.set(this.log)
      this.log = log
    }
    this.log.set([what, interaction, agent, this.centre.now - START], this.length++ * STRIDE)
  }

  private event(index: number): RoutingEvent {
    const { log } = this
    const at = index * STRIDE
    return this.made(log[at]!, log[at + 1]!, log[at + 2]!, log[at + 3]!)
  }

  private made(what: number, number: number, agent: number, afterMs: number): RoutingEvent {
    const { centre } = this
    const at = START + afterMs
    const interactionId = centre.id(number)
    if (what === ARRIVAL) {
      const { queueId, priority } = centre.work(number)
      const channel = 'voice'
      return {
        type: 'interaction.queued',
        at,
        interactionId,
        queueId,
        channel,
        priority,
        queuedAt: at,
        requirements: [],
      }
    }
    const agentId = centre.freshAgentId(agent)
    if (what === RELEASED) return { type: 'interaction.released', at, interactionId, agentId }
    return { type: 'interaction.assigned', at, interactionId, agentId, channel: 'voice' }
  }
}
