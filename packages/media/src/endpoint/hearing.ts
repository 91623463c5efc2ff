import { Classifier, type Listening } from '../call-class/classify.ts'
import { ALAW_TO_LINEAR, ULAW_TO_LINEAR } from '../codec/g711.ts'
import { DtmfDetector } from '../tone/dtmf.ts'
import { CarrierWatch } from '../tty/carrier-watch.ts'
import { Ear } from './ear.ts'
import { Listeners } from './listeners.ts'
import type { AudioCodec, Detected, Detection, Digit, Off } from './media.ts'

export interface HearingOptions {
  digit: (digit: Digit, ms: number) => void
  text: (text: string) => void
  onFault: (cause: unknown) => void
}

/** Which detector finds what. */
const DETECTOR: Record<Detection, Listening> = {
  dial: 'progress',
  busy: 'progress',
  congestion: 'progress',
  ringback: 'progress',
  sit: 'progress',
  fax: 'fax',
  voice: 'voice',
  silence: 'voice',
  beep: 'beep',
  tty: 'tty',
}

/** What a leg listens for in its far end's audio. Decodes only while somebody asked for something. */
export class Hearing {
  readonly detections: Listeners<[Detection, Detected]>
  readonly #options: HearingOptions
  readonly #audio: Listeners<[Int16Array]>
  #ear: Ear | null = null
  #codec: AudioCodec | null = null
  #inband: DtmfDetector | null = null
  #held: Digit | null = null
  #classifier: Classifier | null = null
  /** Set while nothing but a text telephone is listened for, and none has been heard. */
  #watch: CarrierWatch | null = null
  #linear: Int16Array = ALAW_TO_LINEAR
  #wanted: readonly Detection[] = []
  #tty = false
  #ttyTold = false
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
    if (on === (this.#inband !== null)) return
    this.#inband = on ? new DtmfDetector() : null
    this.#held = null
    this.#update()
  }

  setCodec(codec: AudioCodec): void {
    this.#codec = codec
    this.#update()
  }

  setTty(on: boolean): void {
    this.#tty = on
    this.#update()
  }

  /** Positions of what is found count from here. */
  detect(kinds: readonly Detection[]): void {
    this.#wanted = [...kinds]
    this.#ttyTold = false
    this.#update()
    this.#classifier?.since()
  }

  onAudio(listener: (pcm: Int16Array) => void): Off {
    const off = this.#audio.add(listener)
    this.#update()
    return () => {
      off()
      this.#update()
    }
  }

  /** The audio of `packet` begins at `start`. */
  packet(timestamp: number, packet: Uint8Array, start: number, muted: boolean): void {
    this.#muted = muted
    if (this.#watch && !this.#watch.worthwhile(packet, start, this.#linear)) {
      this.#ear?.pass(timestamp, packet.length - start)
      this.#classifier?.skip((packet.length - start) / 8)
      return
    }
    this.#ear?.packet(timestamp, packet.subarray(start))
  }

  close(): void {
    this.#inband = null
    this.#classifier = null
    this.#watch = null
    this.#ear = null
    this.#audio.clear()
    this.detections.clear()
  }

  #update(): void {
    const listen = new Set(this.#wanted.map(kind => DETECTOR[kind]))
    if (this.#tty) listen.add('tty')
    if (listen.size === 0) this.#classifier = null
    else if (this.#classifier) this.#classifier.listen([...listen])
    else this.#classifier = new Classifier({ listen: [...listen] })
    const wanted = this.#inband !== null || this.#classifier !== null || this.#audio.size > 0
    if (!wanted || !this.#codec) this.#ear = null
    else if (this.#ear?.codec !== this.#codec) this.#ear = new Ear(this.#codec, pcm => this.#frame(pcm))
    const onlyTty = !this.#tty && this.#inband === null && this.#audio.size === 0 && [...listen].join() === 'tty'
    this.#linear = this.#codec === 'PCMU' ? ULAW_TO_LINEAR : ALAW_TO_LINEAR
    if (!onlyTty || !this.#ear || this.#codec === 'G722') this.#watch = null
    else this.#watch ??= new CarrierWatch()
  }

  #frame(pcm: Int16Array): void {
    if (this.#inband) this.#listenForDigits(this.#inband, pcm)
    if (this.#muted) return
    if (this.#classifier) this.#classify(this.#classifier, pcm)
    this.#audio.emit(pcm)
  }

  #classify(classifier: Classifier, pcm: Int16Array): void {
    for (const found of classifier.process(pcm)) {
      if (found.kind === 'dtmf') continue
      if (found.kind === 'tty') {
        // The first characters tell that there is a text telephone: they must not be lost for it.
        if (!this.#ttyTold) this.#tell('tty', { positionMs: found.atMs })
        this.#ttyTold = true
        this.#options.text(found.text)
      } else if (found.kind === 'silence')
        this.#tell('silence', { positionMs: found.atMs, quietMs: found.ms, spokenMs: found.voiceMs })
      else this.#tell(found.kind, { positionMs: found.atMs })
    }
  }

  #tell(kind: Detection, at: Detected): void {
    if (this.#wanted.includes(kind)) this.detections.emit(kind, at)
  }

  /** A digit is told when it ends. */
  #listenForDigits(detector: DtmfDetector, pcm: Int16Array): void {
    const before = this.#held
    const heldMs = detector.heldMs
    const begun = detector.process(pcm)
    this.#held = detector.digit as Digit | null
    if (before && (this.#held !== before || begun)) this.#options.digit(before, Math.round(heldMs))
    // A short digit may begin and end within the frame.
    const over = this.#held ? begun.slice(0, -1) : begun
    for (const digit of over) this.#options.digit(digit as Digit, Math.round(detector.heldMs))
  }
}
