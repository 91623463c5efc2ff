import { type Agent, listAgents } from '@centrala/api/agent.ts'
import { handle } from '../http/handle.ts'

export const agentRoutes = [
  handle(listAgents, async ({ work }) => {
    const rows = await work(tx =>
      tx.query<Omit<Agent, 'since'> & { since: Date | null }>(
        `SELECT u.id, u.name, u.team_id AS "teamId", t.name AS "teamName", coalesce(p.state, 'offline') AS presence, p.since,
                ARRAY(SELECT pq.queue_id FROM routing_profile_queue pq
                       WHERE pq.tenant_id = u.tenant_id AND pq.routing_profile_id = u.routing_profile_id) AS "queueIds"
           FROM users u
           LEFT JOIN team t ON t.tenant_id = u.tenant_id AND t.id = u.team_id
           LEFT JOIN presence p ON p.tenant_id = u.tenant_id AND p.user_id = u.id
          WHERE u.deactivated_at IS NULL AND u.roles && ARRAY['agent', 'supervisor', 'admin']
          ORDER BY fold(u.name), u.id`,
      ),
    )
    return { items: rows.map(row => ({ ...row, since: row.since?.toISOString() ?? null })) }
  }),
]
