import {
  changeRoutingProfile,
  createRoutingProfile,
  deleteRoutingProfile,
  getRoutingProfile,
  listRoutingProfiles,
  type RoutingProfile,
  type routingProfileBody,
} from '@centrala/api/routing-profile.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { z } from 'zod'
import { mustExist, recordChange, unique, unused } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'
import { found } from '../refusal.ts'

export const routingProfileRoutes = [
  handle(listRoutingProfiles, async ({ work }) => ({ items: await work(tx => profiles(tx)) })),
  handle(getRoutingProfile, ({ params, work }) => work(tx => profile(tx, params.id))),
  handle(createRoutingProfile, ({ context, body, work }) =>
    work(async tx => {
      await mustExist(tx, 'queue', queueIds(body), 'queues')
      const insert = tx.db.insertInto('routingProfile').values(columns(body)).returning('id').executeTakeFirstOrThrow()
      const { id } = await unique('name', insert)
      await writeQueues(tx, id, body)
      const after = await profile(tx, id)
      await recordChange(tx, context, 'routingProfile', 'created', id, null, after)
      return after
    }),
  ),
  handle(changeRoutingProfile, ({ context, params, body, work }) =>
    work(async tx => {
      const before = await profile(tx, params.id)
      await mustExist(tx, 'queue', queueIds(body), 'queues')
      const update = tx.db.updateTable('routingProfile').set(columns(body)).where('id', '=', params.id).execute()
      await unique('name', update)
      await writeQueues(tx, params.id, body)
      const after = await profile(tx, params.id)
      await recordChange(tx, context, 'routingProfile', 'changed', params.id, before, after)
      return after
    }),
  ),
  handle(deleteRoutingProfile, ({ context, params, work }) =>
    work(async tx => {
      const before = await profile(tx, params.id)
      const deletion = tx.db.deleteFrom('routingProfile').where('id', '=', params.id).execute()
      await unused('routingProfile', 'Somebody still has this profile. Give them another under People first.', deletion)
      await recordChange(tx, context, 'routingProfile', 'deleted', params.id, before, null)
      return {}
    }),
  ),
]

type Body = z.output<typeof routingProfileBody>

const queueIds = (body: Body) => body.queues.map(entry => entry.queueId)

const columns = ({ name, capacity, weights, interrupts }: Body) => ({
  name,
  capacity,
  weights: JSON.stringify(weights),
  interrupts: JSON.stringify(interrupts),
})

async function writeQueues(tx: Tx, id: string, { queues }: Body): Promise<void> {
  await tx.db.deleteFrom('routingProfileQueue').where('routingProfileId', '=', id).execute()
  if (queues.length === 0) return
  const rows = queues.map(entry => ({ ...entry, routingProfileId: id }))
  await tx.db.insertInto('routingProfileQueue').values(rows).execute()
}

async function profiles(tx: Tx, id: string | null = null): Promise<RoutingProfile[]> {
  return tx.query<RoutingProfile>(
    `SELECT p.id, p.name, p.capacity, p.weights, p.interrupts,
            coalesce((SELECT jsonb_agg(jsonb_build_object('queueId', q.id, 'priority', pq.priority, 'delaySeconds', pq.delay_seconds)
                        ORDER BY pq.priority DESC, fold(q.name))
                        FROM routing_profile_queue pq JOIN queue q ON q.tenant_id = pq.tenant_id AND q.id = pq.queue_id
                       WHERE pq.tenant_id = p.tenant_id AND pq.routing_profile_id = p.id AND q.archived_at IS NULL), '[]') AS queues,
            (SELECT count(*) FROM users u WHERE u.tenant_id = p.tenant_id AND u.routing_profile_id = p.id
                AND u.deactivated_at IS NULL) AS "agentCount"
       FROM routing_profile p WHERE $1::uuid IS NULL OR p.id = $1 ORDER BY fold(p.name), p.id`,
    [id],
  )
}

async function profile(tx: Tx, id: string): Promise<RoutingProfile> {
  return found((await profiles(tx, id))[0], 'routingProfile')
}
