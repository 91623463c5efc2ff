import type { CallEndedBy, CallFact } from '@centrala/api/call-fact.ts'
import type { LegQuality } from '@centrala/api/call-now.ts'
import type { TenantVoice } from '@centrala/api/voice-config.ts'
import type { Playback, Room } from '@centrala/media/endpoint/media.ts'
import type { Source } from '@centrala/media/play/source.ts'
import type { z } from 'zod'
import type { Journal } from '../link/journal.ts'
import type { VoiceNode } from '../node.ts'
import type { CallRecorder } from '../record/record-call.ts'
import type { Leg, LegEnd, Wire } from './leg.ts'
import { rulesOf } from './rules.ts'

export type EndedBy = z.infer<typeof CallEndedBy>
export type RecordPolicy = 'never' | 'always' | 'onDemand'

/** Something that entertains the customer while nobody talks to them: a menu, a queue, a mailbox. One at a time. */
export interface Treatment {
  stop(): void
}

export interface Consult {
  readonly leg: Leg
  readonly byUserId: string
  /** The customer was on hold before. */
  readonly wasHeld: boolean
  /** The call is handed over as soon as they answer, and the asker may part before. Told of the end. */
  readonly onSettled?: (reached: boolean) => void
}

export interface CallOptions {
  id: string
  tenantId: string
  direction: 'inbound' | 'outbound'
  way: 'phone' | 'web' | 'desk'
  interactionId: string | null
  language: string | null
}

/** One call: its legs, its room, and what became of it, told as facts. */
export class Call {
  readonly id: string
  readonly tenantId: string
  readonly direction: 'inbound' | 'outbound'
  readonly way: 'phone' | 'web' | 'desk'
  interactionId: string | null
  language: string | null
  readonly node: VoiceNode
  readonly room: Room
  readonly journal: Journal
  readonly legs = new Map<string, Leg>()
  readonly startedAt = Date.now()
  readonly recorder: CallRecorder
  /** Desk phones that ring for somebody. */
  readonly ringing = new Map<string, Set<Leg>>()
  /** Whose acceptance came before their phone answered. */
  readonly accepted = new Map<string, RecordPolicy>()
  customer: Leg | null = null
  trunkId: string | null = null
  queueId: string | null = null
  record: RecordPolicy = 'never'
  held = false
  parked = false
  consult: Consult | null = null
  /** What the customer hears instead of music while somebody outside rings. */
  ringback = false
  ended = false
  #treatment: Treatment | null = null
  #ending = false
  #sound: { playback: Playback; kind: 'music' | 'ringback' } | null = null
  readonly #partings: (() => void)[] = []
  readonly #endings: (() => void)[] = []

  constructor(node: VoiceNode, options: CallOptions) {
    this.node = node
    this.id = options.id
    this.tenantId = options.tenantId
    this.direction = options.direction
    this.way = options.way
    this.interactionId = options.interactionId
    this.language = options.language
    this.journal = node.journals.begin(options.id)
    this.room = node.media.room({ id: options.id })
    this.recorder = node.recorderOf(this)
  }

  /** As configured now; a tenant that has been taken away mid-call is an empty one. */
  get tenant(): TenantVoice | null {
    return this.node.config.tenant(this.tenantId)
  }

  fact(fact: CallFact): void {
    this.node.journals.tell(this.id, fact)
  }

  /** Called once, before the last facts are told: what is still unsaid is to be said now. */
  onEnding(listener: () => void): void {
    this.#partings.push(listener)
  }

  /** Called once, when the call is over (at once if it is). */
  onEnded(listener: () => void): void {
    if (this.ended) listener()
    else this.#endings.push(listener)
  }

  addLeg(leg: Leg): Leg {
    this.legs.set(leg.id, leg)
    if (leg.kind === 'customer') this.customer = leg
    this.fact({
      type: 'legStarted',
      legId: leg.id,
      kind: leg.kind,
      way: leg.way,
      userId: leg.userId,
      address: leg.address,
    })
    return leg
  }

  /** The leg is in the room from now on. */
  join(leg: Leg, wire: Wire): void {
    const known = leg.joined && leg.wire === wire
    leg.wire = wire
    leg.joined = true
    wire.audio.side = leg.kind === 'customer' ? 'customer' : leg.kind === 'supervisor' ? 'supervisor' : 'agent'
    if (!known) this.room.join(wire.audio, { hears: [], heardBy: [] })
    this.arrange()
  }

  /** What the customer is to be entertained by; the former treatment stops. Null: none, music where they are alone. */
  treat(treatment: Treatment | null): void {
    const former = this.#treatment
    this.#treatment = treatment
    if (former !== treatment) former?.stop()
    this.arrange()
  }
  get treated(): boolean {
    return this.#treatment !== null
  }

  legOf(userId: string): Leg | null {
    for (const leg of this.legs.values())
      if (leg.userId === userId && leg.joined && !leg.ended && leg.kind !== 'supervisor') return leg
    return null
  }

  /** Those the customer can talk with, the consulted one apart. */
  get talkers(): Leg[] {
    return [...this.legs.values()].filter(leg => leg.talks && leg !== this.consult?.leg)
  }

  /** Sets who hears whom, and the customer's music, by the present state. */
  arrange(): void {
    if (this.#ending) return
    const alone = !this.talkers.some(leg => !leg.lost)
    const aside = this.held || this.parked || this.consult !== null || this.treated || alone
    const members = [...this.legs.values()].flatMap(leg =>
      leg.joined && !leg.ended && leg.wire ? [{ id: leg.wire.audio.id, kind: leg.kind, mode: leg.mode }] : [],
    )
    const consulted = this.consult?.leg.wire?.audio.id ?? null
    for (const [id, rules] of rulesOf(members, { aside, consulted })) this.room.rules(id, rules)
    this.#entertain(aside && !this.treated)
    this.recorder.hold(aside)
  }

  #entertain(wanted: boolean): void {
    const kind = this.ringback ? 'ringback' : 'music'
    const audio = this.customer?.joined ? this.customer.wire?.audio : null
    if (!wanted || !audio || audio.closed) {
      this.#sound?.playback.stop()
      this.#sound = null
      return
    }
    if (this.#sound?.kind === kind) return
    this.#sound?.playback.stop()
    const source: Source = kind === 'ringback' ? this.node.sounds.ringback : this.music()
    this.#sound = { kind, playback: this.room.play(audio.id, source, { loop: true, only: true }) }
  }

  /** The music of its queue. */
  music(): Source {
    const queue = this.queueId === null ? null : this.node.config.queue(this.tenantId, this.queueId)
    return this.node.sounds.music(this.tenantId, queue?.musicPromptId ?? null, this.language)
  }

  /** A leg's other side has gone, or we let it go. What that means for the call is decided by whoever knows why: leg-gone.ts. */
  endLeg(leg: Leg, end: LegEnd): void {
    if (leg.ended) return
    if (leg.cancel) leg.cancel(end)
    leg.ended = true
    const quality = leg.quality()
    if (leg.wire?.audio && leg.joined) this.room.leave(leg.wire.audio)
    leg.joined = false
    if (!leg.cancel) leg.wire?.hangUp(end)
    leg.cancel = null
    this.#took(leg, end, quality)
  }

  /** Takes a leg out of the call without hanging up: its audio goes on in another call. */
  release(leg: Leg, end: LegEnd): Wire | null {
    if (leg.ended || !leg.wire) return null
    const { wire } = leg
    leg.ended = true
    const quality = leg.quality()
    if (leg.joined) this.room.leave(wire.audio)
    leg.joined = false
    this.#took(leg, end, quality)
    return wire
  }

  #took(leg: Leg, end: LegEnd, quality: LegQuality | null): void {
    this.legs.delete(leg.id)
    for (const [userId, group] of this.ringing) {
      group.delete(leg)
      if (group.size === 0) this.ringing.delete(userId)
    }
    this.fact({ type: 'legEnded', legId: leg.id, status: end.status, q850: end.q850, reason: end.reason, quality })
    this.arrange()
  }

  /** Everybody parts; first `gone`, who ended it. Nothing of the call stays but the journal, until the server has taken it. */
  end(by: EndedBy, end: LegEnd, gone: Leg | null = null): void {
    if (this.#ending) return
    this.#ending = true
    for (const listener of this.#partings.splice(0)) listener()
    this.treat(null)
    this.consult = null
    this.#entertain(false)
    const recording = this.recorder.stop()
    if (gone) this.endLeg(gone, end)
    for (const leg of [...this.legs.values()]) this.endLeg(leg, { ...end, reason: leg.joined ? 'over' : 'withdrawn' })
    this.ended = true
    this.fact({ type: 'ended', by, status: end.status, q850: end.q850, reason: end.reason })
    for (const listener of this.#endings.splice(0)) listener()
    this.node.calls.remove(this)
    void this.room.close()
    void recording.then(stored => stored && this.node.journals.finish(this.id))
  }
}
