import type { Tx } from '@centrala/store/database.ts'
import { found } from '../refusal.ts'
import type { Services } from '../services.ts'

/** Deletes the audio of a recording; that there was one stays known. Returns the blob to remove once this is committed, if there is one. */
export async function deleteAudio(tx: Tx, recordingId: string): Promise<string | null> {
  found(
    await tx.db
      .updateTable('recording')
      .set({ state: 'deleted', peaks: '[[],[]]', deleteAfter: null })
      .where('id', '=', recordingId)
      .returning('id')
      .executeTakeFirst(),
    'recording',
  )
  const audio = await tx.db
    .deleteFrom('recordingAudio')
    .where('recordingId', '=', recordingId)
    .returning('blob')
    .executeTakeFirst()
  return audio?.blob ?? null
}

/** Every file is encrypted under a key of its own, so no two recordings share a blob. */
export async function removeBlobs(
  { blobs }: Pick<Services, 'blobs'>,
  tenantId: string,
  list: (string | null)[],
): Promise<void> {
  for (const blob of list) if (blob) await blobs.remove(tenantId, blob)
}
