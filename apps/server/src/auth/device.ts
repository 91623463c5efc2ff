import type pg from 'pg'

/** Devices on which the second factor was remembered ask for it again. Waiting second-factor steps of the account end too. */
export async function distrustDevices(pool: pg.Pool, accountId: string): Promise<void> {
  await pool.query('DELETE FROM auth.verification WHERE value = $1', [accountId])
}
