import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CODECS } from '../codec/codec.ts'
import { ALAW_TO_ULAW, ULAW_TO_ALAW } from '../codec/g711.ts'
import type { Leg, VoiceTap } from '../endpoint/leg.ts'
import { Listeners } from '../endpoint/listeners.ts'
import type { AudioCodec, MediaFault, Off, RecordedFile, Recording, RecordOptions } from '../endpoint/media.ts'
import { MediaError } from '../errors.ts'
import { saturate } from '../mix/saturate.ts'
import { timestampDelta } from '../rtp/packet.ts'
import { BlockWriter } from './block-writer.ts'
import type { Flushing } from './flushing.ts'
import { type Law, type RecordLine, sidecarOf } from './format.ts'

const FRAME = 160
/** Audio this far from where its arrival puts it is placed anew: the sender's clock jumped or ran away. */
const DRIFT_SAMPLES = 2000

/** One side: the legs that speak on it now, and where the next of their audio belongs. */
class Track implements VoiceTap {
  readonly side: 0 | 1
  readonly #recording: RoomRecording
  legs: Leg[] = []
  #leg: Leg | null = null
  #position = 0
  #timestamp = 0
  readonly #encoded = Buffer.alloc(FRAME)

  constructor(side: 0 | 1, recording: RoomRecording) {
    this.side = side
    this.#recording = recording
  }

  voice(leg: Leg, codec: AudioCodec, timestamp: number, packet: Buffer, start: number, nowMs: number): void {
    const byArrival = Math.max(0, this.#recording.samplesAt(nowMs) - (packet.length - start))
    let at = this.#position + timestampDelta(timestamp, this.#timestamp)
    if (leg !== this.#leg || Math.abs(at - byArrival) > DRIFT_SAMPLES) {
      this.#leg = leg
      this.#position = byArrival
      this.#timestamp = timestamp
      at = byArrival
    }
    this.#recording.put(this.side, at, codec, packet, start)
  }

  /** A mixed frame of this tick. */
  mixed(pcm: Int16Array, nowMs: number): void {
    const byArrival = Math.max(0, this.#recording.samplesAt(nowMs) - FRAME)
    const goesOn = this.#leg === null && Math.abs(this.#position - byArrival) <= DRIFT_SAMPLES
    const at = goesOn ? this.#position : byArrival
    this.#leg = null
    this.#position = at + FRAME
    const { law } = this.#recording
    CODECS[law].encoder().encode(pcm, this.#encoded)
    this.#recording.put(this.side, at, law, this.#encoded, 0)
  }
}

/** A recording of a room. A side with one G.711 speaker is copied as it comes, without decoding; only shared sides and G.722 are mixed. */
export class RoomRecording implements Recording {
  readonly id: string
  readonly law: Law
  readonly #file: string
  readonly #startMs = performance.now()
  readonly #tracks: readonly [Track, Track]
  readonly #members: [Set<string>, Set<string>]
  readonly #faults: Listeners<[MediaFault]>
  readonly #report: (fault: MediaFault) => void
  readonly #stopped: (recording: RoomRecording) => void
  readonly #flushing: Flushing
  #writer: BlockWriter | null = null
  #notes: Promise<void> = Promise.resolve()
  #pauses: { fromMs: number; toMs: number }[] = []
  #pausedAtMs: number | null = null
  /** What was said before the last resume was said in the pause, however late it comes. */
  #resumedAt = 0
  #stop: Promise<RecordedFile> | null = null

  private constructor(
    options: RecordOptions,
    law: Law,
    flushing: Flushing,
    report: (fault: MediaFault) => void,
    stopped: (recording: RoomRecording) => void,
  ) {
    this.id = options.id
    this.law = law
    this.#file = join(options.folder, `${options.id}.g711`)
    this.#tracks = [new Track(0, this), new Track(1, this)]
    this.#members = [new Set(options.left ?? ['customer']), new Set(options.right ?? ['agent'])]
    this.#flushing = flushing
    this.#report = report
    this.#stopped = stopped
    this.#faults = new Listeners(cause =>
      report({ code: 'listener', message: 'A listener threw.', recordingId: options.id, cause }),
    )
  }

  /** Creates the files. Rejects with `media.record`. */
  static async start(
    options: RecordOptions,
    law: Law,
    flushing: Flushing,
    report: (fault: MediaFault) => void,
    stopped: (recording: RoomRecording) => void,
  ): Promise<RoomRecording> {
    if (!/^[\w.-]+$/.test(options.id) || options.id.startsWith('.'))
      throw new MediaError('media.record', `"${options.id}" is no file name. Use letters, digits, - and _.`)
    const recording = new RoomRecording(options, law, flushing, report, stopped)
    try {
      recording.#writer = await BlockWriter.create(recording.#file, CODECS[law].silence!, cause =>
        recording.#fault(cause),
      )
      await appendFile(
        sidecarOf(recording.#file),
        line({ type: 'start', version: 1, law, startedAt: new Date().toISOString() }),
        { mode: 0o600 },
      )
    } catch (cause) {
      await recording.#writer?.finish(0)
      throw new MediaError('media.record', `The recording could not be created in ${options.folder}: ${cause}`, {
        cause,
      })
    }
    flushing.add(recording)
    return recording
  }

  get paused(): boolean {
    return this.#pausedAtMs !== null
  }

  get #elapsedMs(): number {
    return performance.now() - this.#startMs
  }

  /** Where the room's legs are heard: by leg id or side label. */
  assign(legs: readonly Leg[]): readonly Track[] {
    for (const track of this.#tracks) {
      const names = this.#members[track.side]
      track.legs = legs.filter(leg => names.has(leg.id) || names.has(leg.side))
    }
    return this.#tracks
  }

  rename(from: string, to: string): void {
    for (const names of this.#members) if (names.delete(from)) names.add(to)
  }

  /** Adds up and records the sides that several speak on (or one in G.722). */
  mix(voiceOf: (leg: Leg) => Int16Array | null, sum: Int32Array, pcm: Int16Array, nowMs: number): void {
    for (const track of this.#tracks) {
      if (!isMixed(track.legs)) continue
      sum.fill(0)
      for (const leg of track.legs) {
        const voice = leg.audible ? voiceOf(leg) : null
        if (voice) for (let i = 0; i < FRAME; i++) sum[i]! += voice[i]!
      }
      saturate(sum, pcm)
      track.mixed(pcm, nowMs)
    }
  }

  samplesAt(nowMs: number): number {
    return Math.round((nowMs - this.#startMs) * 8)
  }

  put(side: 0 | 1, at: number, codec: AudioCodec, bytes: Buffer, start: number): void {
    if (this.#pausedAtMs !== null || this.#stop || at < this.#resumedAt) return
    const table = codec === this.law ? null : codec === 'PCMU' ? ULAW_TO_ALAW : ALAW_TO_ULAW
    this.#writer?.put(side, at, bytes, start, table)
  }

  flush(): void {
    this.#writer?.flush(this.#elapsedMs)
  }

  pause(): void {
    if (this.#pausedAtMs !== null || this.#stop) return
    this.#pausedAtMs = Math.round(this.#elapsedMs)
    this.#note({ type: 'pause', atMs: this.#pausedAtMs })
  }

  resume(): void {
    if (this.#pausedAtMs === null || this.#stop) return
    const toMs = Math.round(this.#elapsedMs)
    this.#pauses.push({ fromMs: this.#pausedAtMs, toMs })
    this.#pausedAtMs = null
    this.#resumedAt = toMs * 8
    this.#note({ type: 'resume', atMs: toMs })
  }

  stop(): Promise<RecordedFile> {
    this.#stop ??= this.#finish()
    return this.#stop
  }

  onFault(listener: (fault: MediaFault) => void): Off {
    return this.#faults.add(listener)
  }

  async #finish(): Promise<RecordedFile> {
    this.#flushing.remove(this)
    const durationMs = Math.round(this.#elapsedMs)
    if (this.#pausedAtMs !== null) this.#pauses.push({ fromMs: this.#pausedAtMs, toMs: durationMs })
    this.#note({ type: 'stop', durationMs })
    await this.#writer!.finish(durationMs).catch(cause => this.#fault(cause))
    await this.#notes
    this.#stopped(this)
    return { file: this.#file, durationMs, pauses: this.#pauses, bytes: this.#writer!.bytes }
  }

  #note(entry: RecordLine): void {
    this.#notes = this.#notes
      .then(() => appendFile(sidecarOf(this.#file), line(entry)))
      .catch(cause => this.#fault(cause))
  }

  #fault(cause: unknown): void {
    const message = `Recording ${this.id} could not be written: ${cause instanceof Error ? cause.message : cause}`
    const fault: MediaFault = { code: 'record', message, recordingId: this.id, cause }
    this.#faults.emit(fault)
    this.#report(fault)
  }
}

/** A side that cannot be copied as it comes. */
export function isMixed(legs: readonly Leg[]): boolean {
  return legs.length > 1 || legs[0]?.codec === 'G722'
}

function line(entry: RecordLine): string {
  return `${JSON.stringify(entry)}\n`
}
