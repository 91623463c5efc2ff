import { hash } from 'node:crypto'

/** Algorithms in order of strength, strongest first (RFC 7616 section 3.2, RFC 8760). */
export const digestAlgorithms = ['SHA-512-256', 'SHA-256', 'MD5'] as const
export type DigestAlgorithm = (typeof digestAlgorithms)[number]

const names = { 'SHA-512-256': 'sha512-256', 'SHA-256': 'sha256', MD5: 'md5' } as const

/** The algorithm of a challenge or of credentials; MD5 when none is named; null when unknown. `session`: the `-sess` kind. */
export function readAlgorithm(text: string | undefined): { algorithm: DigestAlgorithm; session: boolean } | null {
  if (text === undefined) return { algorithm: 'MD5', session: false }
  const upper = text.toUpperCase()
  const session = upper.endsWith('-SESS')
  const base = session ? upper.slice(0, -5) : upper
  const algorithm = digestAlgorithms.find(name => name === base)
  return algorithm === undefined ? null : { algorithm, session }
}

/** Hash as lower-case hexadecimal. */
export function digestHash(algorithm: DigestAlgorithm, data: string | Buffer): string {
  return hash(names[algorithm], data, 'hex')
}

/** HA1: what a server keeps instead of the password; good for one realm and algorithm only (RFC 7616 section 3.4.2). */
export function ha1(algorithm: DigestAlgorithm, username: string, realm: string, password: string): string {
  return digestHash(algorithm, `${username}:${realm}:${password}`)
}

/** The part of a response that only the client chooses. */
export interface Protection {
  readonly qop: 'auth' | 'auth-int'
  readonly cnonce: string
  /** Eight hexadecimal digits. */
  readonly nc: string
}

/** The `response` of RFC 7616 section 3.4.1; without `protection` that of RFC 2069. */
export function digestResponse(parts: {
  algorithm: DigestAlgorithm
  session: boolean
  ha1: string
  nonce: string
  method: string
  /** As it stands in the credentials. */
  uri: string
  body: Buffer
  protection: Protection | null
}): string {
  const { algorithm, nonce, protection } = parts
  const h = (text: string): string => digestHash(algorithm, text)
  const a1 = parts.session ? h(`${parts.ha1}:${nonce}:${protection?.cnonce ?? ''}`) : parts.ha1
  const covered = protection?.qop === 'auth-int' ? `:${digestHash(algorithm, parts.body)}` : ''
  const a2 = h(`${parts.method}:${parts.uri}${covered}`)
  if (protection === null) return h(`${a1}:${nonce}:${a2}`)
  return h(`${a1}:${nonce}:${protection.nc}:${protection.cnonce}:${protection.qop}:${a2}`)
}
