import { isDeepStrictEqual } from 'node:util'
import { createRouter } from '@centrala/core/routing/router.ts'
import type { Database } from '@centrala/store/database.ts'
import { journalDecision, readJournal } from '@centrala/store/routing-journal.ts'

export interface Replayed {
  stretches: number
  turns: number
  decisions: number
  /** Turns that decided otherwise when told the same again. */
  different: number
  /** Offers that the log tells of and no turn decided. */
  undecided: number
}

/** Tells a router anew all that the tenant's journal holds and compares what it decides, and what was decided with what the log says was offered. */
export async function replayJournal(db: Database, tenantId: string): Promise<Replayed> {
  return db.tenant(tenantId, async tx => {
    const replayed: Replayed = { stretches: 0, turns: 0, decisions: 0, different: 0, undecided: 0 }
    const decided = new Set<string>()
    let router = createRouter()
    for await (const turn of readJournal(tx, new Date(0), new Date())) {
      if (turn.start) {
        router = createRouter()
        replayed.stretches++
      }
      const decisions = router.applyAll(turn.told).map(journalDecision)
      replayed.turns++
      replayed.decisions += decisions.length
      if (!isDeepStrictEqual(decisions, turn.decisions)) replayed.different++
      for (const one of turn.decisions)
        if (one.type === 'offer') decided.add(`${one.interactionId} ${one.agentId} ${one.expiresAt}`)
    }
    const offers = await tx.query<{ offer: string }>(
      `SELECT interaction_id || ' ' || user_id || ' ' || (data ->> 'expiresAt') AS offer FROM event WHERE type = 'interaction.offered'`,
      [],
    )
    replayed.undecided = offers.filter(({ offer }) => !decided.has(offer)).length
    return replayed
  })
}
