import { z } from 'zod'
import { At, Channel, Id } from './shapes.ts'

export const FileInfo = z.object({
  id: Id,
  name: z.string(),
  mediaType: z.string(),
  size: z.number(),
  contentId: z.string().nullable(),
})

export const MESSAGE_STATUSES = ['stored', 'sending', 'sent', 'delivered', 'read', 'failed'] as const
export const Message = z.object({
  id: Id,
  conversationId: Id,
  interactionId: Id.nullable(),
  channel: Channel,
  author: z.enum(['customer', 'agent', 'system', 'bot']),
  userId: Id.nullable(),
  userName: z.string().nullable(),
  /** A note: never leaves the house. */
  internal: z.boolean(),
  text: z.string(),
  /** Sanitised; remote images are in data-blocked-src. Show it in a sandboxed frame. */
  html: z.string().nullable(),
  quoted: z.string().nullable(),
  subject: z.string().nullable(),
  recipients: z.object({ to: z.array(z.string()), cc: z.array(z.string()), bcc: z.array(z.string()) }).nullable(),
  /** `replyTo`: where the sender wants answers, when that is elsewhere. */
  sender: z
    .object({ address: z.string(), name: z.string().nullable(), verified: z.boolean(), replyTo: z.string().optional() })
    .nullable(),
  automatic: z.string().nullable(),
  mentions: z.array(Id),
  files: z.array(FileInfo),
  clientId: z.string().nullable(),
  status: z.enum(MESSAGE_STATUSES),
  statusDetail: z.string().nullable(),
  createdAt: At,
  deliveredAt: At.nullable(),
  readAt: At.nullable(),
})
export type Message = z.infer<typeof Message>
