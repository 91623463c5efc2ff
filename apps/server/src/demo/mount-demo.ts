import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { notFound } from '../refusal.ts'
import type { Services } from '../services.ts'
import { demoTenant } from './seed-demo.ts'

const FILES = {
  'icon.svg': 'image/svg+xml',
  'shop.css': 'text/css; charset=utf-8',
  'shop.js': 'text/javascript; charset=utf-8',
} as const

/**
 * A shop's page in the demonstration company's name, with the widget on it as on any site. Its content security policy is as strict as a
 * site can have: the widget must live with that.
 */
export function mountDemo(app: FastifyInstance, services: Services): void {
  app.get('/demo', async (request, reply) => {
    const key = await demoKey(services)
    const page = await readFile(fileURLToPath(new URL('page/shop.html', import.meta.url)), 'utf8')
    const socket = `${request.protocol === 'https' ? 'wss' : 'ws'}://${request.host}`
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header(
        'content-security-policy',
        `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${socket}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'`,
      )
      .send(page.replaceAll('{{key}}', key))
  })
  for (const [name, type] of Object.entries(FILES)) {
    app.get(`/demo/${name}`, async (_, reply) =>
      reply
        .type(type)
        .header('cache-control', 'no-cache')
        .send(await readFile(fileURLToPath(new URL(`page/${name}`, import.meta.url)))),
    )
  }
}

/** The key of the demonstration company's widget; 404 where there is no demonstration. */
async function demoKey(services: Services): Promise<string> {
  const demo = await demoTenant(services)
  const { rows } = await services.db.log.query<{ key: string }>(
    "SELECT key FROM channel_account WHERE tenant_id = $1 AND channel = 'chat' AND active ORDER BY id LIMIT 1",
    [demo?.tenantId ?? null],
  )
  if (!rows[0]) throw notFound('demonstration')
  return rows[0].key
}
