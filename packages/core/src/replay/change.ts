import type { Channel } from '../channel/channel.ts'
import type { AgentProfile, QueueRules, RoutingEvent } from '../routing/event.ts'

/** What would have been different of a queue. */
export interface QueueChange {
  rules: Partial<Omit<QueueRules, 'queueId' | 'name'>>
  /** So long only the preferred agent gets a contact. */
  preferredForMs?: number
  /** Service level: answered within; takes the place of all that were. */
  targetMs?: Partial<Record<Channel, number>>
  /** Times as many contacts, as long to handle, as patient. */
  arrivals: number
  handleTime: number
  patience: number
}

export interface AgentChange {
  absent: boolean
  profile: Partial<Pick<AgentProfile, 'queues' | 'weights' | 'interrupts' | 'capacity'>>
  /** Proficiency by skill, 1 to 5; 0 takes it away. Others stay. */
  skills: Record<string, number>
}

export interface ExtraAgents {
  likeAgentId: string
  count: number
  fromAt: number
  toAt: number
}

/** Changed rules, in the router's own terms. */
export interface Changes {
  queues: ReadonlyMap<string, QueueChange>
  agents: ReadonlyMap<string, AgentChange>
  extra: readonly ExtraAgents[]
}

export const NO_CHANGES: Changes = { queues: new Map(), agents: new Map(), extra: [] }

/** What the router would have been told of agents and queues. Work that an absent agent had by other ways is not done. */
export function changed(events: readonly RoutingEvent[], { queues, agents }: Changes): RoutingEvent[] {
  return events.flatMap((event): RoutingEvent[] => {
    if (event.type === 'queue.set') return [{ ...event, ...queues.get(event.queueId)?.rules }]
    const change = 'agentId' in event && event.agentId ? agents.get(event.agentId) : undefined
    if (!change) return [event]
    if (change.absent) return []
    return [event.type === 'agent.set' ? { ...event, ...changedProfile(event, change) } : event]
  })
}

function changedProfile(profile: AgentProfile, { profile: other, skills }: AgentChange): AgentProfile {
  const changed = { ...profile, ...other, skills: { ...profile.skills } }
  // Whoever had no phone connected has none in another profile either.
  if (other.weights && profile.weights.voice === undefined) {
    const { voice: _, ...weights } = other.weights
    changed.weights = weights
  }
  for (const [skillId, proficiency] of Object.entries(skills)) {
    if (proficiency > 0) changed.skills[skillId] = proficiency
    else delete changed.skills[skillId]
  }
  return changed
}

/** Agents who were not there, as told at the beginning, and their coming and going. */
export function extraAgents(
  events: readonly RoutingEvent[],
  extra: readonly ExtraAgents[],
): { begin: RoutingEvent[]; schedule: RoutingEvent[] } {
  const begin: RoutingEvent[] = []
  const schedule: RoutingEvent[] = []
  for (const [group, { likeAgentId, count, fromAt, toAt }] of extra.entries()) {
    const like = fullest(events, likeAgentId)
    if (!like) continue
    for (let number = 0; number < count; number++) {
      const agentId = `extra ${group} ${number}`
      begin.push({ ...like, at: fromAt, agentId, name: `${like.name} +${number + 1}` })
      schedule.push({ type: 'agent.presence', at: fromAt, agentId, state: 'available' })
      schedule.push({ type: 'agent.presence', at: toAt, agentId, state: 'offline' })
    }
  }
  return { begin, schedule }
}

/** The agent as able as they ever were: without a phone for a while, they were told of with fewer channels. */
function fullest(events: readonly RoutingEvent[], agentId: string): (RoutingEvent & { type: 'agent.set' }) | null {
  let best: (RoutingEvent & { type: 'agent.set' }) | null = null
  for (const event of events) {
    if (event.type !== 'agent.set' || event.agentId !== agentId) continue
    const able = Object.keys(event.weights).length - Object.keys(best?.weights ?? {}).length
    if (!best || able > 0 || (able === 0 && event.capacity >= best.capacity)) best = event
  }
  return best
}
