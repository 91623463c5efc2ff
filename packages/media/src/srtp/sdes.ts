import { randomBytes } from 'node:crypto'
import { MASTER_KEY, MASTER_SALT, SrtpContext, type SrtpSuite } from './srtp.ts'

/** One `a=crypto` line (RFC 4568 section 4). */
export interface CryptoLine {
  tag: number
  suite: SrtpSuite
  key: Buffer
  salt: Buffer
}

const SUITES: readonly string[] = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] satisfies SrtpSuite[]

/** A fresh key for one direction. */
export function newCrypto(tag: number, suite: SrtpSuite): CryptoLine {
  return { tag, suite, key: randomBytes(MASTER_KEY), salt: randomBytes(MASTER_SALT) }
}

/** `key-params` of the line: `inline:` and base64 of key and salt. */
export function inline(crypto: CryptoLine): string {
  return `inline:${Buffer.concat([crypto.key, crypto.salt]).toString('base64')}`
}

/**
 * Reads a line; null when the suite is not ours, the key has another length, or it asks for something we do not do: an MKI, several keys, a session parameter other than a key derivation rate of 0.
 */
export function readCrypto(line: {
  id?: unknown
  suite?: unknown
  config?: unknown
  sessionConfig?: unknown
}): CryptoLine | null {
  const { id, suite, config, sessionConfig } = line
  if (typeof id !== 'number' || typeof suite !== 'string' || typeof config !== 'string') return null
  if (!SUITES.includes(suite) || (sessionConfig !== undefined && sessionConfig !== '' && sessionConfig !== 'KDR=0'))
    return null
  if (!config.startsWith('inline:') || config.includes(';')) return null
  const [encoded = '', ...rest] = config.slice('inline:'.length).split('|')
  // After the key come an optional lifetime and an optional MKI, which has a colon.
  if (rest.some(part => part.includes(':'))) return null
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.length !== MASTER_KEY + MASTER_SALT) return null
  return { tag: id, suite: suite as SrtpSuite, key: bytes.subarray(0, MASTER_KEY), salt: bytes.subarray(MASTER_KEY) }
}

export function contextOf(crypto: CryptoLine): SrtpContext {
  return new SrtpContext(crypto.suite, crypto.key, crypto.salt)
}
