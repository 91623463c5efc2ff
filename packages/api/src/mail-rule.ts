import { z } from 'zod'
import { route } from './route.ts'
import { Email, Id, Tag } from './shapes.ts'

/**
 * A text condition holds when the text contains `matches`, or, where it has a `*` (anything), when the whole text looks so;
 * case and diacritics do not matter. `from` looks at address and name, `to` at all recipients, CC included.
 */
export const MailCondition = z.discriminatedUnion('field', [
  z.strictObject({
    field: z.enum(['from', 'to', 'subject', 'body']),
    matches: z.string().trim().min(1, 'Write what to look for.').max(200),
    not: z.boolean().default(false),
  }),
  z.strictObject({ field: z.enum(['hasFile', 'isAutomatic', 'isVerified']), is: z.boolean() }),
])
export type MailCondition = z.infer<typeof MailCondition>

export const MailActions = z
  .strictObject({
    queueId: Id.optional(),
    priority: z.int().min(0).max(9).optional().meta({ description: 'A higher one is routed earlier' }),
    tags: z.array(Tag).max(20).default([]),
    end: z
      .enum(['spam', 'close'])
      .optional()
      .meta({ description: 'Stored and findable, but no agent is asked: marked as spam, or ended as handled' }),
  })
  .refine(
    actions =>
      actions.queueId !== undefined ||
      actions.priority !== undefined ||
      actions.tags.length > 0 ||
      actions.end !== undefined,
    { message: 'Say what to do.', params: { reason: 'noAction' } },
  )
export type MailActions = z.infer<typeof MailActions>

const shape = {
  name: z.string().trim().min(1, 'Write a name.').max(100),
  channelAccountId: Id.nullable().default(null).meta({ description: 'Null: mail of every mailbox' }),
  match: z.enum(['all', 'any']).default('all').meta({ description: 'Every condition holds, or one does' }),
  conditions: z.array(MailCondition).min(1, 'Say which mail it is for.').max(20),
  actions: MailActions,
  continue: z.boolean().default(false).meta({ description: 'Go on to the rules below' }),
  active: z.boolean().default(true),
}
export const mailRuleBody = z.strictObject(shape)

/** The first that holds decides, together with those after it as long as each says `continue`. */
export const MailRule = z.object({ id: Id, position: z.number().int(), ...shape })
export type MailRule = z.infer<typeof MailRule>

const params = { id: Id }
export const listMailRules = route({
  id: 'listMailRules',
  method: 'GET',
  path: '/mail-rules',
  access: 'channel.manage',
  tag: 'mailRule',
  summary: 'Mail rules in the order in which they are tried',
  response: z.object({ items: z.array(MailRule) }),
})
export const getMailRule = route({
  id: 'getMailRule',
  method: 'GET',
  path: '/mail-rules/:id',
  access: 'channel.manage',
  tag: 'mailRule',
  summary: 'One mail rule',
  params,
  response: MailRule,
})
export const createMailRule = route({
  id: 'createMailRule',
  method: 'POST',
  path: '/mail-rules',
  access: 'channel.manage',
  tag: 'mailRule',
  summary: 'Add a mail rule after the others',
  body: mailRuleBody,
  response: MailRule,
})
export const changeMailRule = route({
  id: 'changeMailRule',
  method: 'PUT',
  path: '/mail-rules/:id',
  access: 'channel.manage',
  tag: 'mailRule',
  summary: 'Change a mail rule',
  params,
  body: mailRuleBody,
  response: MailRule,
})
export const deleteMailRule = route({
  id: 'deleteMailRule',
  method: 'DELETE',
  path: '/mail-rules/:id',
  access: 'channel.manage',
  tag: 'mailRule',
  summary: 'Delete a mail rule',
  params,
})
export const orderMailRules = route({
  id: 'orderMailRules',
  method: 'PUT',
  path: '/mail-rules/order',
  access: 'channel.manage',
  tag: 'mailRule',
  summary: 'Put all mail rules into this order',
  body: z.strictObject({ ids: z.array(Id).min(1).max(1000) }),
  response: z.object({ items: z.array(MailRule) }),
})
export const mailRuleTrialBody = z.strictObject({
  channelAccountId: Id.nullable().default(null),
  from: Email,
  to: z.array(Email).max(50).default([]),
  subject: z.string().max(1000).default(''),
  text: z.string().max(100_000).default(''),
  hasFile: z.boolean().default(false),
  isAutomatic: z.boolean().default(false),
  isVerified: z.boolean().default(false),
  draft: z
    .strictObject({ id: Id.nullable().default(null), ...shape })
    .nullable()
    .default(null)
    .meta({ description: 'A rule as it is being written, in place of the stored one (or last, when new)' }),
})
export const previewMailRules = route({
  id: 'previewMailRules',
  method: 'POST',
  path: '/mail-rules/preview',
  access: 'channel.manage',
  tag: 'mailRule',
  summary: 'Which rules would match this mail, and what would come of it; changes nothing',
  body: mailRuleTrialBody,
  response: z.object({
    matched: z.array(z.object({ id: Id.nullable(), name: z.string() })),
    queueId: Id.nullable(),
    priority: z.number().int().nullable(),
    tags: z.array(z.string()),
    end: z.enum(['spam', 'close']).nullable(),
  }),
})
