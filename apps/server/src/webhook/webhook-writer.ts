import type { StoredEvent } from '@centrala/store/event-log.ts'
import type { Services } from '../services.ts'
import { enqueueDelivery, writeDeliveries } from './write-deliveries.ts'

export interface WebhookWriter {
  /** Resolves when everything handed out by the event pump before the call has its deliveries. */
  settle(): Promise<void>
  stop(): Promise<void>
}

const KEPT = "interval '30 days'"
const CLEAN_MS = 6 * 3_600_000

/** Turns events into deliveries, for tenants that have hooks; after a restart it goes on where the log had been read to. */
export async function startWebhookWriter({ db, events, log }: Services): Promise<WebhookWriter> {
  const tenants = new Set<string>()
  const pending = new Set<string>()
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  let busy = false

  async function drain(): Promise<void> {
    for (let [tenantId] = pending; tenantId && !stopped; [tenantId] = pending) {
      pending.delete(tenantId)
      try {
        const state = await db.tenant(tenantId, writeDeliveries)
        if (state === 'more') pending.add(tenantId)
        if (state === 'idle' && !pending.has(tenantId)) tenants.delete(tenantId)
      } catch (error) {
        // Nothing is lost: the place in the log has not moved, and the next event or poll tries again.
        log.warn({ err: error, tenantId }, 'deliveries of web hooks could not be written')
      }
    }
  }
  function wake(): void {
    if (busy || stopped || pending.size === 0) return
    busy = true
    running = drain().finally(() => {
      busy = false
      wake()
    })
  }
  function look(batch: StoredEvent[]): void {
    for (const event of batch) {
      if (event.type === 'configuration.changed' && event.data.noun === 'webhook') tenants.add(event.tenantId)
      if (tenants.has(event.tenantId)) pending.add(event.tenantId)
    }
    wake()
  }

  const off = events.subscribe(look)
  const { rows } = await db.log.query<{ tenantId: string }>(
    'SELECT DISTINCT tenant_id AS "tenantId" FROM webhook WHERE active',
  )
  for (const { tenantId } of rows) {
    tenants.add(tenantId)
    pending.add(tenantId)
    await db.tenant(tenantId, async tx => {
      // Jobs that died with the last process are made anew; a job with the same key is there once.
      const hooks = await tx.query<{ id: string; until: Date | null }>(
        `SELECT id, busy_until AS until FROM webhook h WHERE active
            AND EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.tenant_id = h.tenant_id AND d.webhook_id = h.id AND d.state = 'waiting')`,
      )
      for (const hook of hooks) await enqueueDelivery(tx, hook.id, hook.until)
    })
  }
  wake()
  // What failed above, or was written by another node, is looked for again; old deliveries are thrown away.
  const poll = setInterval(() => {
    for (const tenantId of tenants) pending.add(tenantId)
    wake()
  }, 30_000)
  const clean = setInterval(() => {
    for (const tenantId of tenants)
      db.tenant(tenantId, tx =>
        tx.query(`DELETE FROM webhook_delivery WHERE state <> 'waiting' AND created_at < now() - ${KEPT}`),
      ).catch(error => log.warn({ err: error, tenantId }, 'old deliveries could not be deleted'))
  }, CLEAN_MS)
  return {
    async settle() {
      do await running
      while (pending.size > 0)
    },
    async stop() {
      stopped = true
      off()
      clearInterval(poll)
      clearInterval(clean)
      await running
    },
  }
}
