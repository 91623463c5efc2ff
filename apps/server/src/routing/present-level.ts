import type { Tx } from '@centrala/store/database.ts'

/** How far the present service level looks back, as the supervisor's line does. */
const LOOK_BACK_MS = 15 * 60_000

/**
 * The service level of these queues now, 0 to 1: of the contacts that came in the last quarter of an hour and are decided, the share answered within
 * the target (docs/metrics.md). Null where none is decided.
 */
export async function presentLevels(
  tx: Tx,
  queueIds: readonly string[],
  now: Date,
): Promise<Map<string, number | null>> {
  const rows = await tx.query<{ queueId: string; decided: number; good: number }>(
    `SELECT queue_id AS "queueId", count(*) AS decided,
            count(*) FILTER (WHERE outcome = 'answered' AND (target_ms IS NULL OR to_at <= from_at + target_ms * interval '1 ms')) AS good
       FROM report_stretch
      WHERE kind = 'wait' AND queue_id = ANY($1::uuid[]) AND from_at >= $2 AND outcome IS DISTINCT FROM 'shortAbandoned'
        AND (to_at IS NOT NULL OR from_at + target_ms * interval '1 ms' < $3)
      GROUP BY 1`,
    [queueIds, new Date(now.getTime() - LOOK_BACK_MS), now],
  )
  const levels = new Map<string, number | null>(queueIds.map(queueId => [queueId, null]))
  for (const { queueId, decided, good } of rows) if (decided > 0) levels.set(queueId, good / decided)
  return levels
}
