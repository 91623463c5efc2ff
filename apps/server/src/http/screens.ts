import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import statics from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { type First, linksFor } from './first-links.ts'
import { answerProblem } from './problem.ts'

const DESKTOP = fileURLToPath(new URL('../../../desktop/dist', import.meta.url))

/** Serves the desktop: files under their hashed names for ever, every other page address as the one page that the router in it understands. */
export async function mountScreens(app: FastifyInstance, services: Services): Promise<void> {
  if (existsSync(DESKTOP)) {
    await app.register(statics, {
      root: DESKTOP,
      index: false,
      cacheControl: false,
      // The build leaves a .br and a .gz beside each file.
      preCompressed: true,
      setHeaders(response, path) {
        response.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  }
  app.setNotFoundHandler(async (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?')[0] ?? ''
    const forPeople =
      request.method === 'GET' && !path.startsWith('/api/') && (request.headers.accept ?? '').includes('text/html')
    // Read anew each time: after the screens were built again its files have other names.
    const page = forPeople ? await readFile(join(DESKTOP, 'index.html'), 'utf8').catch(() => null) : null
    if (page) {
      const first = await readFile(join(DESKTOP, 'first.json'), 'utf8').catch(() => '{"pages":[],"texts":{}}')
      const context = await services.authenticate(request).catch(() => null)
      const links = linksFor(JSON.parse(first) as First, path, context?.permissions ?? null, languagesOf(request))
      return reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-cache')
        .send(page.replace('</head>', `${links}</head>`))
    }
    return answerProblem(
      new Refusal(404, 'path.notFound', `There is nothing at ${request.method} ${path}.`),
      request,
      reply,
    )
  })
}

/** The language last shown here, then those the browser asks for. */
function languagesOf({ cookies, headers }: FastifyRequest): string[] {
  const asked = (headers['accept-language'] ?? '').split(',').map(one => one.split(';')[0]?.trim() ?? '')
  return [cookies['centrala.locale'] ?? '', ...asked]
}
