import { seal, unseal } from '@centrala/store/secret.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as oidc from 'openid-client'
import { z } from 'zod'
import { found, Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { configurationOf, findProvider, REDIRECT_PATH } from './identity-provider.ts'
import { accountOfClaims } from './provider-person.ts'
import { recordSignIn } from './record-sign-in.ts'
import { throughEngine } from './through-engine.ts'

/** What must be the same person's browser when it comes back. Kept encrypted in a cookie: nothing to store, nothing to sweep. */
const Pending = z.object({
  providerId: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  to: z.string(),
  until: z.number(),
})
const COOKIE = 'centrala.single_sign_on'
const PATIENCE_MS = 10 * 60_000

/** Begins: returns the provider's address to go to (authorization code flow with PKCE, state and nonce). */
export async function beginSingleSignOn(
  services: Services,
  providerId: string,
  to: string,
  reply: FastifyReply,
): Promise<string> {
  const provider = found(await findProvider(services, providerId), 'identityProvider')
  const configuration = await configurationOf(services, provider).catch(error => {
    services.log.warn({ err: error, issuer: provider.issuer }, 'an identity provider cannot be reached')
    throw new Refusal(
      502,
      'provider.away',
      `${provider.name} cannot be reached just now. Try again, or sign in with your password.`,
    )
  })
  const pending = {
    providerId,
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    verifier: oidc.randomPKCECodeVerifier(),
    to,
    until: Date.now() + PATIENCE_MS,
  }
  reply.setCookie(COOKIE, seal(services.keys.secrets, pending).toString('base64url'), {
    ...cookieOptions(services),
    maxAge: PATIENCE_MS / 1000,
  })
  return oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: services.publicUrl + REDIRECT_PATH,
    scope: 'openid email profile',
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: 'S256',
  }).href
}

/** Finishes: checks what the provider says, finds whose it is, begins a session and goes on. Any refusal leads back to the sign-in page. */
export async function finishSingleSignOn(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const pending = readPending(services, request.cookies[COOKIE])
  reply.clearCookie(COOKIE, cookieOptions(services))
  try {
    if (!pending) throw new Refusal(400, 'provider.late', 'It took too long. Sign in again from the start.')
    await enter(services, pending, request, reply)
    return reply.redirect(pending.to, 303)
  } catch (error) {
    const code = error instanceof Refusal ? error.code : 'provider.refused'
    services.log.warn({ err: error, providerId: pending?.providerId }, 'single sign-on was refused')
    reply.removeHeader('set-cookie')
    reply.clearCookie(COOKIE, cookieOptions(services))
    return reply.redirect(`/sign-in?failed=${encodeURIComponent(code)}`, 303)
  }
}

async function enter(
  services: Services,
  pending: z.infer<typeof Pending>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const provider = found(await findProvider(services, pending.providerId), 'identityProvider')
  const configuration = await configurationOf(services, provider)
  // Of the address only what follows the question mark is the provider's; the rest must be ours, as registered there.
  const query = request.url.indexOf('?')
  const cameBackTo = new URL(REDIRECT_PATH + (query < 0 ? '' : request.url.slice(query)), services.publicUrl)
  const tokens = await oidc.authorizationCodeGrant(configuration, cameBackTo, {
    expectedState: pending.state,
    expectedNonce: pending.nonce,
    pkceCodeVerifier: pending.verifier,
    idTokenExpected: true,
  })
  const accountId = await accountOfClaims(services, provider, tokens.claims(), request.ip)
  const { token } = await throughEngine(request, reply, init =>
    services.auth.engine.api.startSession({
      ...init,
      body: { accountId, tenantId: provider.tenantId, identityProviderId: provider.id },
    }),
  )
  await recordSignIn(services, token, request.ip, provider.name)
}

function readPending({ keys }: Services, cookie: string | undefined): z.infer<typeof Pending> | null {
  if (!cookie) return null
  try {
    const pending = Pending.parse(unseal(keys.secrets, Buffer.from(cookie, 'base64url')))
    return pending.until > Date.now() ? pending : null
  } catch {
    return null
  }
}

const cookieOptions = ({ publicUrl }: Services) => ({
  path: '/api/auth/single-sign-on',
  httpOnly: true,
  sameSite: 'lax' as const,
  secure: publicUrl.startsWith('https:'),
})
