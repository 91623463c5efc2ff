import { randomUUID } from 'node:crypto'
import type { Playback, PlayOptions } from '../endpoint/media.ts'
import type { PlanPlayback } from '../mix/plan.ts'
import { TICK_MS } from '../schedule/ticker.ts'
import type { Source } from './source.ts'

/** A sound on its way to members of a room: one cursor, however many hear it. The room moves it on each tick. */
export class RoomPlayback implements Playback, PlanPlayback {
  readonly id = randomUUID()
  readonly done: Promise<'finished' | 'stopped'>
  readonly targets: 'room' | Set<string>
  readonly only: boolean
  readonly gain: number
  readonly #sources: readonly Source[]
  readonly #loop: boolean
  readonly #ended: (playback: RoomPlayback) => void
  #resolve: (how: 'finished' | 'stopped') => void = () => {}
  #source = 0
  #frame = 0
  #played = 0
  #over = false

  constructor(
    targets: 'room' | Set<string>,
    sources: readonly Source[],
    options: PlayOptions,
    ended: (playback: RoomPlayback) => void,
  ) {
    this.targets = targets
    this.only = options.only ?? false
    this.gain = Math.max(0, Math.min(1, options.gain ?? 1))
    this.#loop = options.loop ?? false
    this.#sources = sources
    this.#ended = ended
    this.done = new Promise(resolve => {
      this.#resolve = resolve
    })
  }

  get plain(): boolean {
    return this.gain === 1
  }

  get positionMs(): number {
    return this.#played * TICK_MS
  }

  get source(): Source {
    return this.#sources[this.#source]!
  }

  /** Index of the frame that is due; times 160 it is the place in the source's bytes and samples. */
  get frame(): number {
    return this.#frame
  }

  /**
   * Moves on by a tick. What comes round and round goes with the clock, over the ticks that were skipped before it; what is said once is said whole, for nobody should miss a word because the machine was busy.
   * False at the end.
   */
  advance(skipped: number): boolean {
    for (let ticks = this.#loop ? skipped + 1 : 1; ticks > 0; ticks--) {
      this.#played++
      if (++this.#frame < this.source.frames) continue
      this.#frame = 0
      if (++this.#source < this.#sources.length) continue
      this.#source = 0
      if (!this.#loop) return false
    }
    return true
  }

  stop(): void {
    this.end('stopped')
  }

  end(how: 'finished' | 'stopped'): void {
    if (this.#over) return
    this.#over = true
    this.#ended(this)
    this.#resolve(how)
  }
}
