import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Services } from '../services.ts'
import { isLoopback } from '../start/loopback.ts'

/** Liveness, readiness and Prometheus metrics. Metrics are for the machine itself, or for who sends METRICS_TOKEN as a bearer. */
export function mountHealth(app: FastifyInstance, services: Services): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'centrala_http_request_seconds',
    help: 'Time to answer, by method, route and status class',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  })
  const events = new Counter({
    name: 'centrala_events_total',
    help: 'Events handed out from the log, by type',
    labelNames: ['type'],
    registers: [registry],
  })
  services.events.subscribe(batch => {
    for (const event of batch) events.inc({ type: event.type })
  })
  new Gauge({
    name: 'centrala_waiting_interactions',
    help: 'Interactions waiting for an agent, in tenants that this node routes',
    registers: [registry],
    async collect() {
      const { rows } = await services.db.log.query<{ id: string }>('SELECT tenant_id AS id FROM tenant')
      const own = rows.filter(({ id }) => services.router.owns(id))
      this.set(own.reduce((sum, { id }) => sum + (services.router.snapshot(id)?.waiting ?? 0), 0))
    },
  })
  new Gauge({
    name: 'centrala_database_connections',
    help: 'Connections of the app pool, by state',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { totalCount, idleCount, waitingCount } = services.db.pool
      this.set({ state: 'busy' }, totalCount - idleCount)
      this.set({ state: 'idle' }, idleCount)
      this.set({ state: 'waited_for' }, waitingCount)
    },
  })
  const { voice } = services
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  gauge('centrala_voice_nodes', 'Voice nodes connected to this server', () => voice.stats().nodes)
  gauge('centrala_voice_calls', 'Calls going on, as the connected nodes say', () => voice.stats().calls)
  gauge('centrala_voice_lines', 'Browsers whose audio is connected', () => voice.stats().lines)
  gauge(
    'centrala_voice_fact_lag_seconds',
    'Time from the arrival of a fact of a call to its commit, smoothed',
    () => voice.stats().lagMs / 1000,
  )

  app.addHook('onResponse', async (request, reply) => {
    requests.observe(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: `${Math.floor(reply.statusCode / 100)}xx`,
      },
      reply.elapsedTime / 1000,
    )
  })
  app.get('/healthz', async () => ({ ok: true }))
  app.get('/readyz', async (_, reply) => {
    try {
      await services.db.log.query('SELECT 1')
      return { ok: true }
    } catch {
      return reply.code(503).send({ ok: false, detail: 'The database does not answer.' })
    }
  })
  app.get('/metrics', async (request, reply) => {
    const { METRICS_TOKEN } = services.env
    const allowed = METRICS_TOKEN
      ? request.headers.authorization === `Bearer ${METRICS_TOKEN}`
      : isLoopback(request.socket.remoteAddress?.replace('::ffff:', '') ?? '') && !isForwarded(request.headers)
    if (!allowed) return reply.code(404).send({ ok: false })
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

/** Whether a proxy on this machine hands on what somebody elsewhere asks for. */
function isForwarded(headers: IncomingHttpHeaders): boolean {
  return ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via'].some(name => headers[name] !== undefined)
}
