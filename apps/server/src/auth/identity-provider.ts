import { type StatePhrase, statePhrase, type Told, told } from '@centrala/core/phrase/state-phrase.ts'
import { unseal } from '@centrala/store/secret.ts'
import * as oidc from 'openid-client'
import { z } from 'zod'
import { AddressRefused } from '../net/address.ts'
import { fetchPublic } from '../net/fetch-public.ts'
import type { Services } from '../services.ts'

/** An active OpenID Connect provider of a tenant. */
export interface Provider {
  id: string
  tenantId: string
  name: string
  issuer: string
  clientId: string
  clientSecret: string
  domains: string[]
  createUsers: boolean
}

export const REDIRECT_PATH = '/api/auth/single-sign-on/callback'

/** The provider with this id, of whatever tenant: it is asked for before anybody is signed in. Null when there is none or it is switched off. */
export async function findProvider({ db, keys }: Pick<Services, 'db' | 'keys'>, id: string): Promise<Provider | null> {
  const { rows } = await db.log.query<Omit<Provider, 'clientSecret'> & { sealed: Buffer }>(
    `SELECT id, tenant_id AS "tenantId", name, issuer, client_id AS "clientId", client_secret AS sealed, domains,
            create_users AS "createUsers"
       FROM identity_provider WHERE id = $1 AND active`,
    [id],
  )
  const [row] = rows
  if (!row) return null
  const { sealed, ...provider } = row
  return { ...provider, clientSecret: z.string().parse(unseal(keys.secrets, sealed)) }
}

/** A provider's settings and keys are asked for again after this long. */
const CACHE_MS = 10 * 60_000
const known = new Map<string, { until: number; configuration: Promise<oidc.Configuration> }>()

type Client = Pick<Provider, 'issuer' | 'clientId' | 'clientSecret'>

/** The provider's settings and keys, remembered for ten minutes. @throws as `discover` */
export function configurationOf(
  services: Pick<Services, 'env'>,
  { issuer, clientId, clientSecret }: Client,
): Promise<oidc.Configuration> {
  const key = JSON.stringify([issuer, clientId, clientSecret, services.env.ALLOW_PRIVATE_ADDRESSES])
  const entry = known.get(key)
  if (entry && entry.until > Date.now()) return entry.configuration
  if (known.size > 1000) known.clear()
  const configuration = discover(services, { issuer, clientId, clientSecret })
  known.set(key, { until: Date.now() + CACHE_MS, configuration })
  configuration.catch(() => known.delete(key))
  return configuration
}

/**
 * Asks a provider for its settings (OpenID Connect Discovery 1.0). The issuer it names must be the one that was typed in.
 * @throws when it cannot be reached, is no such provider, or names another issuer
 */
function discover(
  { env }: Pick<Services, 'env'>,
  { issuer, clientId, clientSecret }: Client,
): Promise<oidc.Configuration> {
  const allowPrivate = env.ALLOW_PRIVATE_ADDRESSES
  const authentication = clientSecret ? oidc.ClientSecretBasic(clientSecret) : oidc.None()
  return oidc.discovery(new URL(issuer), clientId, undefined, authentication, {
    [oidc.customFetch]: fetchPublic(allowPrivate) as oidc.CustomFetch,
    timeout: 10,
    // Signatures are verified by the provider's keys, though TLS would do (OpenID Connect Core section 3.1.3.7, point 6).
    execute: [oidc.enableNonRepudiationChecks, ...(allowPrivate ? [oidc.allowInsecureRequests] : [])],
  })
}

/** Whether there is such a provider behind the address, and if not, why, for an administrator. */
export async function checkIssuer(services: Pick<Services, 'env'>, issuer: string): Promise<{ ok: boolean } & Told> {
  try {
    const { token_endpoint } = (
      await discover(services, { issuer, clientId: 'test', clientSecret: '' })
    ).serverMetadata()
    if (!token_endpoint) return { ok: false, ...told(statePhrase('identityProvider.noTokenEndpoint')) }
    return { ok: true, ...told(statePhrase('identityProvider.answers', { host: new URL(issuer).host })) }
  } catch (error) {
    return { ok: false, ...told(whyNot(error, issuer)) }
  }
}

function whyNot(error: unknown, issuer: string): StatePhrase {
  const place = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AddressRefused) return cause.phrase
    const code = 'code' in cause ? cause.code : null
    if (code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') return statePhrase('identityProvider.otherIssuer')
    if (code === 'OAUTH_HTTP_REQUEST_FORBIDDEN') return statePhrase('identityProvider.notSafe')
  }
  return statePhrase('identityProvider.notFound', { place })
}
