import { changeSkill, createSkill, deleteSkill, getSkill, listSkills, type Skill } from '@centrala/api/skill.ts'
import type { Tx } from '@centrala/store/database.ts'
import { recordChange, unique } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'
import { found, Refusal } from '../refusal.ts'

export const skillRoutes = [
  handle(listSkills, async ({ work }) => ({ items: await work(tx => skills(tx)) })),
  handle(getSkill, ({ params, work }) => work(tx => skill(tx, params.id))),
  handle(createSkill, ({ context, body, work }) =>
    work(async tx => {
      const row = tx.db.insertInto('skill').values(body).returning('id').executeTakeFirstOrThrow()
      const { id } = await unique('name', row)
      const after = await skill(tx, id)
      await recordChange(tx, context, 'skill', 'created', id, null, after)
      return after
    }),
  ),
  handle(changeSkill, ({ context, params, body, work }) =>
    work(async tx => {
      const before = await skill(tx, params.id)
      const change = { ...body, language: body.kind === 'language' ? body.language : null }
      await unique('name', tx.db.updateTable('skill').set(change).where('id', '=', params.id).execute())
      const after = await skill(tx, params.id)
      await recordChange(tx, context, 'skill', 'changed', params.id, before, after)
      return after
    }),
  ),
  handle(deleteSkill, ({ context, params, work }) =>
    work(async tx => {
      const before = await skill(tx, params.id)
      // Requirements live in JSON, where no foreign key guards them.
      const queues = await tx.query<{ name: string }>(
        `SELECT name FROM queue WHERE jsonb_path_exists(steps, '$[*].requirements[*] ? (@.skillId == $id)', jsonb_build_object('id', $1::text)) ORDER BY name`,
        [params.id],
      )
      if (queues.length > 0) {
        const names = queues.map(queue => queue.name).join(', ')
        throw new Refusal(409, 'skill.used', `These queues ask for it: ${names}. Change their steps first.`)
      }
      await tx.db.deleteFrom('skill').where('id', '=', params.id).execute()
      await recordChange(tx, context, 'skill', 'deleted', params.id, before, null)
      return {}
    }),
  ),
]

async function skills(tx: Tx, id: string | null = null): Promise<Skill[]> {
  return tx.query<Skill>(
    `SELECT s.id, s.name, s.kind, s.language,
            (SELECT count(*) FROM user_skill us JOIN users u ON u.tenant_id = us.tenant_id AND u.id = us.user_id
              WHERE us.tenant_id = s.tenant_id AND us.skill_id = s.id AND u.deactivated_at IS NULL) AS "agentCount"
       FROM skill s WHERE $1::uuid IS NULL OR s.id = $1 ORDER BY fold(s.name), s.id`,
    [id],
  )
}

async function skill(tx: Tx, id: string): Promise<Skill> {
  return found((await skills(tx, id))[0], 'skill')
}
