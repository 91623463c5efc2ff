import type { Database, Tx } from '@centrala/store/database.ts'

export interface OpenCall {
  id: string
  nodeId: string
  direction: string
  state: string
  connectedAt: Date | null
  legs: { id: string; kind: string; way: string; userId: string | null; answered: boolean }[]
}

/** The call of an interaction that goes on, with the legs that are in it; a callback leaves ended ones before it. */
export async function openCallOf(tx: Tx, interactionId: string): Promise<OpenCall | null> {
  const [call] = await tx.query<OpenCall>(
    `SELECT c.id, c.node_id AS "nodeId", c.direction, c.state, c.connected_at AS "connectedAt",
            coalesce((SELECT jsonb_agg(jsonb_build_object('id', l.id, 'kind', l.kind, 'way', l.way, 'userId', l.user_id, 'answered', l.answered_at IS NOT NULL))
                        FROM leg l WHERE l.tenant_id = c.tenant_id AND l.call_id = c.id AND l.ended_at IS NULL), '[]') AS legs
       FROM call c WHERE c.interaction_id = $1 AND c.state <> 'ended' ORDER BY c.started_at DESC LIMIT 1`,
    [interactionId],
  )
  return call ?? null
}

interface CallPlace {
  tenantId: string
  id: string
  nodeId: string
}

/** Calls of all tenants that go on at a node as far as we know. */
export async function openCallsOn(db: Database, nodeId: string): Promise<CallPlace[]> {
  const { rows } = await db.log.query<CallPlace>(
    `SELECT tenant_id AS "tenantId", id, node_id AS "nodeId" FROM call WHERE state <> 'ended' AND node_id = $1`,
    [nodeId],
  )
  return rows
}

/** Calls of all tenants that go on as far as we know, but for those whose nodes say so: hardly any. */
export async function openCallsBut(db: Database, listed: string[]): Promise<CallPlace[]> {
  const { rows } = await db.log.query<CallPlace>(
    `SELECT tenant_id AS "tenantId", id, node_id AS "nodeId" FROM call WHERE state <> 'ended' AND id <> ALL ($1::uuid[])`,
    [listed],
  )
  return rows
}

/** Tenants that have calls now. */
export async function tenantsInCalls(db: Database): Promise<string[]> {
  const { rows } = await db.log.query<{ id: string }>(
    "SELECT DISTINCT tenant_id AS id FROM call WHERE state <> 'ended'",
  )
  return rows.map(({ id }) => id)
}
