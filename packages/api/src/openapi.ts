import { z } from 'zod'
import { Problem } from './problem.ts'
import type { Route } from './route.ts'

const schema = (type: z.ZodType, io: 'input' | 'output') => {
  const { $schema, ...rest } = z.toJSONSchema(type, { io, target: 'draft-2020-12', unrepresentable: 'any' }) as Record<
    string,
    unknown
  >
  return rest
}

/** OpenAPI 3.1 of the routes: what the server itself validates by, in the words of the outside world. */
export function openApi(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = `/api${route.path.replace(/:(\w+)/g, '{$1}')}`
    paths[path] ??= {}
    paths[path][route.method.toLowerCase()] = operation(route)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Centrala',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Everything the interface does. Live events: see /api/docs.',
    },
    components: {
      schemas: { Problem: schema(Problem, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'centrala.session_token' },
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key made under Administration → Security' },
      },
    },
    security: [{ session: [] }, { apiKey: [] }],
    paths,
  }
}

function operation(route: Route): Record<string, unknown> {
  const fields = (place: 'path' | 'query', type: z.ZodType) => {
    const { properties = {}, required = [] } = schema(type, 'input') as {
      properties?: Record<string, unknown>
      required?: string[]
    }
    return Object.entries(properties).map(([name, shape]) => ({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      schema: shape,
    }))
  }
  const body = schema(route.body, 'input') as { properties?: Record<string, unknown> }
  const hasBody = route.method !== 'GET' && (Object.keys(body.properties ?? {}).length > 0 || !('properties' in body))
  const multipart = { type: 'object', properties: { file: { type: 'string', format: 'binary' } }, required: ['file'] }
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    'x-permission': route.access,
    ...(route.access === 'public' && { security: [] }),
    parameters: [...fields('path', route.params), ...fields('query', route.query)],
    ...(route.upload && { requestBody: { required: true, content: { 'multipart/form-data': { schema: multipart } } } }),
    ...(hasBody &&
      !route.upload && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      200: {
        description: 'Done',
        content: {
          [route.produces ?? 'application/json']: route.produces ? {} : { schema: schema(route.response, 'output') },
        },
      },
      default: {
        description: 'Refused',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}
