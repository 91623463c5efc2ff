import { powerOf } from '../level/level.ts'
import { SineMeter } from '../tone/sine.ts'

/** Speech comes in at −15 to −35 dBm0; a noisy line's floor is followed, and voice must be 9 dB above it. */
const VOICE_DBM0 = -42
const ABOVE_FLOOR = 10 ** (9 / 10)
/** Voice begins after so much of it, so that a click is none, … */
const LEAST_VOICE_MS = 120
/** … and goes on through pauses as long as these, between words. */
const BRIDGE_MS = 300
/** A frame that is one clear sine is a tone, not a voice. */
const TONE_CLARITY = 60
const TONE_LEAST_HZ = 330

/** Tells speech from quiet and from tones by level, for finding out who or what answered. Takes a leg's frames in order. */
export class VoiceMeter {
  readonly #threshold = powerOf(VOICE_DBM0)
  readonly #silenceMs: number
  readonly #rate: number
  #meter: SineMeter | null = null
  /** Power of the background, falls at once and rises by 1.5 dB a second. */
  #floor = Number.POSITIVE_INFINITY
  #speaking = false
  #told = false
  /** Voice so far, counted before it is told. */
  voiceMs = 0
  /** Quiet so far. */
  quietMs = 0
  /** What was spoken before this quiet, pauses between words included. */
  spokenMs = 0

  constructor({ silenceMs, sampleRate }: { silenceMs: number; sampleRate: number }) {
    this.#silenceMs = silenceMs
    this.#rate = sampleRate
  }

  /** Takes a frame and its power; `signals` says that what sounds is known to be digits or text. */
  take(power: number, frameMs: number, pcm: Int16Array, signals: boolean): 'voice' | 'silence' | null {
    this.#floor = Math.max(1, Math.min(power, this.#floor * 10 ** ((0.15 * frameMs) / 1000)))
    const loud = power > this.#threshold && power > this.#floor * ABOVE_FLOOR && !signals && !this.#tone(pcm)
    if (loud) {
      this.voiceMs += frameMs + (this.#speaking ? Math.min(this.quietMs, BRIDGE_MS) : 0)
      this.quietMs = 0
      if (this.#speaking || this.voiceMs < LEAST_VOICE_MS) return null
      this.#speaking = true
      this.#told = false
      return 'voice'
    }
    this.quietMs += frameMs
    if (!this.#speaking && this.quietMs > BRIDGE_MS / 2) this.voiceMs = 0
    if (this.#told || this.quietMs < this.#silenceMs) return null
    this.spokenMs = this.#speaking ? this.voiceMs : 0
    this.#speaking = false
    this.voiceMs = 0
    this.#told = true
    return 'silence'
  }

  #tone(pcm: Int16Array): boolean {
    this.#meter ??= new SineMeter(pcm.length, this.#rate)
    this.#meter.add(pcm, 0)
    return this.#meter.ended() && this.#meter.clarity > TONE_CLARITY && this.#meter.frequency > TONE_LEAST_HZ
  }
}
