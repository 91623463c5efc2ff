import type { FromNode } from '@centrala/api/voice-link.ts'
import type { BrowserLeg, Media } from '@centrala/media/endpoint/media.ts'
import type { Call } from '../call/call.ts'
import { type Leg, qualityOf, type Wire } from '../call/leg.ts'

type LineState = Extract<FromNode, { type: 'state' }>['lines'][number]

/** In a call a browser sends packets all the time, also while muted: after so long without any it is gone, long before ICE notices. */
const SILENT_MS = 1500
const LOOK_MS = 250
/** A line that has never been connected, and is in no call, is let go after this. */
const UNUSED_MS = 60_000
/** Of a person: pages and machines, each with a line. More hold memory and ports that others want. */
const MOST_LINES = 8

/** An agent's (or supervisor's) browser audio: opened once and kept, it joins calls at once. */
export class Line implements Wire {
  readonly lineId: string
  readonly tenantId: string
  readonly userId: string
  audio: BrowserLeg
  readonly session = null
  #use: { call: Call; leg: Leg } | null = null
  #usedSince = 0
  /** Legs of calls on it that it is not in now: held, while another call goes on. */
  readonly legs = new Set<{ call: Call; leg: Leg }>()
  openedAt = Date.now()
  /** When it was opened, or last named in a command. */
  usedAt = this.openedAt

  constructor(options: { lineId: string; tenantId: string; userId: string; audio: BrowserLeg }) {
    this.lineId = options.lineId
    this.tenantId = options.tenantId
    this.userId = options.userId
    this.audio = options.audio
  }

  /** The call whose room it is in, and as which leg. */
  get use(): { call: Call; leg: Leg } | null {
    return this.#use
  }
  set use(use: { call: Call; leg: Leg } | null) {
    if (use && !this.#use) this.#usedSince = Date.now()
    this.#use = use
  }

  /** In a call judged by its packets too, once it has sent any (a page without a microphone sends none). A line that waits sends nothing: it is there while its connection is. */
  get connected(): boolean {
    if (this.audio.state !== 'connected') return false
    if (!this.#use) return true
    const { lastPacketAt } = this.audio.quality()
    return lastPacketAt === null || Date.now() - Math.max(lastPacketAt, this.#usedSince) < SILENT_MS
  }
  /** As last looked at. */
  wasConnected = false

  /** A leg has ended; the line stays. */
  hangUp(): void {
    for (const entry of this.legs) if (entry.leg.ended) this.legs.delete(entry)
    if (this.use?.leg.ended) this.use = null
  }
}

export interface LinesOptions {
  media: Media
  graceMs: number
  /** Something that the server should know now. */
  onChange(): void
  /** A line was lost or came back: its calls' music and rules change. */
  onPresence(call: Call, leg: Leg): void
  /** A line did not come back in time. */
  onLost(call: Call, leg: Leg): void
}

/** The browsers' lines on this node. */
export class Lines {
  readonly #options: LinesOptions
  readonly #lines = new Map<string, Line>()
  readonly #graces = new Map<Line, NodeJS.Timeout>()
  readonly #echoes = new Map<string, { close(): Promise<void> }>()

  readonly #look: NodeJS.Timeout

  constructor(options: LinesOptions) {
    this.#options = options
    // By way of the loop's turn to read: after a standstill, what came meanwhile is read before anybody is called gone.
    this.#look = setInterval(() => setImmediate(() => this.#lookAtAll()), LOOK_MS)
  }

  get(lineId: string | null): Line | null {
    return lineId === null ? null : (this.#lines.get(lineId) ?? null)
  }

  /** The person's line opened last, connected ones first. */
  ofUser(tenantId: string, userId: string): Line | null {
    const lines = [...this.#lines.values()].filter(line => line.tenantId === tenantId && line.userId === userId)
    return lines.sort((a, b) => Number(b.connected) - Number(a.connected) || b.openedAt - a.openedAt)[0] ?? null
  }

  /** The person has chosen it: every server should know which of theirs is rung first. */
  use(lineId: string): void {
    const line = this.get(lineId)
    if (line) line.usedAt = Date.now()
  }

  ids(): string[] {
    return [...this.#lines.keys()]
  }

  states(): LineState[] {
    return [...this.#lines.values()].map(line => ({
      lineId: line.lineId,
      tenantId: line.tenantId,
      userId: line.userId,
      connected: line.wasConnected,
      usedAt: line.usedAt,
      quality: line.wasConnected ? qualityOf(line.audio) : null,
    }))
  }

  /** Answers a browser's offer; throws where it cannot be used, or the line is somebody else's. It takes up the calls that other lines of the same person have: a reloaded page, another machine. */
  async open(options: { tenantId: string; userId: string; lineId: string; sdp: string }): Promise<string> {
    this.#makeRoom(options)
    const audio = this.#options.media.browserLeg({ side: 'agent' })
    let answer: string
    try {
      answer = await audio.answer(options.sdp)
      const { tenantId, userId } = this.#lines.get(options.lineId) ?? options
      if (tenantId !== options.tenantId || userId !== options.userId)
        throw new Error('this line belongs to somebody else. Load the desktop again.')
    } catch (error) {
      await audio.close()
      throw error
    }
    const known = this.#lines.get(options.lineId)
    const line = known ?? new Line({ ...options, audio })
    line.openedAt = line.usedAt = Date.now()
    if (known) this.#move(known, audio)
    this.#lines.set(options.lineId, line)
    for (const other of this.#lines.values())
      if (other !== line && other.tenantId === line.tenantId && other.userId === line.userId && other.legs.size > 0)
        this.#takeUp(line, other)
    this.#follow(line, audio)
    this.#presence(line)
    this.#options.onChange()
    return answer
  }

  close(lineId: string): void {
    const line = this.#lines.get(lineId)
    if (!line) return
    void this.echo(lineId, false)
    // Its calls get the grace: a page that closes its line may be on its way to open another.
    if (line.legs.size > 0) void line.audio.close()
    else this.#forget(line)
    this.#presence(line)
    this.#options.onChange()
  }

  /** Hears itself. False where there is no such line, or it is in a call. */
  async echo(lineId: string, on: boolean): Promise<boolean> {
    await this.#echoes.get(lineId)?.close()
    this.#echoes.delete(lineId)
    const line = this.#lines.get(lineId)
    if (!on || !line) return !on
    if (line.use) return false
    const room = this.#options.media.room()
    room.join(line.audio, { hears: [line.audio.id], heardBy: 'all' })
    this.#echoes.set(lineId, room)
    return true
  }

  /** The line goes into a call's room, out of any other: that call's leg stays its own and waits on hold. */
  enter(line: Line, call: Call, leg: Leg): void {
    void this.#echoes.get(line.lineId)?.close()
    this.#echoes.delete(line.lineId)
    if (line.use && line.use.call !== call) {
      const { call: former, leg: waiting } = line.use
      former.room.leave(line.audio)
      waiting.joined = false
      former.arrange()
    }
    let entry = [...line.legs].find(known => known.leg === leg)
    if (!entry) {
      entry = { call, leg }
      line.legs.add(entry)
    }
    line.use = entry
    leg.lost = !line.connected
    call.join(leg, line)
    if (leg.lost) this.#presence(line)
  }

  async closeAll(): Promise<void> {
    clearInterval(this.#look)
    for (const grace of this.#graces.values()) clearTimeout(grace)
    this.#graces.clear()
    await Promise.all([...this.#lines.values()].map(line => line.audio.close()))
    this.#lines.clear()
  }

  /** A person with as many lines as one may have gives up the oldest that is in no call. */
  #makeRoom({ tenantId, userId, lineId }: { tenantId: string; userId: string; lineId: string }): void {
    if (this.#lines.has(lineId)) return
    const own = [...this.#lines.values()].filter(line => line.tenantId === tenantId && line.userId === userId)
    if (own.length < MOST_LINES) return
    const idle = own.filter(line => line.legs.size === 0).sort((a, b) => a.openedAt - b.openedAt)[0]
    if (idle) this.close(idle.lineId)
  }

  /** New audio in the place of the old, in whatever room that is. */
  #move(line: Line, audio: BrowserLeg): void {
    const old = line.audio
    line.audio = audio
    if (line.use) line.use.call.room.replace(old, audio)
    void old.close()
  }

  #takeUp(line: Line, other: Line): void {
    const { use } = other
    if (use) use.call.room.replace(other.audio, line.audio)
    for (const entry of other.legs) {
      line.legs.add(entry)
      entry.leg.wire = line
    }
    line.use = use
    line.audio.side = use?.leg.kind === 'supervisor' ? 'supervisor' : 'agent'
    other.use = null
    other.legs.clear()
    this.#forget(other)
  }

  #follow(line: Line, audio: BrowserLeg): void {
    audio.onState(() => {
      if (line.audio === audio) this.#lookAt(line)
    })
  }

  #lookAtAll(): void {
    for (const line of this.#lines.values()) this.#lookAt(line)
  }

  #lookAt(line: Line): void {
    if (line.connected === line.wasConnected) return
    this.#presence(line)
    this.#options.onChange()
  }

  /** Whether the line is there, for its calls. A line that is gone has the grace to come back. */
  #presence(line: Line): void {
    line.wasConnected = line.connected
    const lost = !line.wasConnected
    for (const { call, leg } of line.legs) {
      if (leg.lost === lost) continue
      leg.lost = lost
      this.#options.onPresence(call, leg)
    }
    clearTimeout(this.#graces.get(line))
    this.#graces.delete(line)
    if (!lost) return
    const waitMs = line.legs.size > 0 ? this.#options.graceMs : UNUSED_MS
    this.#graces.set(
      line,
      setTimeout(() => {
        const legs = [...line.legs]
        this.#forget(line)
        for (const { call, leg } of legs) if (!leg.ended) this.#options.onLost(call, leg)
        this.#options.onChange()
      }, waitMs),
    )
  }

  #forget(line: Line): void {
    clearTimeout(this.#graces.get(line))
    this.#graces.delete(line)
    if (this.#lines.get(line.lineId) === line) this.#lines.delete(line.lineId)
    void line.audio.close()
  }
}
