import type { Channel } from '../channel/channel.ts'
import type { AgentProfile, RoutingEvent } from '../routing/event.ts'

/** An agent's time, as docs/metrics.md has it. */
export interface AgentTime {
  agentId: string
  queueIds: readonly string[]
  /** Signed in and not away. */
  staffedMs: number
  /** Of the staffed time: share of capacity in use × time; two chats of a quarter each for a minute are half a minute. */
  loadMs: number
  /** Of the staffed time: without any contact. */
  idleMs: number
}

interface Member extends AgentTime {
  capacity: number
  weights: AgentProfile['weights']
  there: boolean
  load: number
  held: number
  since: number
}

/** Keeps the agents' time while a simulation goes on. */
export class Crew {
  private readonly members = new Map<string, Member>()
  private readonly countFromAt: number

  constructor(countFromAt: number) {
    this.countFromAt = countFromAt
  }

  told(event: RoutingEvent, at: number): void {
    if (event.type === 'agent.set') {
      const { agentId, queues, capacity, weights } = event
      const known = this.members.get(agentId)
      const able = { capacity, weights, queueIds: queues.map(({ queueId }) => queueId) }
      if (known) {
        this.advance(known, at)
        Object.assign(known, able)
      } else {
        const fresh = { staffedMs: 0, loadMs: 0, idleMs: 0, there: false, load: 0, held: 0, since: at }
        this.members.set(agentId, { agentId, ...able, ...fresh })
      }
    } else if (event.type === 'agent.presence' || event.type === 'agent.removed') {
      const member = this.members.get(event.agentId)
      if (!member) return
      this.advance(member, at)
      member.there = event.type === 'agent.presence' && event.state !== 'offline' && event.state !== 'away'
    }
  }

  take(agentId: string, channel: Channel, at: number): void {
    this.change(agentId, channel, at, 1)
  }

  release(agentId: string, channel: Channel, at: number): void {
    this.change(agentId, channel, at, -1)
  }

  times(at: number): AgentTime[] {
    return Array.from(this.members.values(), member => {
      this.advance(member, at)
      const { agentId, queueIds, staffedMs, loadMs, idleMs } = member
      return { agentId, queueIds, staffedMs, loadMs, idleMs }
    })
  }

  private change(agentId: string, channel: Channel, at: number, by: 1 | -1): void {
    const member = this.members.get(agentId)
    if (!member) return
    this.advance(member, at)
    member.held += by
    // What is held on a channel that is not the agent's fills it, as in the router.
    member.load = member.held === 0 ? 0 : member.load + by * (member.weights[channel] ?? member.capacity)
  }

  private advance(member: Member, at: number): void {
    const ms = at - Math.max(member.since, this.countFromAt)
    member.since = at
    if (ms <= 0 || !member.there) return
    member.staffedMs += ms
    if (member.held === 0) member.idleMs += ms
    else member.loadMs += ms * (member.capacity > 0 ? Math.min(1, member.load / member.capacity) : 1)
  }
}

/** Share of capacity in use by these agents; null where nobody was there. */
export function occupancy(times: readonly AgentTime[]): number | null {
  const staffed = times.reduce((sum, { staffedMs }) => sum + staffedMs, 0)
  return staffed > 0 ? times.reduce((sum, { loadMs }) => sum + loadMs, 0) / staffed : null
}

/** How evenly idle time is spread over agents: the coefficient of variation of each one's idle share. Null where nobody was idle. */
export function idlenessCv(times: readonly AgentTime[]): number | null {
  const shares = times.filter(({ staffedMs }) => staffedMs > 0).map(({ idleMs, staffedMs }) => idleMs / staffedMs)
  const mean = shares.reduce((sum, value) => sum + value, 0) / shares.length
  if (!(mean > 0)) return null
  return Math.sqrt(shares.reduce((sum, value) => sum + (value - mean) ** 2, 0) / shares.length) / mean
}
