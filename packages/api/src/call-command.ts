import { z } from 'zod'
import { CallEndedBy } from './call-fact.ts'
import { CallAddress, Count, Id } from './shapes.ts'

const call = { callId: Id }
/** Somebody inside or a number outside. */
export const CallTarget = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), userId: Id }),
  z.object({ type: z.literal('number'), number: CallAddress, numberId: Id.nullable() }),
])
export type CallTarget = z.infer<typeof CallTarget>

/** `userId` is whose leg is meant. Replies: { ok: true, … } or { ok: false, code, detail }. */
export const CallCommand = z.discriminatedUnion('type', [
  /** The desk phones of somebody an offer was made to. */
  z.object({ type: z.literal('ring'), ...call, userId: Id, seconds: Count }),
  z.object({ type: z.literal('stopRinging'), ...call, userId: Id }),
  /** The offer was accepted: by the browser's line where there is one, else by the phone that answered or now rings. */
  z.object({
    type: z.literal('connect'),
    ...call,
    userId: Id,
    lineId: Id.nullable(),
    record: z.enum(['never', 'always', 'onDemand']),
  }),
  /** This person leaves the call; the customer stays: back to a queue's music until somebody else is connected. */
  z.object({ type: z.literal('queue'), ...call, queueId: Id }),
  z.object({ type: z.literal('hold'), ...call }),
  z.object({ type: z.literal('resume'), ...call }),
  z.object({ type: z.literal('park'), ...call }),
  z.object({ type: z.literal('mute'), ...call, userId: Id, on: z.boolean() }),
  z.object({ type: z.literal('digits'), ...call, digits: z.string().regex(/^[0-9A-D*#,]{1,40}$/) }),
  /** Holds the customer and calls somebody. A colleague's desk phones ring; at the desktop they answer by `connect` with their own userId, or decline by `stopRinging`. `consulted` comes again where another of their phones answers. */
  z.object({ type: z.literal('consult'), ...call, userId: Id, target: CallTarget }),
  /** The customer is back with the agent, unless they were on hold before. */
  z.object({ type: z.literal('cancelConsult'), ...call }),
  /** Customer and consulted together; `userId` leaves. */
  z.object({ type: z.literal('completeConsult'), ...call, userId: Id }),
  /** Everybody together. */
  z.object({ type: z.literal('conference'), ...call }),
  /** To a number outside, at once; `userId` leaves when it rings, and is asked back where nobody answers there. */
  z.object({ type: z.literal('forward'), ...call, userId: Id, number: CallAddress, numberId: Id.nullable() }),
  z.object({ type: z.literal('removeLeg'), ...call, legId: Id }),
  z.object({ type: z.literal('hangUp'), ...call, by: CallEndedBy, userId: Id.nullable() }),
  z.object({
    type: z.literal('record'),
    ...call,
    do: z.enum(['start', 'pause', 'resume']),
    reason: z.enum(['agent', 'card']),
  }),
  z.object({
    type: z.literal('monitor'),
    ...call,
    userId: Id,
    lineId: Id.nullable(),
    mode: z.enum(['listen', 'whisper', 'barge', 'off']),
  }),
  z.object({ type: z.literal('text'), ...call, text: z.string().max(1000) }),
  /** Calls somebody: the agent's line or desk phone first, then the customer. `callId` is made by the server. */
  z.object({
    type: z.literal('dial'),
    ...call,
    tenantId: Id,
    interactionId: Id,
    userId: Id,
    lineId: Id.nullable(),
    to: CallAddress,
    numberId: Id.nullable(),
    record: z.enum(['never', 'always', 'onDemand']),
    timeoutSeconds: Count,
  }),
  /** A browser's audio line; opened anew after a reload, it takes up the calls the former one had. Reply: { sdp }. */
  z.object({ type: z.literal('openLine'), tenantId: Id, userId: Id, lineId: Id, sdp: z.string().max(50_000) }),
  /** As for a line, but nobody is reached by it and it is closed soon: whether sound gets through. Reply: { sdp }. */
  z.object({ type: z.literal('tryLine'), sdp: z.string().max(50_000) }),
  z.object({ type: z.literal('closeLine'), lineId: Id }),
  z.object({ type: z.literal('echo'), lineId: Id, on: z.boolean() }),
  /** A visitor's browser calls in from a widget. Reply: { sdp }. Sent again with another sdp after a reload: the same call goes on. */
  z.object({
    type: z.literal('webCall'),
    ...call,
    tenantId: Id,
    interactionId: Id,
    queueId: Id.nullable(),
    flowId: Id.nullable(),
    name: z.string().nullable(),
    language: z.string().nullable(),
    sdp: z.string().max(50_000),
  }),
])
export type CallCommand = z.infer<typeof CallCommand>

/**
 * Why a node does not do what it is told. The API says it as `phone.<code>`, which screens have words for in every language; `detail` is for
 * programs and logs.
 */
export const NODE_REFUSALS = [
  'alone',
  'badNumber',
  'badOffer',
  'busy',
  'consulting',
  'denied',
  'ended',
  'failed',
  'full',
  'gone',
  'isIn',
  'noConsult',
  'noCustomer',
  'noLine',
  'noPhone',
  'noText',
  'noTrunk',
  'notAllowed',
  'notIn',
  'notRecording',
  'notThere',
  'notUnderstood',
  'otherLine',
  'spent',
  'tooFast',
  'tooMany',
  'tooManyParties',
] as const
export type NodeRefusal = (typeof NODE_REFUSALS)[number]
