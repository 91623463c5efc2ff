import type { Presence } from '@centrala/core/presence/presence.ts'
import { agentTime, type Held, type PresenceStretch, presenceStretches } from '@centrala/core/report/agent-time.ts'
import { foldContact, type Stretch } from '@centrala/core/report/contact.ts'
import { REPORT_EVENTS, type ReportEvent, type TargetAt } from '@centrala/core/report/event.ts'
import { INTERVAL_MS, intervalOf } from '@centrala/core/report/interval.ts'
import { type Part, type Place, Rollup, TOTAL_NAMES, type Totals } from '@centrala/core/report/totals.ts'
import type { Tx } from './database.ts'
import type { Cursor } from './event-log.ts'

/** The reader's name in event_cursor. */
const READER = 'report'
/** Events per transaction: while it writes, readers of the log wait for it, so it is kept to some milliseconds. */
const BATCH = 500
/** "Nobody" and "no queue" in the key of a rollup row. */
export const NOBODY = '00000000-0000-0000-0000-000000000000'
/** How long closed stretches are kept: no event comes later than this, surveys and judgements excepted, which need none. */
export const KEEP_DAYS = 40

const column = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
export const TOTAL_COLUMNS = TOTAL_NAMES.filter(name => name !== 'overdue').map(name => ({
  name,
  column: column(name),
}))

/**
 * Brings the rollups up with the event log by one batch. Contacts touched by new events are folded twice, with and without them, and the
 * difference is added; agents' time is made again for the intervals that changed. Cursor and figures commit together, so every
 * event counts exactly once, however late it comes.
 * @returns whether there is more to do
 */
export async function rollUp(tx: Tx): Promise<boolean> {
  // An advisory lock takes no transaction id, so that reading here holds up no other reader of the log.
  const [lock] = await tx.query<{ got: boolean }>(
    "SELECT pg_try_advisory_xact_lock(hashtextextended('report' || current_tenant(), 0)) AS got",
  )
  if (!lock?.got) return false
  const [stored] = await tx.query<Cursor>('SELECT xid::text, seq FROM event_cursor WHERE reader = $1', [READER])
  const cursor = stored ?? { xid: '0', seq: 0 }
  const [horizon] = await tx.query<{ xid: string }>('SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xid')
  const settled = horizon?.xid ?? '0'
  const fresh = await readReportEvents(
    tx,
    '(xid, seq) > ($1::text::xid8, $2::bigint) AND xid < $3::text::xid8 ORDER BY xid, seq LIMIT $4',
    [cursor.xid, cursor.seq, settled, BATCH],
  )
  const last = fresh.at(-1)
  const more = fresh.length === BATCH
  const next =
    more && last
      ? { xid: last.xid, seq: last.seq }
      : { xid: String(BigInt(settled) - 1n), seq: Number.MAX_SAFE_INTEGER }
  if (!last) return false // the cursor stays: what is not ours is skipped again next time

  const targetAt = await readTargets(tx)
  const contacts = await foldTouched(tx, fresh, next, targetAt)
  const agents = await timeTouched(tx, fresh, contacts)

  // Everything is known now, and sent in one go with the commit: from the first write on, readers of the log wait for this transaction.
  writeStretches(tx, contacts)
  tx.send(
    `INSERT INTO report_presence (agent_id, at, seq, state) SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::text[])
     ON CONFLICT DO NOTHING`,
    unzip(agents.changes, c => [c.agentId, new Date(c.at), c.seq, c.state]),
  )
  tx.send(
    `DELETE FROM report_rollup r USING unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS w (agent_id, from_at, to_at)
      WHERE r.tenant_id = current_tenant() AND r.agent_id = w.agent_id AND r.channel = '' AND r.interval_start >= w.from_at AND r.interval_start < w.to_at`,
    unzip(agents.windows, w => [w.agentId, new Date(w.from), new Date(w.to)], 3),
  )
  addParts(tx, [...contacts.difference, ...agents.parts])
  tx.send(
    `INSERT INTO event_cursor (reader, xid, seq) VALUES ($1, $2::text::xid8, $3)
     ON CONFLICT (tenant_id, reader) DO UPDATE SET xid = excluded.xid, seq = excluded.seq`,
    [READER, next.xid, next.seq],
  )
  return more
}

/** Forgets every rollup, so that the next rounds of `rollUp` make them again from the first event. */
export async function forgetRollups(tx: Tx): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('report' || current_tenant(), 0))")
  await tx.query('DELETE FROM report_rollup')
  await tx.query('DELETE FROM report_stretch')
  await tx.query('DELETE FROM report_presence')
  await tx.query('DELETE FROM event_cursor WHERE reader = $1', [READER])
}

/** Removes stretches that no late event can concern any more; the last presence of each agent stays. */
export async function pruneStretches(tx: Tx): Promise<void> {
  await tx.query(`DELETE FROM report_stretch WHERE to_at < now() - interval '${KEEP_DAYS} days'`)
  await tx.query(
    `DELETE FROM report_presence p WHERE at < now() - interval '${KEEP_DAYS} days'
        AND EXISTS (SELECT 1 FROM report_presence later WHERE later.tenant_id = p.tenant_id AND later.agent_id = p.agent_id AND later.at > p.at
                       AND later.at < now() - interval '${KEEP_DAYS} days')`,
  )
}

type LogEvent = ReportEvent & Cursor

/** Events that figures are made of, by a condition with its order. */
export async function readReportEvents(tx: Tx, condition: string, values: unknown[]): Promise<LogEvent[]> {
  const rows = await tx.query<Omit<LogEvent, 'at'> & { at: Date }>(
    `SELECT xid::text, seq, at, type, interaction_id AS "interactionId", queue_id AS "queueId", user_id AS "agentId", data
       FROM event WHERE type = ANY($${values.length + 1}) AND ${condition}`,
    [...values, REPORT_EVENTS],
  )
  return rows.map(row => ({ ...row, at: row.at.getTime() }))
}

/** What each queue promised since when. */
export async function readTargets(tx: Tx): Promise<TargetAt> {
  const rows = await tx.query<{ queueId: string; since: Date; targets: Record<string, number> }>(
    'SELECT queue_id AS "queueId", since, target_seconds AS targets FROM queue_target ORDER BY queue_id, since',
  )
  const byQueue = Map.groupBy(rows, row => row.queueId)
  return (queueId, channel, at) => {
    const versions = byQueue.get(queueId) ?? []
    const held = versions.findLast(version => version.since.getTime() <= at) ?? versions[0]
    const seconds = held?.targets[channel]
    return typeof seconds === 'number' ? seconds * 1000 : null
  }
}

interface Folded {
  ids: string[]
  stretches: (Stretch & { interactionId: string; place: number })[]
  /** What is to be added to the rollups. */
  difference: Part[]
  /** When an agent's holding changed. */
  touched: { agentId: string; from: number; to: number }[]
}

async function foldTouched(tx: Tx, fresh: LogEvent[], next: Cursor, targetAt: TargetAt): Promise<Folded> {
  const ids = [...new Set(fresh.flatMap(event => event.interactionId ?? []))]
  const known = await readReportEvents(tx, 'interaction_id = ANY($1) AND (xid, seq) <= ($2::text::xid8, $3::bigint)', [
    ids,
    next.xid,
    next.seq,
  ])
  const isFresh = new Set(fresh.map(event => event.seq))
  const folded: Folded = { ids, stretches: [], difference: [], touched: [] }
  const difference = new Rollup()
  for (const [interactionId, events] of Map.groupBy(known, event => event.interactionId ?? '')) {
    const before = foldContact(
      events.filter(event => !isFresh.has(event.seq)),
      targetAt,
    )
    const after = foldContact(events, targetAt)
    for (const part of before.parts) difference.add(part, -1)
    for (const part of after.parts) difference.add(part)
    folded.stretches.push(...after.stretches.map((stretch, place) => ({ ...stretch, interactionId, place })))
    folded.touched.push(...changedHolds(before.stretches, after.stretches))
  }
  folded.difference = [...difference]
  return folded
}

/** Holds that are not as they were: only their agents' time has to be counted anew (a late survey changes none). */
function changedHolds(before: Stretch[], after: Stretch[]): Folded['touched'] {
  const touched: Folded['touched'] = []
  for (let place = 0; place < Math.max(before.length, after.length); place++) {
    const [was, is] = [before[place], after[place]]
    if (JSON.stringify(was) === JSON.stringify(is)) continue
    for (const one of [was, is]) {
      if (one?.kind !== 'hold' || !one.agentId) continue
      touched.push({ agentId: one.agentId, from: one.from, to: one.to ?? Number.POSITIVE_INFINITY })
    }
  }
  return touched
}

interface AgentWindows {
  changes: { agentId: string; at: number; seq: number; state: string }[]
  windows: { agentId: string; from: number; to: number }[]
  parts: Part[]
}

/** Agents' time, made again for the window of intervals in which presence or holding changed. Only presences that are over count. */
async function timeTouched(tx: Tx, fresh: LogEvent[], contacts: Folded): Promise<AgentWindows> {
  const changes = fresh
    .filter(event => event.type === 'presence.changed' && event.agentId)
    .map(({ agentId, at, seq, data }) => ({ agentId: agentId ?? '', at, seq, state: String(data.state) }))
  const agentIds = [...new Set([...changes, ...contacts.touched].map(one => one.agentId))]
  const lowest = (agentId: string) =>
    Math.min(
      ...changes.filter(one => one.agentId === agentId).map(one => one.at),
      ...contacts.touched.filter(one => one.agentId === agentId).map(one => one.from),
    )
  // What was before the first interval that changes is needed too: the presence it began in.
  const known = await tx.query<{ agentId: string; at: Date; seq: number; state: Presence }>(
    `SELECT p.agent_id AS "agentId", p.at, p.seq, p.state
       FROM unnest($1::uuid[], $2::timestamptz[]) AS t (agent_id, lowest)
       CROSS JOIN LATERAL (SELECT coalesce(max(at), t.lowest) AS at FROM report_presence b WHERE b.agent_id = t.agent_id AND b.at < t.lowest) before
       CROSS JOIN LATERAL (SELECT coalesce(max(at), '-infinity') AS at FROM report_presence b
                            WHERE b.agent_id = t.agent_id AND b.at <= date_bin('15 minutes', before.at, 'epoch')) first
       JOIN report_presence p ON p.agent_id = t.agent_id AND p.at >= first.at`,
    [agentIds, agentIds.map(agentId => new Date(lowest(agentId)))],
  )
  const result: AgentWindows = { changes, windows: [], parts: [] }
  for (const agentId of agentIds) {
    const own = changes.filter(change => change.agentId === agentId)
    const all = [
      ...known.filter(row => row.agentId === agentId).map(row => ({ ...row, at: row.at.getTime() })),
      ...own.map(change => ({ ...change, state: change.state as Presence })),
    ].sort((a, b) => a.at - b.at || a.seq - b.seq)
    const stretches = presenceStretches(agentId, all)
    const end = all.at(-1)?.at ?? 0
    // A change ends the presence before it: from that one's beginning on, time is counted anew.
    const starts = own.map(change => stretches.findLast(one => one.from < change.at)?.from ?? change.at)
    for (const hold of contacts.touched) if (hold.agentId === agentId) starts.push(hold.from)
    const from = intervalOf(Math.min(...starts))
    const to = intervalOf(end) + INTERVAL_MS
    if (from >= to) continue
    const holds = await heldIn(tx, agentId, from, to, contacts)
    result.windows.push({ agentId, from, to })
    result.parts.push(...agentTime(clip(stretches, from, to), holds))
  }
  return result
}

function clip(stretches: PresenceStretch[], from: number, to: number): PresenceStretch[] {
  return stretches
    .filter(one => one.from < to && (one.to === null || one.to > from))
    .map(one => ({ ...one, from: Math.max(one.from, from), to: one.to === null ? null : Math.min(one.to, to) }))
}

async function heldIn(tx: Tx, agentId: string, from: number, to: number, contacts: Folded): Promise<Held[]> {
  const rows = await tx.query<{ from: Date; to: Date | null; share: number }>(
    `SELECT from_at AS "from", to_at AS "to", share FROM report_stretch
      WHERE kind = 'hold' AND agent_id = $1 AND from_at < $3 AND (to_at IS NULL OR to_at > $2) AND NOT interaction_id = ANY($4)`,
    [agentId, new Date(from), new Date(to), contacts.ids],
  )
  return [
    ...rows.map(row => ({ from: row.from.getTime(), to: row.to?.getTime() ?? null, share: row.share })),
    ...contacts.stretches.filter(one => one.kind === 'hold' && one.agentId === agentId),
  ]
}

function writeStretches(tx: Tx, { ids, stretches }: Folded): void {
  if (ids.length === 0) return
  tx.send('DELETE FROM report_stretch WHERE interaction_id = ANY($1)', [ids])
  tx.send(
    `INSERT INTO report_stretch (interaction_id, place, kind, queue_id, agent_id, channel, from_at, to_at, outcome, target_ms, share)
     SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::text[], $10::bigint[], $11::int[])`,
    unzip(
      stretches,
      s => [
        s.interactionId,
        s.place,
        s.kind,
        s.queueId,
        s.agentId,
        s.channel,
        new Date(s.from),
        s.to === null ? null : new Date(s.to),
        s.outcome,
        s.targetMs,
        s.share,
      ],
      11,
    ),
  )
}

function addParts(tx: Tx, parts: Part[]): void {
  const sum = new Rollup()
  for (const part of parts) sum.add(part)
  const rows = [...sum]
  if (rows.length === 0) return
  const names = TOTAL_COLUMNS.map(total => total.column)
  tx.send(
    `INSERT INTO report_rollup AS r (interval_start, queue_id, agent_id, channel, ${names.join(', ')})
     SELECT * FROM unnest($1::timestamptz[], $2::uuid[], $3::uuid[], $4::text[], ${names.map((_, i) => `$${i + 5}::bigint[]`).join(', ')})
     ON CONFLICT (tenant_id, interval_start, queue_id, agent_id, channel) DO UPDATE SET ${names.map(name => `${name} = r.${name} + excluded.${name}`).join(', ')}`,
    unzip(rows, ({ interval, queueId, agentId, channel, totals }) => [
      new Date(interval),
      queueId ?? NOBODY,
      agentId ?? NOBODY,
      channel ?? '',
      ...TOTAL_COLUMNS.map(({ name }) => totals[name]),
    ]),
  )
}

/** Rows as columns, for unnest. */
function unzip<T>(rows: readonly T[], pick: (row: T) => unknown[], width = 4): unknown[][] {
  const picked = rows.map(pick)
  return Array.from({ length: picked[0]?.length ?? width }, (_, index) => picked.map(row => row[index]))
}

/** Every stored total, by place: for comparison with `fold`. */
export async function readRollups(tx: Tx): Promise<(Place & { totals: Totals })[]> {
  const rows = await tx.db.selectFrom('reportRollup').selectAll().execute()
  return rows
    .map(row => ({
      interval: row.intervalStart.getTime(),
      queueId: row.queueId === NOBODY ? null : row.queueId,
      agentId: row.agentId === NOBODY ? null : row.agentId,
      channel: row.channel === '' ? null : row.channel,
      totals: Object.fromEntries(TOTAL_NAMES.map(name => [name, row[name]])) as Totals,
    }))
    .filter(row => TOTAL_NAMES.some(name => row.totals[name] !== 0))
}
