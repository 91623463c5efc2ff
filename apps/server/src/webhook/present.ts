import type { Webhook, WebhookDelivery } from '@centrala/api/webhook.ts'
import { phraseBeside } from '@centrala/core/phrase/state-phrase.ts'
import type { Tx } from '@centrala/store/database.ts'
import { found } from '../refusal.ts'

type Stored<T, Dates extends keyof T> = { [K in keyof T]: K extends Dates ? Date | null : T[K] } & Record<
  string,
  unknown
>

export async function presentWebhooks(tx: Tx, id: string | null = null): Promise<Webhook[]> {
  const rows = await tx.query<Stored<Webhook, 'failingSince' | 'lastDeliveredAt'> & { createdAt: Date }>(
    `SELECT h.id, h.name, h.url, h.events, h.active, h.state_sentence AS "stateSentence", h.state_phrase AS "statePhrase", h.failing_since AS "failingSince",
            h.created_at AS "createdAt",
            (SELECT max(d.delivered_at) FROM webhook_delivery d WHERE d.tenant_id = h.tenant_id AND d.webhook_id = h.id) AS "lastDeliveredAt",
            (SELECT count(*) FROM webhook_delivery d WHERE d.tenant_id = h.tenant_id AND d.webhook_id = h.id AND d.state = 'waiting') AS waiting
       FROM webhook h WHERE $1::uuid IS NULL OR h.id = $1 ORDER BY fold(h.name), h.id`,
    [id],
  )
  return rows.map(row => ({
    ...row,
    statePhrase: phraseBeside(row.stateSentence, row.statePhrase),
    failingSince: row.failingSince?.toISOString() ?? null,
    lastDeliveredAt: row.lastDeliveredAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }))
}

export async function presentWebhook(tx: Tx, id: string): Promise<Webhook> {
  return found((await presentWebhooks(tx, id))[0], 'webhook')
}

/** Deliveries newest first, one more than `limit` where there are more. */
export async function presentDeliveries(
  tx: Tx,
  webhookId: string,
  query: { id?: string; after?: string | undefined; state?: WebhookDelivery['state'] | undefined; limit: number },
): Promise<WebhookDelivery[]> {
  const after = /^[0-9a-f-]{36}$/.test(query.after ?? '') ? query.after : null
  const rows = await tx.query<Stored<WebhookDelivery, 'nextAttemptAt' | 'deliveredAt'> & { createdAt: Date }>(
    `SELECT id, webhook_id AS "webhookId", event_type AS "eventType", state, attempts, status_code AS "statusCode", detail, phrase,
            created_at AS "createdAt", CASE WHEN state = 'waiting' THEN next_attempt_at END AS "nextAttemptAt",
            delivered_at AS "deliveredAt", payload
       FROM webhook_delivery
      WHERE webhook_id = $1 AND ($2::uuid IS NULL OR id = $2) AND ($3::uuid IS NULL OR id < $3) AND ($4::text IS NULL OR state = $4)
      ORDER BY id DESC LIMIT $5`,
    [webhookId, query.id ?? null, after, query.state ?? null, query.limit + 1],
  )
  return rows.map(row => ({
    ...row,
    phrase: phraseBeside(row.detail ?? '', row.phrase),
    createdAt: row.createdAt.toISOString(),
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
  }))
}
