import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { Refusal } from '../refusal.ts'

const BUNDLE = fileURLToPath(new URL('../../../widget/dist/widget.js', import.meta.url))

interface Bundle {
  builtAt: number
  etag: string
  plain: Buffer
  gzip: Buffer
  br: Buffer
}

/**
 * Serves the one script of the widget: compressed, kept by browsers for five minutes and asked about after that, so that every site has
 * a new version soon after the server has it.
 */
export function mountWidget(app: FastifyInstance): void {
  let kept: Bundle | undefined
  app.get('/widget.js', async (request, reply) => {
    kept = await bundle(kept)
    const accepted = String(request.headers['accept-encoding'] ?? '')
    reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'public, max-age=300, stale-while-revalidate=86400')
      .header('vary', 'accept-encoding')
      .header('etag', kept.etag)
    if (request.headers['if-none-match'] === kept.etag) return reply.code(304).send()
    if (/\bbr\b/.test(accepted)) return reply.header('content-encoding', 'br').send(kept.br)
    if (/\bgzip\b/.test(accepted)) return reply.header('content-encoding', 'gzip').send(kept.gzip)
    return reply.send(kept.plain)
  })
}

async function bundle(kept: Bundle | undefined): Promise<Bundle> {
  const builtAt = await stat(BUNDLE).then(
    info => info.mtimeMs,
    () => null,
  )
  if (builtAt === null)
    throw new Refusal(
      503,
      'widget.notBuilt',
      'The chat widget has not been built. Run "npm run build" and load the page again.',
    )
  if (kept?.builtAt === builtAt) return kept
  const plain = await readFile(BUNDLE)
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
  return { builtAt, etag, plain, gzip: gzipSync(plain, { level: 9 }), br: brotliCompressSync(plain) }
}
