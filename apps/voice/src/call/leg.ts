import { randomUUID } from 'node:crypto'
import type { LegQuality } from '@centrala/api/call-now.ts'
import type { AudioLeg } from '@centrala/media/endpoint/media.ts'
import type { SipSession } from '@centrala/sip/endpoint/endpoint.ts'

export type LegKind = 'customer' | 'agent' | 'supervisor' | 'outside'
export type LegWay = 'phone' | 'browser' | 'desk'

/** Why a leg ended, as the wire or we say it. */
export interface LegEnd {
  status: number | null
  q850: number | null
  /**
   * A word: `hungUp` (its person hung up), `lost` (gone without a word, and the customer is alone: route again), `left` (taken out by a command), `transferred`, `removed`, `withdrawn` (rang, is not needed any more), `busy`,
   * `noAnswer`, `failed`, `over` (the call ended).
   */
  reason: string
}

/** What a leg hangs on: a SIP session, an agent's browser line, a visitor's browser. */
export interface Wire {
  readonly audio: AudioLeg
  /** The SIP session, once it is answered. */
  readonly session: SipSession | null
  /** Parts from the other side. A line only leaves the room. */
  hangUp(end: LegEnd): void
}

/** One party of a call. */
export class Leg {
  readonly id: string = randomUUID()
  kind: LegKind
  readonly way: LegWay
  readonly userId: string | null
  readonly address: string | null
  wire: Wire | null = null
  /** In the room, as far as the rules let it. */
  joined = false
  /** Its browser has lost its network; it may come back within the grace. */
  lost = false
  ended = false
  /** Of supervisors. */
  mode: 'listen' | 'whisper' | 'barge' | null = null
  /** Takes the call back while it has not been answered. */
  cancel: ((end: LegEnd) => void) | null = null
  answeredAt: number | null = null

  constructor(options: { kind: LegKind; way: LegWay; userId?: string | null; address?: string | null }) {
    this.kind = options.kind
    this.way = options.way
    this.userId = options.userId ?? null
    this.address = options.address ?? null
  }

  /** Somebody the customer can talk with now. */
  get talks(): boolean {
    return this.joined && !this.ended && (this.kind === 'agent' || this.kind === 'outside')
  }

  quality(): LegQuality | null {
    const audio = this.wire?.audio
    return audio ? qualityOf(audio) : null
  }
}

export function qualityOf(audio: AudioLeg): LegQuality {
  const { packetsReceived, lost, jitterMs, roundTripMs, mos } = audio.quality()
  return {
    codec: audio.codec ?? 'none',
    packets: packetsReceived,
    lost: Math.max(0, Math.round(lost)),
    jitterMs: Number.isFinite(jitterMs) ? jitterMs : 0,
    roundTripMs,
    mos: packetsReceived > 0 && Number.isFinite(mos) ? mos : null,
  }
}
