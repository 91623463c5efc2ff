import type { Agent } from './signature.ts'

interface LeaseList {
  first: Agent | null
  last: Agent | null
}

/**
 * Outstanding offers by the end of their lease. An agent has at most one, so agents are their own list nodes. Time only moves on, so
 * leases of one length end in the order in which they were taken.
 */
export class Leases {
  size = 0
  private readonly lists = new Map<number, LeaseList>()
  private seq = 0

  take(agent: Agent, now: number, lengthMs: number): void {
    const { lease } = agent
    lease.lengthMs = lengthMs
    lease.dueAt = now + lengthMs
    lease.seq = this.seq++
    let list = this.lists.get(lengthMs)
    if (!list) {
      list = { first: null, last: null }
      this.lists.set(lengthMs, list)
    }
    lease.previous = list.last
    lease.next = null
    if (list.last) list.last.lease.next = agent
    else list.first = agent
    list.last = agent
    this.size++
  }

  end({ lease }: Agent): void {
    const list = this.lists.get(lease.lengthMs)!
    if (lease.previous) lease.previous.lease.next = lease.next
    else list.first = lease.next
    if (lease.next) lease.next.lease.previous = lease.previous
    else list.last = lease.previous
    this.size--
  }

  /** The agent whose lease ends first. */
  first(): Agent | null {
    if (this.size === 0) return null
    let best: Agent | null = null
    for (const { first } of this.lists.values()) if (first && (!best || endsBefore(first, best))) best = first
    return best
  }
}

function endsBefore({ lease: a }: Agent, { lease: b }: Agent): boolean {
  return a.dueAt !== b.dueAt ? a.dueAt < b.dueAt : a.seq < b.seq
}
