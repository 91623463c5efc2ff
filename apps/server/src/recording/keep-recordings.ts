import { commandInteraction } from '../interaction/command-interaction.ts'
import type { Services } from '../services.ts'
import { deleteAudio, removeBlobs } from './delete-recording.ts'

const EVERY_MS = 3_600_000
const BATCH = 100

/**
 * Deletes recordings whose time is over, hourly and at the start; closes what waits for a voicemail that will not come, and drops audio
 * whose call was never heard of.
 */
export function keepRecordings(services: Services): () => void {
  const { db, log } = services
  const round = async () => {
    const { rows } = await db.log.query<{ id: string }>('SELECT tenant_id AS id FROM tenant')
    for (const { id } of rows) await tidy(services, id)
  }
  const run = () => {
    round().catch(error =>
      log.warn({ err: error }, 'recordings could not be looked after; it is tried again in an hour'),
    )
  }
  const timer = setInterval(run, EVERY_MS)
  run()
  return () => clearInterval(timer)
}

/** @param now the moment that retention is judged by */
export async function tidy(
  services: Pick<Services, 'db' | 'blobs'>,
  tenantId: string,
  now = new Date(),
): Promise<void> {
  const { db } = services
  for (let full = true; full; ) {
    const blobs = await db.tenant(tenantId, async tx => {
      const due = await tx.query<{ id: string }>(
        "SELECT id FROM recording WHERE state = 'stored' AND delete_after < $1 ORDER BY delete_after LIMIT $2 FOR UPDATE SKIP LOCKED",
        [now, BATCH],
      )
      const removed: (string | null)[] = []
      for (const { id } of due) removed.push(await deleteAudio(tx, id))
      if (due.length > 0)
        await tx.db
          .insertInto('auditEntry')
          .values({
            address: '',
            action: 'recording.expired',
            subjectType: 'recording',
            after: JSON.stringify({ count: due.length }),
          })
          .execute()
      return removed
    })
    await removeBlobs(services, tenantId, blobs)
    full = blobs.length === BATCH
  }
  const orphans = await db.tenant(tenantId, async tx => {
    const waiting = await tx.query<{ id: string }>(
      `SELECT i.id FROM interaction i WHERE i.channel = 'voice' AND i.state = 'flow' AND i.created_at < $1::timestamptz - interval '1 day'
          AND NOT EXISTS (SELECT 1 FROM call c WHERE c.interaction_id = i.id AND c.state <> 'ended')`,
      [now],
    )
    for (const { id } of waiting) await commandInteraction(tx, id, { type: 'abandon', shortMs: 0 })
    await tx.query(
      `UPDATE recording SET state = 'lost' FROM call WHERE call.id = recording.call_id AND recording.state IN ('recording', 'paused')
          AND call.ended_at < $1::timestamptz - interval '1 day'`,
      [now],
    )
    return tx.query<{ blob: string }>(
      `DELETE FROM recording_audio a WHERE stored_at < $1::timestamptz - interval '7 days'
          AND NOT EXISTS (SELECT 1 FROM recording r WHERE r.id = a.recording_id) RETURNING blob`,
      [now],
    )
  })
  await removeBlobs(
    services,
    tenantId,
    orphans.map(({ blob }) => blob),
  )
}
