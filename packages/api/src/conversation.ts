import { z } from 'zod'
import { Interaction } from './interaction.ts'
import { Message } from './message.ts'
import { route } from './route.ts'
import { At, Channel, Id, page, paging, Tag } from './shapes.ts'

export const Conversation = z.object({
  id: Id,
  customerId: Id,
  customerName: z.string().nullable(),
  brandId: Id.nullable(),
  subject: z.string().nullable(),
  tags: z.array(z.string()),
  lastMessageAt: At,
  createdAt: At,
  /** Newest first. */
  interactions: z.array(Interaction),
})
export type Conversation = z.infer<typeof Conversation>

export const getConversation = route({
  id: 'getConversation',
  method: 'GET',
  path: '/conversations/:id',
  access: 'conversation.read',
  tag: 'conversation',
  summary: 'A conversation with its interactions',
  params: { id: Id },
  response: Conversation,
})
export const changeConversation = route({
  id: 'changeConversation',
  method: 'PATCH',
  path: '/conversations/:id',
  access: 'inbox.handle',
  tag: 'conversation',
  summary: 'Change subject and tags',
  params: { id: Id },
  body: z.strictObject({ subject: z.string().max(500).nullable().optional(), tags: z.array(Tag).max(30).optional() }),
  response: Conversation,
})
export const listMessages = route({
  id: 'listMessages',
  method: 'GET',
  path: '/conversations/:id/messages',
  access: 'conversation.read',
  tag: 'conversation',
  summary: 'Messages of a conversation, newest page first, oldest first within the page',
  params: { id: Id },
  query: paging,
  response: page(Message),
})
export const sendMessage = route({
  id: 'sendMessage',
  method: 'POST',
  path: '/conversations/:id/messages',
  access: 'inbox.handle',
  tag: 'conversation',
  summary:
    'Write to the customer, or an internal note. Sent on the channel of the interaction; the same clientId twice is one message',
  params: { id: Id },
  body: z.strictObject({
    clientId: z.string().min(8).max(64),
    interactionId: Id.nullable()
      .default(null)
      .meta({ description: 'Required unless internal: the interaction, which must be mine' }),
    internal: z.boolean().default(false),
    text: z.string().max(100_000, 'Write at most 100,000 characters, or attach a file.'),
    html: z.string().max(500_000).nullable().default(null),
    fileIds: z.array(Id).max(20).default([]),
    mentions: z.array(Id).max(20).default([]),
    subject: z.string().max(500).nullable().default(null),
    to: z.array(z.string().max(254)).max(50).optional(),
    cc: z.array(z.string().max(254)).max(50).default([]),
    bcc: z.array(z.string().max(254)).max(50).default([]),
  }),
  response: Message,
})
export const retryMessage = route({
  id: 'retryMessage',
  method: 'POST',
  path: '/messages/:id/retry',
  access: 'inbox.handle',
  tag: 'conversation',
  summary: 'Send a failed message again',
  params: { id: Id },
  response: Message,
})
export const markRead = route({
  id: 'markRead',
  method: 'POST',
  path: '/conversations/:id/read',
  access: 'inbox.handle',
  tag: 'conversation',
  summary: 'The agent has read up to now (shown to the customer)',
  params: { id: Id },
})
/** Starts a new outbound interaction, e.g. an e-mail to a customer; it is the caller's own at once. */
export const startConversation = route({
  id: 'startConversation',
  method: 'POST',
  path: '/conversations',
  access: 'inbox.handle',
  tag: 'conversation',
  summary: 'Write to a customer first (e-mail)',
  body: z.strictObject({
    customerId: Id,
    channel: Channel,
    channelAccountId: Id,
    queueId: Id,
    subject: z.string().max(500).nullable().default(null),
  }),
  response: Interaction,
})
export const uploadFile = route({
  id: 'uploadFile',
  method: 'POST',
  path: '/files',
  access: 'inbox.handle',
  tag: 'file',
  summary: 'Upload one file (multipart field "file", at most 25 MiB) to send with a message',
  query: { conversationId: Id },
  upload: true,
  response: z.object({ id: Id, name: z.string(), mediaType: z.string(), size: z.number() }),
})
export const getFile = route({
  id: 'getFile',
  method: 'GET',
  path: '/files/:id',
  access: 'conversation.read',
  tag: 'file',
  summary: 'A file’s bytes; as a download unless it is a harmless image, or audio',
  params: { id: Id },
  query: { download: z.stringbool().optional() },
  produces: 'application/octet-stream',
})
/** Fetched by the server, so that the sender learns neither where nor who the reader is. */
export const getRemoteImage = route({
  id: 'getRemoteImage',
  method: 'GET',
  path: '/messages/:id/image',
  access: 'conversation.read',
  tag: 'file',
  summary:
    'An image that an e-mail shows from the network, fetched by the server; only addresses that stand in that mail',
  params: { id: Id },
  query: { url: z.string().max(4000) },
  produces: 'application/octet-stream',
})
export const Mention = z.object({
  messageId: Id,
  conversationId: Id,
  by: z.string().nullable(),
  text: z.string(),
  createdAt: At,
  readAt: At.nullable(),
})
export const listMentions = route({
  id: 'listMentions',
  method: 'GET',
  path: '/me/mentions',
  access: 'inbox.handle',
  tag: 'conversation',
  summary: 'Notes that mention me, newest first',
  response: z.object({ items: z.array(Mention) }),
})
export const readMentions = route({
  id: 'readMentions',
  method: 'POST',
  path: '/me/mentions/read',
  access: 'inbox.handle',
  tag: 'conversation',
  summary: 'Mark all my mentions as read',
})
