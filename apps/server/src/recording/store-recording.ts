import { type Readable, Transform } from 'node:stream'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { sealAudio, tenantKey } from './sealed-audio.ts'

/** Some thirty hours of a stereo call. */
const MOST_BYTES = 4 * 1024 * 1024 * 1024

/** Keeps the audio of a recording, encrypted. Sent again it is known already: a node sends until it has heard that it is stored. */
export async function storeRecording(
  { db, blobs, keys }: Services,
  tenantId: string,
  recordingId: string,
  audio: Readable,
): Promise<void> {
  const { rows } = await db.log.query('SELECT 1 FROM tenant WHERE tenant_id = $1', [tenantId])
  if (rows.length === 0)
    throw new Refusal(410, 'tenant.gone', 'The company of this recording is not here any more. Delete the recording.')
  const known = await db.tenant(tenantId, tx =>
    tx.db.selectFrom('recordingAudio').select('blob').where('recordingId', '=', recordingId).executeTakeFirst(),
  )
  if (known) {
    audio.resume()
    return
  }
  let size = 0
  const measure = new Transform({
    transform(chunk: Buffer, _, next) {
      size += chunk.length
      next(null, chunk)
    },
  })
  const sealed = audio
    .on('error', error => measure.destroy(error))
    .pipe(measure)
    .pipe(sealAudio(tenantKey(keys.recordings, tenantId), recordingId))
  measure.on('error', error => sealed.destroy(error))
  // A request that breaks off ends its stream without an end.
  audio.on('close', () => {
    if (!audio.readableEnded) sealed.destroy(new Error('The recording broke off while it was sent.'))
  })
  const blob = await blobs.put(tenantId, sealed, MOST_BYTES)
  const stored = await db.tenant(tenantId, async tx => {
    const added = await tx.query(
      'INSERT INTO recording_audio (recording_id, blob, size) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1',
      [recordingId, blob.sha256, size],
    )
    await tx.query("UPDATE recording SET state = 'stored' WHERE id = $1 AND state = 'lost'", [recordingId])
    return added.length > 0
  })
  if (!stored) await blobs.remove(tenantId, blob.sha256) // another connection was quicker
}
