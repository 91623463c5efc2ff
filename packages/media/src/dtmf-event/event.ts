/** The telephone-event payload (RFC 4733 section 2.3): 8 bits event, end bit, reserved bit, 6 bits volume, 16 bits duration in RTP clock ticks. */

/** Event codes 0–15 in order, then 16, the hook flash (RFC 4733 table 3). */
const DIGITS = '0123456789*#ABCD!'

/** Event code of a digit (`0-9 * # A-D`, `!` for flash), or null if it is none. */
export function eventOf(digit: string): number | null {
  const event = digit.length === 1 ? DIGITS.indexOf(digit.toUpperCase()) : -1
  return event < 0 ? null : event
}

/** Digit of an event code, or null for events that are no digits (modem and line tones). */
export function digitOf(event: number): string | null {
  return DIGITS[event] ?? null
}

export interface EventPayload {
  event: number
  end: boolean
  /** Attenuation: 0 to 63 stands for 0 to −63 dBm0. */
  volume: number
  /** RTP clock ticks so far. */
  duration: number
}

/** The four bytes of `payload`. */
export function writeEvent({ event, end, volume, duration }: EventPayload): Uint8Array {
  return Uint8Array.of(event, (end ? 0x80 : 0) | (volume & 0x3f), duration >> 8, duration & 0xff)
}

/** Reads a payload; null if it is shorter than four bytes. Blocks after the first (RFC 4733 section 2.5.1.5 forbids mixing states in one packet) are ignored. */
export function readEvent(bytes: Uint8Array): EventPayload | null {
  if (bytes.length < 4) return null
  const flags = bytes[1]!
  return { event: bytes[0]!, end: flags >= 0x80, volume: flags & 0x3f, duration: (bytes[2]! << 8) | bytes[3]! }
}
