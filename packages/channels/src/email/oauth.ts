import { StateError, type StatePhrase, statePhrase, theirWords } from '@centrala/core/phrase/state-phrase.ts'
import { z } from 'zod'
import type { EmailAccount } from './account.ts'

const answer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().default(3600) })
const refusalAnswer = z.object({ error: z.string(), error_description: z.string().optional() })

/** Why no access token could be had. `retryable`: the endpoint is away; otherwise somebody has to connect the account anew. */
export class OAuthError extends StateError {
  readonly retryable: boolean
  constructor(phrase: StatePhrase, retryable: boolean) {
    super(phrase)
    this.name = 'OAuthError'
    this.retryable = retryable
  }
}

interface Held {
  refreshToken: string
  accessToken: string
  expiresAt: number
}
const held = new Map<string, Held>()
const EARLY_MS = 60_000

/**
 * An access token for XOAUTH2, fetched with the refresh token (RFC 6749 section 6) and kept until a minute before it ends.
 * @param fresh drop the kept token first: the mail server refused it
 * @throws OAuthError that says what to do
 */
export async function accessToken(account: EmailAccount, fresh = false): Promise<string> {
  const { oauth } = account.config
  const { oauthRefreshToken: refreshToken, oauthClientSecret } = account.secrets
  if (!oauth || !refreshToken) throw new OAuthError(statePhrase('oauth.notSetUp'), false)
  if (new URL(oauth.tokenEndpoint).protocol !== 'https:' && !isLoopback(oauth.tokenEndpoint)) {
    throw new OAuthError(statePhrase('oauth.notSafe'), false)
  }
  const known = held.get(account.id)
  if (!fresh && known && known.refreshToken === refreshToken && known.expiresAt > Date.now()) return known.accessToken

  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: oauth.clientId,
  })
  if (oauthClientSecret) body.set('client_secret', oauthClientSecret)
  if (oauth.scope) body.set('scope', oauth.scope)
  const { status, text } = await post(account.network?.fetch ?? fetch, oauth.tokenEndpoint, body)
  const given = answer.safeParse(parseJson(text))
  if (status === 200 && given.success) {
    const expiresAt = Date.now() + given.data.expires_in * 1000 - EARLY_MS
    held.set(account.id, { refreshToken, accessToken: given.data.access_token, expiresAt })
    return given.data.access_token
  }
  held.delete(account.id)
  const refused = refusalAnswer.safeParse(parseJson(text))
  const words = refused.success ? (refused.data.error_description ?? refused.data.error) : `HTTP ${status}`
  const said = theirWords(words)
  if (status >= 500 || status === 429) throw new OAuthError(statePhrase('oauth.notWorking', { said }), true)
  throw new OAuthError(statePhrase('oauth.refused', { said }), false)
}

async function post(by: typeof fetch, url: string, body: URLSearchParams): Promise<{ status: number; text: string }> {
  try {
    const response = await by(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      redirect: 'error',
      signal: AbortSignal.timeout(15_000),
    })
    return { status: response.status, text: (await response.text()).slice(0, 100_000) }
  } catch {
    throw new OAuthError(statePhrase('oauth.unreachable'), true)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isLoopback(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
}
