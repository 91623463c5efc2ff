/** RTCP (RFC 3550 section 6): what we send (SR or RR, SDES CNAME, BYE) and the little we read. */

export interface ReportBlock {
  ssrc: number
  fractionLost: number
  lost: number
  highest: number
  /** RTP ticks. */
  jitter: number
  lastSr: number
  /** 1/65536 s. */
  delaySinceLastSr: number
}

export interface SenderInfo {
  ntpSeconds: number
  ntpFraction: number
  timestamp: number
  packets: number
  bytes: number
}

export interface RtcpReport {
  ssrc: number
  sender: SenderInfo | null
  blocks: ReportBlock[]
}

export interface RtcpRead {
  reports: RtcpReport[]
  /** Sources that said goodbye. */
  bye: number[]
}

const SR = 200
const RR = 201
const SDES = 202
const BYE = 203
/** Seconds from 1900 to 1970 (RFC 5905). */
const NTP_EPOCH = 2_208_988_800

/** The NTP time of an epoch-ms instant. */
export function ntp(epochMs: number): { seconds: number; fraction: number } {
  const seconds = Math.floor(epochMs / 1000)
  return { seconds: (seconds + NTP_EPOCH) >>> 0, fraction: Math.floor(((epochMs - seconds * 1000) / 1000) * 2 ** 32) }
}

/** The middle 32 bits of an NTP time, as LSR carries it. */
export function middle(seconds: number, fraction: number): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0
}

/** A compound packet: SR (or RR without `sender`) with at most one block, SDES with the CNAME, and a BYE when asked. */
export function writeRtcp(report: RtcpReport, cname: string, bye = false): Buffer {
  const block = report.blocks[0]
  const name = Buffer.from(cname.slice(0, 255), 'ascii')
  const reportLength = 8 + (report.sender ? 20 : 0) + (block ? 24 : 0)
  // SDES: header 4, SSRC 4, item 2 + name, at least one zero octet, padded to 32 bits.
  const sdesLength = 4 + Math.ceil((4 + 2 + name.length + 1) / 4) * 4
  const out = Buffer.alloc(reportLength + sdesLength + (bye ? 8 : 0))
  let at = header(out, 0, block ? 1 : 0, report.sender ? SR : RR, reportLength)
  at = out.writeUInt32BE(report.ssrc, at)
  if (report.sender) {
    at = out.writeUInt32BE(report.sender.ntpSeconds, at)
    at = out.writeUInt32BE(report.sender.ntpFraction, at)
    at = out.writeUInt32BE(report.sender.timestamp, at)
    at = out.writeUInt32BE(report.sender.packets >>> 0, at)
    at = out.writeUInt32BE(report.sender.bytes >>> 0, at)
  }
  if (block) {
    at = out.writeUInt32BE(block.ssrc, at)
    at = out.writeUInt8(block.fractionLost, at)
    at = out.writeUIntBE(block.lost & 0xffffff, at, 3)
    at = out.writeUInt32BE(block.highest, at)
    at = out.writeUInt32BE(Math.round(block.jitter) >>> 0, at)
    at = out.writeUInt32BE(block.lastSr, at)
    at = out.writeUInt32BE(block.delaySinceLastSr, at)
  }
  const sdes = at
  at = header(out, at, 1, SDES, sdesLength)
  at = out.writeUInt32BE(report.ssrc, at)
  out[at++] = 1
  out[at++] = name.length
  name.copy(out, at)
  if (bye) {
    at = header(out, sdes + sdesLength, 1, BYE, 8)
    out.writeUInt32BE(report.ssrc, at)
  }
  return out
}

function header(out: Buffer, at: number, count: number, type: number, length: number): number {
  out[at] = 0x80 | count
  out[at + 1] = type
  out.writeUInt16BE(length / 4 - 1, at + 2)
  return at + 4
}

/** Reads a compound packet; what is unknown or malformed ends the reading, never throws. */
export function readRtcp(packet: Buffer): RtcpRead {
  const read: RtcpRead = { reports: [], bye: [] }
  let at = 0
  while (at + 8 <= packet.length) {
    const count = packet[at]! & 0x1f
    const type = packet[at + 1]!
    const end = at + 4 * (packet.readUInt16BE(at + 2) + 1)
    if (packet[at]! >> 6 !== 2 || end > packet.length) return read
    if (type === SR || type === RR) {
      const report = readReport(packet, at, end, count, type === SR)
      if (!report) return read
      read.reports.push(report)
    } else if (type === BYE) {
      for (let i = 0; i < count && at + 8 + 4 * i <= end; i++) read.bye.push(packet.readUInt32BE(at + 4 + 4 * i))
    }
    at = end
  }
  return read
}

function readReport(packet: Buffer, start: number, end: number, count: number, isSender: boolean): RtcpReport | null {
  let at = start + 8
  if (at + (isSender ? 20 : 0) + 24 * count > end) return null
  const report: RtcpReport = { ssrc: packet.readUInt32BE(start + 4), sender: null, blocks: [] }
  if (isSender) {
    report.sender = {
      ntpSeconds: packet.readUInt32BE(at),
      ntpFraction: packet.readUInt32BE(at + 4),
      timestamp: packet.readUInt32BE(at + 8),
      packets: packet.readUInt32BE(at + 12),
      bytes: packet.readUInt32BE(at + 16),
    }
    at += 20
  }
  for (let i = 0; i < count; i++, at += 24) {
    report.blocks.push({
      ssrc: packet.readUInt32BE(at),
      fractionLost: packet[at + 4]!,
      lost: packet.readIntBE(at + 5, 3),
      highest: packet.readUInt32BE(at + 8),
      jitter: packet.readUInt32BE(at + 12),
      lastSr: packet.readUInt32BE(at + 16),
      delaySinceLastSr: packet.readUInt32BE(at + 20),
    })
  }
  return report
}
