import type { WhatIf, WhatIfRules, WhatIfSummary } from '@centrala/api/what-if.ts'
import type { Tx } from '@centrala/store/database.ts'
import { found } from '../refusal.ts'

interface Row extends Record<string, unknown> {
  id: string
  name: string
  fromAt: Date
  toAt: Date
  state: WhatIfSummary['state']
  progress: number
  problem: string | null
  userId: string | null
  userName: string | null
  createdAt: Date
  finishedAt: Date | null
}

const COLUMNS = `w.id, w.name, w.from_at AS "fromAt", w.to_at AS "toAt", w.state, w.progress, w.problem, u.id AS "userId", u.name AS "userName",
  w.created_at AS "createdAt", w.finished_at AS "finishedAt"`
const KEPT = 50

function present(row: Row): WhatIfSummary {
  const { id, name, state, progress, problem, userId, userName } = row
  return {
    id,
    name,
    from: row.fromAt.toISOString(),
    to: row.toAt.toISOString(),
    state,
    progress,
    problem,
    createdBy: userId === null ? null : { id: userId, name: userName ?? '' },
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}

export async function listWhatIfs(tx: Tx): Promise<WhatIfSummary[]> {
  const rows = await tx.query<Row>(
    `SELECT ${COLUMNS} FROM what_if w LEFT JOIN users u ON u.id = w.created_by ORDER BY w.created_at DESC LIMIT $1`,
    [KEPT],
  )
  return rows.map(present)
}

export async function presentWhatIf(tx: Tx, id: string): Promise<WhatIf> {
  const [row] = await tx.query<Row & { rules: WhatIfRules; result: WhatIf['result'] }>(
    `SELECT ${COLUMNS}, w.rules, w.result FROM what_if w LEFT JOIN users u ON u.id = w.created_by WHERE w.id = $1`,
    [id],
  )
  const { rules, result } = found(row, 'whatIf')
  return { ...present(found(row, 'whatIf')), rules, result }
}

/** What was simulated so long ago is of other days and other rules. */
const KEPT_DAYS = 30

/** Forgets the simulations of long ago; returns how many. */
export async function forgetWhatIfs(tx: Tx): Promise<number> {
  const gone = await tx.query('DELETE FROM what_if WHERE created_at < now() - make_interval(days => $1) RETURNING 1', [
    KEPT_DAYS,
  ])
  return gone.length
}
