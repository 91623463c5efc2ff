import { randomUUID } from 'node:crypto'
import type { Leg, Route, VoiceTap } from '../endpoint/leg.ts'
import type {
  AudioLeg,
  Feed,
  MediaFault,
  MemberRules,
  Playback,
  PlayOptions,
  Recording,
  RecordOptions,
  Room,
  RoomOptions,
} from '../endpoint/media.ts'
import { MediaError } from '../errors.ts'
import { RoomPlayback } from '../play/room-playback.ts'
import { Source } from '../play/source.ts'
import type { Flushing } from '../record/flushing.ts'
import { isMixed, RoomRecording } from '../record/room-recording.ts'
import type { Ticker, Ticking } from '../schedule/ticker.ts'
import { planRoom } from './plan.ts'
import { saturate } from './saturate.ts'
import { tableBetween } from './table-between.ts'

const FRAME = 160
const SILENCE = new Source('silence', new Int16Array(FRAME))

export interface RoomContext {
  ticker: Ticker
  flushing: Flushing
  fault: (fault: MediaFault) => void
  legOf: (leg: AudioLeg) => Leg
  closed: (room: MixRoom) => void
}

interface Member {
  leg: Leg
  rules: MemberRules
  feed: Feed
  sources: Leg[]
  playbacks: RoomPlayback[]
}

/** The room: keeps the plan up to date, sets up relays, and generates on the tick what is not relayed. */
export class MixRoom implements Room, Ticking {
  readonly id: string
  readonly #context: RoomContext
  readonly #members = new Map<string, Member>()
  readonly #playbacks = new Set<RoomPlayback>()
  readonly #recordings = new Set<RoomRecording>()
  readonly #sum = new Int32Array(FRAME)
  readonly #pcm = new Int16Array(FRAME)
  #digits: 'relay' | 'consume'
  #closed = false
  #tick = 0

  constructor(options: RoomOptions, context: RoomContext) {
    this.id = options.id ?? randomUUID()
    this.#digits = options.digits ?? 'relay'
    this.#context = context
  }

  get closed(): boolean {
    return this.#closed
  }
  get members(): readonly AudioLeg[] {
    return [...this.#members.values()].map(member => member.leg)
  }
  get counts(): { playbacks: number; recordings: number; ticking: number } {
    const generated = [...this.#members.values()].filter(member => member.feed !== 'relay')
    return { playbacks: this.#playbacks.size, recordings: this.#recordings.size, ticking: generated.length }
  }

  join(leg: AudioLeg, rules: MemberRules = {}): void {
    if (this.#closed) throw new MediaError('media.closed', `Room ${this.id} is closed.`)
    const own = this.#context.legOf(leg)
    if (own.closed) throw new MediaError('media.closed', `Leg ${leg.id} is closed.`)
    if (this.#members.get(leg.id)?.leg === own) {
      this.rules(leg.id, rules)
      return
    }
    own.onLeave?.()
    this.#enter(own, rules)
    this.#replan()
  }

  #enter(leg: Leg, rules: MemberRules): void {
    this.#members.set(leg.id, { leg, rules, feed: 'none', sources: [], playbacks: [] })
    leg.onChange = () => this.#replan()
    leg.onLeave = () => this.leave(leg)
  }

  leave(leg: AudioLeg | string): void {
    const id = typeof leg === 'string' ? leg : leg.id
    const member = this.#members.get(id)
    if (!member) return
    this.#members.delete(id)
    release(member.leg)
    for (const playback of this.#playbacks) {
      if (playback.targets === 'room' || !playback.targets.delete(id)) continue
      if (playback.targets.size === 0) playback.stop()
    }
    this.#replan()
  }

  replace(old: AudioLeg | string, leg: AudioLeg): void {
    const oldId = typeof old === 'string' ? old : old.id
    const member = this.#members.get(oldId)
    if (!member) {
      this.join(leg)
      return
    }
    const next = this.#context.legOf(leg)
    if (next.closed) throw new MediaError('media.closed', `Leg ${leg.id} is closed.`)
    next.onLeave?.()
    this.#members.delete(oldId)
    release(member.leg)
    this.#enter(next, renamed(member.rules, oldId, leg.id))
    for (const other of this.#members.values()) other.rules = renamed(other.rules, oldId, leg.id)
    for (const playback of this.#playbacks)
      if (playback.targets !== 'room' && playback.targets.delete(oldId)) playback.targets.add(leg.id)
    for (const recording of this.#recordings) recording.rename(oldId, leg.id)
    this.#replan()
  }

  rules(memberId: string, rules: MemberRules): void {
    const member = this.#members.get(memberId)
    if (!member) return
    member.rules = rules
    this.#replan()
  }

  digits(mode: 'relay' | 'consume'): void {
    this.#digits = mode
    this.#replan()
  }

  feed(memberId: string): Feed {
    return this.#members.get(memberId)?.feed ?? 'none'
  }

  play(
    target: 'room' | string | readonly string[],
    source: Source | readonly Source[],
    options: PlayOptions = {},
  ): Playback {
    const ids = typeof target === 'string' ? [target] : target
    const present = ids.filter(id => this.#members.has(id))
    const playback = new RoomPlayback(
      target === 'room' ? 'room' : new Set(present),
      source instanceof Source ? [source] : source,
      options,
      one => {
        if (this.#playbacks.delete(one)) this.#replan()
      },
    )
    // Nobody to play to, or nothing to play: over at once.
    if (this.#closed || (target !== 'room' && present.length === 0)) playback.end('stopped')
    else if (!(source instanceof Source) && source.length === 0) playback.end('finished')
    else {
      this.#playbacks.add(playback)
      this.#replan()
    }
    return playback
  }

  async record(options: RecordOptions): Promise<Recording> {
    if (this.#closed) throw new MediaError('media.closed', `Room ${this.id} is closed.`)
    // The law of the first member's codec, so that a µ-law country's recordings are not recoded.
    const law = [...this.#members.values()].some(({ leg }) => leg.codec === 'PCMU') ? 'PCMU' : 'PCMA'
    const recording = await RoomRecording.start(options, law, this.#context.flushing, this.#context.fault, one => {
      if (this.#recordings.delete(one)) this.#replan()
    })
    this.#recordings.add(recording)
    if (this.#closed) await recording.stop()
    else this.#replan()
    return recording
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#context.ticker.remove(this)
    for (const member of this.#members.values()) release(member.leg)
    this.#members.clear()
    for (const playback of [...this.#playbacks]) playback.stop()
    await Promise.all([...this.#recordings].map(recording => recording.stop()))
    this.#context.closed(this)
  }

  // ------------------------------------------------------------------------------------------------------------ planning

  #replan(): void {
    if (this.#closed) return
    const members = [...this.#members.values()]
    const plan = planRoom(
      members.map(({ leg, rules }) => ({ id: leg.id, rules, audible: leg.audible, codec: leg.codec })),
      [...this.#playbacks],
    )
    for (const member of members) {
      const own = plan.get(member.leg.id)!
      member.feed = own.feed
      member.sources = own.sources.map(id => this.#members.get(id)!.leg)
      member.playbacks = own.playbacks
    }
    const mixed = this.#planRecordings(members)
    for (const member of members) if (member.feed === 'mix') for (const leg of member.sources) mixed.add(leg)
    for (const { leg } of members) {
      leg.setMixed(mixed.has(leg))
      leg.routes = routesOf(leg, members)
      leg.relaysEvents = this.#digits === 'relay'
      leg.digitTargets = members.filter(one => one.feed === 'mix' && one.sources.includes(leg)).map(one => one.leg)
    }
    const ticks = mixed.size > 0 || this.#playbacks.size > 0 || members.some(member => member.feed !== 'relay')
    if (ticks) this.#context.ticker.add(this)
    else this.#context.ticker.remove(this)
  }

  /** Sets the taps of members that are alone on their side; returns those that must be decoded because they share one. */
  #planRecordings(members: readonly Member[]): Set<Leg> {
    const mixed = new Set<Leg>()
    const taps = new Map<Leg, VoiceTap[]>()
    for (const recording of this.#recordings) {
      for (const track of recording.assign(members.map(member => member.leg))) {
        const [only] = track.legs
        if (isMixed(track.legs)) for (const leg of track.legs) mixed.add(leg)
        else if (only) taps.set(only, [...(taps.get(only) ?? []), track])
      }
    }
    for (const { leg } of members) leg.taps = taps.get(leg) ?? []
    return mixed
  }

  // ------------------------------------------------------------------------------------------------------------- ticking

  tick(skipped: number): void {
    const nowMs = performance.now()
    this.#tick++
    for (const member of this.#members.values()) this.#feedMember(member, skipped, nowMs)
    for (const recording of this.#recordings)
      recording.mix(leg => leg.voice(this.#tick, nowMs), this.#sum, this.#pcm, nowMs)
    for (const playback of [...this.#playbacks]) if (!playback.advance(skipped)) playback.end('finished')
  }

  #feedMember(member: Member, skipped: number, nowMs: number): void {
    const { leg, feed } = member
    if (feed === 'relay' || leg.codec === null || !leg.outbound.open) return
    if (feed === 'none') leg.sayEncoded(SILENCE.encoded(leg.codec), 0, skipped, nowMs)
    else if (feed === 'play') {
      const playback = member.playbacks[0]!
      leg.sayEncoded(playback.source.encoded(leg.codec), playback.frame * FRAME, skipped, nowMs)
    } else {
      this.#mix(member, nowMs)
      leg.sayPcm(this.#pcm, skipped, nowMs)
    }
  }

  #mix({ sources, playbacks }: Member, nowMs: number): void {
    const sum = this.#sum
    sum.fill(0)
    for (const source of sources) {
      const voice = source.voice(this.#tick, nowMs)
      if (voice) for (let i = 0; i < FRAME; i++) sum[i]! += voice[i]!
    }
    for (const { source, frame, gain } of playbacks) {
      const at = frame * FRAME
      for (let i = 0; i < FRAME; i++) sum[i]! += source.pcm[at + i]! * gain
    }
    saturate(sum, this.#pcm)
  }
}

function routesOf(source: Leg, members: readonly Member[]): Route[] {
  const routes: Route[] = []
  for (const { leg, feed, sources } of members) {
    if (feed !== 'relay' || sources[0] !== source) continue
    const table = tableBetween(source.codec!, leg.codec!)
    if (table !== undefined) routes.push({ to: leg, table })
  }
  return routes
}

function release(leg: Leg): void {
  leg.onChange = null
  leg.onLeave = null
  leg.routes = []
  leg.taps = []
  leg.digitTargets = []
  leg.setMixed(false)
}

function renamed(rules: MemberRules, from: string, to: string): MemberRules {
  const swap = (list: 'all' | readonly string[] | undefined): 'all' | readonly string[] =>
    list === undefined || list === 'all' ? 'all' : list.map(id => (id === from ? to : id))
  return { hears: swap(rules.hears), heardBy: swap(rules.heardBy) }
}
