export interface TextPacket {
  payloadType: number
  payload: Uint8Array
  /** True on the first packet after a pause (RFC 4103 section 5.1). */
  marker: boolean
  /** 1000 Hz clock: the `nowMs` it was made at, wrapped to 32 bits. */
  timestamp: number
}

export interface TextSenderOptions {
  /** Payload type of text/t140. */
  t140: number
  /** Payload type of text/red, or null where it was not negotiated. */
  red: number | null
  /** Redundant generations: this many packets in a row may be lost. RFC 4103 section 4 advises 2. */
  generations?: number
  /** Time that typing is gathered for; RFC 4103 section 5.1 advises 300 ms and allows 500 at most. */
  bufferMs?: number
  /** Most characters a second (the `cps` of SDP; RFC 4103 section 6: 30). */
  cps?: number
}

interface Generation {
  bytes: Uint8Array
  atMs: number
}

/** RFC 2198 section 3 gives a block's length 10 bits and its age 14. */
const MAX_BLOCK = 1023
const MAX_AGE_MS = 16_383
/** ITU-T T.140 section 8: what every session begins with. */
const ZERO_WIDTH_NO_BREAK_SPACE = '\uFEFF'

/**
 * Real-time text out (RFC 4103): text is gathered for 300 ms and sent with the generations before it (RFC 2198); after the last of it the redundancy goes
 * on until every generation was repeated.
 */
export class TextSender {
  readonly #options: Required<TextSenderOptions>
  readonly #encoder = new TextEncoder()
  #waiting: string[] = [ZERO_WIDTH_NO_BREAK_SPACE]
  #history: Generation[] = []
  #sentAt = Number.NEGATIVE_INFINITY
  #allowance = 0
  #idle = true

  constructor(options: TextSenderOptions) {
    this.#options = { generations: 2, bufferMs: 300, cps: 30, ...options }
    if (options.red === null) this.#options.generations = 0
  }

  /** Appends text as typed: `\b` erases, `\n` is sent as T.140's line separator U+2028. */
  write(text: string): void {
    for (const character of text.replaceAll(/\r\n|\r|\n/g, '\u2028')) this.#waiting.push(character)
  }

  /** Something waits to be sent or repeated. */
  get active(): boolean {
    return this.#waiting.length > 0 || this.#history.some(generation => generation.bytes.length > 0)
  }

  /** The packet that is due, or null. Call on every tick, or every 300 ms; `nowMs` is a monotonic clock. */
  next(nowMs: number): TextPacket | null {
    const { bufferMs, cps, generations } = this.#options
    if (nowMs - this.#sentAt < bufferMs || !this.active) return null
    // Bursts of a pasted text are spread; a few seconds of quiet give leave for a small burst.
    const gained = this.#sentAt < 0 ? cps : ((nowMs - this.#sentAt) * cps) / 1000
    this.#allowance = Math.min(cps, this.#allowance + gained)
    const bytes = this.#encoder.encode(this.#take())
    const payload = this.#options.red === null ? bytes : this.#redundant(bytes, nowMs)
    const packet = {
      payloadType: this.#options.red ?? this.#options.t140,
      payload,
      marker: this.#idle,
      timestamp: nowMs >>> 0,
    }
    this.#sentAt = nowMs
    this.#history.push({ bytes, atMs: nowMs })
    if (this.#history.length > generations) this.#history.shift()
    this.#idle = !this.active
    if (this.#idle) this.#history = []
    return packet
  }

  #take(): string {
    const count = Math.min(this.#waiting.length, Math.max(1, Math.floor(this.#allowance)), Math.floor(MAX_BLOCK / 4))
    this.#allowance = Math.max(0, this.#allowance - count)
    return this.#waiting.splice(0, count).join('')
  }

  /** RFC 2198 section 3: a 4-byte header for each redundant block, oldest first, then one byte for the primary, then the data in the same order. */
  #redundant(primary: Uint8Array, nowMs: number): Uint8Array {
    const { t140, generations } = this.#options
    const blocks = this.#history
      .slice(-generations)
      .map(block => (nowMs - block.atMs > MAX_AGE_MS ? { ...block, bytes: new Uint8Array() } : block))
    // Receivers place a block by its position, so the first packets carry empty generations too (RFC 4103 section 5.2).
    while (blocks.length < generations) blocks.unshift({ bytes: new Uint8Array(), atMs: nowMs })
    const size = blocks.reduce((sum, block) => sum + 4 + block.bytes.length, 1 + primary.length)
    const payload = new Uint8Array(size)
    let at = 0
    for (const { bytes, atMs } of blocks) {
      const age = Math.min(MAX_AGE_MS, Math.round(nowMs - atMs))
      payload[at++] = 0x80 | t140
      payload[at++] = age >> 6
      payload[at++] = ((age & 0x3f) << 2) | (bytes.length >> 8)
      payload[at++] = bytes.length & 0xff
    }
    payload[at++] = t140
    for (const { bytes } of blocks) {
      payload.set(bytes, at)
      at += bytes.length
    }
    payload.set(primary, at)
    return payload
  }
}
