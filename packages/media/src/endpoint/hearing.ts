import { DtmfDetector } from '../tone/dtmf.ts'
import { TtyDemodulator } from '../tty/demodulate.ts'
import { Ear } from './ear.ts'
import { Listeners } from './listeners.ts'
import type { AudioCodec, Detection, Digit, Off } from './media.ts'

export interface HearingOptions {
  digit: (digit: Digit, ms: number) => void
  text: (text: string) => void
  onFault: (cause: unknown) => void
}

/** What a leg listens for in its far end's audio. Decodes only while somebody asked for something. */
export class Hearing {
  readonly detections: Listeners<[Detection, { positionMs: number }]>
  readonly #options: HearingOptions
  readonly #audio: Listeners<[Int16Array]>
  #ear: Ear | null = null
  #codec: AudioCodec | null = null
  #inband: DtmfDetector | null = null
  #held: Digit | null = null
  #tty: TtyDemodulator | null = null
  #muted = false

  constructor(options: HearingOptions) {
    this.#options = options
    this.#audio = new Listeners(options.onFault)
    this.detections = new Listeners(options.onFault)
  }

  /** Somebody listens: packets are wanted. */
  get active(): boolean {
    return this.#ear !== null
  }

  /** Digits come as tones: no telephone-event was agreed. */
  set inband(on: boolean) {
    if (on !== (this.#inband !== null)) this.#inband = on ? new DtmfDetector() : null
    this.#held = null
    this.#update()
  }

  setCodec(codec: AudioCodec): void {
    this.#codec = codec
    this.#update()
  }

  setTty(on: boolean): void {
    if (on !== (this.#tty !== null)) this.#tty = on ? new TtyDemodulator() : null
    this.#update()
  }

  detect(_kinds: readonly Detection[]): void {
    this.#update()
  }

  onAudio(listener: (pcm: Int16Array) => void): Off {
    const off = this.#audio.add(listener)
    this.#update()
    return () => {
      off()
      this.#update()
    }
  }

  packet(timestamp: number, payload: Uint8Array, muted: boolean): void {
    this.#muted = muted
    this.#ear?.packet(timestamp, payload)
  }

  close(): void {
    this.#inband = null
    this.#tty = null
    this.#ear = null
    this.#audio.clear()
    this.detections.clear()
  }

  #update(): void {
    const wanted = this.#codec !== null && (this.#inband !== null || this.#tty !== null || this.#audio.size > 0)
    if (!wanted) this.#ear = null
    else if (this.#ear?.codec !== this.#codec) this.#ear = new Ear(this.#codec!, pcm => this.#frame(pcm))
  }

  #frame(pcm: Int16Array): void {
    if (this.#inband) this.#listenForDigits(this.#inband, pcm)
    if (this.#muted) return
    if (this.#tty) {
      const text = this.#tty.process(pcm)
      if (text) this.#options.text(text)
    }
    this.#audio.emit(pcm)
  }

  /** A digit is told when it ends. */
  #listenForDigits(detector: DtmfDetector, pcm: Int16Array): void {
    const before = this.#held
    const heldMs = detector.heldMs
    const begun = detector.process(pcm)
    this.#held = detector.digit as Digit | null
    if (before && (this.#held !== before || begun)) this.#options.digit(before, Math.round(heldMs))
    // A short digit may begin and end within the frame.
    for (const digit of this.#held ? begun.slice(0, -1) : begun)
      this.#options.digit(digit as Digit, Math.round(detector.heldMs))
  }
}
