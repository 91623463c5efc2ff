import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SipRequest } from '../message/message.ts'
import { parseUri, unescapeText } from '../message/uri.ts'
import { parseAuthHeader, writeAuthHeader } from './auth-header.ts'
import { type DigestAlgorithm, digestResponse, type Protection, readAlgorithm } from './digest.ts'
import { makeNonce, NonceCounts, nonceMadeAt } from './nonce.ts'
import { SimpleDevices } from './simple-devices.ts'

/** What is kept of an account's password: HA1 for each algorithm offered (see `ha1`), hexadecimal. */
export type StoredHa1 = Partial<Record<DigestAlgorithm, string>>

export interface DigestServerOptions {
  readonly realm: string
  /** At least 32 random bytes, the same on every node that shares the realm. */
  readonly secret: Buffer
  /** Strongest first. Each gets its own challenge line (RFC 8760 section 2.4). */
  readonly algorithms?: readonly DigestAlgorithm[]
  /** Offer `auth-int` too; it is accepted either way. */
  readonly offerIntegrity?: boolean
  /** `proxy`: 407 and Proxy-Authorization in place of 401 and Authorization. */
  readonly role?: 'server' | 'proxy'
  readonly nonceLifeMs?: number
  /** Nonces whose counts are remembered. */
  readonly maxNonces?: number
  readonly now?: () => number
}

export type DigestVerdict =
  | { readonly ok: true; readonly username: string }
  | {
      readonly ok: false
      /** `missing`: no credentials for our realm; `stale`: right but the nonce is old; `wrong`: all else. Do not tell the peer more than the challenge does. */
      readonly why: 'missing' | 'stale' | 'wrong'
      /** Who was claimed, for counting failures; null when nobody. */
      readonly username: string | null
    }

export interface DigestServer {
  /** 401 or 407. */
  readonly status: 401 | 407
  readonly realm: string
  /** Header lines of a challenge. With the request it answers, devices that cannot choose among algorithms are given MD5 alone. */
  challenge(options?: { stale?: boolean; to?: SipRequest }): [name: string, value: string][]
  /** Checks the request's credentials. An unknown user (`lookup` gives null) costs and answers the same as a wrong password. */
  verify(
    request: SipRequest,
    lookup: (username: string) => StoredHa1 | null | Promise<StoredHa1 | null>,
  ): Promise<DigestVerdict>
}

/** Digest of the server side (RFC 7616, RFC 8760, RFC 3261 section 22). Keeps no state before a peer has proved itself. */
export function createDigestServer(options: DigestServerOptions): DigestServer {
  const { realm, secret } = options
  const algorithms = options.algorithms ?? ['SHA-256', 'MD5']
  const proxy = options.role === 'proxy'
  const nonceLifeMs = options.nonceLifeMs ?? 5 * 60_000
  const now = options.now ?? Date.now
  const counts = new NonceCounts(options.maxNonces ?? 50_000)
  const opaque = keyed(secret, `opaque ${realm}`).slice(0, 16)
  const qop = options.offerIntegrity === true ? 'auth,auth-int' : 'auth'

  const simple = new SimpleDevices()

  const challenge: DigestServer['challenge'] = ({ stale = false, to } = {}) => {
    const nonce = makeNonce(secret, realm, now())
    const alone = to !== undefined && algorithms.includes('MD5') && simple.challenged(to)
    return (alone ? (['MD5'] as const) : algorithms).map(algorithm => {
      const params: [string, string][] = [
        ['realm', realm],
        ['nonce', nonce],
        ['opaque', opaque],
        ['algorithm', algorithm],
        ['qop', qop],
      ]
      if (stale) params.push(['stale', 'true'])
      return [proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate', writeAuthHeader(params, 'challenge')]
    })
  }

  const verify: DigestServer['verify'] = async (request, lookup) => {
    const given = findCredentials(request, proxy ? 'proxy-authorization' : 'authorization', realm)
    if (given === null) return { ok: false, why: 'missing', username: null }
    simple.answered(request)
    const username = given.get('username') ?? ''
    const claim = readClaim(given)
    const stored = await lookup(username)
    const algorithm = claim?.algorithm ?? 'MD5'
    const known = stored?.[algorithm]
    // Unknown users are checked against a secret of the same form, so that neither time nor answer tells them apart.
    const decoy = keyed(secret, `nobody ${username}`).slice(0, algorithm === 'MD5' ? 32 : 64)
    const key = known ?? decoy
    const expected = digestResponse({
      algorithm,
      session: claim?.session ?? false,
      ha1: key.toLowerCase(),
      nonce: given.get('nonce') ?? '',
      method: request.method,
      uri: given.get('uri') ?? '',
      body: request.body,
      protection: claim?.protection ?? null,
    })
    const right = sameText(expected, (given.get('response') ?? '').toLowerCase())
    const madeAt = nonceMadeAt(secret, realm, given.get('nonce') ?? '')
    const offered = claim !== null && algorithms.includes(algorithm)
    if (!right || known === undefined || madeAt === null || !offered || !sameTarget(given.get('uri'), request)) {
      // A nonce of another secret or before a restart is no failure of the user: let the phone try again without asking a person.
      return { ok: false, why: right && known !== undefined && madeAt === null ? 'stale' : 'wrong', username }
    }
    const at = now()
    const until = madeAt + nonceLifeMs
    if (until <= at || madeAt > at + nonceLifeMs) return { ok: false, why: 'stale', username }
    // Without qop there is no count: the nonce serves once.
    const count = claim.protection === null ? 0 : Number.parseInt(claim.protection.nc, 16)
    if (!counts.use(given.get('nonce') ?? '', count, madeAt, until, at)) return { ok: false, why: 'stale', username }
    return { ok: true, username }
  }

  return { status: proxy ? 407 : 401, realm, challenge, verify }
}

function findCredentials(request: SipRequest, name: string, realm: string): ReadonlyMap<string, string> | null {
  for (const line of request.headers.lines(name)) {
    for (const { scheme, params } of parseAuthHeader(line)) {
      if (scheme === 'digest' && params.get('realm') === realm) return params
    }
  }
  return null
}

function readClaim(
  given: ReadonlyMap<string, string>,
): { algorithm: DigestAlgorithm; session: boolean; protection: Protection | null } | null {
  const algorithm = readAlgorithm(given.get('algorithm'))
  if (algorithm === null) return null
  const qop = given.get('qop')?.toLowerCase()
  if (qop === undefined) return { ...algorithm, protection: null }
  const nc = given.get('nc') ?? ''
  const cnonce = given.get('cnonce') ?? ''
  if ((qop !== 'auth' && qop !== 'auth-int') || !/^[0-9a-f]{8}$/i.test(nc) || cnonce === '') return null
  return { ...algorithm, protection: { qop, nc, cnonce } }
}

/** The credentials must be for what is asked, else they could be moved to a dearer number (RFC 7616 section 3.4.6). */
function sameTarget(text: string | undefined, request: SipRequest): boolean {
  const uri = text === undefined ? null : parseUri(text)
  if (uri === null) return false
  const user = (name: string | null): string => (name === null ? '' : unescapeText(name))
  return user(uri.user) === user(request.uri.user) && uri.host.toLowerCase() === request.uri.host.toLowerCase()
}

function keyed(secret: Buffer, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
