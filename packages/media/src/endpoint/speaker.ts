import { DigitSender } from '../dtmf-event/send.ts'
import { MediaError } from '../errors.ts'
import type { Outbound } from '../rtp/outbound.ts'
import type { Ticker, Ticking } from '../schedule/ticker.ts'
import { dtmf, renderTones } from '../tone/generate.ts'
import { type Baud, TtyModulator } from '../tty/modulate.ts'

const FRAME = 160
const PAUSE_MS = 500

type Job =
  | { kind: 'event'; sender: DigitSender; done: () => void }
  | { kind: 'sound'; pcm: Int16Array; at: number; done: () => void }

/** What a leg says itself over whatever it is fed: digits as events or tones, Baudot text. While it speaks nothing else is sent. Ticks only while there is something. */
export class Speaker implements Ticking {
  readonly #ticker: Ticker
  readonly #outbound: Outbound
  readonly #send: (pcm: Int16Array, skipped: number, nowMs: number) => void
  readonly #jobs: Job[] = []
  readonly #pcm = new Int16Array(FRAME)
  #tty: TtyModulator | null = null
  #speaking = false

  constructor(ticker: Ticker, outbound: Outbound, send: (pcm: Int16Array, skipped: number, nowMs: number) => void) {
    this.#ticker = ticker
    this.#outbound = outbound
    this.#send = send
  }

  get speaking(): boolean {
    return this.#speaking
  }

  /** Digits, or rows of them, and pauses that are not out yet. */
  get waiting(): number {
    return this.#jobs.length
  }

  get tty(): boolean {
    return this.#tty !== null
  }

  setTty(baud: Baud | null): void {
    this.#tty = baud === null ? null : new TtyModulator({ baud })
  }

  /** Says `digits`; resolves when the last is out (or the leg closed). */
  digits(
    digits: string,
    { durationMs = 100, gapMs = 60 }: { durationMs?: number; gapMs?: number } = {},
  ): Promise<void> {
    if (!/^[0-9A-Da-d*#,]*$/.test(digits))
      return Promise.reject(new MediaError('media.badDigit', `"${digits}" has signs that no keypad has.`))
    const parts = digits.split(/(,)/).filter(part => part !== '')
    if (parts.length === 0) return Promise.resolve()
    return new Promise(resolve => {
      for (const [i, part] of parts.entries()) {
        const done = i === parts.length - 1 ? resolve : () => {}
        this.#jobs.push(this.#job(part, durationMs, gapMs, done))
      }
      this.#begin()
    })
  }

  /** Types text in Baudot; false when TTY is off. */
  text(text: string): boolean {
    if (!this.#tty) return false
    this.#tty.write(text)
    this.#begin()
    return true
  }

  tick(skipped: number): void {
    const nowMs = performance.now()
    const job = this.#jobs[0]
    if (job?.kind === 'event') this.#event(job, skipped, nowMs)
    else if (job?.kind === 'sound') this.#sound(job, skipped, nowMs)
    else if (this.#tty?.render(this.#pcm)) this.#send(this.#pcm, skipped, nowMs)
    else this.#end()
  }

  close(): void {
    this.#end()
    for (const job of this.#jobs.splice(0)) job.done()
  }

  #job(part: string, durationMs: number, gapMs: number, done: () => void): Job {
    if (part === ',') return { kind: 'sound', pcm: new Int16Array(PAUSE_MS * 8), at: 0, done }
    if (this.#outbound.eventType === null)
      return { kind: 'sound', pcm: renderTones(dtmf(part, { toneMs: durationMs, gapMs })), at: 0, done }
    const sender = new DigitSender({ toneMs: durationMs, gapMs })
    sender.queue(part)
    return { kind: 'event', sender, done }
  }

  #event(job: Job & { kind: 'event' }, skipped: number, nowMs: number): void {
    const type = this.#outbound.eventType
    const packet = job.sender.next(this.#outbound.timestamp)
    if (packet && type !== null) this.#outbound.event(packet.payload, type, packet.marker, packet.timestamp, nowMs)
    this.#outbound.pass(skipped, nowMs)
    if (!job.sender.active) this.#done(job)
  }

  #sound(job: Job & { kind: 'sound' }, skipped: number, nowMs: number): void {
    this.#pcm.fill(0)
    this.#pcm.set(job.pcm.subarray(job.at, job.at + FRAME))
    job.at += FRAME
    this.#send(this.#pcm, skipped, nowMs)
    if (job.at >= job.pcm.length) this.#done(job)
  }

  #done(job: Job): void {
    this.#jobs.shift()
    job.done()
    if (this.#jobs.length === 0 && (!this.#tty || this.#tty.idle)) this.#end()
  }

  #begin(): void {
    if (this.#speaking) return
    this.#speaking = true
    this.#ticker.add(this)
  }

  #end(): void {
    this.#speaking = false
    this.#ticker.remove(this)
  }
}
