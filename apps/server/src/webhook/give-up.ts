import { inEnglish, type StatePhrase } from '@centrala/core/phrase/state-phrase.ts'
import type { Tx } from '@centrala/store/database.ts'

/**
 * Gives up what waits to be delivered to a hook, and says why.
 * @param olderThan an interval of PostgreSQL; null: whatever its age
 */
export async function giveUpWaiting(
  tx: Tx,
  webhookId: string,
  why: StatePhrase,
  olderThan: string | null = null,
): Promise<void> {
  await tx.query(
    `UPDATE webhook_delivery SET state = 'failed', detail = $2, phrase = $3
      WHERE webhook_id = $1 AND state = 'waiting' AND ($4::interval IS NULL OR created_at < now() - $4::interval)`,
    [webhookId, inEnglish(why), JSON.stringify(why), olderThan],
  )
}
