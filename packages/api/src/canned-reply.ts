import { z } from 'zod'
import { route } from './route.ts'
import { Id, Locale, Name } from './shapes.ts'

/** What `{{…}}` in canned replies, signatures and automatic replies may name. */
export const TEXT_VARIABLES = [
  'customer.name',
  'customer.firstName',
  'customer.company',
  'agent.name',
  'agent.firstName',
  'queue.name',
  'conversation.subject',
  'brand.name',
] as const

export const CannedReply = z.object({
  id: Id,
  shortcut: z.string(),
  name: z.string(),
  text: z.string(),
  locale: Locale.nullable(),
  queueId: Id.nullable(),
})
export type CannedReply = z.infer<typeof CannedReply>

const params = { id: Id }
export const cannedReplyBody = z.strictObject({
  shortcut: z
    .string()
    .trim()
    .regex(/^[a-z0-9-]{1,40}$/, 'Write small letters, figures and hyphens, at most 40.')
    .meta({ description: 'Typed after “/” to find it' }),
  name: Name,
  text: z.string().trim().min(1, 'Write the reply.').max(20_000),
  locale: Locale.nullable().default(null).meta({ description: 'Null: for customers of any language' }),
  queueId: Id.nullable().default(null).meta({ description: 'Null: offered in every queue' }),
})

export const listCannedReplies = route({
  id: 'listCannedReplies',
  method: 'GET',
  path: '/canned-replies',
  access: 'self',
  tag: 'cannedReply',
  summary: 'Canned replies, by shortcut',
  response: z.object({ items: z.array(CannedReply) }),
})
export const getCannedReply = route({
  id: 'getCannedReply',
  method: 'GET',
  path: '/canned-replies/:id',
  access: 'self',
  tag: 'cannedReply',
  summary: 'One canned reply',
  params,
  response: CannedReply,
})
export const createCannedReply = route({
  id: 'createCannedReply',
  method: 'POST',
  path: '/canned-replies',
  access: 'routing.manage',
  tag: 'cannedReply',
  summary: 'Add a canned reply',
  body: cannedReplyBody,
  response: CannedReply,
})
export const changeCannedReply = route({
  id: 'changeCannedReply',
  method: 'PUT',
  path: '/canned-replies/:id',
  access: 'routing.manage',
  tag: 'cannedReply',
  summary: 'Change a canned reply',
  params,
  body: cannedReplyBody,
  response: CannedReply,
})
export const deleteCannedReply = route({
  id: 'deleteCannedReply',
  method: 'DELETE',
  path: '/canned-replies/:id',
  access: 'routing.manage',
  tag: 'cannedReply',
  summary: 'Delete a canned reply; messages written with it stay',
  params,
})
