/** The fixed RTP header (RFC 3550 section 5.1), read and written in place. All functions take a packet that `isRtp` accepted. */

export const RTP_HEADER = 12

/** Version 2, long enough, and not RTCP (RFC 5761 section 4: payload types 64–95 are RTCP's). */
export function isRtp(packet: Uint8Array, length = packet.length): boolean {
  if (length < RTP_HEADER || packet[0]! >> 6 !== 2) return false
  const type = packet[1]! & 0x7f
  return type < 64 || type > 95
}

/** RTCP, when it shares the port with RTP (RFC 5761 section 4). */
export function isRtcp(packet: Uint8Array, length = packet.length): boolean {
  return length >= 8 && packet[0]! >> 6 === 2 && packet[1]! >= 192 && packet[1]! <= 223
}

export function payloadType(packet: Uint8Array): number {
  return packet[1]! & 0x7f
}

export function hasMarker(packet: Uint8Array): boolean {
  return packet[1]! >= 0x80
}

export function sequence(packet: Uint8Array): number {
  return (packet[2]! << 8) | packet[3]!
}

export function timestamp(packet: Uint8Array): number {
  return ((packet[4]! << 24) | (packet[5]! << 16) | (packet[6]! << 8) | packet[7]!) >>> 0
}

export function ssrc(packet: Uint8Array): number {
  return ((packet[8]! << 24) | (packet[9]! << 16) | (packet[10]! << 8) | packet[11]!) >>> 0
}

/** Where the payload starts, past CSRCs and header extension; -1 when the packet is shorter than it says. */
export function payloadStart(packet: Uint8Array, length = packet.length): number {
  const first = packet[0]!
  let at = RTP_HEADER + 4 * (first & 0x0f)
  if (first & 0x10) {
    if (at + 4 > length) return -1
    at += 4 + 4 * ((packet[at + 2]! << 8) | packet[at + 3]!)
  }
  return at <= length ? at : -1
}

/** Where the payload ends, before the padding; -1 when the padding is impossible. */
export function payloadEnd(packet: Uint8Array, length = packet.length): number {
  if (!(packet[0]! & 0x20)) return length
  const padding = packet[length - 1]!
  return padding === 0 || padding > length - RTP_HEADER ? -1 : length - padding
}

/** Writes a header without CSRC, extension or padding. */
export function writeHeader(
  packet: Uint8Array,
  type: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  packet[0] = 0x80
  packet[1] = marker ? type | 0x80 : type
  packet[2] = sequence >> 8
  packet[3] = sequence
  packet[4] = timestamp >>> 24
  packet[5] = timestamp >>> 16
  packet[6] = timestamp >>> 8
  packet[7] = timestamp
  packet[8] = ssrc >>> 24
  packet[9] = ssrc >>> 16
  packet[10] = ssrc >>> 8
  packet[11] = ssrc
}

/** Distance from `b` to `a` on the 16-bit circle: positive when `a` is newer. */
export function sequenceDelta(a: number, b: number): number {
  return ((a - b) << 16) >> 16
}

/** Distance from `b` to `a` on the 32-bit circle. */
export function timestampDelta(a: number, b: number): number {
  return (a - b) | 0
}

/** A copy without CSRCs, extension and padding; null when the packet is malformed. */
export function stripped(packet: Buffer): Buffer | null {
  const start = payloadStart(packet)
  const end = payloadEnd(packet)
  if (start < 0 || end < start) return null
  const plain = Buffer.alloc(RTP_HEADER + end - start)
  packet.copy(plain, 0, 0, RTP_HEADER)
  plain[0] = 0x80
  packet.copy(plain, RTP_HEADER, start, end)
  return plain
}
