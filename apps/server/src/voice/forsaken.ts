import { commandInteraction } from '../interaction/command-interaction.ts'
import type { Services } from '../services.ts'
import { tenantsInCalls } from './open-calls.ts'

const EVERY_MS = 10_000
/** So long a call may be between two people: handed on, or its agent coming back. */
const ALONE_MS = 30_000

/**
 * Finds customers who hear music with nobody on the way to them although an agent is said to have them (what was to come failed), and
 * puts them back into their queue; where they have none the call is ended. Parked calls wait on purpose.
 */
export function watchForsaken(services: Services, { aloneMs = ALONE_MS, everyMs = EVERY_MS } = {}): () => void {
  const { db, voice, log } = services

  async function sweep(): Promise<void> {
    for (const tenantId of await tenantsInCalls(db)) {
      const found = await db.tenant(tenantId, tx =>
        tx.query<{ id: string; nodeId: string; interactionId: string; queueId: string | null }>(
          `SELECT c.id, c.node_id AS "nodeId", i.id AS "interactionId", i.queue_id AS "queueId"
             FROM call c JOIN interaction i ON i.tenant_id = c.tenant_id AND i.id = c.interaction_id AND i.state = 'active'
            WHERE c.state IN ('talking', 'held') AND NOT EXISTS (
              SELECT 1 FROM leg l WHERE l.tenant_id = c.tenant_id AND l.call_id = c.id AND l.kind IN ('agent', 'outside')
                 AND (l.ended_at IS NULL OR l.ended_at > now() - make_interval(secs => $1)))`,
          [aloneMs / 1000],
        ),
      )
      for (const { id, nodeId, interactionId, queueId } of found) {
        if (!voice.leads(nodeId)) continue // its facts are still to come, or come to another server
        log.warn({ callId: id }, 'a customer was left alone; they go back to their queue')
        if (queueId)
          await db.tenant(tenantId, tx =>
            commandInteraction(tx, interactionId, { type: 'return', preferredAgentId: null }),
          )
        else await voice.command(nodeId, { type: 'hangUp', callId: id, by: 'system', userId: null })
      }
    }
  }

  const timer = setInterval(() => {
    sweep().catch(error => log.warn({ err: error }, 'customers left alone could not be looked for'))
  }, everyMs)
  return () => clearInterval(timer)
}
