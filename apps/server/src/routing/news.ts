import type { StoredEvent } from '@centrala/store/event-log.ts'

/** Transactions that met on one row end within moments of each other; so long nobody remembers. */
const REMEMBER_MS = 5 * 60_000

/**
 * Tells late news from news. The log is in the order in which transactions began, but of two that change the same interaction or presence the one
 * that began first may be the last to get at the row: its event comes first and is the newer. What comes after it and is older must change nothing.
 */
export class News {
  private latest = new Map<string, number>()
  private before = new Map<string, number>()
  private turnedAt = Date.now()

  isNews({ type, interactionId, userId, data, at }: StoredEvent): boolean {
    if (Date.now() - this.turnedAt > REMEMBER_MS) {
      this.before = this.latest
      this.latest = new Map()
      this.turnedAt = Date.now()
    }
    if (type === 'presence.changed' && userId) return this.isLater(userId, at.getTime())
    if (interactionId && typeof data.version === 'number') return this.isLater(interactionId, data.version)
    return true
  }

  private isLater(id: string, place: number): boolean {
    const known = this.latest.get(id) ?? this.before.get(id) ?? 0
    if (place < known) return false
    this.latest.set(id, place)
    return true
  }
}
