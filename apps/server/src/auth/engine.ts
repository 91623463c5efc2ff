import { betterAuth } from 'better-auth'
import { createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import { z } from 'zod'
import { chooseTenant } from './account.ts'

/** A session lasts this long at most, whatever is done with it. */
export const SESSION_SECONDS = 30 * 86_400
/** Shortest and longest password. */
export const PASSWORD_LENGTH = { min: 10, max: 200 }
/** The one header from which better-auth learns the caller's address: we set it, callers cannot. */
export const ADDRESS_HEADER = 'x-centrala-address'

export interface EngineOptions {
  pool: pg.Pool
  publicUrl: string
  /** Signs cookies and encrypts two-factor secrets. */
  secret: string
  /** Told of every session that better-auth ends. */
  onSessionEnded(sessionId: string): void
}

export type Engine = ReturnType<typeof createEngine>

/** Begins a session for somebody whom an identity provider of the tenant has named (single-sign-on.ts), or a test. Never reachable from outside. */
const singleSignOn = {
  id: 'single-sign-on',
  endpoints: {
    startSession: createAuthEndpoint.serverOnly(
      {
        method: 'POST',
        body: z.object({ accountId: z.string(), tenantId: z.string(), identityProviderId: z.string().nullable() }),
      },
      async ctx => {
        const { accountId, tenantId, identityProviderId } = ctx.body
        const user = await ctx.context.internalAdapter.findUserById(accountId)
        if (!user) throw new Error(`There is no account ${accountId}`)
        const session = await ctx.context.internalAdapter.createSession(accountId, false, {
          tenantId,
          ...(identityProviderId && { identityProviderId }),
        })
        await setSessionCookie(ctx, { session, user })
        return { token: session.token }
      },
    ),
  },
}

/**
 * better-auth over the schema `auth`: passwords, second factor, session cookies. It is never mounted by itself; our own routes call it, so
 * that nothing it offers is reachable that we did not mean to offer (see routes/sign-in.ts).
 */
export function createEngine({ pool, publicUrl, secret, onSessionEnded }: EngineOptions) {
  const db = new Kysely({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] })
  return betterAuth({
    appName: 'Centrala',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret,
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: { db, type: 'postgres', schemaName: 'auth', transaction: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
    },
    rateLimit: { enabled: false }, // throttle.ts does it, per account too and for all nodes together
    user: { modelName: 'signInAccount' },
    account: { modelName: 'credential', fields: { userId: 'accountId', accountId: 'subject' } },
    session: {
      fields: { userId: 'accountId' },
      expiresIn: SESSION_SECONDS,
      disableSessionRefresh: true, // sessions.ts counts idleness
      additionalFields: {
        tenantId: { type: 'string', required: false, input: false },
        identityProviderId: { type: 'string', required: false, input: false },
      },
    },
    advanced: {
      cookiePrefix: 'centrala',
      useSecureCookies: publicUrl.startsWith('https:'),
      database: { generateId: () => crypto.randomUUID() },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    databaseHooks: {
      session: {
        create: {
          /** Every session is of one tenant: the one it replaces, else the one last used. */
          before: async (session, context) => {
            const replaced = context?.context.session?.session
            const given = (session.tenantId ?? replaced?.tenantId) as string | undefined
            const tenantId = given ?? (await chooseTenant(pool, session.userId))
            const identityProviderId = session.identityProviderId ?? replaced?.identityProviderId
            return { data: { tenantId, ...(identityProviderId ? { identityProviderId } : {}) } }
          },
        },
        delete: { after: async session => onSessionEnded(session.id) },
      },
    },
    plugins: [
      twoFactor({ issuer: 'Centrala', schema: { twoFactor: { fields: { userId: 'accountId' } } } }),
      singleSignOn,
    ],
  })
}
