import type { Tx } from '@centrala/store/database.ts'
import { badField } from '../refusal.ts'
import type { Services } from '../services.ts'

/**
 * An address of the built-in mail intake leads to one account of the whole installation: two would fight over its mail, and one
 * tenant could take another's. Whoever claims first keeps it; claims wait for each other.
 */
export async function refuseTakenIntake(
  { db }: Services,
  tx: Tx,
  config: Record<string, unknown>,
  own: string | null,
): Promise<void> {
  const addresses = config.intakeAddresses
  if (!Array.isArray(addresses) || addresses.length === 0) return
  await tx.query("SELECT pg_advisory_xact_lock(hashtext('mail intake addresses'))")
  const { rows } = await db.log.query<{ address: string }>(
    `SELECT address FROM channel_account, jsonb_array_elements_text(config->'intakeAddresses') AS address
      WHERE channel = 'email' AND id IS DISTINCT FROM $2::uuid AND lower(address) = ANY($1) LIMIT 1`,
    [addresses.map(address => String(address).toLowerCase()), own],
  )
  const taken = rows[0]
  if (taken)
    throw badField(
      'config.intakeAddresses',
      `${taken.address} already leads to another account. Choose another address.`,
    )
}
