import { z } from 'zod'
import { CallCommand } from './call-command.ts'
import { CallFact } from './call-fact.ts'
import { CallNow, LegQuality } from './call-now.ts'
import { StatePhrase } from './phrase.ts'
import { Count, Id } from './shapes.ts'
import { VoiceConfig } from './voice-config.ts'

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
  z.object({ type: z.literal('fact'), callId: Id, n: z.number().int().min(1), at: z.number(), fact: CallFact }),
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
        usedAt: z.number().optional(),
        quality: LegQuality.nullable(),
      }),
    ),
    trunks: z.array(
      z.object({
        trunkId: Id,
        state: z.enum(['idle', 'connecting', 'connected', 'failing']),
        sentence: z.string(),
        /** A node of an earlier version says only the sentence. */
        phrase: StatePhrase.default(null),
      }),
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
