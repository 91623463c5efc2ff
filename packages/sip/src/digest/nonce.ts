import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const timeBytes = 6
const saltBytes = 6
const macBytes = 16
const form = /^[A-Za-z0-9_-]{38}$/

/**
 * Nonces that need no memory: time, salt and a signature over both and the realm (RFC 7616 section 3.3).
 * Any process with the same secret accepts them.
 */
export function makeNonce(secret: Buffer, realm: string, nowMs: number): string {
  const plain = Buffer.alloc(timeBytes + saltBytes)
  plain.writeUIntBE(nowMs, 0, timeBytes)
  randomBytes(saltBytes).copy(plain, timeBytes)
  return Buffer.concat([plain, sign(secret, realm, plain)]).toString('base64url')
}

/** When the nonce was made (epoch ms); null when it is not of ours. */
export function nonceMadeAt(secret: Buffer, realm: string, nonce: string): number | null {
  if (!form.test(nonce)) return null
  const bytes = Buffer.from(nonce, 'base64url')
  if (bytes.length !== timeBytes + saltBytes + macBytes) return null
  const plain = bytes.subarray(0, timeBytes + saltBytes)
  if (!timingSafeEqual(bytes.subarray(timeBytes + saltBytes), sign(secret, realm, plain))) return null
  return plain.readUIntBE(0, timeBytes)
}

function sign(secret: Buffer, realm: string, plain: Buffer): Buffer {
  return createHmac('sha256', secret).update(realm).update('\0').update(plain).digest().subarray(0, macBytes)
}

/** Requests of one nonce may overtake each other by this much. */
const window = 64

interface Seen {
  /** Highest nonce count so far. */
  top: number
  /** Bit n: top - n was seen. */
  bits: bigint
  readonly until: number
}

/**
 * Which nonce counts were used. Only proven senders get an entry, so that nobody else can fill it.
 * The oldest are forgotten first; their nonce then counts as stale.
 */
export class NonceCounts {
  readonly #seen = new Map<string, Seen>()
  readonly #max: number
  #forgottenUntil = 0

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#seen.size
  }

  /** Notes a use; false when this count was used before or is too far behind. `madeAt` to `until`: the nonce's life. */
  use(nonce: string, count: number, madeAt: number, until: number, nowMs: number): boolean {
    this.#forget(nowMs)
    const seen = this.#seen.get(nonce)
    if (seen === undefined) {
      if (madeAt <= this.#forgottenUntil) return false
      this.#seen.set(nonce, { top: count, bits: 1n, until })
      return true
    }
    if (count > seen.top) {
      const ahead = count - seen.top
      seen.bits = ahead >= window ? 1n : BigInt.asUintN(window, (seen.bits << BigInt(ahead)) | 1n)
      seen.top = count
      return true
    }
    const behind = seen.top - count
    if (behind >= window || (seen.bits >> BigInt(behind)) & 1n) return false
    seen.bits |= 1n << BigInt(behind)
    return true
  }

  #forget(nowMs: number): void {
    for (const [nonce, seen] of this.#seen) {
      const full = this.#seen.size >= this.#max
      if (seen.until > nowMs && !full) return
      if (full && seen.until > nowMs) this.#forgottenUntil = Math.max(this.#forgottenUntil, nowMs)
      this.#seen.delete(nonce)
    }
  }
}
