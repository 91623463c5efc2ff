import type pg from 'pg'

/** What is wrong with the interactions of a tenant, in sentences; empty where all is well. */
export async function judgeInteractions(owner: pg.Client, tenantId: string): Promise<string[]> {
  const wrong: string[] = []
  const ask = async (what: string, sql: string) => {
    const { rows } = await owner.query(sql, [tenantId])
    for (const row of rows.slice(0, 5)) wrong.push(`${what}: ${JSON.stringify(row)}`)
    if (rows.length > 5) wrong.push(`… and ${rows.length - 5} more`)
  }
  await ask(
    'open segments do not fit the state',
    `SELECT i.id, i.state, count(s.id)::int AS open FROM interaction i
       LEFT JOIN segment s ON s.tenant_id = i.tenant_id AND s.interaction_id = i.id AND s.ended_at IS NULL
      WHERE i.tenant_id = $1 GROUP BY i.id, i.state HAVING count(s.id) <> CASE WHEN i.state = 'ended' THEN 0 ELSE 1 END`,
  )
  await ask(
    'the open segment is not what the interaction does',
    `SELECT i.id, i.state, i.agent_id, s.kind, s.agent_id AS "segmentAgent" FROM interaction i
       JOIN segment s ON s.tenant_id = i.tenant_id AND s.interaction_id = i.id AND s.ended_at IS NULL
      WHERE i.tenant_id = $1 AND (s.kind, s.agent_id) IS DISTINCT FROM
        (CASE i.state WHEN 'queued' THEN 'queue' WHEN 'offered' THEN 'offer' WHEN 'active' THEN 'agent' ELSE i.state END, i.agent_id)`,
  )
  await ask(
    'segments leave a gap or overlap',
    `SELECT * FROM (SELECT interaction_id, kind, started_at, lag(ended_at) OVER run AS before, row_number() OVER run AS place FROM segment
       WHERE tenant_id = $1 WINDOW run AS (PARTITION BY interaction_id ORDER BY started_at, ended_at NULLS LAST, id)) s
      WHERE place > 1 AND started_at IS DISTINCT FROM before`,
  )
  await ask(
    'an offer without its receipt, or a receipt without its offer',
    `SELECT interaction_id, agent_id, offers, receipts FROM
       (SELECT interaction_id, agent_id, count(*) AS offers FROM segment WHERE tenant_id = $1 AND kind = 'offer' GROUP BY 1, 2) o
       FULL JOIN (SELECT interaction_id, agent_id, count(*) AS receipts FROM receipt WHERE tenant_id = $1 GROUP BY 1, 2) r USING (interaction_id, agent_id)
      WHERE offers IS DISTINCT FROM receipts`,
  )
  wrong.push(...(await judgeEvents(owner, tenantId)))
  return wrong
}

interface Seen {
  state: string
  agentId: string | null
}

/** Replays the log in the order in which each interaction was changed: nobody gets what another has, and the end is what the row says. */
async function judgeEvents(owner: pg.Client, tenantId: string): Promise<string[]> {
  const wrong: string[] = []
  const { rows: events } = await owner.query<{
    id: string
    type: string
    userId: string | null
    data: Record<string, unknown>
  }>(
    `SELECT interaction_id AS id, type, user_id AS "userId", data FROM event
      WHERE tenant_id = $1 AND interaction_id IS NOT NULL AND type LIKE 'interaction.%' AND type <> 'interaction.judged'
      ORDER BY interaction_id, (data ->> 'version')::int NULLS FIRST, xid, seq`,
    [tenantId],
  )
  const now = new Map<string, Seen>()
  for (const { id, type, userId, data } of events) {
    const seen = now.get(id) ?? { state: 'flow', agentId: null }
    const expect = (states: string[], agentId?: string | null) => {
      if (!states.includes(seen.state) || (agentId !== undefined && seen.agentId !== agentId))
        wrong.push(`${type} of ${id} for ${userId} while it was ${seen.state} with ${seen.agentId}`)
    }
    switch (type) {
      case 'interaction.queued':
        expect(['flow', 'queued'])
        now.set(id, { state: 'queued', agentId: null })
        break
      case 'interaction.offered':
        expect(['queued'])
        now.set(id, { state: 'offered', agentId: userId })
        break
      case 'interaction.accepted':
        expect(['offered'], userId)
        now.set(id, { state: 'active', agentId: userId })
        break
      case 'interaction.offerRejected':
      case 'interaction.offerExpired':
      case 'interaction.offerWithdrawn':
        expect(['offered'], userId)
        now.set(id, { state: 'queued', agentId: null })
        break
      case 'interaction.assigned':
        expect(['flow', 'queued', 'offered', 'active'], data.was === 'active' ? (data.from as string) : undefined)
        now.set(id, { state: 'active', agentId: userId })
        break
      case 'interaction.transferred':
        expect(['active'], userId)
        now.set(id, { state: 'queued', agentId: null })
        break
      case 'interaction.ended':
        expect(['flow', 'queued', 'offered', 'active'])
        now.set(id, { ...seen, state: data.wrapUp ? 'wrapUp' : 'ended' })
        break
      case 'interaction.abandoned':
        expect(['flow', 'queued', 'offered'])
        now.set(id, { state: 'ended', agentId: null })
        break
      case 'interaction.wrappedUp':
        expect(['wrapUp'], userId)
        now.set(id, { ...seen, state: 'ended' })
    }
  }
  const { rows } = await owner.query<{ id: string; state: string; agentId: string | null }>(
    'SELECT id, state, agent_id AS "agentId" FROM interaction WHERE tenant_id = $1',
    [tenantId],
  )
  for (const { id, state, agentId } of rows) {
    const seen = now.get(id) ?? { state: 'flow', agentId: null }
    if (seen.state !== state || (state !== 'ended' && seen.agentId !== agentId))
      wrong.push(`the log says ${id} is ${seen.state} with ${seen.agentId}, the row says ${state} with ${agentId}`)
  }
  return wrong
}

/** The most units of capacity that any agent held or was offered at one moment, by the segments. */
export async function mostLoad(owner: pg.Client, tenantId: string, weights: Record<string, number>): Promise<number> {
  const { rows } = await owner.query<{ most: number | null }>(
    `WITH spans AS (
       SELECT s.agent_id, s.started_at, coalesce(s.ended_at, 'infinity') AS ended_at, ($2::jsonb ->> i.channel)::int AS weight
         FROM segment s JOIN interaction i ON i.tenant_id = s.tenant_id AND i.id = s.interaction_id
        WHERE s.tenant_id = $1 AND s.agent_id IS NOT NULL AND s.ended_at IS DISTINCT FROM s.started_at),
     steps AS (SELECT agent_id, started_at AS at, weight FROM spans UNION ALL SELECT agent_id, ended_at, -weight FROM spans)
     SELECT max(load)::int AS most FROM (SELECT sum(weight) OVER (PARTITION BY agent_id ORDER BY at, weight) AS load FROM steps) l`,
    [tenantId, JSON.stringify(weights)],
  )
  return rows[0]?.most ?? 0
}
