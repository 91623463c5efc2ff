import { z } from 'zod'
import { EVENT_TYPES } from './live.ts'
import { StatePhrase } from './phrase.ts'
import { route } from './route.ts'
import { At, Id, Name, page, paging } from './shapes.ts'

/** Another system's address that is told of events as they happen. */
export const Webhook = z.object({
  id: Id,
  name: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  active: z.boolean(),
  stateSentence: z
    .string()
    .meta({ description: 'Why it was switched off, or what fails at present; empty: all is well' }),
  statePhrase: StatePhrase,
  failingSince: At.nullable(),
  lastDeliveredAt: At.nullable(),
  waiting: z.number().int().meta({ description: 'Deliveries not yet made' }),
  createdAt: At,
})
export type Webhook = z.infer<typeof Webhook>

/** What is posted: ids, not content; the rest is fetched through the API. */
export const WebhookPayload = z.object({
  id: z.string().meta({ description: 'The event; the same in every attempt, so that a second one can be recognised' }),
  type: z.enum([...EVENT_TYPES, 'webhook.tested']),
  at: At,
  tenantId: Id,
  interactionId: Id.nullable(),
  conversationId: Id.nullable(),
  customerId: Id.nullable(),
  queueId: Id.nullable(),
  userId: Id.nullable(),
  actorId: Id.nullable(),
  data: z.record(z.string(), z.unknown()),
})
export type WebhookPayload = z.infer<typeof WebhookPayload>

const params = { id: Id }
export const webhookBody = z.strictObject({
  name: Name,
  url: z
    .url({ protocol: /^https?$/, message: 'Write an address such as https://example.com/hooks/centrala.' })
    .max(2000),
  events: z.array(z.enum(EVENT_TYPES)).min(1, 'Choose at least one event.').max(EVENT_TYPES.length),
})
const WithSecret = Webhook.extend({
  secret: z.string().meta({ description: 'Shown this once: the receiver checks signatures with it' }),
})

export const listWebhooks = route({
  id: 'listWebhooks',
  method: 'GET',
  path: '/webhooks',
  access: 'security.manage',
  tag: 'webhook',
  summary: 'Web hooks, by name',
  response: z.object({ items: z.array(Webhook) }),
})
export const getWebhook = route({
  id: 'getWebhook',
  method: 'GET',
  path: '/webhooks/:id',
  access: 'security.manage',
  tag: 'webhook',
  summary: 'One web hook',
  params,
  response: Webhook,
})
export const createWebhook = route({
  id: 'createWebhook',
  method: 'POST',
  path: '/webhooks',
  access: 'security.manage',
  tag: 'webhook',
  summary: 'Add a web hook; it is told of events from now on',
  body: webhookBody,
  response: WithSecret,
})
export const changeWebhook = route({
  id: 'changeWebhook',
  method: 'PATCH',
  path: '/webhooks/:id',
  access: 'security.manage',
  tag: 'webhook',
  summary: 'Change a web hook, switch it off or on again',
  params,
  body: webhookBody.extend({ active: z.boolean() }).partial(),
  response: Webhook,
})
export const deleteWebhook = route({
  id: 'deleteWebhook',
  method: 'DELETE',
  path: '/webhooks/:id',
  access: 'security.manage',
  tag: 'webhook',
  summary: 'Delete a web hook with its deliveries',
  params,
})
export const replaceWebhookSecret = route({
  id: 'replaceWebhookSecret',
  method: 'POST',
  path: '/webhooks/:id/secret',
  access: 'security.manage',
  tag: 'webhook',
  summary: 'Make a new secret; the old one signs nothing more',
  params,
  response: WithSecret,
})
export const testWebhook = route({
  id: 'testWebhook',
  method: 'POST',
  path: '/webhooks/:id/test',
  access: 'security.manage',
  tag: 'webhook',
  summary: 'Send a `webhook.tested` event now and say what came of it',
  params,
  response: z.object({
    ok: z.boolean(),
    statusCode: z.number().int().nullable(),
    sentence: z.string(),
    phrase: StatePhrase,
  }),
})

export const WebhookDelivery = z.object({
  id: Id,
  webhookId: Id,
  eventType: z.string(),
  state: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.number().int(),
  statusCode: z.number().int().nullable(),
  detail: z.string().nullable(),
  phrase: StatePhrase,
  createdAt: At,
  nextAttemptAt: At.nullable(),
  deliveredAt: At.nullable(),
  payload: WebhookPayload,
})
export type WebhookDelivery = z.infer<typeof WebhookDelivery>

export const listWebhookDeliveries = route({
  id: 'listWebhookDeliveries',
  method: 'GET',
  path: '/webhooks/:id/deliveries',
  access: 'security.manage',
  tag: 'webhook',
  summary: 'Deliveries of a web hook, newest first; kept for 30 days',
  params,
  query: { ...paging, state: z.enum(['waiting', 'delivered', 'failed']).optional() },
  response: page(WebhookDelivery),
})
export const redeliverWebhook = route({
  id: 'redeliverWebhook',
  method: 'POST',
  path: '/webhooks/:id/deliveries/:deliveryId/redeliver',
  access: 'security.manage',
  tag: 'webhook',
  summary: 'Deliver again now, with the same event id',
  params: { id: Id, deliveryId: Id },
  response: WebhookDelivery,
})
