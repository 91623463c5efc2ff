import type { Reserve } from './event.ts'
import type { Queue } from './line.ts'
import type { Pool, Signature } from './signature.ts'

/** The agents a reserve speaks of, and how many of them are ready: available, without an offer, with room for one more of every channel. */
export interface Group {
  readonly key: string
  readonly queueId: string | undefined
  readonly skillId: string | undefined
  ready: number
  /** Those who look at `ready`. */
  readonly reserves: KeptFree[]
}

/** A queue's reserve in force. */
export interface KeptFree {
  readonly queue: Queue
  readonly group: Group
  readonly keep: number
  readonly unlessWaiting: number
  readonly unlessWaitedMs: number
}

/** The groups of agents that reserves speak of. */
export class Groups {
  /** Queues whose work may have become allowed to somebody because more of a group are ready. */
  readonly risen = new Set<Queue>()
  private readonly byKey = new Map<string, Group>()

  /** The reserves of a queue from now on, in place of those it had. */
  keep(queue: Queue, reserves: readonly Reserve[], signatures: ReadonlyMap<string, Signature>): KeptFree[] {
    const before = queue.reserves
    const kept = reserves.map((reserve): KeptFree => {
      const group = this.groupOf(reserve, signatures)
      const { keep, unlessWaiting = Number.POSITIVE_INFINITY, unlessWaitedMs = Number.POSITIVE_INFINITY } = reserve
      const one = { queue, group, keep, unlessWaiting, unlessWaitedMs }
      group.reserves.push(one)
      return one
    })
    for (const reserve of before) this.drop(reserve, signatures)
    return kept
  }

  /** The groups that agents of a new signature belong to. */
  of(signature: Signature): Group[] {
    return [...this.byKey.values()].filter(group => isIn(signature, group))
  }

  /** One more agent of these groups is ready. */
  rise(groups: readonly Group[]): void {
    for (const group of groups) {
      group.ready++
      // Whoever is ready itself needs one more than `keep`; who has something in hand already, `keep` others.
      for (const { queue, keep } of group.reserves)
        if (group.ready === keep || group.ready === keep + 1) this.risen.add(queue)
    }
  }

  fall(groups: readonly Group[]): void {
    for (const group of groups) group.ready--
  }

  private groupOf({ queueId, skillId }: Reserve, signatures: ReadonlyMap<string, Signature>): Group {
    const key = JSON.stringify([queueId ?? null, skillId ?? null])
    const known = this.byKey.get(key)
    if (known) return known
    const group: Group = { key, queueId, skillId, ready: 0, reserves: [] }
    this.byKey.set(key, group)
    for (const signature of signatures.values()) {
      if (!isIn(signature, group)) continue
      signature.groups.push(group)
      for (const pool of signature.openPools) if (pool.ready) group.ready += pool.agents.size
    }
    return group
  }

  private drop(reserve: KeptFree, signatures: ReadonlyMap<string, Signature>): void {
    const { group } = reserve
    group.reserves.splice(group.reserves.indexOf(reserve), 1)
    if (group.reserves.length > 0) return
    this.byKey.delete(group.key)
    for (const { groups } of signatures.values()) if (groups.includes(group)) groups.splice(groups.indexOf(group), 1)
  }
}

function isIn({ queues, skills }: Signature, { queueId, skillId }: Group): boolean {
  return (queueId === undefined || queues.has(queueId)) && (skillId === undefined || (skills.get(skillId) ?? 0) > 0)
}

/** The first of these reserves that keeps the agents of a pool from a queue's work now, or null. */
export function keptBy(reserves: readonly KeptFree[], pool: Pool): KeptFree | null {
  for (const reserve of reserves) {
    const others = reserve.group.ready - (pool.ready ? 1 : 0)
    if (others < reserve.keep && reserve.queue.waiting < reserve.unlessWaiting) return reserve
  }
  return null
}

/** What is said of a group of agents: whose queue and which skill. */
export function keptWords({ queueId, skillId }: Group): { queueId?: string; skillId?: string } {
  return { ...(queueId !== undefined && { queueId }), ...(skillId !== undefined && { skillId }) }
}
