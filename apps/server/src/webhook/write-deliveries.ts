import type { WebhookPayload } from '@centrala/api/webhook.ts'
import type { Tx } from '@centrala/store/database.ts'
import { type Cursor, formatCursor, horizon, readTenantEvents, type StoredEvent } from '@centrala/store/event-log.ts'
import { enqueue } from '@centrala/store/job-queue.ts'

const READER = 'webhooks'
const BATCH = 500

/**
 * Writes the deliveries of the next events of a tenant: one row for each hook and event, since the place in the log moves on in
 * the same transaction and a second row is refused by its key. Nodes wait for each other at that place.
 * @returns `more`: there may be further events; `idle`: the tenant has no active hook
 */
export async function writeDeliveries(tx: Tx): Promise<'more' | 'done' | 'idle'> {
  const until = await now(tx)
  await tx.query('INSERT INTO event_cursor (reader, xid, seq) VALUES ($1, $2::text::xid8, $3) ON CONFLICT DO NOTHING', [
    READER,
    until.xid,
    until.seq,
  ])
  const [from] = await tx.query<Cursor & Record<string, unknown>>(
    'SELECT xid::text AS xid, seq FROM event_cursor WHERE reader = $1 FOR UPDATE',
    [READER],
  )
  const hooks = await tx.query<{ id: string; events: string[]; createdAt: Date; busyUntil: Date | null }>(
    'SELECT id, events, created_at AS "createdAt", busy_until AS "busyUntil" FROM webhook WHERE active ORDER BY id FOR UPDATE',
  )
  if (hooks.length === 0 || !from) return 'idle'
  const events = await readTenantEvents(tx, from, until, BATCH)
  const last = events.at(-1)
  if (!last) return 'done'
  for (const hook of hooks) {
    const wanted = events.filter(event => hook.events.includes(event.type) && event.at >= hook.createdAt)
    if (wanted.length === 0) continue
    await tx.query(
      `INSERT INTO webhook_delivery (webhook_id, event_xid, event_seq, event_type, payload)
       SELECT $1, e.xid::xid8, e.seq, e.type, e.payload FROM unnest($2::text[], $3::bigint[], $4::text[], $5::jsonb[]) AS e (xid, seq, type, payload)
       ON CONFLICT DO NOTHING`,
      [
        hook.id,
        wanted.map(event => event.xid),
        wanted.map(event => event.seq),
        wanted.map(event => event.type),
        wanted.map(event => JSON.stringify(payloadOf(event))),
      ],
    )
    await enqueueDelivery(tx, hook.id, hook.busyUntil)
  }
  await tx.query('UPDATE event_cursor SET xid = $2::text::xid8, seq = $3 WHERE reader = $1', [
    READER,
    last.xid,
    last.seq,
  ])
  return events.length === BATCH ? 'more' : 'done'
}

/** A tenant's first hook, or one switched on when all were off, is told of what happens from now on and not of the past. */
export async function startFromNow(tx: Tx): Promise<void> {
  const [other] = await tx.query('SELECT 1 FROM webhook WHERE active LIMIT 1')
  if (other) return
  const { xid, seq } = await now(tx)
  await tx.query(
    `INSERT INTO event_cursor (reader, xid, seq) VALUES ($1, $2::text::xid8, $3)
     ON CONFLICT (tenant_id, reader) DO UPDATE SET xid = excluded.xid, seq = excluded.seq`,
    [READER, xid, seq],
  )
}

/** Has the due deliveries of a hook made: at once, or when whoever is at it, or its rest after a failure, is over. */
export async function enqueueDelivery(tx: Tx, webhookId: string, notBefore: Date | null = null): Promise<void> {
  await enqueue(
    tx,
    'deliverWebhook',
    { webhookId },
    {
      key: `webhook:${webhookId}`,
      ...(notBefore && notBefore > new Date() && { runAt: notBefore }),
    },
  )
}

function payloadOf({ xid, seq, at, ...event }: StoredEvent): WebhookPayload {
  return { ...event, id: formatCursor({ xid, seq }), type: event.type as WebhookPayload['type'], at: at.toISOString() }
}

function now(tx: Tx): Promise<Cursor> {
  return horizon({ query: async (text, values) => ({ rows: await tx.query(text, values) }) })
}
