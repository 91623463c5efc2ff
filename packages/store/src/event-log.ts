import type pg from 'pg'

/** Something that happened, to be appended in the transaction in which it happened. `type` is `noun.pastVerb`. */
export interface NewEvent {
  type: string
  /** Default: the database's clock. Given where the same moment is written elsewhere too. */
  at?: Date
  interactionId?: string | null
  conversationId?: string | null
  customerId?: string | null
  queueId?: string | null
  /** Whom it concerns. */
  userId?: string | null
  /** Who did it; null: the system or the customer. */
  actorId?: string | null
  data?: Record<string, unknown>
}

/** A place in the log. Readers go on after it. */
export interface Cursor {
  xid: string
  seq: number
}

export interface StoredEvent extends Cursor {
  tenantId: string
  at: Date
  type: string
  interactionId: string | null
  conversationId: string | null
  customerId: string | null
  queueId: string | null
  userId: string | null
  actorId: string | null
  data: Record<string, unknown>
}

/** Appends events in one statement, in the order given. */
export async function appendEvents(client: pg.ClientBase, events: NewEvent[]): Promise<void> {
  const column = (pick: (event: NewEvent) => unknown) => events.map(event => pick(event) ?? null)
  await client.query({
    name: 'append events',
    text: `INSERT INTO event (at, type, interaction_id, conversation_id, customer_id, queue_id, user_id, actor_id, data)
     SELECT coalesce(at, clock_timestamp()), type, interaction, conversation, customer, queue, users, actor, data
       FROM unnest($1::timestamptz[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::jsonb[])
         WITH ORDINALITY AS e (at, type, interaction, conversation, customer, queue, users, actor, data, place)
       ORDER BY place`,
    values: [
      column(e => e.at),
      column(e => e.type),
      column(e => e.interactionId),
      column(e => e.conversationId),
      column(e => e.customerId),
      column(e => e.queueId),
      column(e => e.userId),
      column(e => e.actorId),
      column(e => JSON.stringify(e.data ?? {})),
    ],
  })
}

const COLUMNS = `tenant_id AS "tenantId", xid::text AS xid, seq, at, type, interaction_id AS "interactionId", conversation_id AS "conversationId",
  customer_id AS "customerId", queue_id AS "queueId", user_id AS "userId", actor_id AS "actorId", data`

/** Everything in a transaction at or after this id may still be uncommitted somewhere; readers stop before it. */
const SETTLED = 'xid < pg_snapshot_xmin(pg_current_snapshot())'

/** Events after `cursor`, oldest first, only settled ones: none that commits later can come before them. Of all tenants for the log role. */
export async function readEvents(
  client: pg.Pool | pg.ClientBase,
  cursor: Cursor,
  limit = 1000,
): Promise<StoredEvent[]> {
  // Prepared: planning it takes four times as long as running it.
  const { rows } = await client.query<StoredEvent>({
    name: 'read events',
    text: `SELECT ${COLUMNS} FROM event WHERE (xid, seq) > ($1::text::xid8, $2::bigint) AND ${SETTLED} ORDER BY xid, seq LIMIT $3`,
    values: [cursor.xid, cursor.seq, limit],
  })
  return rows
}

/**
 * The place of the last settled event: a reader that starts here sees only what is new. It is an event's place, never a bare transaction id:
 * PostgreSQL gives ids of transactions that a crash took with it out again, and what they then write must still come after.
 */
export async function horizon(client: Queryable): Promise<Cursor> {
  const { rows } = await client.query<Cursor>(
    `SELECT xid::text AS xid, seq FROM event WHERE ${SETTLED} ORDER BY event.xid DESC, seq DESC LIMIT 1`,
  )
  return rows[0] ?? { xid: '0', seq: 0 }
}

export interface Queryable {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>
}

/** `xid.seq`, as clients hold it. */
export function formatCursor(cursor: Cursor): string {
  return `${cursor.xid}.${cursor.seq}`
}

/** The place a client's text names, or null when it is no cursor. */
export function parseCursor(text: string): Cursor | null {
  const match = /^(\d{1,20})\.(\d{1,16})$/.exec(text)
  return match ? { xid: match[1] ?? '0', seq: Number(match[2]) } : null
}

/** Negative when `a` comes before `b`. */
export function compareCursors(a: Cursor, b: Cursor): number {
  const [x, y] = [BigInt(a.xid), BigInt(b.xid)]
  return x < y ? -1 : x > y ? 1 : a.seq - b.seq
}

/** One tenant's events after `from` up to and including `to`, for a client that was away. */
export async function readTenantEvents(
  tx: { query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]> },
  from: Cursor,
  to: Cursor,
  limit: number,
): Promise<StoredEvent[]> {
  return tx.query<StoredEvent>(
    `SELECT ${COLUMNS} FROM event WHERE tenant_id = current_tenant() AND (xid, seq) > ($1::text::xid8, $2::bigint) AND (xid, seq) <= ($3::text::xid8, $4::bigint)
      ORDER BY xid, seq LIMIT $5`,
    [from.xid, from.seq, to.xid, to.seq, limit],
  )
}
