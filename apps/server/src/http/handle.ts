import type { Body, Params, Query, Route } from '@centrala/api/route.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import type { Context } from './context.ts'

/** One validated call of a route. */
export interface Call<T extends Route> {
  services: Services
  context: Context
  params: Params<T>
  query: Query<T>
  body: Body<T>
  request: FastifyRequest
  reply: FastifyReply
  /** Runs `work` in a transaction of the caller's tenant. */
  work<R>(work: (tx: Tx) => Promise<R>): Promise<R>
}

/** A public call has no context: it finds its tenant by a key of its own. */
export type PublicCall<T extends Route> = Omit<Call<T>, 'context' | 'work'>

export interface Handler {
  route: Route
  mount(app: FastifyInstance, services: Services): void
}

type Result<T extends Route> = Promise<z.input<T['response']> | FastifyReply>

/** Binds a route to what it does: authenticate → authorise → validate → act → present. */
export function handle<T extends Route>(route: T, act: (call: Call<T>) => Result<T>): Handler {
  return mounted(route, async (services, request, reply) => {
    const context = await services.authenticate(request)
    if (!context) throw new Refusal(401, 'session.missing', 'Sign in, or send an API key as "Authorization: Bearer …".')
    if (route.access !== 'public' && !context.permissions.has(route.access)) {
      if (context.twoFactorOwed)
        throw new Refusal(
          403,
          'twoFactor.owed',
          'This company asks for two-factor sign-in. Set it up under “My settings” first.',
        )
      throw new Refusal(
        403,
        'permission.missing',
        `This needs the permission "${route.access}". Ask an administrator for a role that has it.`,
      )
    }
    const work = <R>(task: (tx: Tx) => Promise<R>) => services.db.tenant(context.tenantId, task)
    return act({ services, context, ...validate(route, request), request, reply, work })
  })
}

/** Binds a public route. */
export function handlePublic<T extends Route>(route: T, act: (call: PublicCall<T>) => Result<T>): Handler {
  return mounted(route, (services, request, reply) => act({ services, ...validate(route, request), request, reply }))
}

function mounted(
  route: Route,
  run: (services: Services, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
): Handler {
  return {
    route,
    mount(app, services) {
      app.route({
        method: route.method,
        url: `/api${route.path}`,
        handler: async (request, reply) => run(services, request, reply),
      })
    },
  }
}

function validate<T extends Route>(
  route: T,
  request: FastifyRequest,
): { params: Params<T>; query: Query<T>; body: Body<T> } {
  const fields: { path: string; message: string }[] = []
  const parse = (place: string, schema: z.ZodType, value: unknown) => {
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues)
      fields.push({ path: [place, ...issue.path].join('.'), message: issue.message })
    return undefined
  }
  const params = parse('params', route.params, request.params)
  // An id that is no id names nothing: the same 404 as for an id that nobody has.
  if (fields.length > 0)
    throw new Refusal(404, `${route.tag}.notFound`, `There is no such ${route.tag}. Check the address.`)
  const query = parse('query', route.query, request.query)
  const body = route.upload || route.method === 'GET' ? {} : parse('body', route.body, request.body ?? {})
  if (fields.length > 0) {
    const said = fields.map(field => `${field.path}: ${field.message}`).join(' ')
    throw new Refusal(400, 'request.invalid', `The request was not understood. ${said}`, { fields })
  }
  return { params, query, body } as { params: Params<T>; query: Query<T>; body: Body<T> }
}
