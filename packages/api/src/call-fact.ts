import { z } from 'zod'
import { LEG_KINDS, LegQuality } from './call-now.ts'
import { Attributes, CallAddress, Count, Id } from './shapes.ts'

export const CallEndedBy = z.enum(['customer', 'agent', 'supervisor', 'system', 'network', 'nodeLost'])

/** What happened on a call. The server makes interaction, segments, timeline and events of it. */
export const CallFact = z.discriminatedUnion('type', [
  /** Always the first fact of a call. */
  z.object({
    type: z.literal('started'),
    tenantId: Id,
    direction: z.enum(['inbound', 'outbound']),
    /** phone: by a trunk; web: from a widget; desk: dialled on a desk phone. */
    way: z.enum(['phone', 'web', 'desk']),
    from: CallAddress.nullable(),
    fromName: z.string().nullable(),
    /** The caller asked that the number is not shown (RFC 3323). */
    private: z.boolean(),
    to: CallAddress,
    numberId: Id.nullable(),
    trunkId: Id.nullable(),
    divertedFrom: CallAddress.nullable(),
    userId: Id.nullable(),
    /** Calls that the server asked for already have one. */
    interactionId: Id.nullable(),
  }),
  z.object({
    type: z.literal('chose'),
    step: z.string(),
    key: z.string(),
    label: z.string(),
    language: z.string().nullable(),
    attributes: Attributes,
  }),
  z.object({
    type: z.literal('entered'),
    name: z.string(),
    digits: z.string().nullable().meta({ description: 'null: sensitive' }),
  }),
  z.object({
    type: z.literal('queued'),
    queueId: Id,
    priority: z.number().int(),
    language: z.string().nullable(),
    attributes: Attributes,
  }),
  /** Left the queue for the next step of its flow: nobody came in time, or it was full or closed. */
  z.object({ type: z.literal('unqueued'), reason: z.enum(['timeout', 'full', 'closed', 'callback']) }),
  z.object({ type: z.literal('callbackRequested'), to: CallAddress }),
  z.object({
    type: z.literal('legStarted'),
    legId: Id,
    kind: z.enum(LEG_KINDS),
    way: z.enum(['phone', 'browser', 'desk']),
    userId: Id.nullable(),
    address: CallAddress.nullable(),
  }),
  z.object({ type: z.literal('legRinging'), legId: Id }),
  /** An agent's leg answered at the desk phone asks to accept the offer: the server answers with `connect` or `stopRinging`. */
  z.object({ type: z.literal('legAnswered'), legId: Id }),
  z.object({
    type: z.literal('legEnded'),
    legId: Id,
    status: z.number().int().nullable(),
    q850: z.number().int().nullable(),
    /**
     * `hungUp` (its person hung up), `lost` (gone without a word, and the customer is alone: route again), `transferred`, `parked`, `removed`, `left` (a supervisor), `withdrawn` (rang, is not needed any more), `busy`,
     * `rejected`, `noAnswer`, `failed`, `gone` (lost, but somebody else is in), `over` (the call ended).
     */
    reason: z.string(),
    quality: LegQuality.nullable(),
  }),
  /** The customer and this person now hear each other. */
  z.object({ type: z.literal('connected'), userId: Id.nullable(), legId: Id }),
  z.object({ type: z.literal('held') }),
  z.object({ type: z.literal('resumed') }),
  z.object({ type: z.literal('parked') }),
  z.object({ type: z.literal('consulted'), legId: Id, userId: Id.nullable(), to: CallAddress.nullable() }),
  z.object({
    type: z.literal('consultEnded'),
    legId: Id,
    how: z.enum(['cancelled', 'completed', 'conference', 'failed']),
  }),
  z.object({ type: z.literal('monitored'), userId: Id, mode: z.enum(['listen', 'whisper', 'barge', 'off']) }),
  z.object({
    type: z.literal('recordingStarted'),
    recordingId: Id,
    kind: z.enum(['call', 'voicemail']),
    /** Of a voicemail: whose work it becomes. */
    queueId: Id.nullable().optional(),
  }),
  z.object({ type: z.literal('recordingPaused'), recordingId: Id, reason: z.enum(['agent', 'card', 'hold']) }),
  z.object({ type: z.literal('recordingResumed'), recordingId: Id }),
  /** The audio has been PUT and stored before this is sent. */
  z.object({
    type: z.literal('recordingEnded'),
    recordingId: Id,
    kind: z.enum(['call', 'voicemail']),
    durationMs: Count,
    bytes: Count,
    pauses: z.array(z.object({ fromMs: Count, toMs: Count })),
    /** 0–100 loudness per side, at most 600 points each: customer, agent. */
    peaks: z.tuple([z.array(z.number()), z.array(z.number())]),
  }),
  /** A finished line of a text telephone or of real-time text. */
  z.object({
    type: z.literal('text'),
    legId: Id,
    author: z.enum(['customer', 'agent']),
    how: z.enum(['tty', 'rtt']),
    text: z.string(),
  }),
  /** Always the last fact but recordingEnded. Of an agent's `hangUp` too. */
  z.object({
    type: z.literal('ended'),
    by: CallEndedBy,
    status: z.number().int().nullable(),
    q850: z.number().int().nullable(),
    reason: z.string(),
  }),
])
export type CallFact = z.infer<typeof CallFact>
