import type { User } from '@centrala/api/user.ts'
import type { Role } from '@centrala/core/permission/permission.ts'
import type { Tx } from '@centrala/store/database.ts'
import { found } from '../refusal.ts'
import type { Services } from '../services.ts'

/** A user as the tenant knows them; what the sign-in knows is added by presentUsers. */
export interface UserRow {
  id: string
  accountId: string | null
  name: string
  email: string
  roles: Role[]
  locale: User['locale']
  teamId: string | null
  routingProfileId: string | null
  skills: { skillId: string; proficiency: number }[]
  attributes: User['attributes']
  createdAt: Date
  deactivatedAt: Date | null
}

export const USER_COLUMNS = `u.id, u.account_id AS "accountId", u.name, u.email, u.roles, u.locale, u.team_id AS "teamId",
  u.routing_profile_id AS "routingProfileId", u.attributes, u.created_at AS "createdAt", u.deactivated_at AS "deactivatedAt",
  coalesce((SELECT jsonb_agg(jsonb_build_object('skillId', s.id, 'proficiency', us.proficiency) ORDER BY fold(s.name))
    FROM user_skill us JOIN skill s ON s.tenant_id = us.tenant_id AND s.id = us.skill_id
    WHERE us.tenant_id = u.tenant_id AND us.user_id = u.id), '[]') AS skills`

export async function readUser(tx: Tx, id: string): Promise<UserRow> {
  const rows = await tx.query<UserRow>(`SELECT ${USER_COLUMNS} FROM users u WHERE u.id = $1`, [id])
  return found(rows[0], 'user')
}

/** For the audit log: what people may change, and nothing of the sign-in. */
export function auditedUser({ name, email, roles, locale, teamId, routingProfileId, skills, attributes }: UserRow) {
  return { name, email, roles, locale, teamId, routingProfileId, skills, attributes }
}

/** With what the sign-in knows of each: second factor, password, when last seen in this tenant. */
export async function presentUsers({ db }: Pick<Services, 'db'>, tenantId: string, rows: UserRow[]): Promise<User[]> {
  const accountIds = rows.flatMap(row => row.accountId ?? [])
  const { rows: accounts } = await db.auth.query<{
    id: string
    twoFactor: boolean
    password: boolean
    seenAt: Date | null
  }>(
    `SELECT account.id, two_factor_enabled AS "twoFactor",
            EXISTS (SELECT FROM auth.credential WHERE account_id = account.id AND password IS NOT NULL) AS password,
            (SELECT max(updated_at) FROM auth.session WHERE account_id = account.id AND tenant_id = $2) AS "seenAt"
       FROM auth.sign_in_account AS account WHERE account.id = ANY($1)`,
    [accountIds, tenantId],
  )
  const byId = new Map(accounts.map(account => [account.id, account]))
  return rows.map(({ accountId, deactivatedAt, createdAt, ...row }) => {
    const account = byId.get(accountId ?? '')
    return {
      ...row,
      state: deactivatedAt ? 'deactivated' : accountId ? 'active' : 'invited',
      twoFactor: account?.twoFactor ?? false,
      password: account?.password ?? false,
      seenAt: account?.seenAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    }
  })
}

export async function presentUser(services: Pick<Services, 'db'>, tenantId: string, row: UserRow): Promise<User> {
  return found((await presentUsers(services, tenantId, [row]))[0], 'user')
}
