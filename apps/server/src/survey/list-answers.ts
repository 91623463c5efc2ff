import type { listSurveyAnswers } from '@centrala/api/report.ts'
import type { Answer, Query } from '@centrala/api/route.ts'
import type { Tx } from '@centrala/store/database.ts'
import { cursorOf, pageOf, placeOf } from '../http/cursor.ts'

/** Answers of customers, newest first. */
export async function listAnswers(
  tx: Tx,
  query: Query<typeof listSurveyAnswers>,
): Promise<Answer<typeof listSurveyAnswers>> {
  const [at, id] = placeOf(query.after, 2) ?? [null, null]
  const rows = await tx.query<
    Answer<typeof listSurveyAnswers>['items'][number] & { place: string; answeredAt: string }
  >(
    `SELECT s.interaction_id AS "interactionId", i.conversation_id AS "conversationId", i.channel, q.name AS "queueName", u.name AS "agentName",
            s.score, s.comment, to_char(s.answered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "answeredAt", s.answered_at::text AS place
       FROM survey_response s
       JOIN interaction i ON i.tenant_id = s.tenant_id AND i.id = s.interaction_id
       LEFT JOIN queue q ON q.tenant_id = i.tenant_id AND q.id = i.queue_id
       LEFT JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.agent_id
      WHERE s.answered_at IS NOT NULL AND ($1::timestamptz IS NULL OR (s.answered_at, s.interaction_id) < ($1, $2::uuid))
        AND ($3::timestamptz IS NULL OR s.answered_at >= $3) AND ($4::timestamptz IS NULL OR s.answered_at < $4)
        AND ($5::uuid IS NULL OR i.queue_id = $5) AND ($6::uuid IS NULL OR i.agent_id = $6) AND ($7::text IS NULL OR i.channel = $7)
        AND ($8::boolean IS NOT TRUE OR s.comment IS NOT NULL)
      ORDER BY s.answered_at DESC, s.interaction_id DESC LIMIT $9`,
    [
      at,
      id,
      query.from ?? null,
      query.to ?? null,
      query.queueId ?? null,
      query.agentId ?? null,
      query.channel ?? null,
      query.commented ?? null,
      query.limit + 1,
    ],
  )
  const { rows: shown, next } = pageOf(rows, query.limit, last => cursorOf(last.place, last.interactionId))
  return { items: shown.map(({ place: _, ...row }) => row), next }
}
