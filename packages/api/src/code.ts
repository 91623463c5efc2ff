import { z } from 'zod'
import { type Route, route } from './route.ts'
import { At, Id, Name } from './shapes.ts'

/** A leaf or branch of a tree that agents choose from: wrap-up codes, contact reasons. */
export const Code = z.object({
  id: Id,
  parentId: Id.nullable(),
  name: z.string(),
  position: z.number().int(),
  archivedAt: At.nullable(),
})
export type Code = z.infer<typeof Code>

export const codeBody = z.strictObject({ name: Name, parentId: Id.nullable().default(null) })
const items = z.object({ items: z.array(Code) })

/** The routes of one such tree; `noun` as in the glossary, `path` its plural in addresses. */
export function codeRoutes<Noun extends 'WrapUpCode' | 'ContactReason'>(noun: Noun, path: string, words: string) {
  const tag = `${noun.charAt(0).toLowerCase()}${noun.slice(1)}`
  const params = { id: Id }
  return {
    list: route({
      id: `list${noun}s`,
      method: 'GET',
      path,
      access: 'self',
      tag,
      summary: `The tree of ${words}s as a list, brothers in order; archived ones only when asked for`,
      query: { archived: z.stringbool().optional() },
      response: items,
    }),
    create: route({
      id: `create${noun}`,
      method: 'POST',
      path,
      access: 'routing.manage',
      tag,
      summary: `Add a ${words} at the end of its branch`,
      body: codeBody,
      response: Code,
    }),
    change: route({
      id: `change${noun}`,
      method: 'PATCH',
      path: `${path}/:id`,
      access: 'routing.manage',
      tag,
      summary: `Rename a ${words}`,
      params,
      body: z.strictObject({ name: Name }),
      response: Code,
    }),
    order: route({
      id: `order${noun}s`,
      method: 'PUT',
      path: `${path}/order`,
      access: 'routing.manage',
      tag,
      summary: `Put ${words}s into this order under one branch (null: the root)`,
      body: z.strictObject({ parentId: Id.nullable(), ids: z.array(Id).min(1).max(1000) }),
      response: items,
    }),
    archive: route({
      id: `archive${noun}`,
      method: 'POST',
      path: `${path}/:id/archive`,
      access: 'routing.manage',
      tag,
      summary: `Take a ${words} and all below it out of use; history keeps it`,
      params,
      response: items,
    }),
    restore: route({
      id: `restore${noun}`,
      method: 'POST',
      path: `${path}/:id/restore`,
      access: 'routing.manage',
      tag,
      summary: `Take a ${words} into use again, with the branches above it`,
      params,
      response: items,
    }),
  } satisfies Record<string, Route>
}
