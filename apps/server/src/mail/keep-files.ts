import type { InboundFile } from '@centrala/channels/channel.ts'
import { safeName } from '../file/receive-upload.ts'
import type { Services } from '../services.ts'

export interface KeptFile {
  name: string
  mediaType: string
  size: number
  sha256: string
  contentId: string | null
}

/** Puts the files of a message into the blob store, before the transaction that refers to them. */
export async function keepFiles(
  { blobs }: Pick<Services, 'blobs'>,
  tenantId: string,
  files: InboundFile[],
): Promise<KeptFile[]> {
  const kept: KeptFile[] = []
  for (const file of files) {
    const { sha256, size } = await blobs.put(tenantId, file.content)
    kept.push({ name: safeName(file.name), mediaType: file.mediaType, size, sha256, contentId: file.contentId })
  }
  return kept
}
