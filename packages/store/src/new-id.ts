import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(16 * 128)
let used = pool.length

/**
 * An id that grows with time (UUID version 7, RFC 9562 section 5.7, with the fraction of the millisecond as PostgreSQL writes it), for rows that are
 * named before they are stored: what refers to them is then sent in the same breath.
 */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = pool.subarray(used, used + 16)
  used += 16
  const now = performance.timeOrigin + performance.now()
  const ms = Math.floor(now)
  bytes.writeUIntBE(ms, 0, 6)
  bytes.writeUInt16BE(0x7000 | Math.floor((now - ms) * 4096), 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
