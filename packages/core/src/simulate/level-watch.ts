import type { RoutingEvent } from '../routing/event.ts'
import type { Source } from './scenario.ts'
import type { Outcome } from './tally.ts'

/** How often the service level is told, and how far it looks back: as the server does. */
const EVERY_MS = 10_000
const LOOK_BACK_MS = 15 * 60_000

interface Contact {
  source: Source
  arrivedAt: number
}

/** One that came lately; null: still waiting. */
interface Recent {
  arrivedAt: number
  targetMs: number
  outcome: 'good' | 'bad' | 'uncounted' | null
}

interface Level {
  /** In order of coming. */
  recent: Recent[]
  byContact: Map<Contact, Recent>
}

/** The present service level of queues whose steps ask for it: of those who came in the last quarter of an hour. */
export class LevelWatch {
  private readonly levels = new Map<string, Level>()
  private readonly queueIds: Set<string>
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
    else if (!this.levels.has(event.queueId)) this.levels.set(event.queueId, { recent: [], byContact: new Map() })
  }

  came(contact: Contact): void {
    const { source, arrivedAt } = contact
    const level = this.levels.get(source.queueId)
    if (!level) return
    const recent: Recent = { arrivedAt, targetMs: source.targetMs, outcome: null }
    level.recent.push(recent)
    level.byContact.set(contact, recent)
  }

  left(contact: Contact, how: Outcome, waitMs: number): void {
    const { source } = contact
    const level = this.levels.get(source.queueId)
    const recent = level?.byContact.get(contact)
    if (!level || !recent) return
    level.byContact.delete(contact)
    if (how === 'abandoned' && waitMs < (source.shortMs ?? 0)) recent.outcome = 'uncounted'
    else recent.outcome = how === 'answered' && waitMs <= source.targetMs ? 'good' : 'bad'
  }

  /** What the router is to be told now. */
  due(now: number): RoutingEvent[] {
    if (now < this.nextAt) return []
    this.nextAt = now + EVERY_MS
    return Array.from(this.levels, ([queueId, level]): RoutingEvent => {
      level.recent = level.recent.filter(({ arrivedAt }) => arrivedAt >= now - LOOK_BACK_MS)
      let good = 0
      let decided = 0
      for (const { outcome, arrivedAt, targetMs } of level.recent) {
        if (outcome === 'good') good++
        if (outcome === 'good' || outcome === 'bad' || (outcome === null && now - arrivedAt > targetMs)) decided++
      }
      return { type: 'queue.level', at: now, queueId, level: decided > 0 ? good / decided : null }
    })
  }
}
