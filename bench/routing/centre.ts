import type { RoutingEvent } from '@centrala/core/routing/event.ts'
import { type Draw, seededDraw } from '@centrala/core/routing/random-events.ts'

export interface Size {
  agents: number
  /** Skill groups: as many different signatures, skills and queues. */
  signatures: number
  waiting: number
}

export const START = 1_800_000_000_000
/** Agents speak for their own group's queue and the next two: groups overlap in a chain. */
const QUEUES_EACH = 3
const HANDLE_MS = 300_000

/** A large contact centre in which calls fill an agent: who works there, and what arrives. Interactions are numbered as they arrive. */
export class Centre {
  now = START
  readonly size: Size
  /** By agent, the interaction in hand, or -1. */
  readonly handling: Int32Array
  private readonly draw: Draw = seededDraw(1)
  private readonly stepMs: number
  private arrivals = 0
  private readonly agentIds: string[]
  private readonly indexes = new Map<string, number>()
  private readonly numbers = new Map<string, number>()

  constructor(size: Size) {
    this.size = size
    this.stepMs = Math.max(1, Math.round(HANDLE_MS / size.agents))
    this.handling = new Int32Array(size.agents).fill(-1)
    this.agentIds = Array.from({ length: size.agents }, (_, i) => uuid(-1 - i))
    for (const [i, id] of this.agentIds.entries()) this.indexes.set(id, i)
  }

  staff(): RoutingEvent[] {
    const { agents, signatures } = this.size
    const at = START
    const events: RoutingEvent[] = []
    for (let i = 0; i < signatures; i++)
      events.push({
        type: 'queue.set',
        at,
        queueId: queueId(i),
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
      const agentId = this.freshAgentId(i)
      const own = Array.from({ length: QUEUES_EACH }, (_, next) => (i + next) % signatures)
      events.push({
        type: 'agent.set',
        at,
        agentId,
        name: `Agent ${i}`,
        skills: Object.fromEntries(own.map((group, next) => [`skill-${group}`, 5 - next])),
        queues: own.map(group => ({ queueId: queueId(group), priority: 1, delayMs: 0 })),
        weights: { voice: 100, chat: 25, email: 30 },
        interrupts: {},
        capacity: 100,
      })
      events.push({ type: 'agent.presence', at, agentId, state: 'available' })
    }
    return events
  }

  /** One more interaction arrives. */
  arrive(): number {
    const number = this.arrivals++
    this.numbers.set(this.id(number), number)
    return number
  }

  /** The queue and own points of an interaction: random, but always the same. */
  work(number: number): { queueId: string; priority: number } {
    return {
      queueId: queueId(mixed(number, 5) % this.size.signatures),
      priority: mixed(number, 6) % 10 === 0 ? 2 : 0,
    }
  }

  pass(): void {
    this.now += this.stepMs
  }

  /** An agent, at random. */
  anyone(): number {
    return this.draw(this.size.agents)
  }

  id(number: number): string {
    return uuid(number)
  }

  numberOf(id: string): number {
    return this.numbers.get(id)!
  }

  agentId(index: number): string {
    return this.agentIds[index]!
  }

  freshAgentId(index: number): string {
    return uuid(-1 - index)
  }

  indexOf(agentId: string): number {
    return this.indexes.get(agentId)!
  }

  /** Nothing more will be asked about ids. */
  forget(): void {
    this.numbers.clear()
  }
}

function queueId(index: number): string {
  return uuid(0x4000_0000 + index)
}

/** A random-looking number from 0 to 2^32 - 1, always the same for the same two. */
function mixed(number: number, salt: number): number {
  let hash = Math.imul(number ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 16), 0x27d4eb2f)
  return (hash ^ (hash >>> 15)) >>> 0
}

const DIGITS = '0123456789abcdef'
const letters = Buffer.from('0199a1b2-0000-7000-8000-000000000000', 'latin1')

/** A UUID of version 7 as the server makes them: in a string of its own, so that its memory is whoever keeps it's alone. */
function uuid(number: number): string {
  let at = 9
  let digits = mixed(number, 1)
  for (let i = 9; i < 36; i++) {
    if (i === 13 || i === 14 || i === 18 || i === 23) continue
    if (at++ % 8 === 0) digits = mixed(number, at)
    letters[i] = DIGITS.charCodeAt(digits & 15)
    digits >>>= 4
  }
  return letters.toString('latin1')
}
