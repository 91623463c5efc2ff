import type { Outbound } from './outbound.ts'
import type { Reception } from './reception.ts'
import { middle, ntp, type RtcpReport, readRtcp, writeRtcp } from './rtcp.ts'
import type { RtpTransport } from './transport.ts'

/** RFC 3550 section 6.2: five seconds at least for a session of two, spread by half against synchronisation. */
const INTERVAL_MS = 5000

/** The RTCP side of a leg: sends SR or RR, reads the far end's. */
export class Reporter {
  roundTripMs: number | null = null
  remoteLossRatio: number | null = null
  readonly #transport: RtpTransport
  readonly #inbound: Reception
  readonly #outbound: Outbound
  readonly #cname: string
  #nextAtMs = 0
  #packetsReported = 0
  #lastSr = 0
  #lastSrAtMs = 0

  constructor(transport: RtpTransport, inbound: Reception, outbound: Outbound, cname: string) {
    this.#transport = transport
    this.#inbound = inbound
    this.#outbound = outbound
    this.#cname = cname
  }

  /** Sends a report if one is due. */
  second(nowMs: number): void {
    if (this.#nextAtMs === 0) this.#nextAtMs = nowMs + INTERVAL_MS * (0.5 + Math.random())
    if (nowMs < this.#nextAtMs || (this.#outbound.packets === 0 && this.#inbound.received === 0)) return
    this.#nextAtMs = nowMs + INTERVAL_MS * (0.5 + Math.random())
    this.send(nowMs)
  }

  send(nowMs: number, bye = false): void {
    const { ssrc, packets, bytes, timestamp } = this.#outbound
    const report: RtcpReport = { ssrc, sender: null, blocks: [] }
    if (packets > this.#packetsReported) {
      const { seconds, fraction } = ntp(Date.now())
      report.sender = { ntpSeconds: seconds, ntpFraction: fraction, timestamp, packets, bytes }
      this.#packetsReported = packets
    }
    if (this.#inbound.received > 0) {
      report.blocks.push({
        ssrc: this.#inbound.ssrc,
        fractionLost: this.#inbound.takeFraction(),
        lost: this.#inbound.lostOfSource,
        highest: this.#inbound.highestExtended,
        jitter: this.#inbound.jitter,
        lastSr: this.#lastSr,
        delaySinceLastSr: this.#lastSr === 0 ? 0 : Math.round((nowMs - this.#lastSrAtMs) * 65.536),
      })
    }
    this.#transport.sendRtcp(writeRtcp(report, this.#cname, bye))
  }

  read(packet: Buffer): void {
    const { seconds, fraction } = ntp(Date.now())
    for (const report of readRtcp(packet).reports) {
      if (report.sender) {
        this.#lastSr = middle(report.sender.ntpSeconds, report.sender.ntpFraction)
        this.#lastSrAtMs = performance.now()
      }
      for (const block of report.blocks) {
        if (block.ssrc !== this.#outbound.ssrc) continue
        const expected = this.#outbound.packets
        this.remoteLossRatio = expected === 0 ? 0 : Math.min(1, Math.max(0, block.lost) / expected)
        if (block.lastSr === 0) continue
        // RFC 3550 section 6.4.1: arrival − LSR − DLSR, in 1/65536 s on a 32-bit circle.
        const trip = (middle(seconds, fraction) - block.lastSr - block.delaySinceLastSr) | 0
        if (trip >= 0 && trip < 65536 * 30) this.roundTripMs = trip / 65.536
      }
    }
  }
}
