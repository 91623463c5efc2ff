import type { previewQueue, StepStaffing } from '@centrala/api/queue.ts'
import type { Body } from '@centrala/api/route.ts'
import type { Attributes } from '@centrala/core/expression/expression.ts'
import { mayHold } from '@centrala/core/expression/may-hold.ts'
import { readExpression } from '@centrala/core/expression/read-expression.ts'
import type { Presence } from '@centrala/core/presence/presence.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { z } from 'zod'

interface Candidate {
  id: string
  name: string
  presence: Presence
  delaySeconds: number
  skills: Record<string, number> | null
  attributes: Attributes
  isOwn: boolean
  queueIds: string[]
}

/**
 * At each step, the agents who meet what it asks, those who are at work first: of these profiles, and where a step asks for them of other
 * queues. A condition that depends on the contact rules out only whom no contact could make fit; one on the service level is taken to hold.
 */
export async function staffing(tx: Tx, body: Body<typeof previewQueue>): Promise<z.input<typeof StepStaffing>[]> {
  const helping = body.steps.flatMap(step => step.queueIds ?? [])
  const agents = await tx.query<Candidate>(
    `SELECT u.id, u.name, coalesce(p.state, 'offline') AS presence, coalesce(pq.delay_seconds, 0) AS "delaySeconds",
            (SELECT jsonb_object_agg(us.skill_id, us.proficiency) FROM user_skill us
              WHERE us.tenant_id = u.tenant_id AND us.user_id = u.id) AS skills,
            jsonb_strip_nulls(u.attributes || jsonb_build_object('team', t.name)) AS attributes,
            u.routing_profile_id = ANY($1::uuid[]) AS "isOwn",
            ARRAY(SELECT q.queue_id FROM routing_profile_queue q WHERE q.tenant_id = u.tenant_id AND q.routing_profile_id = u.routing_profile_id
                     AND q.queue_id = ANY($3::uuid[])) AS "queueIds"
       FROM users u
       LEFT JOIN team t ON t.tenant_id = u.tenant_id AND t.id = u.team_id
       LEFT JOIN presence p ON p.tenant_id = u.tenant_id AND p.user_id = u.id
       LEFT JOIN routing_profile_queue pq ON pq.tenant_id = u.tenant_id AND pq.routing_profile_id = u.routing_profile_id AND pq.queue_id = $2
      WHERE u.deactivated_at IS NULL AND u.routing_profile_id IS NOT NULL
      ORDER BY array_position(ARRAY['available', 'busy', 'wrapUp', 'away', 'notResponding', 'offline'], coalesce(p.state, 'offline')), fold(u.name)`,
    [body.routingProfileIds, body.queueId, helping],
  )
  const steps: typeof body.steps = body.steps.length > 0 ? body.steps : [{ afterSeconds: 0, requirements: [] }]
  return steps.map(({ afterSeconds, requirements, where, queueIds = [] }) => {
    const read = where === undefined ? null : readExpression(where)
    const fits = (agent: Candidate): boolean =>
      (agent.isOwn || agent.queueIds.some(id => queueIds.includes(id))) &&
      requirements.every(need => (agent.skills?.[need.skillId] ?? 0) >= need.minProficiency) &&
      (read === null || (read.ok && mayHold(read.expression, agent.attributes)))
    return {
      afterSeconds,
      agents: agents.filter(fits).map(({ id, name, presence, delaySeconds }) => ({ id, name, presence, delaySeconds })),
    }
  })
}
