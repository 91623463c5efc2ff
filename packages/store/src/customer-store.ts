import type { IdentityKind } from '@centrala/core/customer/normalise.ts'
import type { Tx } from './database.ts'
import { newId } from './new-id.ts'

export interface NewIdentity {
  customerId: string
  kind: IdentityKind
  /** Normalised. */
  address: string
  verified: boolean
  /** The customer first reached us from this address. */
  cameBy: boolean
}

/**
 * Whom an address names: proven, the one customer who holds it proven; unproven, the one customer who first came by it unproven.
 * Null when it names nobody. Never a customer that was merged away: identities move with a merge.
 */
export async function holderOf(tx: Tx, kind: IdentityKind, address: string, verified: boolean): Promise<string | null> {
  const row = await tx.db
    .selectFrom('identity')
    .select('customerId')
    .where('kind', '=', kind)
    .where('address', '=', address)
    .$if(verified, query => query.where('verifiedAt', 'is not', null))
    .$if(!verified, query => query.where('verifiedAt', 'is', null).where('cameBy', '=', true))
    .executeTakeFirst()
  return row?.customerId ?? null
}

/** Keeps everybody else from giving this address away until the transaction ends. What is asked next is asked with it locked. */
export function lockAddress(tx: Tx, kind: IdentityKind, address: string): void {
  tx.send('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${tx.tenantId} ${kind} ${address}`])
}

/**
 * Whoever calls from an address: as `holderOf`, and where nobody came by it unproven and `given`, the one who holds it proven. They cannot be merged
 * away before the transaction ends.
 */
export async function callerOf(
  tx: Tx,
  kind: IdentityKind,
  address: string,
  { verified, given }: { verified: boolean; given: boolean },
): Promise<{ id: string; name: string | null } | null> {
  const [row] = await tx.query<{ id: string; name: string | null; mergedIntoId: string | null }>(
    `SELECT c.id, c.name, c.merged_into_id AS "mergedIntoId" FROM identity i JOIN customer c ON c.tenant_id = i.tenant_id AND c.id = i.customer_id
      WHERE i.kind = $1 AND i.address = $2 AND CASE WHEN i.verified_at IS NULL THEN i.came_by AND NOT $3 ELSE $3 OR $4 END
      ORDER BY i.verified_at IS NULL DESC LIMIT 1 FOR KEY SHARE OF c`,
    [kind, address, verified, given],
  )
  if (!row?.mergedIntoId) return row ?? null
  const id = await keptCustomer(tx, row.mergedIntoId, true)
  const kept = id && (await tx.db.selectFrom('customer').select(['id', 'name']).where('id', '=', id).executeTakeFirst())
  return kept || null
}

export interface NewCustomer {
  name: string | null
  language: string | null
  /** The address by which they came; null: they have none that we know. */
  identity: Omit<NewIdentity, 'customerId'> | null
}

/** Makes a customer with the address by which they came, and returns their id. */
export function sendCustomer(tx: Tx, { name, language, identity }: NewCustomer): string {
  const id = newId()
  tx.send('INSERT INTO customer (id, name, language) VALUES ($1, $2, $3)', [id, name, language])
  if (!identity) return id
  const { kind, address, verified, cameBy } = identity
  tx.send('INSERT INTO identity (customer_id, kind, address, verified_at, came_by) VALUES ($1, $2, $3, $4, $5)', [
    id,
    kind,
    address,
    verified ? new Date() : null,
    cameBy,
  ])
  return id
}

export async function insertIdentity(tx: Tx, identity: NewIdentity): Promise<string> {
  const { verified, ...row } = identity
  const { id } = await tx.db
    .insertInto('identity')
    .values({ ...row, verifiedAt: verified ? new Date() : null })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/**
 * The customer that is there now for an id: itself, or the one it was (through however many merges) merged into. Null when there is none.
 * @param hold for writing: no merge can move it away before the transaction ends, and one that is under way is waited for
 */
export async function keptCustomer(tx: Tx, id: string, hold: boolean): Promise<string | null> {
  for (let next = id; ; ) {
    const row = await tx.db
      .selectFrom('customer')
      .select('mergedIntoId')
      .where('id', '=', next)
      .$if(hold, query => query.forKeyShare())
      .executeTakeFirst()
    if (!row) return null
    if (!row.mergedIntoId) return next
    next = row.mergedIntoId
  }
}

/**
 * Suggests merges of this customer with others who hold the same address, or who have the same name and, as further evidence, the same
 * company or mail domain. A pair that was suggested before, or dismissed (also for someone merged into one of them), is not
 * suggested again.
 * @param domains the customer's mail domains that say where somebody works
 */
export function suggestMerges(tx: Tx, customerId: string, domains: string[]): void {
  tx.send(
    `WITH RECURSIVE self AS (
       SELECT $1::uuid AS id UNION ALL SELECT c.id FROM customer c JOIN self ON c.merged_into_id = self.id
     ), alike AS (
       SELECT theirs.customer_id AS other, CASE mine.kind WHEN 'email' THEN 'sameEmail' ELSE 'samePhone' END AS reason, mine.address AS evidence, 1 AS rank
         FROM identity mine JOIN identity theirs ON theirs.kind = mine.kind AND theirs.address = mine.address AND theirs.customer_id <> mine.customer_id
        WHERE mine.customer_id = $1 AND mine.kind IN ('email', 'phone')
       UNION ALL
       SELECT theirs.id, 'sameName', theirs.name || ', ' || coalesce(company.name, shared.domain), 2
         FROM customer mine JOIN customer theirs ON theirs.search = mine.search AND theirs.id <> mine.id AND theirs.merged_into_id IS NULL
         LEFT JOIN company ON company.id = mine.company_id AND company.id = theirs.company_id
         LEFT JOIN LATERAL (
           SELECT split_part(address, '@', 2) AS domain FROM identity
            WHERE customer_id = theirs.id AND kind = 'email' AND split_part(address, '@', 2) = ANY ($2::text[]) LIMIT 1) shared ON true
        WHERE mine.id = $1 AND mine.search <> '' AND (company.id IS NOT NULL OR shared.domain IS NOT NULL)
     ), best AS (SELECT DISTINCT ON (other) * FROM alike ORDER BY other, rank)
     INSERT INTO merge_suggestion (customer_id, other_id, reason, evidence)
     SELECT least(other, $1), greatest(other, $1), reason, evidence FROM best
      WHERE NOT EXISTS (
        SELECT 1 FROM merge_suggestion s JOIN self ON self.id IN (s.customer_id, s.other_id)
         WHERE best.other IN (s.customer_id, s.other_id) AND s.dismissed_at IS NOT NULL)
      ORDER BY rank, other LIMIT 10
     ON CONFLICT (tenant_id, customer_id, other_id) DO NOTHING`,
    [customerId, domains],
  )
}
