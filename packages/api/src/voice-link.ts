import { emergencyNumbers } from '@centrala/core/dial/emergency.ts'
import { z } from 'zod'
import { Attributes, Id } from './shapes.ts'

/**
 * The link between the server and a voice node: a WebSocket at `/internal/voice`, opened by the node with the installation's node token as bearer.
 *
 * The node is the one that knows what happens on the wire. It tells it as *facts*, numbered per call from 1 without gaps, kept by the node (on disk) until the server
 * acknowledges them after its commit; the server ignores a number it has seen. The server tells the node what to do as *commands*, each answered by
 * a `reply`. Calls go on while the link is down; facts wait. `config` is all that a node needs to work alone; it keeps the last one on disk.
 *
 * Where several server nodes work together a voice node has a link to each of them, and says which is its *main* one: there go facts and questions, from there comes the configuration. State and letters go to all,
 * commands are taken from all. A server says `servers` first, before the node says hello: who it is and where the others are.
 */
export const VOICE_LINK_PATH = '/internal/voice'
/** Audio of prompts, `GET`, PCM 16 bit little endian mono 16 kHz; immutable: a changed variant has another id. */
export const PROMPT_AUDIO_PATH = '/internal/voice/prompts/:tenantId/:audioId'
/** Finished recordings, `PUT`, a stereo WAV (customer left, agents right; voicemail: mono); the answer is 201 after it is stored. Idempotent. */
export const RECORDING_PATH = '/internal/voice/recordings/:tenantId/:recordingId'
/** A node says hello, or `state`, at least this often; after LEASE_SECONDS without, the server ends its calls as lost. */
export const NODE_STATE_SECONDS = 2
export const NODE_LEASE_SECONDS = 15

/** E.164 with plus, or as given where it is no such number (`anonymous`, an extension). */
const Address = z.string().max(200)
const EpochMs = z.number()
const Count = z.number().int().min(0)

export const LEG_KINDS = ['customer', 'agent', 'supervisor', 'outside'] as const
export const CallEndedBy = z.enum(['customer', 'agent', 'supervisor', 'system', 'network', 'nodeLost'])

/** How well a leg's audio came through. */
export const LegQuality = z.object({
  codec: z.string(),
  packets: Count,
  lost: Count,
  jitterMs: z.number(),
  roundTripMs: z.number().nullable(),
  /** Estimated mean opinion score, 1 to 4.5 (ITU-T G.107). */
  mos: z.number().nullable(),
})
export type LegQuality = z.infer<typeof LegQuality>

/** What a prompt is made of, once a flow's `Says` has been resolved per language. */
export const PromptConfig = z.object({
  id: Id,
  /** Audio per language (BCP 47); `*`: where the caller's is missing. */
  audio: z.record(z.string(), z.object({ audioId: z.string(), durationMs: Count })),
})

export const TrunkConfig = z.object({
  id: Id,
  name: z.string(),
  /** `register`: we register at the provider; `address`: calls are known by where they come from. */
  mode: z.enum(['register', 'address']),
  transport: z.enum(['udp', 'tcp', 'tls']),
  host: z.string(),
  port: z.number().int().nullable(),
  /** Where calls may come from (CIDR or names), besides what `host` resolves to. */
  from: z.array(z.string()),
  username: z.string().nullable(),
  password: z.string().nullable(),
  realm: z.string().nullable(),
  /** Lower is tried first; the next takes over when one does not answer. */
  priority: z.number().int(),
  maxCalls: z.number().int().min(0),
  maxCallsPerSecond: z.number().min(0),
  codecs: z.array(z.enum(['PCMA', 'PCMU', 'G722'])),
  srtp: z.enum(['off', 'optional', 'required']),
  /** What outgoing calls show: one of the tenant's numbers that the provider lets us show. */
  callerId: z.object({ default: Address.nullable(), header: z.enum(['from', 'pai']), allowed: z.array(Address) }),
})

export const NumberConfig = z.object({
  id: Id,
  name: z.string(),
  number: Address,
  brandId: Id.nullable(),
  language: z.string().nullable(),
  flowId: Id.nullable(),
  queueId: Id.nullable(),
})

export const QueueVoice = z.object({
  id: Id,
  name: z.string(),
  hoursId: Id.nullable(),
  musicPromptId: Id.nullable(),
  greetingPromptId: Id.nullable(),
  announcePosition: z.boolean(),
  announceWait: z.boolean(),
  announceEverySeconds: Count,
  /** "Press 1 to be called back" is offered from this wait on; null: never. */
  callbackAfterSeconds: Count.nullable(),
  record: z.enum(['never', 'always', 'onDemand']),
  recordingAnnouncementPromptId: Id.nullable(),
  closedPromptId: Id.nullable(),
})
export type QueueVoice = z.infer<typeof QueueVoice>

export const DeskPhoneConfig = z.object({
  id: Id,
  userId: Id,
  username: z.string(),
  /** By which colleagues call it; null: by its user name alone. */
  extension: z.string().nullable().default(null),
  ha1Md5: z.string(),
  ha1Sha256: z.string(),
})

export const DialRule = z.object({
  /** Digits after the plus: `385`, `3859`. The longest that fits decides; what none fits is denied. */
  prefix: z.string(),
  allow: z.boolean(),
  pricePerMinute: z.number().min(0),
})
export type DialRule = z.infer<typeof DialRule>
export const CallLimits = z.object({
  maxCalls: Count,
  maxOutboundCalls: Count,
  maxOutboundPerMinute: Count,
  /** In the currency of the rules' prices. */
  maxSpendPerDay: z.number().min(0),
})
export type CallLimits = z.infer<typeof CallLimits>

export const TenantVoice = z.object({
  tenantId: Id,
  slug: z.string(),
  locale: z.string(),
  timeZone: z.string(),
  trunks: z.array(TrunkConfig),
  numbers: z.array(NumberConfig),
  deskPhones: z.array(DeskPhoneConfig),
  queues: z.array(QueueVoice),
  /** `Flow` of core/flow, by id. */
  flows: z.record(z.string(), z.unknown()),
  /** `Hours` of core/hours, by id. */
  hours: z.record(z.string(), z.unknown()),
  prompts: z.array(PromptConfig),
  /** Texts of flows rendered by the speech engine beforehand: `language|text` → audio. */
  spoken: z.record(z.string(), z.object({ audioId: z.string(), durationMs: Count })),
  dialRules: z.array(DialRule),
  /** Dialled whatever the rules and limits say, as they are: `112`. */
  emergencyNumbers: z.array(z.string()).default(() => emergencyNumbers(undefined)),
  limits: CallLimits,
})
export type TenantVoice = z.infer<typeof TenantVoice>

export const VoiceConfig = z.object({ revision: z.string(), tenants: z.array(TenantVoice) })
export type VoiceConfig = z.infer<typeof VoiceConfig>

// ---------------------------------------------------------------------------------------------------------------- facts

const legId = Id
/** What happened on a call. The server makes interaction, segments, timeline and events of it. */
export const CallFact = z.discriminatedUnion('type', [
  /** Always the first fact of a call. */
  z.object({
    type: z.literal('started'),
    tenantId: Id,
    direction: z.enum(['inbound', 'outbound']),
    /** phone: by a trunk; web: from a widget; desk: dialled on a desk phone. */
    way: z.enum(['phone', 'web', 'desk']),
    from: Address.nullable(),
    fromName: z.string().nullable(),
    /** The caller asked that the number is not shown (RFC 3323). */
    private: z.boolean(),
    to: Address,
    numberId: Id.nullable(),
    trunkId: Id.nullable(),
    divertedFrom: Address.nullable(),
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
  z.object({ type: z.literal('callbackRequested'), to: Address }),
  z.object({
    type: z.literal('legStarted'),
    legId,
    kind: z.enum(LEG_KINDS),
    way: z.enum(['phone', 'browser', 'desk']),
    userId: Id.nullable(),
    address: Address.nullable(),
  }),
  z.object({ type: z.literal('legRinging'), legId }),
  /** An agent's leg answered at the desk phone asks to accept the offer: the server answers with `connect` or `stopRinging`. */
  z.object({ type: z.literal('legAnswered'), legId }),
  z.object({
    type: z.literal('legEnded'),
    legId,
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
  z.object({ type: z.literal('connected'), userId: Id.nullable(), legId }),
  z.object({ type: z.literal('held') }),
  z.object({ type: z.literal('resumed') }),
  z.object({ type: z.literal('parked') }),
  z.object({ type: z.literal('consulted'), legId, userId: Id.nullable(), to: Address.nullable() }),
  z.object({ type: z.literal('consultEnded'), legId, how: z.enum(['cancelled', 'completed', 'conference', 'failed']) }),
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
    legId,
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

// ------------------------------------------------------------------------------------------------------------- commands

const call = { callId: Id }
/** Somebody inside or a number outside. */
export const CallTarget = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), userId: Id }),
  z.object({ type: z.literal('number'), number: Address, numberId: Id.nullable() }),
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
  z.object({ type: z.literal('forward'), ...call, userId: Id, number: Address, numberId: Id.nullable() }),
  z.object({ type: z.literal('removeLeg'), ...call, legId }),
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
    to: Address,
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

// --------------------------------------------------------------------------------------------------------------- frames

/** Of a call as it is now: for live lists; nothing is kept of it. */
export const CallNow = z.object({
  callId: Id,
  tenantId: Id,
  legs: z.array(
    z.object({
      legId,
      kind: z.enum(LEG_KINDS),
      userId: Id.nullable(),
      quality: LegQuality.nullable(),
    }),
  ),
})

export const FromNode = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    nodeId: z.string().max(100),
    /** Said again on the same link when it becomes the main one, or is it no longer. */
    main: z.boolean().default(true),
    publicAddress: z.string(),
    sipPorts: z.object({
      udp: z.number().nullable(),
      tcp: z.number().nullable(),
      tls: z.number().nullable(),
      ws: z.number().nullable().default(null),
      wss: z.number().nullable().default(null),
    }),
    maxCalls: Count,
    configRevision: z.string().nullable(),
    calls: z.array(Id),
    lines: z.array(Id),
  }),
  z.object({ type: z.literal('fact'), callId: Id, n: z.number().int().min(1), at: EpochMs, fact: CallFact }),
  z.discriminatedUnion('ok', [
    z.object({ type: z.literal('reply'), id: z.number().int(), ok: z.literal(true), sdp: z.string().optional() }),
    z.object({
      type: z.literal('reply'),
      id: z.number().int(),
      ok: z.literal(false),
      code: z.string(),
      detail: z.string(),
    }),
  ]),
  z.object({
    type: z.literal('state'),
    /** Another part of this state follows: what a large node has is told in parts, so that nothing urgent waits for all of it. */
    more: z.literal(true).optional(),
    draining: z.boolean(),
    load: z.number().meta({ description: 'Share of maxCalls in use, 0 to 1' }),
    calls: z.array(CallNow),
    lines: z.array(
      z.object({
        lineId: Id,
        tenantId: Id,
        userId: Id,
        connected: z.boolean(),
        /** When it was opened, or last named in a command. */
        usedAt: EpochMs.optional(),
        quality: LegQuality.nullable(),
      }),
    ),
    trunks: z.array(
      z.object({ trunkId: Id, state: z.enum(['idle', 'connecting', 'connected', 'failing']), sentence: z.string() }),
    ),
    deskPhones: z.array(
      z.object({
        deskPhoneId: Id,
        registered: z.boolean(),
        userAgent: z.string().nullable(),
        /** Its owner talks with a colleague, which is no call of ours. */
        inCall: z.boolean().default(false),
      }),
    ),
  }),
  /** Letters of a text telephone as they come; whole lines follow as facts. */
  z.object({ type: z.literal('typing'), callId: Id, author: z.enum(['customer', 'agent']), text: z.string() }),
  /** What the node needs to know now: answered by `told`. Where no answer comes within a second it does without. */
  z.object({
    type: z.literal('ask'),
    id: z.number().int(),
    question: z.object({ type: z.literal('place'), callId: Id }),
  }),
])
export type FromNode = z.infer<typeof FromNode>

export const ToNode = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('servers'),
    /** Who says this: the same server may be reached by several addresses. */
    self: z.string(),
    others: z.array(z.object({ name: z.string(), url: z.url({ protocol: /^https?$/ }) })),
  }),
  z.object({ type: z.literal('config'), config: VoiceConfig }),
  z.object({ type: z.literal('ack'), callId: Id, n: z.number().int() }),
  z.object({ type: z.literal('command'), id: z.number().int(), command: CallCommand }),
  z.object({
    type: z.literal('told'),
    id: z.number().int(),
    position: z.number().int().nullable(),
    waitMs: z.number().nullable(),
  }),
])
export type ToNode = z.infer<typeof ToNode>
