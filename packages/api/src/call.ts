import { z } from 'zod'
import { CallEndedBy } from './call-fact.ts'
import { LEG_KINDS, LegQuality } from './call-now.ts'
import { Interaction } from './interaction.ts'
import { route } from './route.ts'
import { At, Id } from './shapes.ts'
import { IceServer } from './webchat.ts'

export const CALL_STATES = ['flow', 'queued', 'ringing', 'talking', 'held', 'parked', 'ended'] as const

export const Leg = z.object({
  id: Id,
  kind: z.enum(LEG_KINDS),
  way: z.enum(['phone', 'browser', 'desk']),
  userId: Id.nullable(),
  userName: z.string().nullable(),
  address: z.string().nullable(),
  startedAt: At,
  answeredAt: At.nullable(),
  endedAt: At.nullable(),
  endedReason: z.string(),
  quality: LegQuality.nullable(),
})
export type Leg = z.infer<typeof Leg>

export const Recording = z.object({
  id: Id,
  kind: z.enum(['call', 'voicemail']),
  state: z.enum(['recording', 'paused', 'stored', 'deleted', 'lost']),
  startedAt: At,
  durationMs: z.number().int().nullable(),
  pauses: z.array(z.object({ fromMs: z.number(), toMs: z.number() })),
  /** Loudness 0–100 over time, of the customer and of the agents. */
  peaks: z.tuple([z.array(z.number()), z.array(z.number())]),
  deleteAfter: At.nullable(),
})
export type Recording = z.infer<typeof Recording>

export const Call = z.object({
  id: Id,
  interactionId: Id,
  nodeId: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  way: z.enum(['phone', 'web', 'desk']),
  state: z.enum(CALL_STATES),
  from: z.string().nullable().meta({ description: 'null: the caller does not show it' }),
  to: z.string(),
  numberId: Id.nullable(),
  numberName: z.string().nullable(),
  startedAt: At,
  connectedAt: At.nullable(),
  endedAt: At.nullable(),
  endedBy: CallEndedBy.nullable(),
  endedReason: z.string(),
  /** What the caller chose and keyed in before an agent: "Invoices"; digits empty: a choice; null: sensitive, kept by nobody. */
  pressed: z.array(z.object({ label: z.string(), digits: z.string().nullable() })),
  /** Somebody is being asked while the customer is on hold. */
  consulting: z.object({ legId: Id, userId: Id.nullable(), name: z.string(), answered: z.boolean() }).nullable(),
  monitors: z.array(z.object({ userId: Id, mode: z.enum(['listen', 'whisper', 'barge']) })),
  legs: z.array(Leg),
  recordings: z.array(Recording),
})
export type Call = z.infer<typeof Call>

const params = { id: Id }
const own = { method: 'POST', access: 'inbox.handle', tag: 'call', params, response: Call } as const

/** One's phone: whether calls can be had at all, and by what. */
export const Phone = z.object({
  nodes: z.array(z.object({ nodeId: z.string(), connected: z.boolean() })),
  iceServers: z.array(IceServer),
  deskPhones: z.array(z.object({ id: Id, name: z.string(), registered: z.boolean() })),
  /** Numbers that outgoing calls may show. */
  numbers: z.array(z.object({ id: Id, name: z.string(), number: z.string() })),
  canDial: z.boolean(),
  /** Calls are offered to me: a line of this browser or a desk phone of mine is connected. */
  reachable: z.boolean(),
})
export type Phone = z.infer<typeof Phone>

export const getPhone = route({
  id: 'getPhone',
  method: 'GET',
  path: '/me/phone',
  access: 'self',
  tag: 'call',
  summary: 'My phone: voice nodes, desk phones, numbers I may show',
  response: Phone,
})
export const openLine = route({
  id: 'openLine',
  method: 'POST',
  path: '/me/phone/lines',
  access: 'self',
  tag: 'call',
  summary:
    "Connect this browser's audio: a WebRTC offer with G.711 for a voice node; the answer comes at once. Opened anew after a reload, it takes up the calls I am in",
  body: z.strictObject({
    /** Made by the browser, kept for the tab: a new offer under the same id replaces the former line. */
    lineId: Id,
    nodeId: z.string().max(100).nullable().default(null),
    sdp: z.string().min(1).max(50_000),
  }),
  response: z.object({ lineId: Id, nodeId: z.string(), sdp: z.string() }),
})
export const tryLine = route({
  id: 'tryLine',
  method: 'POST',
  path: '/me/phone/line-tries',
  access: 'self',
  tag: 'call',
  summary:
    'Try whether sound gets from this browser to a voice node: a WebRTC offer, answered as for a line; nobody is reached by it, and the node closes it after 15 seconds',
  body: z.strictObject({ sdp: z.string().min(1).max(50_000) }),
  response: z.object({ nodeId: z.string(), sdp: z.string() }),
})
export const closeLine = route({
  id: 'closeLine',
  method: 'DELETE',
  path: '/me/phone/lines/:id',
  access: 'self',
  tag: 'call',
  summary: "Disconnect this browser's audio",
  params,
})
export const echoLine = route({
  id: 'echoLine',
  method: 'POST',
  path: '/me/phone/lines/:id/echo',
  access: 'self',
  tag: 'call',
  summary: 'Echo test: hear oneself, a second later',
  params,
  body: z.strictObject({ on: z.boolean() }),
})

export const dial = route({
  id: 'dial',
  method: 'POST',
  path: '/calls',
  access: 'inbox.handle',
  tag: 'call',
  summary:
    'Call somebody: my phone first, then theirs. With an interaction (a callback, a voicemail), the call belongs to it',
  body: z.strictObject({
    to: z.string().trim().min(1, 'Write a number such as +385 1 234 5678.').max(60),
    numberId: Id.nullable().default(null),
    customerId: Id.nullable().default(null),
    interactionId: Id.nullable().default(null),
    lineId: Id.nullable().default(null),
  }),
  response: z.object({ interaction: Interaction, call: Call }),
})
export const listCalls = route({
  id: 'listCalls',
  method: 'GET',
  path: '/interactions/:id/calls',
  access: 'conversation.read',
  tag: 'call',
  summary: 'The calls of an interaction with their legs and recordings, oldest first',
  params,
  response: z.object({ items: z.array(Call) }),
})
export const listParkedCalls = route({
  id: 'listParkedCalls',
  method: 'GET',
  path: '/calls/parked',
  access: 'inbox.handle',
  tag: 'call',
  summary: 'Customers left with music for somebody to pick up, oldest first',
  response: z.object({ items: z.array(Call) }),
})
export const getCall = route({
  id: 'getCall',
  method: 'GET',
  path: '/calls/:id',
  access: 'conversation.read',
  tag: 'call',
  summary: 'One call',
  params,
  response: Call,
})
export const listOpenCalls = route({
  id: 'listOpenCalls',
  method: 'GET',
  path: '/calls',
  access: 'supervise.read',
  tag: 'call',
  summary: 'Calls going on, with who is in them and how well they are heard, oldest first',
  query: { limit: z.coerce.number().int().min(1).max(500).default(200) },
  response: z.object({ items: z.array(Call) }),
})

export const listMyCalls = route({
  id: 'listMyCalls',
  method: 'GET',
  path: '/me/calls',
  access: 'self',
  tag: 'call',
  summary: 'Calls that concern me now: those I am in, also as a supervisor or as whom a colleague asks; oldest first',
  response: z.object({ items: z.array(Call) }),
})
export const answerConsult = route({
  ...own,
  id: 'answerConsult',
  path: '/calls/:id/consult/answer',
  summary: 'A colleague asks me (`consulting.userId` is me): talk to them, or decline',
  body: z.strictObject({ accept: z.boolean(), lineId: Id.nullable().default(null) }),
})

export const holdCall = route({
  ...own,
  id: 'holdCall',
  path: '/calls/:id/hold',
  summary: 'The customer hears music, I am silent',
})
export const resumeCall = route({
  ...own,
  id: 'resumeCall',
  path: '/calls/:id/resume',
  summary: 'Back to the customer: from hold, or picked up where it was parked (by anybody who handles calls)',
  body: z.strictObject({ lineId: Id.nullable().default(null) }),
})
export const parkCall = route({
  ...own,
  id: 'parkCall',
  path: '/calls/:id/park',
  summary: 'Leave the customer with music for a colleague to pick up',
})
export const muteCall = route({
  ...own,
  id: 'muteCall',
  path: '/calls/:id/mute',
  summary: 'Nothing of mine is heard',
  body: z.strictObject({ on: z.boolean() }),
})
export const sendDigits = route({
  ...own,
  id: 'sendDigits',
  path: '/calls/:id/digits',
  summary: 'Press keys for the other side',
  body: z.strictObject({ digits: z.string().regex(/^[0-9A-D*#,]{1,40}$/, 'Write digits, * and #.') }),
})
const Target = z.strictObject({
  userId: Id.nullable().default(null),
  number: z.string().max(60).nullable().default(null),
})
export const consult = route({
  ...own,
  id: 'consult',
  path: '/calls/:id/consult',
  summary: 'Ask a colleague or a number outside while the customer is on hold',
  body: Target,
})
export const cancelConsult = route({
  ...own,
  id: 'cancelConsult',
  path: '/calls/:id/consult/cancel',
  summary: 'Hang up on whom I asked; the customer is still on hold',
})
export const completeConsult = route({
  ...own,
  id: 'completeConsult',
  path: '/calls/:id/consult/complete',
  summary: 'Hand the customer to whom I asked; I leave (attended transfer)',
  body: z.strictObject({ note: z.string().max(5000).default('') }),
})
export const conference = route({
  ...own,
  id: 'conference',
  path: '/calls/:id/conference',
  summary: 'Everybody together, up to eight',
})
export const forwardCall = route({
  ...own,
  id: 'forwardCall',
  path: '/calls/:id/forward',
  summary: 'Hand the customer to a number outside at once (blind transfer)',
  body: z.strictObject({ number: z.string().min(1).max(60), note: z.string().max(5000).default('') }),
})
export const removeLeg = route({
  ...own,
  method: 'DELETE',
  id: 'removeLeg',
  path: '/calls/:id/legs/:legId',
  summary: 'Take somebody out of the conference',
  params: { id: Id, legId: Id },
})
export const recordCall = route({
  ...own,
  id: 'recordCall',
  path: '/calls/:id/record',
  summary: 'Start, pause or resume the recording; `card`: while a card number is taken',
  body: z.strictObject({
    do: z.enum(['start', 'pause', 'resume']),
    reason: z.enum(['agent', 'card']).default('agent'),
  }),
})
export const sendCallText = route({
  ...own,
  id: 'sendCallText',
  path: '/calls/:id/text',
  summary: 'Type to a text telephone, or real-time text',
  body: z.strictObject({ text: z.string().min(1).max(1000) }),
})
export const hangUp = route({ ...own, id: 'hangUp', path: '/calls/:id/hang-up', summary: 'End the call for everybody' })
export const monitorCall = route({
  ...own,
  access: 'supervise.act',
  id: 'monitorCall',
  path: '/calls/:id/monitor',
  summary: 'Listen; whisper: only the agent hears me; barge: all hear me; off',
  body: z.strictObject({ mode: z.enum(['listen', 'whisper', 'barge', 'off']), lineId: Id.nullable().default(null) }),
})
export const takeOverCall = route({
  ...own,
  access: 'supervise.act',
  id: 'takeOverCall',
  path: '/calls/:id/take-over',
  summary: 'The call becomes mine; the agent leaves it',
  body: z.strictObject({ lineId: Id.nullable().default(null) }),
})

export const getRecordingAudio = route({
  id: 'getRecordingAudio',
  method: 'GET',
  path: '/recordings/:id/audio',
  access: 'conversation.read',
  tag: 'call',
  summary:
    'Listen to a recording (WAV; ranges); written to the audit log. Needs `recording.listen`, or that it is a voicemail offered to me or mine',
  params,
  query: { download: z.stringbool().optional() },
  produces: 'audio/wav',
})
export const deleteRecording = route({
  id: 'deleteRecording',
  method: 'DELETE',
  path: '/recordings/:id',
  access: 'recording.delete',
  tag: 'call',
  summary: 'Delete the audio; that there was a recording stays known',
  params,
})
