import { random32 } from '../rtp/outbound.ts'
import { isRtp, payloadEnd, payloadStart, payloadType, sequence, writeHeader } from '../rtp/packet.ts'
import type { UdpPair } from '../rtp/udp-pair.ts'
import type { Ticker, Ticking } from '../schedule/ticker.ts'
import type { AgreedText } from '../sdp/negotiate.ts'
import { type LocalMedia, RED_TYPE, T140_TYPE, textFormats } from '../sdp/write.ts'
import { TextReceiver } from '../text/receive.ts'
import { TextSender } from '../text/send.ts'

const HEADER = 12

/** The real-time text beside a call's audio (RFC 4103), on ports of its own. Ticks only while there is text to send. */
export class TextStream implements Ticking {
  readonly #pair: UdpPair
  readonly #ticker: Ticker
  readonly #heard: (text: string) => void
  readonly #ssrc = random32()
  #sequence = random32() & 0x7fff
  #sender: TextSender | null = null
  #receiver: TextReceiver | null = null
  #types = ''
  #sends = false

  constructor(pair: UdpPair, ticker: Ticker, heard: (text: string) => void) {
    this.#pair = pair
    this.#ticker = ticker
    this.#heard = heard
    pair.onRtp = (packet, nowMs) => this.#receive(packet, nowMs)
  }

  /** Text can be sent. */
  get open(): boolean {
    return this.#sender !== null && this.#sends
  }

  offer(): LocalMedia {
    return this.#line('RTP/AVP', T140_TYPE, RED_TYPE)
  }

  answer(agreed: AgreedText): LocalMedia {
    return this.#line(agreed.remote.protocol, agreed.t140, agreed.red)
  }

  agree({ remote, t140, red }: AgreedText): void {
    this.#pair.aim(remote.rtp, remote.rtcp, performance.now())
    this.#sends = !remote.nowhere && remote.direction !== 'sendonly' && remote.direction !== 'inactive'
    const types = `${t140} ${red}`
    if (types === this.#types) return
    this.#types = types
    this.#sender = new TextSender({ t140, red })
    this.#receiver = new TextReceiver({ t140, red })
    this.#ticker.add(this)
  }

  write(text: string): boolean {
    if (!this.#sender) return false
    this.#sender.write(text)
    this.#ticker.add(this)
    return true
  }

  tick(): void {
    const nowMs = performance.now()
    const packet = this.#sends ? this.#sender?.next(Math.round(nowMs)) : null
    if (packet) {
      const out = Buffer.alloc(HEADER + packet.payload.length)
      out.set(packet.payload, HEADER)
      this.#sequence = (this.#sequence + 1) & 0xffff
      writeHeader(out, packet.payloadType, packet.marker, this.#sequence, packet.timestamp, this.#ssrc)
      this.#pair.send(out)
    }
    if (!this.#sender?.active || !this.#sends) this.#ticker.remove(this)
  }

  second(nowMs: number): void {
    // Text pauses for minutes: silence says nothing about the address.
    this.#pair.second(nowMs, false)
    const late = this.#receiver?.poll(nowMs)
    if (late) this.#heard(late)
  }

  close(): Promise<void> {
    this.#ticker.remove(this)
    return this.#pair.close()
  }

  #receive(packet: Buffer, nowMs: number): void {
    const start = payloadStart(packet)
    const end = payloadEnd(packet)
    if (!this.#receiver || !isRtp(packet) || start < 0 || end < start) return
    // A copy: text may have to wait for what comes before it, and the packet's memory is used again.
    const payload = new Uint8Array(packet.subarray(start, end))
    const text = this.#receiver.receive(sequence(packet), payloadType(packet), payload, nowMs)
    if (text) this.#heard(text)
  }

  #line(protocol: string, t140: number, red: number | null): LocalMedia {
    return {
      type: 'text',
      port: this.#pair.port,
      protocol,
      formats: textFormats(t140, red),
      direction: 'sendrecv',
      mux: false,
      crypto: [],
    }
  }
}
