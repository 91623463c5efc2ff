import { createHmac, timingSafeEqual } from 'node:crypto'
import { permissionsOf, type Role } from '@centrala/core/permission/permission.ts'
import type pg from 'pg'
import type { Authenticate, Context } from '../http/context.ts'
import { Refusal } from '../refusal.ts'

/** A session not used for this long is over. */
export const IDLE_SECONDS = 7 * 86_400
/** What we know of a session is believed this long; ending it here or on another node is told at once (access-signal.ts). */
const CACHE_MS = 10_000
const CACHE_SIZE = 20_000
/** How exactly "last seen" is kept. */
const SEEN_SECONDS = 60

export interface Sessions {
  /** Who calls, by the session cookie; null without one. Throws 401 for a session that is over, 403 for a user who was deactivated. */
  bySession: Authenticate
  forgetSession(sessionId: string): void
  forgetUser(userId: string): void
  forgetTenant(tenantId: string): void
}

type Remembered = Omit<Context, 'address'>

interface Known {
  loading: Promise<Remembered>
  /** Null while loading. */
  context: Remembered | null
  until: number
}

/** Reads sessions, and remembers each for a few seconds so that a busy screen does not cost a look-up per request. */
export function createSessions(pool: pg.Pool, secret: string, cookieName: string): Sessions {
  const known = new Map<string, Known>()

  function remember(token: string): Known {
    if (known.size >= CACHE_SIZE) known.clear()
    const entry: Known = { loading: load(pool, token), context: null, until: Date.now() + CACHE_MS }
    known.set(token, entry)
    entry.loading.then(
      context => {
        entry.context = context
      },
      () => known.get(token) === entry && known.delete(token),
    )
    return entry
  }
  // What is being loaded just now may have been read before the change, so it is not remembered either.
  const forget = (matches: (context: Remembered) => boolean) => {
    for (const [token, entry] of known) if (!entry.context || matches(entry.context)) known.delete(token)
  }
  return {
    async bySession(request) {
      const token = tokenOf(request.headers.cookie, cookieName, secret)
      if (!token) return null
      let entry = known.get(token)
      if (!entry || entry.until <= Date.now()) entry = remember(token)
      return { ...(await entry.loading), address: request.ip }
    },
    forgetSession: id => forget(context => context.session?.id === id),
    forgetUser: id => forget(context => context.userId === id),
    forgetTenant: id => forget(context => context.tenantId === id),
  }
}

interface Row {
  sessionId: string
  accountId: string
  tenantId: string
  userId: string | null
  roles: Role[] | null
  deactivated: boolean | null
  stale: boolean
  /** The tenant asks for a second factor, and this account has none. */
  twoFactorOwed: boolean
}

async function load(pool: pg.Pool, token: string): Promise<Remembered> {
  const { rows } = await pool.query<Row>(
    `SELECT session.id AS "sessionId", session.account_id AS "accountId", session.tenant_id AS "tenantId", users.id AS "userId",
            users.roles, users.deactivated_at IS NOT NULL AS deactivated, session.updated_at < now() - make_interval(secs => $3) AS stale,
            tenant.require_two_factor AND session.identity_provider_id IS NULL AND NOT account.two_factor_enabled AS "twoFactorOwed"
       FROM auth.session
       JOIN auth.sign_in_account AS account ON account.id = session.account_id
       JOIN tenant ON tenant.tenant_id = session.tenant_id
       LEFT JOIN users ON users.tenant_id = session.tenant_id AND users.account_id = session.account_id
      WHERE session.token = $1 AND session.expires_at > now() AND session.updated_at > now() - make_interval(secs => $2)`,
    [token, IDLE_SECONDS, SEEN_SECONDS],
  )
  const row = rows[0]
  if (!row)
    throw new Refusal(401, 'session.ended', 'Your session has ended. Sign in again; what you were writing is kept.')
  if (!row.userId || row.deactivated)
    throw new Refusal(403, 'user.deactivated', 'Your access has been switched off. Ask your administrator.')
  if (row.stale) await pool.query('UPDATE auth.session SET updated_at = now() WHERE id = $1', [row.sessionId])
  const { sessionId, accountId, tenantId, userId } = row
  const roles = row.roles ?? []
  return {
    tenantId,
    userId,
    apiKeyId: null,
    session: { id: sessionId, accountId },
    roles,
    // Nothing but setting it up, until it is.
    permissions: row.twoFactorOwed ? new Set(['self']) : permissionsOf(roles),
    twoFactorOwed: row.twoFactorOwed,
  }
}

/** The token of the session cookie (`token.signature`, HMAC-SHA-256 in base64, URI-encoded), or null when there is none or it was tampered with. */
function tokenOf(header: string | undefined, name: string, secret: string): string | null {
  const value = header
    ?.split(';')
    .find(part => part.trimStart().startsWith(`${name}=`))
    ?.trim()
    .slice(name.length + 1)
  if (!value || value.length > 300) return null
  let plain: string
  try {
    plain = decodeURIComponent(value)
  } catch {
    return null
  }
  const dot = plain.lastIndexOf('.')
  const token = plain.slice(0, dot)
  const given = Buffer.from(plain.slice(dot + 1), 'base64')
  const right = createHmac('sha256', secret).update(token).digest()
  return given.length === right.length && timingSafeEqual(given, right) ? token : null
}
