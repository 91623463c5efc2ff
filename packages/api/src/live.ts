import { z } from 'zod'
import { Call } from './call.ts'
import { CallNow } from './call-now.ts'
import { Interaction } from './interaction.ts'
import { Message } from './message.ts'
import { AgentPresence } from './presence.ts'
import { At, Id } from './shapes.ts'
import { VideoSignal } from './webchat.ts'

/**
 * The live connection, a WebSocket at `/api/live`. The browser's session cookie (or an API key as bearer) is checked at the upgrade.
 * The client says hello with the cursor of the last event it has seen; the server sends what was missed, then everything as it happens.
 * A client that lost too much is told to `resync`: fetch its screens again, and go on from the cursor given.
 */
export const LIVE_PATH = '/api/live'
/** The client pings at least this often; a connection silent for twice as long is closed. */
export const LIVE_PING_SECONDS = 20
/** Close code with which the server ends the connections of a session that is over, or goes on as another. */
export const SIGNED_OUT = 4401

export const EVENT_TYPES = [
  'interaction.created',
  'interaction.queued',
  'interaction.offered',
  'interaction.accepted',
  'interaction.offerRejected',
  'interaction.offerExpired',
  'interaction.offerWithdrawn',
  'interaction.assigned',
  'interaction.transferred',
  'interaction.prioritised',
  /** Out of the queue, back into its flow: nobody came in time, or it was full or closed. */
  'interaction.leftQueue',
  /** The customer is on hold; on hold while the agent asks somebody else; and is talked to again. */
  'interaction.held',
  'interaction.consulted',
  'interaction.resumed',
  'interaction.ended',
  'interaction.abandoned',
  'interaction.wrappedUp',
  /** Seven days after its end: was it a first contact, and resolved? */
  'interaction.judged',
  'call.started',
  /** Anything about a call: state, what was pressed, legs, consultation, recording. */
  'call.changed',
  'call.ended',
  'recording.stored',
  'voicemail.left',
  /** Somebody hung up and keeps their place: they are called when an agent accepts. */
  'callback.requested',
  'message.created',
  'message.changed',
  'message.read',
  'conversation.changed',
  'customer.created',
  'customer.changed',
  'customer.merged',
  'customer.unmerged',
  'presence.changed',
  'survey.answered',
  'channelAccount.stateChanged',
  'configuration.changed',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** One event of the log as a screen gets it, with the present state of what it is about. */
export const LiveEvent = z.object({
  cursor: z.string(),
  at: At,
  type: z.enum(EVENT_TYPES),
  interactionId: Id.nullable(),
  conversationId: Id.nullable(),
  customerId: Id.nullable(),
  queueId: Id.nullable(),
  userId: Id.nullable(),
  actorId: Id.nullable(),
  data: z.record(z.string(), z.unknown()),
  interaction: Interaction.optional(),
  message: Message.optional(),
  presence: AgentPresence.optional(),
  /** Of `call.*`, `recording.*`, `voicemail.*` and `callback.*`. */
  call: Call.optional(),
})
export type LiveEvent = z.infer<typeof LiveEvent>

/** How much waits, per queue I serve (supervisors: all queues). Sent when it changes, at most once a second. */
export const QueueCount = z.object({ queueId: Id, waiting: z.number().int(), longestWaitSince: At.nullable() })

export const ToServer = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), cursor: z.string().max(60).nullable() }),
  z.strictObject({ type: z.literal('ping') }),
  /** Conversations that are open on the screen: their events come too, whoever owns them. Replaces the former list. */
  z.strictObject({ type: z.literal('watch'), conversationIds: z.array(Id).max(20) }),
  z.strictObject({ type: z.literal('typing'), conversationId: Id, typing: z.boolean() }),
  /** To the visitor's browser, in a call from a widget that is mine. */
  z.strictObject({ type: z.literal('video.signal'), callId: Id, signal: VideoSignal }),
])
export type ToServer = z.infer<typeof ToServer>

export const ToClient = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), cursor: z.string() }),
  z.object({ type: z.literal('resync'), cursor: z.string(), reason: z.string() }),
  z.object({ type: z.literal('event'), event: LiveEvent }),
  z.object({ type: z.literal('pong') }),
  /** by: 'customer', or the name of a colleague. `text` is what a visitor is writing, where the widget shares it. */
  z.object({
    type: z.literal('typing'),
    conversationId: Id,
    by: z.string(),
    typing: z.boolean(),
    text: z.string().optional(),
  }),
  z.object({ type: z.literal('queues'), queues: z.array(QueueCount) }),
  /** Who speaks and how well all are heard, of the calls I am in (supervisors: of all); every two seconds while there are any. */
  z.object({ type: z.literal('callNow'), calls: z.array(CallNow) }),
  /** Letters of a text telephone or of real-time text as they come; the finished line is a message. */
  z.object({
    type: z.literal('callText'),
    callId: Id,
    conversationId: Id,
    author: z.enum(['customer', 'agent']),
    text: z.string(),
  }),
  /** From the visitor's browser, to the screens of the agent who has the call. */
  z.object({ type: z.literal('video.signal'), callId: Id, signal: VideoSignal }),
  /** My phone could not do what was asked of it, such as joining a call I accepted. */
  z.object({ type: z.literal('phone'), callId: Id.nullable(), code: z.string(), detail: z.string() }),
  z.object({ type: z.literal('problem'), code: z.string(), detail: z.string() }),
])
export type ToClient = z.infer<typeof ToClient>
