import type { Decision, ExpireOfferDecision, OfferDecision } from '@centrala/core/routing/decision.ts'
import type { RoutingEvent } from '@centrala/core/routing/event.ts'
import type { Tx } from './database.ts'

/** A decision as the journal keeps it; the receipt of an offer is in the table `receipt`. */
export type JournalDecision = Omit<OfferDecision, 'receipt'> | ExpireOfferDecision

/**
 * One turn of a tenant's router: `router.applyAll(told)` gave `decisions`. Where `start` is true a stretch begins: the router was made anew just
 * before, and `told` is all that the database knew. `at` is when the turn was taken.
 */
export interface JournalTurn {
  seq: number
  at: Date
  start: boolean
  told: RoutingEvent[]
  decisions: JournalDecision[]
}

export type NewTurn = Omit<JournalTurn, 'seq'>

/** What the journal keeps of a decision. */
export function journalDecision(decision: Decision): JournalDecision {
  if (decision.type === 'expireOffer') return decision
  const { receipt: _, ...kept } = decision
  return kept
}

/** Appends turns in one statement, in the order given. */
export async function appendTurns(tx: Tx, turns: readonly NewTurn[]): Promise<void> {
  if (turns.length === 0) return
  await tx.query(
    `INSERT INTO routing_journal (at, start, told, decisions)
     SELECT at, start, told, decisions FROM unnest($1::timestamptz[], $2::boolean[], $3::json[], $4::json[])
       WITH ORDINALITY AS t (at, start, told, decisions, place) ORDER BY place`,
    [
      turns.map(turn => turn.at),
      turns.map(turn => turn.start),
      turns.map(turn => JSON.stringify(turn.told)),
      turns.map(turn => JSON.stringify(turn.decisions)),
    ],
  )
}

const COLUMNS = 'seq, at, start, told, decisions'
const PAGE = 500

/**
 * The turns from `from` up to `to`, in order, read a page at a time. The first is the start of the stretch that went on at `from`, which may lie
 * before it: exact replay needs all of a stretch. Where the journal begins later, it begins with the first stretch in it.
 */
export async function* readJournal(tx: Tx, from: Date, to: Date): AsyncGenerator<JournalTurn> {
  let next = await startOf(tx, from)
  while (next !== null) {
    const page = await readPage(tx, next, to)
    for (const turn of page.turns) yield { ...turn, told: JSON.parse(turn.told), decisions: JSON.parse(turn.decisions) }
    next = page.next
  }
}

/** A turn as it is stored, to be parsed where there is time for it. */
export type TurnText = Pick<JournalTurn, 'seq' | 'at' | 'start'> & { told: string; decisions: string }

/** The number of the turn with which `readJournal` begins, or null where there is none. */
export async function startOf(tx: Tx, from: Date): Promise<number | null> {
  const [start] = await tx.query<{ seq: number | null }>(
    `SELECT coalesce((SELECT seq FROM routing_journal WHERE start AND at <= $1 ORDER BY seq DESC LIMIT 1),
                     (SELECT seq FROM routing_journal WHERE start ORDER BY seq LIMIT 1)) AS seq`,
    [from],
  )
  return start?.seq ?? null
}

/** Turns from the number `seq` up to the time `to`, as texts; and with which number the next page begins, or null after the last. */
export async function readPage(tx: Tx, seq: number, to: Date): Promise<{ turns: TurnText[]; next: number | null }> {
  const turns = await tx.query<TurnText>(
    `SELECT seq, at, start, told::text AS told, decisions::text AS decisions FROM routing_journal
      WHERE seq >= $1 AND at <= $2 ORDER BY seq LIMIT $3`,
    [seq, to, PAGE],
  )
  const last = turns.at(-1)
  return { turns, next: last && turns.length === PAGE ? last.seq + 1 : null }
}

/** Turns from the number `seq` on, in order. */
export async function readTurns(tx: Tx, seq: number, limit: number): Promise<JournalTurn[]> {
  return tx.query<JournalTurn>(`SELECT ${COLUMNS} FROM routing_journal WHERE seq >= $1 ORDER BY seq LIMIT $2`, [
    seq,
    limit,
  ])
}

/** The number of the turn with which the present stretch began, or null where nothing was ever routed. */
export async function lastStart(tx: Tx): Promise<number | null> {
  const [row] = await tx.query<{ seq: number }>(
    'SELECT seq FROM routing_journal WHERE start ORDER BY seq DESC LIMIT 1',
    [],
  )
  return row?.seq ?? null
}

/** When the journal begins, or null where nothing was ever routed. */
export async function journalFrom(tx: Tx): Promise<Date | null> {
  const [row] = await tx.query<{ at: Date }>('SELECT at FROM routing_journal WHERE start ORDER BY seq LIMIT 1', [])
  return row?.at ?? null
}

/** Forgets stretches that had ended before `before`; returns how many turns went. At most `limit` at once: call again while it returns that many. */
export async function forgetTurns(tx: Tx, before: Date, limit: number): Promise<number> {
  const rows = await tx.query(
    `DELETE FROM routing_journal WHERE seq IN (
       SELECT seq FROM routing_journal WHERE seq < (SELECT max(seq) FROM routing_journal WHERE start AND at <= $1) ORDER BY seq LIMIT $2) RETURNING 1`,
    [before, limit],
  )
  return rows.length
}
