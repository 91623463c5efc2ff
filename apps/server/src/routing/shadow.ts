import { createRouter, type Router } from '@centrala/core/routing/router.ts'
import type { Database } from '@centrala/store/database.ts'
import { type JournalTurn, lastStart, readTurns } from '@centrala/store/routing-journal.ts'

const PAGE = 500

/**
 * The router of a tenant that another node routes, followed by its journal: told the same, it holds the same. It answers questions and carries
 * nothing out. It is behind by what the owner has not written down yet, half a second at most.
 */
export class Shadow {
  readonly tenantId: string
  /** Null until the present stretch has been read. */
  router: Router | null = null
  askedAt = Date.now()
  private readonly db: Database
  private next: number | null = null
  private reading: Promise<void> | undefined
  private again = false

  constructor(db: Database, tenantId: string) {
    this.db = db
    this.tenantId = tenantId
  }

  /** Reads what is new; resolves when all that was written before the call has been read. */
  async follow(): Promise<void> {
    this.again = true
    this.reading ??= this.read().finally(() => {
      this.reading = undefined
    })
    return this.reading
  }

  private async read(): Promise<void> {
    while (this.again) {
      this.again = false
      this.next ??= await this.db.tenant(this.tenantId, lastStart)
      if (this.next === null) return
      let router = this.router
      for (let full = true; full; ) {
        const from: number = this.next
        const turns: JournalTurn[] = await this.db.tenant(this.tenantId, tx => readTurns(tx, from, PAGE))
        full = turns.length === PAGE
        for (const { seq, start, told } of turns) {
          if (start) router = createRouter()
          router?.applyAll(told)
          this.next = seq + 1
        }
      }
      this.router = router
    }
  }
}
