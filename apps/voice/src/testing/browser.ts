import { CODECS } from '@centrala/media/codec/codec.ts'
import { ALAW_TO_LINEAR } from '@centrala/media/codec/g711.ts'
import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel'
import { until } from './deadline.ts'

/** A browser's audio as WebRTC sends it: it offers, it says a tone, it measures what it hears. */
export class Browser {
  /** Opens audio with `exchange`, which takes an offer and returns the answer. */
  static async open(exchange: (offer: string) => Promise<string | undefined>): Promise<Browser> {
    const browser = new Browser()
    try {
      await browser.accept(await exchange(await browser.offer()))
      return browser
    } catch (error) {
      browser.vanish()
      throw error
    }
  }

  readonly #connection: PeerConnection
  readonly #track: Track
  #open = false
  #timer: NodeJS.Timeout | undefined
  #sequence = 0
  #hertz = 0
  readonly #heard = new Int16Array(4000)
  #heardAt = 0

  constructor() {
    this.#connection = new nodeDataChannel.PeerConnection('browser', {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
    })
    const audio = new nodeDataChannel.Audio('0', 'SendRecv')
    audio.addAudioCodec(8, 'PCMA/8000')
    audio.addSSRC(4711, 'browser', 'browser', 'browser')
    this.#track = this.#connection.addTrack(audio)
    this.#track.onOpen(() => {
      this.#open = true
    })
    this.#track.onMessage(packet => this.#hear(packet))
    this.#timer = setInterval(() => this.speak(), 20)
  }

  async offer(): Promise<string> {
    const gathered = new Promise<void>(resolve =>
      this.#connection.onGatheringStateChange(state => state === 'complete' && resolve()),
    )
    this.#connection.setLocalDescription('offer')
    await gathered
    // Without its candidates, as browsers that hide their addresses offer: the far end finds them by our checks. Were it to check first, the library could shake hands before it has stored the answer, and refuse its certificate.
    return this.#connection.localDescription()?.sdp.replaceAll(/^a=candidate:.*\r?\n/gm, '') ?? ''
  }

  async accept(answer: string | undefined): Promise<void> {
    this.#connection.setRemoteDescription(answer ?? '', 'answer')
    await until(() => this.#open, 'connection of the browser', 10_000)
  }

  say(hertz: number): void {
    this.#hertz = hertz
  }

  /** How loud a tone is in what is heard now: its share of full scale, 0–1. Where nothing comes, nothing is heard. */
  loudness(hertz: number): number {
    if (performance.now() - this.#heardAt > 200) return 0
    let s1 = 0
    let s2 = 0
    const turn = 2 * Math.cos((2 * Math.PI * hertz) / 8000)
    for (const sample of this.#heard) [s1, s2] = [sample + turn * s1 - s2, s1]
    return (2 * Math.sqrt(Math.max(0, s1 * s1 + s2 * s2 - turn * s1 * s2))) / this.#heard.length / 32_768
  }

  hears(hertz: number, ms?: number): Promise<unknown> {
    return until(() => this.loudness(hertz) > 0.05, `tone of ${hertz} Hz in the browser (${this.loudness(hertz)})`, ms)
  }

  /** The level of all that is heard, 0–1. */
  get level(): number {
    let sum = 0
    for (const sample of this.#heard) sum += sample * sample
    return Math.sqrt(sum / this.#heard.length) / 32_768
  }

  /** Gone without a word, as a tab that is closed or a network that is lost. */
  vanish(): void {
    clearInterval(this.#timer)
    this.#open = false
    this.#connection.close()
  }

  /** Says 20 ms, as it does by itself all the time: for a test that stops the clocks. */
  speak(): void {
    // The node may have closed it since.
    if (!this.#open || !this.#track.isOpen()) return
    const n = this.#sequence++
    const packet = Buffer.alloc(172)
    packet[0] = 0x80
    packet[1] = 8
    packet.writeUInt16BE(n & 0xffff, 2)
    packet.writeUInt32BE((n * 160) >>> 0, 4)
    packet.writeUInt32BE(4711, 8)
    const pcm = new Int16Array(160)
    if (this.#hertz > 0)
      for (let i = 0; i < 160; i++)
        pcm[i] = Math.round(8000 * Math.sin((2 * Math.PI * this.#hertz * (n * 160 + i)) / 8000))
    CODECS.PCMA.encoder().encode(pcm, packet.subarray(12))
    this.#track.sendMessageBinary(packet)
  }

  #hear(packet: Buffer): void {
    if ((packet[1] ?? 0) % 128 !== 8) return
    this.#heardAt = performance.now()
    const audio = packet.subarray(12)
    this.#heard.copyWithin(0, audio.length)
    for (let i = 0; i < audio.length; i++)
      this.#heard[this.#heard.length - audio.length + i] = ALAW_TO_LINEAR[audio[i] ?? 0] ?? 0
  }
}
