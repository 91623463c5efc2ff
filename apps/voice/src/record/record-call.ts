import { randomUUID } from 'node:crypto'
import type { Recording } from '@centrala/media/endpoint/media.ts'
import type { Call } from '../call/call.ts'

type PauseReason = 'agent' | 'card' | 'hold'

/** What is recorded of one call: one recording at a time. Several reasons may pause it; it goes on when none is left. */
export class CallRecorder {
  readonly #call: Call
  #current: { id: string; kind: 'call' | 'voicemail'; recording: Promise<Recording | null> } | null = null
  readonly #pauses = new Set<PauseReason>()
  /** Finished ones on their way to the server. */
  readonly #leaving: Promise<boolean>[] = []

  constructor(call: Call) {
    this.#call = call
  }

  get recording(): boolean {
    return this.#current !== null
  }

  /** Both sides apart (customer left, agents right), or the caller's message. Nothing where it already records. */
  start(kind: 'call' | 'voicemail', queueId: string | null = null): void {
    if (this.#current || this.#call.ended) return
    const id = randomUUID()
    const { room, journal, node } = this.#call
    const recording = room
      .record({
        folder: journal.folder,
        id,
        left: ['customer'],
        right: kind === 'voicemail' ? [] : ['agent'],
      })
      .then(started => {
        if (this.#paused) started.pause()
        started.onFault(fault =>
          node.log.error({ fault: fault.message, callId: this.#call.id }, 'the recording cannot be written'),
        )
        return started
      })
      .catch((error: Error) => {
        node.log.error({ reason: error.message, callId: this.#call.id }, 'the call is not recorded')
        return null
      })
    this.#current = { id, kind, recording }
    if (kind === 'voicemail') this.#pauses.clear()
    this.#call.fact({ type: 'recordingStarted', recordingId: id, kind, queueId })
    if (this.#pauses.size > 0) this.#tellPaused()
  }

  pause(reason: PauseReason): void {
    const was = this.#paused
    this.#pauses.add(reason)
    if (was || !this.#current) return
    void this.#current.recording.then(recording => this.#paused && recording?.pause())
    this.#tellPaused()
  }

  resume(reason: PauseReason): void {
    if (!this.#pauses.delete(reason) || this.#paused || !this.#current) return
    void this.#current.recording.then(recording => !this.#paused && recording?.resume())
    this.#call.fact({ type: 'recordingResumed', recordingId: this.#current.id })
  }

  /** While the customer is aside (hold, consult, music) nothing is theirs to be recorded. */
  hold(aside: boolean): void {
    if (this.#current?.kind === 'voicemail') return
    if (aside) this.pause('hold')
    else this.resume('hold')
  }

  /** Ends the recording and sees it to the server. Resolves true when all of this call's are there; false: some must stay on disk. */
  async stop(): Promise<boolean> {
    const current = this.#current
    this.#current = null
    this.#pauses.delete('agent')
    this.#pauses.delete('card')
    if (current) this.#leaving.push(this.#finish(current.id, current.kind, current.recording))
    return (await Promise.all(this.#leaving)).every(Boolean)
  }

  async #finish(id: string, kind: 'call' | 'voicemail', started: Promise<Recording | null>): Promise<boolean> {
    const recording = await started
    await recording?.stop().catch(() => null)
    return this.#call.node.uploads.take({
      callId: this.#call.id,
      tenantId: this.#call.tenantId,
      recordingId: id,
      kind,
      folder: this.#call.journal.folder,
      onStored: fact => this.#call.fact(fact),
    })
  }

  get #paused(): boolean {
    return this.#pauses.size > 0
  }

  #tellPaused(): void {
    const [reason = 'hold'] = this.#pauses
    if (this.#current) this.#call.fact({ type: 'recordingPaused', recordingId: this.#current.id, reason })
  }
}
