import type { Services } from '../services.ts'

/** Where a caller stands in the queue (1 is next) and how long it may take, for the announcements; null where nobody can tell. */
export async function tellPlace(
  { db, router }: Services,
  callId: string,
): Promise<{ position: number | null; waitMs: number | null }> {
  const nobody = { position: null, waitMs: null }
  const { rows } = await db.log.query<{ tenantId: string }>('SELECT tenant_id AS "tenantId" FROM call WHERE id = $1', [
    callId,
  ])
  const tenantId = rows[0]?.tenantId
  if (!tenantId) return nobody
  const waits = await db.tenant(tenantId, tx =>
    tx.db
      .selectFrom('call')
      .innerJoin('interaction', 'interaction.id', 'call.interactionId')
      .select(['interaction.id', 'interaction.queueId', 'interaction.queuedAt'])
      .where('call.id', '=', callId)
      .executeTakeFirst(),
  )
  const position = waits ? router.position(tenantId, waits.id) : null
  if (!waits?.queueId || position === null) return nobody
  const estimate = await router.estimate(tenantId, {
    queueId: waits.queueId,
    channel: 'voice',
    position,
    waitedMs: waits.queuedAt ? Date.now() - waits.queuedAt.getTime() : 0,
  })
  return { position, waitMs: estimate?.expectedMs ?? null }
}
