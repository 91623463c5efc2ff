import type { FastifyReply } from 'fastify'
import { notFound } from '../refusal.ts'
import type { Services } from '../services.ts'

/** Types that a browser can show without running anything; everything else is a download. */
const SHOWN = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/mp4',
  'audio/webm',
  'video/mp4',
  'video/webm',
])

/** Answers with a stored file's bytes, such that nothing in them can act as a page of ours. */
export async function answerFile(
  services: Services,
  tenantId: string,
  file: { name: string; mediaType: string; size: number; sha256: string },
  reply: FastifyReply,
  download: boolean,
): Promise<FastifyReply> {
  const stream = await services.blobs.get(tenantId, file.sha256).catch(() => {
    throw notFound('file')
  })
  const shown = SHOWN.has(file.mediaType) && !download
  return reply
    .header('content-type', shown ? file.mediaType : 'application/octet-stream')
    .header('content-length', file.size)
    .header(
      'content-disposition',
      `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    )
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'private, max-age=31536000, immutable')
    .send(stream)
}
