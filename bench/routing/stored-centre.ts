import type { Database } from '@centrala/store/database.ts'
import type pg from 'pg'

export interface StoredSize {
  agents: number
  queues: number
}

/** A call centre in the database: every agent speaks for three queues of a chain, needs one of as many skills, and one call fills them. */
export interface StoredCentre {
  tenantId: string
  agentIds: string[]
  /** So many calls reach their queues in one commit, each with its event. Returns when that was. */
  arrive(count: number): Promise<void>
  /** All that is offered is accepted, each with segment and event. */
  accept(): Promise<number>
  /** All calls end, each with segment and event; the agents are free again. */
  end(): Promise<number>
}

const QUEUES_EACH = 3

export async function storedCentre(
  db: Database,
  owner: pg.Client,
  name: string,
  { agents, queues }: StoredSize,
): Promise<StoredCentre> {
  const { rows: made } = await owner.query<{ id: string }>(
    'INSERT INTO tenant (slug, name) VALUES ($1, $1) RETURNING tenant_id AS id',
    [name],
  )
  const tenantId = made[0]?.id ?? ''
  const agentIds = await db.tenant(tenantId, async tx => {
    await tx.query(`INSERT INTO skill (name) SELECT 'Skill ' || n FROM generate_series(0, $1 - 1) n`, [queues])
    await tx.query(
      `INSERT INTO queue (name, offer_seconds, steps) SELECT 'Queue ' || n, 600,
         jsonb_build_array(jsonb_build_object('afterSeconds', 0, 'requirements', jsonb_build_array(jsonb_build_object('skillId', s.id, 'minProficiency', 3))))
         FROM generate_series(0, $1 - 1) n JOIN skill s ON s.name = 'Skill ' || n`,
      [queues],
    )
    await tx.query(`INSERT INTO routing_profile (name) SELECT 'Profile ' || n FROM generate_series(0, $1 - 1) n`, [
      queues,
    ])
    await tx.query(
      `INSERT INTO routing_profile_queue (routing_profile_id, queue_id, priority)
       SELECT p.id, q.id, 0 FROM generate_series(0, $1 - 1) n CROSS JOIN generate_series(0, $2 - 1) more
         JOIN routing_profile p ON p.name = 'Profile ' || n JOIN queue q ON q.name = 'Queue ' || ((n + more) % $1)`,
      [queues, QUEUES_EACH],
    )
    const people = await tx.query<{ id: string }>(
      `INSERT INTO users (name, email, routing_profile_id)
       SELECT 'Agent ' || n, 'agent-' || n || '@example.com', p.id FROM generate_series(0, $2 - 1) n
         JOIN routing_profile p ON p.name = 'Profile ' || (n % $1) RETURNING id`,
      [queues, agents],
    )
    await tx.query(
      `INSERT INTO user_skill (user_id, skill_id, proficiency)
       SELECT u.id, s.id, 4 FROM generate_series(0, $2 - 1) n CROSS JOIN generate_series(0, $3 - 1) more
         JOIN users u ON u.email = 'agent-' || n || '@example.com' JOIN skill s ON s.name = 'Skill ' || ((n + more) % $1)`,
      [queues, agents, QUEUES_EACH],
    )
    await tx.query(`INSERT INTO presence (user_id, state) SELECT id, 'available' FROM users`, [])
    await tx.query('INSERT INTO customer (name) VALUES ($1)', ['Somebody'])
    return people.map(({ id }) => id)
  })
  const facts = (state: string) => `jsonb_build_object('channel', i.channel, 'state', '${state}', 'version', i.version)`
  return {
    tenantId,
    agentIds,
    arrive: count =>
      db
        .tenant(tenantId, async tx => {
          await tx.query(
            `WITH talk AS (INSERT INTO conversation (customer_id) SELECT c.id FROM customer c, generate_series(1, $1) RETURNING id, customer_id),
                place AS (SELECT t.*, row_number() OVER () AS n FROM talk t),
                made AS (INSERT INTO interaction (conversation_id, customer_id, channel, direction, state, queue_id, queued_at, version)
                  SELECT p.id, p.customer_id, 'voice', 'inbound', 'queued', q.id, clock_timestamp(), 1
                    FROM place p JOIN queue q ON q.name = 'Queue ' || (p.n % $2) RETURNING *),
                stretch AS (INSERT INTO segment (interaction_id, kind, queue_id, started_at) SELECT id, 'queue', queue_id, queued_at FROM made)
           INSERT INTO event (type, interaction_id, conversation_id, customer_id, queue_id, data)
           SELECT 'interaction.queued', i.id, i.conversation_id, i.customer_id, i.queue_id, ${facts('queued')} ||
                  jsonb_build_object('priority', 0, 'requirements', '[]'::jsonb, 'queuedAt', floor(extract(epoch FROM i.queued_at) * 1000)) FROM made i`,
            [count, queues],
          )
        })
        .then(() => {}),
    accept: () =>
      db.tenant(tenantId, async tx => {
        const rows = await tx.query(
          `WITH i AS (UPDATE interaction SET state = 'active', offer_expires_at = NULL, answered_at = now(), version = version + 1 WHERE state = 'offered' RETURNING *),
                closed AS (UPDATE segment s SET ended_at = greatest(now(), started_at), outcome = 'accepted' FROM i WHERE s.interaction_id = i.id AND s.tenant_id = current_tenant() AND s.ended_at IS NULL RETURNING 1)
           INSERT INTO event (type, interaction_id, conversation_id, customer_id, queue_id, user_id, data)
           SELECT 'interaction.accepted', i.id, i.conversation_id, i.customer_id, i.queue_id, i.agent_id, ${facts('active')} FROM i RETURNING 1`,
          [],
        )
        return rows.length
      }),
    end: () =>
      db.tenant(tenantId, async tx => {
        const rows = await tx.query(
          `WITH i AS (UPDATE interaction SET state = 'ended', ended_at = now(), closed_at = now(), outcome = 'handled', version = version + 1
                       WHERE state = 'active' RETURNING *)
           INSERT INTO event (type, interaction_id, conversation_id, customer_id, queue_id, user_id, data)
           SELECT 'interaction.ended', i.id, i.conversation_id, i.customer_id, i.queue_id, i.agent_id, ${facts('ended')} FROM i RETURNING 1`,
          [],
        )
        return rows.length
      }),
  }
}
