import type { Permission } from '@centrala/core/permission/permission.ts'
import { z } from 'zod'

/** Who may call a route: a permission, anybody signed in (`self`), or anybody at all (`public`, which must say why in its summary). */
export type Access = Permission | 'public'

/**
 * One route of the API, stated once: the server validates and answers by it, the client is typed by it, OpenAPI is written from it,
 * and the isolation test walks over all of them.
 */
export interface Route<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  /** Unique, `verbNoun`: the operationId. */
  id: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/api`, with `:name` for parameters. */
  path: string
  access: Access
  /** The noun it is documented under. */
  tag: string
  summary: string
  params: P
  query: Q
  body: B
  response: R
  /** Answers with something other than JSON (a file, a CSV): its media type. */
  produces?: string
  /** Takes multipart form data instead of JSON. */
  upload?: boolean
}

export const nothing = z.strictObject({})
export type Nothing = typeof nothing

type Shape = Record<string, z.ZodType>

interface Definition<P extends Shape, Q extends Shape, B extends z.ZodType, R extends z.ZodType>
  extends Pick<Route, 'id' | 'method' | 'path' | 'access' | 'tag' | 'summary' | 'produces' | 'upload'> {
  params?: P
  query?: Q
  body?: B
  response?: R
}

/** Unknown fields are refused everywhere: in the path, the query and the body. */
export function route<
  P extends Shape = Record<never, never>,
  Q extends Shape = Record<never, never>,
  B extends z.ZodType = Nothing,
  R extends z.ZodType = Nothing,
>(definition: Definition<P, Q, B, R>): Route<z.ZodObject<P, z.core.$strict>, z.ZodObject<Q, z.core.$strict>, B, R> {
  return {
    ...definition,
    params: z.strictObject(definition.params ?? ({} as P)),
    query: z.strictObject(definition.query ?? ({} as Q)),
    body: (definition.body ?? nothing) as B,
    response: (definition.response ?? nothing) as R,
  }
}

export type Params<T extends Route> = z.output<T['params']>
export type Query<T extends Route> = z.output<T['query']>
export type Body<T extends Route> = z.output<T['body']>
export type Answer<T extends Route> = z.output<T['response']>
