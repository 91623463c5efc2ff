import type { Channel } from '../channel/channel.ts'
import type { AgentProfile, QueueRules, RoutingEvent } from '../routing/event.ts'
import { poisson } from './arrivals.ts'
import { exponential, type Law } from './law.ts'
import type { Source } from './scenario.ts'

/** Parts of small contact centres for tests. */
export const SECOND_MS = 1000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000

export const queueOf = (queueId: string, rules: Partial<QueueRules> = {}): RoutingEvent => ({
  type: 'queue.set',
  at: 0,
  queueId,
  name: queueId,
  priority: 0,
  ageingPerMinute: 0,
  steps: [],
  offerMs: 20_000,
  ...rules,
})

export const agentOf = (agentId: string, queueIds: string[], profile: Partial<AgentProfile> = {}): RoutingEvent[] => [
  {
    type: 'agent.set',
    at: 0,
    agentId,
    name: agentId,
    skills: {},
    queues: queueIds.map(queueId => ({ queueId, priority: 0, delayMs: 0 })),
    weights: { voice: 100, chat: 50 },
    interrupts: {},
    capacity: 100,
    ...profile,
  },
  { type: 'agent.presence', at: 0, agentId, state: 'available' },
]

export interface FlowWanted {
  perHour: number
  handleMs?: Law
  patienceMs?: Law
  channel?: Channel
  fromAt?: number
}

export const sourceOf = (
  queueId: string,
  { perHour, handleMs = exponential(5 * MINUTE_MS), patienceMs, channel = 'voice', fromAt = 0 }: FlowWanted,
): Source => ({
  queueId,
  channel,
  arrivals: poisson([{ fromAt, perHour }]),
  need: () => ({ priority: 0, requirements: [] }),
  handleMs,
  ...(patienceMs && { patienceMs }),
  targetMs: 20_000,
})
