import type { Tx } from '@centrala/store/database.ts'
import { mustExist } from '../configuration/configuration.ts'
import { speakSoon } from '../flow/speak-texts.ts'
import { badField } from '../refusal.ts'
import type { Services } from '../services.ts'

interface Given {
  channel: string
  config: Record<string, unknown>
}

/**
 * What a number needs besides its own settings: a flow that exists, and to be nobody else's. A number leads to one tenant of the whole
 * installation: whoever claims first keeps it; claims wait for each other.
 */
export async function checkNumber(
  { db }: Pick<Services, 'db'>,
  tx: Tx,
  { channel, config }: Given,
  own: string | null,
): Promise<void> {
  if (channel !== 'voice') return
  await mustExist(tx, 'flow', [config.flowId as string | null], 'config.flowId')
  await tx.query("SELECT pg_advisory_xact_lock(hashtext('phone numbers'))")
  const [ours] = await tx.query<{ name: string }>(
    `SELECT name FROM channel_account WHERE channel = 'voice' AND id IS DISTINCT FROM $2::uuid AND config->>'number' = $1 LIMIT 1`,
    [config.number, own],
  )
  if (ours) throw badField('config.number', `${config.number} is already set up as “${ours.name}”. Change that one.`)
  const { rows } = await db.log.query(
    `SELECT 1 FROM channel_account WHERE channel = 'voice' AND id IS DISTINCT FROM $2::uuid AND config->>'number' = $1 LIMIT 1`,
    [config.number, own],
  )
  if (rows.length > 0)
    throw badField('config.number', `${config.number} belongs to another company of this installation.`)
}

/** Callers of a changed number may hear other texts, or in another language. */
export async function speakForNumber(tx: Tx, { channel }: Pick<Given, 'channel'>): Promise<void> {
  if (channel === 'voice') await speakSoon(tx)
}
