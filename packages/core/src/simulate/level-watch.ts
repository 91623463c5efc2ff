import type { RoutingEvent } from '../routing/event.ts'
import type { Source } from './scenario.ts'
import type { Outcome } from './tally.ts'

/** How often the service level is told, as the server does. */
export const LEVEL_EVERY_MS = 10_000
const INTERVAL_MS = 15 * 60_000

interface Contact {
  source: Source
  arrivedAt: number
}

interface Level {
  waiting: Map<Contact, number>
  decided: number
  inTarget: number
}

/** The present service level of queues whose steps ask for it: of those who came in the present quarter of an hour. */
export class LevelWatch {
  private readonly levels = new Map<string, Level>()
  private readonly queueIds: Set<string>
  private intervalAt = 0
  nextAt = 0

  constructor(sources: readonly Source[]) {
    this.queueIds = new Set(sources.map(({ queueId }) => queueId))
  }

  /** Whether any queue asks. */
  get asked(): boolean {
    return this.levels.size > 0
  }

  told(event: RoutingEvent): void {
    if (event.type !== 'queue.set' || !this.queueIds.has(event.queueId)) return
    const asks = event.steps.some(({ whenLevelBelow }) => whenLevelBelow !== undefined)
    if (!asks) this.levels.delete(event.queueId)
    else if (!this.levels.has(event.queueId))
      this.levels.set(event.queueId, { waiting: new Map(), decided: 0, inTarget: 0 })
  }

  came(contact: Contact): void {
    this.levels.get(contact.source.queueId)?.waiting.set(contact, contact.arrivedAt)
  }

  left(contact: Contact, how: Outcome, waitMs: number): void {
    const level = this.levels.get(contact.source.queueId)
    if (!level) return
    level.waiting.delete(contact)
    if (how === 'waits' || contact.arrivedAt < this.intervalAt) return
    if (how === 'abandoned' && waitMs < (contact.source.shortMs ?? 0)) return
    level.decided++
    if (how === 'answered' && waitMs <= contact.source.targetMs) level.inTarget++
  }

  /** What the router is to be told now. */
  due(now: number): RoutingEvent[] {
    if (now < this.nextAt) return []
    this.nextAt = now + LEVEL_EVERY_MS
    const intervalAt = now - (now % INTERVAL_MS)
    const events: RoutingEvent[] = []
    for (const [queueId, level] of this.levels) {
      if (intervalAt !== this.intervalAt) {
        level.decided = 0
        level.inTarget = 0
      }
      let overdue = 0
      for (const [{ source }, arrivedAt] of level.waiting)
        if (arrivedAt >= intervalAt && now - arrivedAt > source.targetMs) overdue++
      const decided = level.decided + overdue
      events.push({ type: 'queue.level', at: now, queueId, level: decided > 0 ? level.inTarget / decided : null })
    }
    this.intervalAt = intervalAt
    return events
  }
}
