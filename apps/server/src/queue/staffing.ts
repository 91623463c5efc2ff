import type { previewQueue, StepStaffing } from '@centrala/api/queue.ts'
import type { Body } from '@centrala/api/route.ts'
import type { Presence } from '@centrala/core/presence/presence.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { z } from 'zod'

interface Candidate {
  id: string
  name: string
  presence: Presence
  delaySeconds: number
  skills: Record<string, number> | null
}

/** At each step, the agents of these profiles who meet what it asks: those who are at work first. */
export async function staffing(tx: Tx, body: Body<typeof previewQueue>): Promise<z.input<typeof StepStaffing>[]> {
  const agents = await tx.query<Candidate>(
    `SELECT u.id, u.name, coalesce(p.state, 'offline') AS presence, coalesce(pq.delay_seconds, 0) AS "delaySeconds",
            (SELECT jsonb_object_agg(us.skill_id, us.proficiency) FROM user_skill us
              WHERE us.tenant_id = u.tenant_id AND us.user_id = u.id) AS skills
       FROM users u
       LEFT JOIN presence p ON p.tenant_id = u.tenant_id AND p.user_id = u.id
       LEFT JOIN routing_profile_queue pq ON pq.tenant_id = u.tenant_id AND pq.routing_profile_id = u.routing_profile_id AND pq.queue_id = $2
      WHERE u.deactivated_at IS NULL AND u.routing_profile_id = ANY($1::uuid[])
      ORDER BY array_position(ARRAY['available', 'busy', 'wrapUp', 'away', 'notResponding', 'offline'], coalesce(p.state, 'offline')), fold(u.name)`,
    [body.routingProfileIds, body.queueId],
  )
  const steps = body.steps.length > 0 ? body.steps : [{ afterSeconds: 0, requirements: [] }]
  return steps.map(step => ({
    afterSeconds: step.afterSeconds,
    agents: agents
      .filter(agent => step.requirements.every(need => (agent.skills?.[need.skillId] ?? 0) >= need.minProficiency))
      .map(({ skills: _, ...agent }) => agent),
  }))
}
