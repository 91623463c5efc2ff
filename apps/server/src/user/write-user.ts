import type { Body } from '@centrala/api/route.ts'
import type { inviteUser } from '@centrala/api/user.ts'
import type { Tx } from '@centrala/store/database.ts'
import { mustExist, recordChange, unique } from '../configuration/configuration.ts'
import type { Context } from '../http/context.ts'
import { mayChangeRoles, mustKeepAdministrator, mustNotExceed } from './authority.ts'
import { auditedUser, readUser, type UserRow } from './present-user.ts'

type Fields = Partial<Body<typeof inviteUser>>

/** Adds a user who has not signed in yet. */
export async function addUser(tx: Tx, context: Context, body: Body<typeof inviteUser>): Promise<UserRow> {
  mayChangeRoles(context, [], body.roles)
  await mustNameKnown(tx, body)
  const { skills, attributes, ...rest } = body
  const columns = { ...rest, attributes: JSON.stringify(attributes) }
  const insert = tx.db.insertInto('users').values(columns).returning('id').executeTakeFirstOrThrow()
  const { id } = await unique('email', insert)
  await writeSkills(tx, id, skills)
  const user = await readUser(tx, id)
  await recordChange(tx, context, 'user', 'created', id, null, auditedUser(user))
  return user
}

/** Changes what is given. Sessions feel a change of roles at once (the database tells: migration 0011). */
export async function changeUser(tx: Tx, context: Context, id: string, body: Fields): Promise<UserRow> {
  const before = await readUser(tx, id)
  if (body.roles || body.email) mustNotExceed(context, before.roles)
  if (body.roles) mayChangeRoles(context, before.roles, body.roles)
  await mustNameKnown(tx, body)
  const { skills, attributes, ...rest } = body
  const columns = { ...rest, ...(attributes && { attributes: JSON.stringify(attributes) }) }
  if (Object.keys(columns).length > 0)
    await unique('email', tx.db.updateTable('users').set(columns).where('id', '=', id).execute())
  if (skills) await writeSkills(tx, id, skills)
  if (body.roles && before.roles.includes('admin')) await mustKeepAdministrator(tx)
  const after = await readUser(tx, id)
  await recordChange(tx, context, 'user', 'changed', id, auditedUser(before), auditedUser(after))
  return after
}

async function mustNameKnown(tx: Tx, body: Fields): Promise<void> {
  await mustExist(tx, 'team', [body.teamId], 'teamId')
  await mustExist(tx, 'routingProfile', [body.routingProfileId], 'routingProfileId')
  await mustExist(tx, 'skill', body.skills?.map(skill => skill.skillId) ?? [], 'skills')
}

async function writeSkills(tx: Tx, userId: string, skills: { skillId: string; proficiency: number }[]): Promise<void> {
  await tx.db.deleteFrom('userSkill').where('userId', '=', userId).execute()
  const rows = [...new Map(skills.map(skill => [skill.skillId, { ...skill, userId }])).values()]
  if (rows.length > 0) await tx.db.insertInto('userSkill').values(rows).execute()
}
