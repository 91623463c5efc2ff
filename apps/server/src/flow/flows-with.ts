import type { Tx } from '@centrala/store/database.ts'

/** Names of the flows that name something by its id (a queue, hours, a prompt), with commas between; empty: none does. */
export async function flowsWith(tx: Tx, id: string): Promise<string> {
  const [row] = await tx.query<{ names: string | null }>(
    `SELECT string_agg(name, ', ' ORDER BY name) AS names FROM flow WHERE definition::text LIKE '%"' || $1::uuid || '"%'`,
    [id],
  )
  return row?.names ?? ''
}
