import { cancelWhatIf, deleteWhatIf, getWhatIf, listWhatIfs as listRoute, startWhatIf } from '@centrala/api/what-if.ts'
import type { Tx } from '@centrala/store/database.ts'
import { enqueue } from '@centrala/store/job-queue.ts'
import { journalFrom } from '@centrala/store/routing-journal.ts'
import { audit } from '../audit/audit.ts'
import { handle } from '../http/handle.ts'
import { badField, conflict, notFound } from '../refusal.ts'
import { readChanges } from '../what-if/read-changes.ts'
import { listWhatIfs, presentWhatIf } from '../what-if/what-if.ts'

/** So many of a tenant may wait or run. */
const MOST_OPEN = 5

export const whatIfRoutes = [
  handle(listRoute, ({ work }) =>
    work(async tx => ({
      items: await listWhatIfs(tx),
      journalFrom: (await journalFrom(tx))?.toISOString() ?? null,
    })),
  ),
  handle(getWhatIf, ({ params, work }) => work(tx => presentWhatIf(tx, params.id))),
  handle(startWhatIf, async ({ services, context, body, work }) => {
    const { name, rules, runs } = body
    const [from, to] = [new Date(body.from), new Date(body.to)]
    if (from.getTime() > Date.now()) throw badField('from', 'Choose a period that has begun.')
    // Asked before the rules are read too, for that is work.
    await work(refuseWhereBusy)
    // Refuses ids that name nothing before anything is kept.
    await readChanges(services.db, context.tenantId, rules, from, to)
    return work(async tx => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`what-if ${tx.tenantId}`])
      await refuseWhereBusy(tx)
      const [row] = await tx.query<{ id: string }>(
        `INSERT INTO what_if (name, from_at, to_at, rules, runs, created_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
        [name, from, to, JSON.stringify(rules), runs, context.userId],
      )
      if (!row) throw new Error('A what-if was not kept.')
      // One at a time in the whole installation: mails and web hooks want the other hands.
      await enqueue(tx, 'runWhatIf', { tenantId: tx.tenantId, whatIfId: row.id }, { serial: 'what-if', maxAttempts: 5 })
      await audit(tx, context, 'whatIf.started', { type: 'whatIf', id: row.id }, null, { name, from, to })
      return presentWhatIf(tx, row.id)
    })
  }),
  handle(cancelWhatIf, ({ params, work }) =>
    work(async tx => {
      await tx.query(
        "UPDATE what_if SET state = 'cancelled', finished_at = now() WHERE id = $1 AND state IN ('waiting', 'running')",
        [params.id],
      )
      return presentWhatIf(tx, params.id)
    }),
  ),
  handle(deleteWhatIf, ({ context, params, work }) =>
    work(async tx => {
      const before = await presentWhatIf(tx, params.id)
      const gone = await tx.query('DELETE FROM what_if WHERE id = $1 RETURNING 1', [params.id])
      if (gone.length === 0) throw notFound('whatIf')
      await audit(tx, context, 'whatIf.deleted', { type: 'whatIf', id: params.id }, { name: before.name }, null)
      return {}
    }),
  ),
]

async function refuseWhereBusy(tx: Tx): Promise<void> {
  const [open] = await tx.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM what_if WHERE state IN ('waiting', 'running')",
    [],
  )
  if (open && open.count >= MOST_OPEN)
    throw conflict('whatIf.busy', `${open.count} what-ifs wait or run already. Wait for one to end, or cancel one.`)
}
