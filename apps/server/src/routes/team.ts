import { changeTeam, createTeam, deleteTeam, listTeams, type Team } from '@centrala/api/team.ts'
import type { Tx } from '@centrala/store/database.ts'
import { recordChange, unique } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'
import { found } from '../refusal.ts'

export const teamRoutes = [
  handle(listTeams, async ({ work }) => ({ items: await work(tx => teams(tx)) })),
  handle(createTeam, ({ context, body, work }) =>
    work(async tx => {
      const insert = tx.db.insertInto('team').values(body).returning('id').executeTakeFirstOrThrow()
      const { id } = await unique('name', insert)
      const after = await team(tx, id)
      await recordChange(tx, context, 'team', 'created', id, null, after)
      return after
    }),
  ),
  handle(changeTeam, ({ context, params, body, work }) =>
    work(async tx => {
      const before = await team(tx, params.id)
      await unique('name', tx.db.updateTable('team').set(body).where('id', '=', params.id).execute())
      const after = await team(tx, params.id)
      await recordChange(tx, context, 'team', 'changed', params.id, before, after)
      return after
    }),
  ),
  handle(deleteTeam, ({ context, params, work }) =>
    work(async tx => {
      const before = await team(tx, params.id)
      await tx.db.updateTable('users').set({ teamId: null }).where('teamId', '=', params.id).execute()
      await tx.db.deleteFrom('team').where('id', '=', params.id).execute()
      await recordChange(tx, context, 'team', 'deleted', params.id, before, null)
      return {}
    }),
  ),
]

const teams = (tx: Tx, id: string | null = null) =>
  tx.query<Team>(
    `SELECT t.id, t.name,
            (SELECT count(*) FROM users u WHERE u.tenant_id = t.tenant_id AND u.team_id = t.id AND u.deactivated_at IS NULL) AS "userCount"
       FROM team t WHERE $1::uuid IS NULL OR t.id = $1 ORDER BY fold(t.name), t.id`,
    [id],
  )

const team = async (tx: Tx, id: string) => found((await teams(tx, id))[0], 'team')
