import { createHash } from 'node:crypto'
import type { Tx } from '@centrala/store/database.ts'
import type { Services } from '../services.ts'
import { durationOf } from './wav.ts'

export interface StoredAudio {
  audioId: string
  durationMs: number
}

/** Keeps PCM of PROMPT_RATE: the bytes first, then the row that names them. The same audio is kept once. */
export async function storeAudio(services: Pick<Services, 'blobs'>, tx: Tx, pcm: Buffer): Promise<StoredAudio> {
  const { sha256 } = await services.blobs.put(tx.tenantId, pcm)
  const durationMs = durationOf(pcm)
  await tx.query('INSERT INTO prompt_audio (id, duration_ms) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    sha256,
    durationMs,
  ])
  return { audioId: sha256, durationMs }
}

/** Keeps how a text was spoken, in place of what was kept before. */
export async function storeSpoken(
  services: Pick<Services, 'blobs'>,
  tx: Tx,
  { language, text }: { language: string; text: string },
  pcm: Buffer,
): Promise<void> {
  const { audioId } = await storeAudio(services, tx, pcm)
  await tx.query(
    `INSERT INTO spoken_text (language, text_hash, text, audio_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT (tenant_id, language, text_hash) DO UPDATE SET audio_id = excluded.audio_id, spoken_at = now()`,
    [language, textHash(text), text, audioId],
  )
}

export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
