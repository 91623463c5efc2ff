import { z } from 'zod'
import { route } from './route.ts'
import { At, Email, Id, LOCALES, Locale } from './shapes.ts'

/**
 * What the web chat widget and the server say to each other. The widget stands on pages of the company's own: it is public, named
 * by the account's `key`, and its visitor proves who they are by a token (and, signed in, by a `userHash`), never by a cookie.
 *
 * The connection is a WebSocket at `/api/webchat/:key/live`, one JSON object a frame. The visitor says `hello`, the server answers
 * `ready` with the present state, then both talk. What was sent and not yet acknowledged is sent again after a reconnection with
 * the same `clientId`: it is stored once. An `ack` comes only after the commit.
 */
export const webchatLivePath = (key: string) => `/api/webchat/${key}/live`
/** The widget pings this often; a connection silent for twice as long is closed. */
export const WEBCHAT_PING_SECONDS = 25

/** Largest values taken; more is refused with a problem, never cut. */
export const WEBCHAT_LIMITS = {
  textChars: 10_000,
  frameBytes: 64 * 1024,
  fileBytes: 25 * 1024 * 1024,
  filesPerMessage: 10,
  messagesInReady: 50,
} as const

/** Text in several languages; the widget shows the visitor's, else the default locale's, else any. */
export const Localised = z.partialRecord(z.enum(LOCALES), z.string().max(2000))
export type Localised = z.infer<typeof Localised>

/** A field that the visitor fills in before the chat. `name` and `email` go to the customer, the rest to the interaction's context. */
export const PreChatField = z.object({
  id: z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/, 'Write a short name of letters and digits, such as orderNumber.'),
  kind: z.enum(['text', 'email', 'phone', 'longText', 'choice']),
  label: Localised,
  required: z.boolean(),
  /** For `choice`. */
  options: z.array(z.string().min(1).max(100)).max(30),
})
export type PreChatField = z.infer<typeof PreChatField>

/** As `RTCPeerConnection` takes it. */
export const IceServer = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
})

export const WidgetConfig = z.object({
  name: z.string(),
  color: z.string(),
  theme: z.enum(['auto', 'light', 'dark']),
  /** Corner radius of the panel, in CSS pixels. */
  radius: z.number(),
  position: z.enum(['end', 'start']),
  locale: Locale,
  greeting: Localised,
  preChat: z.array(PreChatField),
  open: z.boolean(),
  opensAt: At.nullable(),
  /** Whether a form takes questions while closed. */
  offlineForm: z.boolean(),
  invite: z.object({ afterSeconds: z.number(), text: Localised }).nullable(),
  files: z.boolean(),
  sound: z.boolean(),
  /** Whether what the visitor is typing may be shown to the agent before it is sent. */
  sharesDraft: z.boolean(),
  /** Visitors may call by voice: it is switched on, and a voice node is there. */
  calls: z.boolean(),
  iceServers: z.array(IceServer),
})
export type WidgetConfig = z.infer<typeof WidgetConfig>

export const WebchatFile = z.object({
  id: Id,
  name: z.string(),
  mediaType: z.string(),
  size: z.number(),
  /** Below the server's origin; signed, works for a day, needs no token. */
  url: z.string(),
})
export type WebchatFile = z.infer<typeof WebchatFile>

/** A message as the visitor sees it. */
export const WebchatMessage = z.object({
  id: Id,
  conversationId: Id,
  author: z.enum(['customer', 'agent', 'system', 'bot']),
  /** Name of the agent, where the author is one. */
  name: z.string().nullable(),
  text: z.string(),
  files: z.array(WebchatFile),
  clientId: z.string().nullable(),
  /** Of the visitor's own messages: stored here, on an agent's desk, read by the agent. */
  status: z.enum(['stored', 'delivered', 'read']),
  createdAt: At,
})
export type WebchatMessage = z.infer<typeof WebchatMessage>

/** Place in the queue (1 is next) and the expected wait, as a range; null where nobody can tell yet. */
export const QueuePlace = z.object({
  position: z.number().int().min(1).nullable(),
  waitSeconds: z.object({ from: z.number().int(), to: z.number().int() }).nullable(),
})
export type QueuePlace = z.infer<typeof QueuePlace>

/** A question to ask after the chat, answered with `rate`. */
export const WebchatSurvey = z.object({ interactionId: Id, question: Localised })
export type WebchatSurvey = z.infer<typeof WebchatSurvey>

const text = z
  .string()
  .max(WEBCHAT_LIMITS.textChars, 'The message is longer than 10,000 characters. Send it in parts, or as a file.')
const ClientId = z.string().regex(/^[\w-]{8,64}$/, 'Send 8 to 64 letters, digits, - or _.')
const Page = z.strictObject({ url: z.string().max(2000), title: z.string().max(500), referrer: z.string().max(2000) })
const Fields = z
  .record(z.string().min(1).max(40), z.string().max(2000))
  .refine(fields => Object.keys(fields).length <= 30)
/** The person signed in on the company's page; counts for nothing without a right `userHash`. */
const User = z.strictObject({
  id: z.string().min(1).max(200),
  name: z.string().max(200).nullable().default(null),
  email: z.string().max(254).nullable().default(null),
})
export const VisitorToken = z.string().max(200)

const Sdp = z.string().min(1).max(50_000)
/** What two browsers tell each other to send video: passed on as it is, and bounded. */
export const VideoSignal = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('description'),
    type: z.enum(['offer', 'answer', 'rollback']),
    sdp: z.string().max(50_000),
  }),
  z.strictObject({
    kind: z.literal('candidate'),
    candidate: z.string().max(2000),
    sdpMid: z.string().max(100).nullable(),
    sdpMLineIndex: z.int().min(0).max(100).nullable(),
  }),
  /** What the sender shows now. */
  z.strictObject({ kind: z.literal('showing'), video: z.boolean(), screen: z.boolean() }),
  z.strictObject({ kind: z.literal('bye') }),
])
export type VideoSignal = z.infer<typeof VideoSignal>

export const VisitorToServer = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    visitorToken: VisitorToken.nullable().default(null),
    user: User.nullable().default(null),
    /** HMAC-SHA256 of `user.id` with the account's identity secret, lower-case hex. */
    userHash: z.string().max(128).nullable().default(null),
    page: Page,
    locale: z.string().max(35),
  }),
  /** Begins a chat: the pre-chat fields, and the first message where there is one. Acknowledged like a message. */
  z.strictObject({ type: z.literal('start'), clientId: ClientId, fields: Fields, text: text.default('') }),
  z.strictObject({
    type: z.literal('message'),
    clientId: ClientId,
    text,
    fileIds: z.array(Id).max(WEBCHAT_LIMITS.filesPerMessage).default([]),
  }),
  /** `text`: the draft, only where the configuration shares it. */
  z.strictObject({ type: z.literal('typing'), typing: z.boolean(), text: text.optional() }),
  /** Arrived in the widget: everything up to this message. */
  z.strictObject({ type: z.literal('received'), messageId: Id }),
  /** Seen by the visitor: everything up to this message. */
  z.strictObject({ type: z.literal('read'), messageId: Id }),
  z.strictObject({ type: z.literal('page'), page: Page }),
  /** Messages older than this one. */
  z.strictObject({ type: z.literal('history'), before: Id }),
  z.strictObject({
    type: z.literal('rate'),
    interactionId: Id,
    score: z.int().min(1).max(5),
    comment: z.string().max(2000).default(''),
  }),
  /** Asks for a ticket to upload files with; a chat must be open. */
  z.strictObject({ type: z.literal('upload') }),
  z.strictObject({ type: z.literal('end') }),
  /** Calls us: a WebRTC offer with G.711. Again, e.g. after a reload: the same call goes on. */
  z.strictObject({ type: z.literal('call.start'), sdp: Sdp, fields: Fields.default({}) }),
  z.strictObject({ type: z.literal('call.end') }),
  z.strictObject({ type: z.literal('video.signal'), signal: VideoSignal }),
  z.strictObject({ type: z.literal('ping') }),
])
export type VisitorToServer = z.infer<typeof VisitorToServer>
export type VisitorSays = z.input<typeof VisitorToServer>

export const ServerToVisitor = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ready'),
    /** Keep it: it is this visitor. Another one than was sent when that one was not ours, or is a signed-in person's. */
    visitorToken: z.string(),
    /** The user's hash was right. */
    verified: z.boolean(),
    open: z.boolean(),
    /** none: nothing is going on; waiting: in the queue; active: with an agent. */
    state: z.enum(['none', 'waiting', 'active']),
    /** The latest, oldest first. Takes the place of all the widget knew. */
    messages: z.array(WebchatMessage),
    /** There are older ones: ask by `history`. */
    earlier: z.boolean(),
    agent: z.object({ name: z.string() }).nullable(),
    queue: QueuePlace.nullable(),
    /** Of the chat that ended last, while it is unanswered. */
    survey: WebchatSurvey.nullable(),
  }),
  z.object({ type: z.literal('message'), message: WebchatMessage }),
  z.object({ type: z.literal('ack'), clientId: z.string(), messageId: Id.nullable(), createdAt: At }),
  /** The visitor's messages up to this one are delivered, or read. */
  z.object({ type: z.literal('status'), messageId: Id, status: z.enum(['delivered', 'read']) }),
  z.object({ type: z.literal('typing'), typing: z.boolean(), name: z.string().nullable() }),
  z.object({ type: z.literal('queue'), ...QueuePlace.shape }),
  /** An agent has joined; null: the agent has left, and the chat goes on in the queue or has ended. */
  z.object({ type: z.literal('agent'), name: z.string().nullable() }),
  z.object({ type: z.literal('ended'), survey: WebchatSurvey.nullable() }),
  z.object({ type: z.literal('history'), messages: z.array(WebchatMessage), earlier: z.boolean() }),
  /** Bearer of uploads into this chat, for ten minutes. */
  z.object({ type: z.literal('upload'), ticket: z.string() }),
  /** The answer to `call.start`. */
  z.object({
    type: z.literal('call.answer'),
    callId: Id,
    sdp: z.string(),
    iceServers: z.array(IceServer),
  }),
  /** How the visitor's call stands; after a reload too, so that the widget offers to take it up again. */
  z.object({
    type: z.literal('call.state'),
    callId: Id,
    state: z.enum(['waiting', 'talking', 'held', 'ended']),
    agent: z.object({ name: z.string() }).nullable(),
  }),
  z.object({ type: z.literal('video.signal'), signal: VideoSignal }),
  /** `clientId`: of the message that was refused; sending it again would not help. */
  z.object({
    type: z.literal('problem'),
    code: z.string(),
    detail: z.string(),
    clientId: z.string().optional(),
    retryAfterSeconds: z.number().optional(),
  }),
  z.object({ type: z.literal('pong') }),
])
export type ServerToVisitor = z.infer<typeof ServerToVisitor>

const params = { key: z.string().regex(/^[\w-]{8,64}$/) }
const common = { access: 'public', tag: 'webchat', params } as const

export const getWidgetConfig = route({
  ...common,
  id: 'getWidgetConfig',
  method: 'GET',
  path: '/webchat/:key/config',
  summary: 'How the widget looks and whether anybody is there. Public: the widget asks it from the company’s pages',
  response: WidgetConfig,
})
export const uploadWebchatFile = route({
  ...common,
  id: 'uploadWebchatFile',
  method: 'POST',
  path: '/webchat/:key/files',
  summary:
    'Upload one file (multipart field "file", at most 25 MiB) to send with a message. Public: a ticket of the live connection as bearer',
  upload: true,
  response: WebchatFile,
})
export const getWebchatFile = route({
  ...common,
  id: 'getWebchatFile',
  method: 'GET',
  path: '/webchat/:key/files/:id',
  summary: 'A file of the chat. Public: the address is signed and works for a day',
  params: { ...params, id: Id },
  query: { until: z.coerce.number().int(), signature: z.string().max(100), download: z.stringbool().optional() },
  produces: 'application/octet-stream',
})
export const sendOfflineForm = route({
  ...common,
  id: 'sendOfflineForm',
  method: 'POST',
  path: '/webchat/:key/offline',
  summary: 'Leave a question while closed: it becomes an e-mail conversation. Public: the widget sends it',
  body: z.strictObject({
    clientId: ClientId,
    name: z.string().trim().max(200).default(''),
    email: Email,
    text: text.min(1, 'Write what it is about.'),
    fields: Fields.default({}),
    page: Page.nullable().default(null),
    locale: z.string().max(35).default('en'),
  }),
})
