import type { RoutingEvent } from '@centrala/core/routing/event.ts'
import { type Draw, seededDraw } from '@centrala/core/routing/random-events.ts'

export interface Size {
  agents: number
  /** Skill groups: as many different signatures, skills and queues. */
  signatures: number
  waiting: number
}

const START = 1_800_000_000_000
/** Agents speak for their own group's queue and the next two: groups overlap in a chain. */
const QUEUES_EACH = 3
const HANDLE_MS = 300_000

/** A large contact centre in which calls fill an agent, and the events of its ordinary day. */
export class Centre {
  now = START
  readonly size: Size
  private readonly draw: Draw = seededDraw(1)
  private readonly stepMs: number
  private arrivals = 0
  /** Agent and interaction of every call in hand. */
  private readonly agentIds: string[] = []
  private readonly handling: string[] = []

  constructor(size: Size) {
    this.size = size
    this.stepMs = HANDLE_MS / size.agents
    for (let i = 0; i < size.agents; i++) {
      this.agentIds.push(crypto.randomUUID())
      this.handling.push('')
    }
  }

  staff(): RoutingEvent[] {
    const { agents, signatures } = this.size
    const at = this.now
    const events: RoutingEvent[] = []
    for (let i = 0; i < signatures; i++)
      events.push({
        type: 'queue.set',
        at,
        queueId: `queue-${i}`,
        name: `Queue ${i}`,
        priority: i % 5,
        ageingPerMinute: 1 + (i % 3) / 2,
        steps: [
          { afterMs: 0, requirements: [{ skillId: `skill-${i}`, minProficiency: 3 }] },
          { afterMs: 60_000, requirements: [{ skillId: `skill-${i}`, minProficiency: 2 }] },
        ],
        offerMs: 20_000,
      })
    for (let i = 0; i < agents; i++) {
      const agentId = this.agentIds[i]!
      const own = Array.from({ length: QUEUES_EACH }, (_, next) => (i + next) % signatures)
      events.push({
        type: 'agent.set',
        at,
        agentId,
        name: `Agent ${i}`,
        skills: Object.fromEntries(own.map((group, next) => [`skill-${group}`, 5 - next])),
        queues: own.map(group => ({ queueId: `queue-${group}`, priority: 1, delayMs: 0 })),
        weights: { voice: 100, chat: 25, email: 30 },
        interrupts: {},
        capacity: 100,
      })
      events.push({ type: 'agent.presence', at, agentId, state: 'available' })
    }
    return events
  }

  /** One interaction arrives. */
  arrival(): RoutingEvent {
    const { now, draw } = this
    const number = this.arrivals++
    return {
      type: 'interaction.queued',
      at: now,
      // As long as a UUID, and made here so that its memory is the router's alone.
      interactionId: Buffer.from(`0199a1b2-${number.toString(16).padStart(12, '0')}-7000-8000abcd`).toString('latin1'),
      queueId: `queue-${draw(this.size.signatures)}`,
      channel: 'voice',
      priority: draw(10) === 0 ? 2 : 0,
      queuedAt: now,
      requirements: [],
    }
  }

  pass(): void {
    this.now += this.stepMs
  }

  get agents(): number {
    return this.agentIds.length
  }

  agentId(index: number): string {
    return this.agentIds[index]!
  }

  /** An agent, at random. */
  anyone(): number {
    return this.draw(this.agentIds.length)
  }

  isFree(index: number): boolean {
    return this.handling[index] === ''
  }

  accepted(index: number, interactionId: string): RoutingEvent {
    this.handling[index] = interactionId
    return {
      type: 'interaction.assigned',
      at: this.now,
      interactionId,
      agentId: this.agentIds[index]!,
      channel: 'voice',
    }
  }

  /** The agent's call has ended; null where it has none. */
  ended(index: number, at: number): RoutingEvent | null {
    const interactionId = this.handling[index]!
    if (interactionId === '') return null
    this.handling[index] = ''
    return { type: 'interaction.released', at, interactionId, agentId: this.agentIds[index]! }
  }
}
