import { z } from 'zod'
import { Phrase } from './phrase.ts'
import { route } from './route.ts'
import { At, Channel, Id } from './shapes.ts'

export const INTERACTION_STATES = ['flow', 'queued', 'offered', 'active', 'wrapUp', 'ended'] as const
export const INTERACTION_OUTCOMES = ['handled', 'abandoned', 'shortAbandoned', 'moved', 'closed', 'spam'] as const
export const Interaction = z.object({
  id: Id,
  conversationId: Id,
  customerId: Id,
  customerName: z.string().nullable(),
  channel: Channel,
  channelAccountId: Id.nullable(),
  direction: z.enum(['inbound', 'outbound']),
  state: z.enum(INTERACTION_STATES),
  queueId: Id.nullable(),
  queueName: z.string().nullable(),
  agentId: Id.nullable(),
  agentName: z.string().nullable(),
  priority: z.number().int(),
  language: z.string().nullable(),
  subject: z.string().nullable(),
  preview: z.string().meta({ description: 'Beginning of the last message that the customer could see' }),
  context: z.record(z.string(), z.unknown()),
  createdAt: At,
  queuedAt: At.nullable(),
  offerExpiresAt: At.nullable(),
  answeredAt: At.nullable(),
  endedAt: At.nullable(),
  closedAt: At.nullable(),
  wrapUpDueAt: At.nullable(),
  customerWaitsSince: At.nullable(),
  outcome: z.enum(INTERACTION_OUTCOMES).nullable(),
  wrapUpCodeId: Id.nullable(),
  contactReasonId: Id.nullable(),
  wrapUpNote: z.string().nullable(),
  /** Grows with each change; what a command was decided on. */
  version: z.number().int(),
})
export type Interaction = z.infer<typeof Interaction>

const params = { id: Id }
const common = { method: 'POST', access: 'inbox.handle', tag: 'interaction', params, response: Interaction } as const

export const listMyInteractions = route({
  id: 'listMyInteractions',
  method: 'GET',
  path: '/me/interactions',
  access: 'inbox.handle',
  tag: 'interaction',
  summary: 'Offered to me, active and in wrap-up',
  response: z.object({ items: z.array(Interaction) }),
})
export const listInteractions = route({
  id: 'listInteractions',
  method: 'GET',
  path: '/interactions',
  access: 'supervise.read',
  tag: 'interaction',
  summary:
    'Open interactions (or ended ones of the last day), by queue, agent, state or channel; longest waiting first',
  query: {
    queueId: Id.optional(),
    agentId: Id.optional(),
    state: z.enum(INTERACTION_STATES).optional(),
    channel: Channel.optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  },
  response: z.object({ items: z.array(Interaction) }),
})
export const getInteraction = route({
  id: 'getInteraction',
  method: 'GET',
  path: '/interactions/:id',
  access: 'conversation.read',
  tag: 'interaction',
  summary: 'One interaction',
  params,
  response: Interaction,
})

export const acceptOffer = route({
  ...common,
  id: 'acceptOffer',
  path: '/interactions/:id/accept',
  summary: 'Accept the offer made to me',
})
export const rejectOffer = route({
  ...common,
  id: 'rejectOffer',
  path: '/interactions/:id/reject',
  summary: 'Reject the offer: it goes back to its place, and not to me for a minute',
})
export const transferInteraction = route({
  ...common,
  id: 'transferInteraction',
  path: '/interactions/:id/transfer',
  summary:
    'Hand my interaction to a queue or an agent, with a note. To an agent: offered to them first, then to their queue',
  body: z.strictObject({
    queueId: Id.nullable().default(null),
    agentId: Id.nullable().default(null),
    note: z.string().max(5000).default(''),
  }),
})
export const moveInteraction = route({
  ...common,
  id: 'moveInteraction',
  path: '/interactions/:id/move',
  summary:
    'Continue the conversation on another channel (chat → e-mail): ends this interaction as moved, opens one on that channel that is mine',
  body: z.strictObject({
    channel: Channel,
    channelAccountId: Id,
    address: z.string().max(254).nullable().default(null),
  }),
})
export const endInteraction = route({
  ...common,
  id: 'endInteraction',
  path: '/interactions/:id/end',
  summary: 'The talk is over; wrap-up begins',
  body: z.strictObject({ outcome: z.enum(['handled', 'spam']).default('handled') }),
})
export const wrapUp = route({
  ...common,
  id: 'wrapUp',
  path: '/interactions/:id/wrap-up',
  summary: 'Finish the wrap-up',
  body: z.strictObject({
    wrapUpCodeId: Id.nullable().default(null),
    contactReasonId: Id.nullable().default(null),
    note: z.string().max(5000).nullable().default(null),
  }),
})
export const prioritise = route({
  ...common,
  access: 'supervise.act',
  id: 'prioritise',
  path: '/interactions/:id/priority',
  summary: 'Change the priority of a waiting interaction',
  body: z.strictObject({ priority: z.number().int().min(-1000).max(1000) }),
})
export const reassign = route({
  ...common,
  access: 'supervise.act',
  id: 'reassign',
  path: '/interactions/:id/reassign',
  summary: 'Give an interaction to an agent (at once), or back to a queue',
  body: z.strictObject({ agentId: Id.nullable().default(null), queueId: Id.nullable().default(null) }),
})

export const SEGMENT_KINDS = ['flow', 'queue', 'offer', 'agent', 'hold', 'consult', 'wrapUp'] as const
export const Segment = z.object({
  id: Id,
  interactionId: Id,
  kind: z.enum(SEGMENT_KINDS),
  queueId: Id.nullable(),
  queueName: z.string().nullable(),
  agentId: Id.nullable(),
  agentName: z.string().nullable(),
  startedAt: At,
  endedAt: At.nullable(),
  outcome: z.string().nullable(),
})
export const listSegments = route({
  id: 'listSegments',
  method: 'GET',
  path: '/interactions/:id/segments',
  access: 'conversation.read',
  tag: 'interaction',
  summary: 'What happened to an interaction, stretch by stretch',
  params,
  response: z.object({ items: z.array(Segment) }),
})

export const Receipt = z.object({
  id: Id,
  interactionId: Id,
  agentId: Id,
  agentName: z.string().nullable(),
  decidedAt: At,
  words: z.string().meta({ description: 'In English' }),
  phrases: z.array(Phrase),
  decision: z.record(z.string(), z.unknown()),
})
export const listReceipts = route({
  id: 'listReceipts',
  method: 'GET',
  path: '/interactions/:id/receipts',
  access: 'supervise.read',
  tag: 'interaction',
  summary: 'Why the router decided as it did, in words and data',
  params,
  response: z.object({ items: z.array(Receipt) }),
})
/** Milliseconds from now; eight waits in ten are expected to end between `lowMs` and `highMs`. */
export const ExpectedWait = z.object({
  expectedMs: z.number(),
  lowMs: z.number(),
  highMs: z.number(),
  from: z.enum(['rates', 'history', 'guess']).meta({
    description: 'Rates of serving and giving up, how long others waited, or a guess before anything is known',
  }),
})
export const explainWaiting = route({
  id: 'explainWaiting',
  method: 'GET',
  path: '/interactions/:id/waiting',
  access: 'supervise.read',
  tag: 'interaction',
  summary: 'Why it still waits, now',
  params,
  response: z.object({
    words: z.string().meta({ description: 'In English' }),
    phrases: z.array(Phrase),
    position: z.number().nullable(),
    expected: ExpectedWait.nullable().meta({ description: 'How much longer it may wait; null where nobody can tell' }),
    waiting: z.record(z.string(), z.unknown()).nullable(),
  }),
})
