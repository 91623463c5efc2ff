import type { Media } from '@centrala/media/endpoint/media.ts'
import type { SessionEnd, SipEndpoint } from '@centrala/sip/endpoint/endpoint.ts'
import type { Logger } from 'pino'
import type { Lines } from './agent/lines.ts'
import type { Call } from './call/call.ts'
import type { Calls } from './call/calls.ts'
import type { handTo } from './call/consult.ts'
import type { Leg } from './call/leg.ts'
import type { Dialling } from './dial/dialling.ts'
import type { Env } from './env.ts'
import type { Sounds } from './flow/sounds.ts'
import type { Guarding } from './guard/guarding.ts'
import type { Configuration } from './link/configuration.ts'
import type { Journals } from './link/journals.ts'
import type { Links } from './link/links.ts'
import type { Colleagues } from './phone/colleagues.ts'
import type { Phones } from './phone/phones.ts'
import type { CallRecorder } from './record/record-call.ts'
import type { Uploads } from './record/uploads.ts'
import type { Trunks } from './trunk/trunks.ts'

/** The rooms of the house, as they know each other. Put together in wiring.ts. */
export interface VoiceNode {
  readonly env: Env
  readonly log: Logger
  readonly sip: SipEndpoint
  readonly media: Media
  readonly link: Links
  readonly config: Configuration
  readonly sounds: Sounds
  readonly calls: Calls
  readonly lines: Lines
  readonly phones: Phones
  readonly colleagues: Colleagues
  readonly trunks: Trunks
  readonly dialling: Dialling
  readonly guarding: Guarding
  readonly journals: Journals
  readonly uploads: Uploads
  recorderOf(call: Call): CallRecorder
  /** The other side of a leg went away by itself: call/leg-gone.ts. */
  legGone(call: Call, leg: Leg, end: Pick<SessionEnd, 'by' | 'reason' | 'q850'>): void
  /** Nobody is with the customer any more. */
  customerAlone(call: Call): void
  /** A blind transfer to a colleague: call/consult.ts. */
  handTo: typeof handTo
  /** Nobody took what an agent handed on: agent/recall.ts. */
  recall(call: Call, userId: string, way: Leg['way']): void
  /** No new calls any more. */
  draining: boolean
}
