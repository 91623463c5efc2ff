import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../refusal.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses what another site makes a browser send. The cookie is SameSite=Lax already; this also covers sites of the same domain and signing
 * somebody in as somebody else. Browsers always name where an unsafe request comes from; programs without a browser use an API key.
 * @throws Refusal 403 `origin.refused`
 */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string): void {
  if (SAFE.has(request.method) || !isByBrowser(request)) return
  if (!isSameOrigin(request, publicUrl))
    throw new Refusal(
      403,
      'origin.refused',
      'This request came from another site. Open this installation by its own address; programs use an API key.',
    )
}

/** Whether a request, e.g. for a WebSocket, comes from a page of this installation. */
export function isSameOrigin(request: { headers: IncomingHttpHeaders }, publicUrl: string): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') return false
  const origin = request.headers.origin
  if (origin === undefined) return site === 'same-origin'
  if (origin === new URL(publicUrl).origin) return true
  try {
    return new URL(origin).host === request.headers.host
  } catch {
    return false // "null": a sandboxed frame or a file
  }
}

/** With a cookie it may be a browser that was made to send it; signing in sets one. A key in the header is never sent by itself. */
function isByBrowser({ headers, url }: FastifyRequest): boolean {
  if (headers.authorization?.startsWith('Bearer ')) return false
  return headers.cookie?.includes('centrala.') === true || url.startsWith('/api/auth/')
}
