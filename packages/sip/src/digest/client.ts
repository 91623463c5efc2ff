import { randomBytes } from 'node:crypto'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { writeUri } from '../message/uri.ts'
import { parseAuthHeader, writeAuthHeader } from './auth-header.ts'
import {
  type DigestAlgorithm,
  digestAlgorithms,
  digestResponse,
  ha1,
  type Protection,
  readAlgorithm,
} from './digest.ts'
import type { StoredHa1 } from './server.ts'

/** Who we are in a realm: with the password, or with its HA1 per algorithm. */
export type Credentials = { readonly username: string } & ({ readonly password: string } | { readonly ha1: StoredHa1 })

interface Answerable {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | undefined
  readonly algorithm: DigestAlgorithm
  readonly session: boolean
  /** The algorithm's name as the server wrote it; undefined when it wrote none. */
  readonly algorithmText: string | undefined
  readonly qop: 'auth' | 'auth-int' | null
  readonly stale: boolean
  /** How often this nonce was used. */
  uses: number
  readonly credentials: Credentials
}

/**
 * Digest of the client side (RFC 7616, RFC 8760, RFC 3261 section 22): one for a registration or an account.
 * Remembers the challenges it has answered, so that later requests carry credentials at once, counting the nonce.
 */
export class DigestClient {
  readonly #credentials: (realm: string) => Credentials | null
  readonly #cnonce: () => string
  /** By header and realm. */
  readonly #known = new Map<string, { header: string; challenge: Answerable }>()

  constructor(
    credentials: (realm: string) => Credentials | null,
    cnonce = () => randomBytes(12).toString('base64url'),
  ) {
    this.#credentials = credentials
    this.#cnonce = cnonce
  }

  /**
   * Takes the challenges of a 401 or 407. True: send the request again (new branch, CSeq + 1) after `authorize`.
   * False: no credentials for any realm, no algorithm in common, or the password was just refused.
   * A server may say `stale` for ever: give up after a few rounds.
   */
  accept(response: SipResponse): boolean {
    const [asks, answers] =
      response.status === 407 ? ['proxy-authenticate', 'Proxy-Authorization'] : ['www-authenticate', 'Authorization']
    const best = new Map<string, Answerable>()
    for (const challenge of this.#read(response, asks ?? '')) {
      const other = best.get(challenge.realm)
      if (other === undefined || stronger(challenge.algorithm, other.algorithm)) best.set(challenge.realm, challenge)
    }
    let retry = false
    for (const [realm, challenge] of best) {
      const key = `${answers} ${realm}`
      const last = this.#known.get(key)?.challenge
      // The first use of a nonce was refused and not for its age: the password is wrong.
      if (last !== undefined && last.uses === 1 && !challenge.stale) {
        this.#known.delete(key)
        return false
      }
      this.#known.set(key, { header: answers ?? '', challenge })
      retry = true
    }
    return retry
  }

  /** Puts credentials for every known challenge on the request; those of an earlier try go. */
  authorize(request: SipRequest): void {
    for (const name of ['Authorization', 'Proxy-Authorization']) request.headers.remove(name)
    for (const { header, challenge } of this.#known.values()) {
      const value = this.#answer(challenge, request)
      if (value !== null) request.headers.add(header, value)
    }
  }

  /** Whether a challenge was taken, so that `authorize` will add something. */
  get ready(): boolean {
    return this.#known.size > 0
  }

  *#read(response: SipResponse, name: string): Iterable<Answerable> {
    for (const line of response.headers.lines(name)) {
      for (const { scheme, params } of parseAuthHeader(line)) {
        const realm = params.get('realm')
        const nonce = params.get('nonce')
        const algorithm = readAlgorithm(params.get('algorithm'))
        const qop = chooseQop(params.get('qop'))
        if (scheme !== 'digest' || realm === undefined || nonce === undefined || algorithm === null) continue
        const credentials = this.#credentials(realm)
        // The session kind mixes in a cnonce, which only comes with qop.
        if (qop === undefined || (qop === null && algorithm.session)) continue
        if (credentials === null || !hasKey(credentials, algorithm.algorithm)) continue
        yield {
          ...algorithm,
          realm,
          nonce,
          qop,
          credentials,
          opaque: params.get('opaque'),
          algorithmText: params.get('algorithm'),
          stale: params.get('stale')?.toLowerCase() === 'true',
          uses: 0,
        }
      }
    }
  }

  #answer(challenge: Answerable, request: SipRequest): string | null {
    const { algorithm, credentials, realm, nonce, session } = challenge
    const key =
      'password' in credentials
        ? ha1(algorithm, credentials.username, realm, credentials.password)
        : credentials.ha1[algorithm]
    if (key === undefined) return null
    challenge.uses++
    const nc = challenge.uses.toString(16).padStart(8, '0')
    const protection: Protection | null =
      challenge.qop === null ? null : { qop: challenge.qop, cnonce: this.#cnonce(), nc }
    const uri = writeUri(request.uri)
    const { method, body } = request
    const response = digestResponse({ algorithm, session, ha1: key, nonce, method, uri, body, protection })
    const params: [string, string | undefined][] = [
      ['username', credentials.username],
      ['realm', realm],
      ['nonce', nonce],
      ['uri', uri],
      ['response', response],
      ['algorithm', challenge.algorithmText],
      ['cnonce', protection?.cnonce],
      ['opaque', challenge.opaque],
      ['qop', protection?.qop],
      ['nc', protection?.nc],
    ]
    const given = params.filter((param): param is [string, string] => param[1] !== undefined)
    return writeAuthHeader(given, 'credentials')
  }
}

/** `auth` before `auth-int`, which breaks when anyone on the way changes the body; null: none offered; undefined: none we know. */
function chooseQop(text: string | undefined): 'auth' | 'auth-int' | null | undefined {
  if (text === undefined) return null
  const offered = text.split(',').map(name => name.trim().toLowerCase())
  return offered.includes('auth') ? 'auth' : offered.includes('auth-int') ? 'auth-int' : undefined
}

function hasKey(credentials: Credentials, algorithm: DigestAlgorithm): boolean {
  return 'password' in credentials || credentials.ha1[algorithm] !== undefined
}

function stronger(a: DigestAlgorithm, b: DigestAlgorithm): boolean {
  return digestAlgorithms.indexOf(a) < digestAlgorithms.indexOf(b)
}
