import { createHmac, timingSafeEqual } from 'node:crypto'

/** The header that carries the signature: `t=1767225600,v1=5257a869…`. */
export const SIGNATURE_HEADER = 'Centrala-Signature'

/**
 * Signs a body: HMAC-SHA-256 with the hook's secret over the time in seconds, a dot and the body's bytes as sent, in hexadecimal.
 * The time is signed too, so that an old delivery cannot be played again later.
 */
export function sign(secret: string, at: number, body: string): string {
  const seconds = Math.floor(at / 1000)
  return `t=${seconds},v1=${mac(secret, seconds, body)}`
}

/** Whether a header was made with the secret for this body, not longer than `toleranceSeconds` ago: what a receiver checks. */
export function isSigned(secret: string, header: string, body: string, at: number, toleranceSeconds = 300): boolean {
  const parts = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header)
  if (!parts?.[1] || !parts[2]) return false
  const seconds = Number(parts[1])
  if (Math.abs(at / 1000 - seconds) > toleranceSeconds) return false
  return timingSafeEqual(Buffer.from(parts[2], 'hex'), Buffer.from(mac(secret, seconds, body), 'hex'))
}

function mac(secret: string, seconds: number, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
}
