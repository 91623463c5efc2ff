import { openAsBlob } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CallFact } from '@centrala/api/call-fact.ts'
import type { Logger } from 'pino'
import { assembleRecording } from './assemble-recording.ts'

export interface Finished {
  callId: string
  tenantId: string
  recordingId: string
  kind: 'call' | 'voicemail'
  folder: string
  onStored(fact: CallFact): void
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
const PUT_MS = 120_000
const AT_A_TIME = 2

export interface UploadsOptions {
  /** Of the server that is reached now. */
  serverUrl(): string
  token: string
  log: Logger
}

/** Finished recordings on their way to the server: kept on disk and tried again until they are stored there. */
export class Uploads {
  readonly #options: UploadsOptions
  readonly #queue: (() => void)[] = []
  readonly #stop = new AbortController()
  #running = 0

  constructor(options: UploadsOptions) {
    this.#options = options
  }

  /** Makes the WAV, sends it, and tells `recordingEnded`. False where the node stops before, or the disk refuses: the files must stay then, for the next start of the node. */
  async take(finished: Finished): Promise<boolean> {
    await this.#turn()
    try {
      if (this.#stop.signal.aborted) return false
      const assembled = await assembleRecording(finished)
      if (assembled) {
        if (!(await this.#put(finished, assembled.file))) return false
        finished.onStored({
          type: 'recordingEnded',
          recordingId: finished.recordingId,
          kind: finished.kind,
          ...assembled.fact,
        })
        for (const ending of ['g711', 'jsonl', 'wav'])
          await rm(join(finished.folder, `${finished.recordingId}.${ending}`), { force: true })
      } else {
        // Nothing was written: a recording of no length, so that nobody waits for it.
        finished.onStored({
          type: 'recordingEnded',
          recordingId: finished.recordingId,
          kind: finished.kind,
          durationMs: 0,
          bytes: 0,
          pauses: [],
          peaks: [[], []],
        })
      }
      return true
    } catch (error) {
      this.#options.log.error(
        { err: error, recordingId: finished.recordingId },
        'a recording could not be finished; it stays on disk',
      )
      return false
    } finally {
      this.#running--
      this.#queue.shift()?.()
    }
  }

  stop(): void {
    this.#stop.abort()
    for (const go of this.#queue.splice(0)) go()
  }

  async #turn(): Promise<void> {
    if (this.#running >= AT_A_TIME) await new Promise<void>(go => this.#queue.push(go))
    this.#running++
  }

  async #put({ tenantId, recordingId }: Finished, file: string): Promise<boolean> {
    const { serverUrl, token, log } = this.#options
    const stopped = this.#stop.signal
    for (let pauseMs = FIRST_PAUSE_MS; !stopped.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const response = await fetch(`${serverUrl()}/internal/voice/recordings/${tenantId}/${recordingId}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'audio/wav' },
        body: await openAsBlob(file, { type: 'audio/wav' }),
        signal: AbortSignal.any([stopped, AbortSignal.timeout(PUT_MS)]),
      }).catch(() => null)
      await response?.body?.cancel()
      if (response?.ok) return true
      log.warn({ recordingId, status: response?.status ?? null }, 'a recording is not stored yet; it is sent again')
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, pauseMs)
        stopped.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true })
      })
    }
    return false
  }
}
