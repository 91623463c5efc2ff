import type { Tx } from '@centrala/store/database.ts'
import type pg from 'pg'

/** The right to route a tenant. Each time somebody takes it up anew the epoch grows, so that an owner who lost it unawares is told apart. */
export interface Lease {
  holder: string
  epoch: number
}

/** Somebody else routes the tenant now. */
export class LeaseLost extends Error {
  constructor() {
    super('Another node routes this tenant now. Nothing is to be done here.')
    this.name = 'LeaseLost'
  }
}

/** Without a renewal for so long the tenant is anybody's. */
export const LEASE_SECONDS = 6
/** How long a transaction of an owner may stand still (a stopped process, a broken network) before PostgreSQL ends it and with it its hold on the lease. */
const STANDSTILL_MS = 5000

/**
 * Makes sure that this transaction commits only under the lease: whoever wants to take it over waits for the commit, and then sees what was decided.
 * @throws LeaseLost
 */
export async function requireLease(tx: Tx, { holder, epoch }: Lease): Promise<void> {
  const rows = await tx.query(
    `SELECT set_config('idle_in_transaction_session_timeout', $3, true) FROM router_lease WHERE holder = $1 AND epoch = $2 FOR SHARE`,
    [holder, epoch, String(STANDSTILL_MS)],
  )
  if (rows.length === 0) throw new LeaseLost()
}

/**
 * Takes the lease up if it is free, has run out, or is this holder's own (left by a process that was killed), under a new epoch. Null where somebody else
 * has it.
 */
export async function takeLease(tx: Tx, holder: string): Promise<Lease | null> {
  const [row] = await tx.query<{ epoch: number }>(
    `INSERT INTO router_lease (holder, expires_at, epoch) VALUES ($1, now() + make_interval(secs => $2), 1)
     ON CONFLICT (tenant_id) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at, epoch = router_lease.epoch + 1
       WHERE router_lease.holder = excluded.holder OR router_lease.expires_at < now() RETURNING epoch`,
    [holder, LEASE_SECONDS],
  )
  return row ? { holder, epoch: row.epoch } : null
}

/**
 * Renews all these leases of one holder in one statement and returns the tenants of those that were. What is left is busy just now (a commit under the lease holds it, and others
 * shall not wait for that) or lost: to be asked one by one.
 */
export async function renewLeases(
  pool: Pick<pg.Pool, 'query'>,
  holder: string,
  leases: readonly { tenantId: string; epoch: number }[],
): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>(
    `WITH mine AS (
       SELECT l.tenant_id FROM router_lease l JOIN unnest($2::uuid[], $3::bigint[]) AS m (tenant_id, epoch) USING (tenant_id, epoch)
        WHERE l.holder = $1 FOR NO KEY UPDATE OF l SKIP LOCKED)
     UPDATE router_lease l SET expires_at = now() + make_interval(secs => $4) FROM mine WHERE l.tenant_id = mine.tenant_id RETURNING l.tenant_id AS id`,
    [holder, leases.map(({ tenantId }) => tenantId), leases.map(({ epoch }) => epoch), LEASE_SECONDS],
  )
  return new Set(rows.map(({ id }) => id))
}

/** False where somebody else has taken it meanwhile. */
export async function renewLease(tx: Tx, { holder, epoch }: Lease): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE router_lease SET expires_at = now() + make_interval(secs => $3) WHERE holder = $1 AND epoch = $2 RETURNING 1',
    [holder, epoch, LEASE_SECONDS],
  )
  return rows.length > 0
}

/** Lets it go at once; the epoch stays, so that it grows with the next holder. */
export async function releaseLease(tx: Tx, { holder, epoch }: Lease): Promise<void> {
  await tx.query('UPDATE router_lease SET expires_at = now() WHERE holder = $1 AND epoch = $2', [holder, epoch])
}
