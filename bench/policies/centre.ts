import type { QueueRules, RoutingEvent } from '@centrala/core/routing/event.ts'
import { poisson } from '@centrala/core/simulate/arrivals.ts'
import { exponential } from '@centrala/core/simulate/law.ts'
import type { Scenario } from '@centrala/core/simulate/scenario.ts'

/** The mean handle time of all experiments; R2 and R3 take it as their unit of time. */
export const HANDLE_MS = 300_000
const HOUR_MS = 3_600_000

export interface Centre {
  /** What each agent serves: numbers of queues. */
  agents: readonly (readonly number[])[]
  /** Erlang offered to each queue. */
  load: readonly number[]
  targetMs?: number
  rules?: (queue: number) => Partial<QueueRules>
}

/** A centre in which calls fill an agent, everyone is there from the beginning, answers at once and nobody gives up. */
export function centre({ agents, load, targetMs = 20_000, rules }: Centre, customers: number): Scenario {
  const total = load.reduce((sum, erlang) => sum + erlang, 0)
  const msFor = (count: number) => (count / total) * HANDLE_MS
  const endAt = msFor(customers)
  const begin: RoutingEvent[] = load.map((_, queue) => ({
    type: 'queue.set',
    at: 0,
    queueId: String(queue),
    name: `Queue ${queue}`,
    priority: 0,
    ageingPerMinute: 0,
    steps: [],
    offerMs: 20_000,
    ...rules?.(queue),
  }))
  for (const [index, queues] of agents.entries()) {
    const agentId = `agent ${index}`
    begin.push({
      type: 'agent.set',
      at: 0,
      agentId,
      name: agentId,
      skills: {},
      queues: queues.map(queue => ({ queueId: String(queue), priority: 0, delayMs: 0 })),
      weights: { voice: 100 },
      interrupts: {},
      capacity: 100,
    })
    begin.push({ type: 'agent.presence', at: 0, agentId, state: 'available' })
  }
  return {
    startAt: 0,
    endAt,
    countFromAt: Math.round(Math.max(msFor(20_000), 50 * HANDLE_MS)),
    begin,
    sources: load.map((erlang, queue) => ({
      queueId: String(queue),
      channel: 'voice',
      arrivals: poisson([{ fromAt: 0, perHour: (erlang * HOUR_MS) / HANDLE_MS }]),
      need: () => NOTHING,
      handleMs: exponential(HANDLE_MS),
      targetMs,
    })),
  }
}

const NOTHING = { priority: 0, requirements: [] }
