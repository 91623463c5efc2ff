import type { FastifyInstance } from 'fastify'

/**
 * The widget lives on the company's own sites, so what it asks for may be asked from any origin. No cookie counts there, and where the
 * widget may stand is decided by `requireOrigin`. Register it after the security headers, which it relaxes for these paths.
 */
export function openToSites(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/webchat/') && !request.url.startsWith('/widget.js')) return
    reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')
    if (request.method !== 'OPTIONS') return
    reply
      .header('access-control-allow-methods', 'GET, POST')
      .header('access-control-allow-headers', 'content-type, authorization')
      .header('access-control-max-age', '86400')
    return reply.code(204).send()
  })
}
