import type { Tx } from '@centrala/store/database.ts'
import { Refusal } from '../refusal.ts'

/** The visitor's answer to the question after the chat. Once given it stands; asked again it is the same answer. */
export async function rateChat(
  tx: Tx,
  identityIds: string[],
  { interactionId, score, comment }: { interactionId: string; score: number; comment: string },
): Promise<void> {
  const interaction = await tx.db
    .selectFrom('interaction')
    .leftJoin('queue', 'queue.id', 'interaction.queueId')
    .select([
      'interaction.conversationId',
      'interaction.customerId',
      'interaction.queueId',
      'interaction.agentId',
      'interaction.context',
      'interaction.endedAt',
      'queue.surveyId',
    ])
    .where('interaction.id', '=', interactionId)
    .executeTakeFirst()
  if (!interaction || !identityIds.includes(String(interaction.context.identityId)))
    throw new Refusal(404, 'interaction.notFound', 'There is no such chat to rate.')
  if (!interaction.endedAt || !interaction.surveyId)
    throw new Refusal(409, 'survey.notAsked', 'This chat is not to be rated now.')
  const stored = await tx.query(
    `INSERT INTO survey_response (interaction_id, survey_id, score, comment, answered_at) VALUES ($1, $2, $3, $4, now())
     ON CONFLICT (tenant_id, interaction_id) DO UPDATE SET score = excluded.score, comment = excluded.comment, answered_at = excluded.answered_at
       WHERE survey_response.answered_at IS NULL RETURNING 1`,
    [interactionId, interaction.surveyId, score, comment || null],
  )
  if (stored.length === 0) return
  const { conversationId, customerId, queueId, agentId } = interaction
  tx.emit({
    type: 'survey.answered',
    interactionId,
    conversationId,
    customerId,
    queueId,
    userId: agentId,
    data: { surveyId: interaction.surveyId, score, channel: 'chat' },
  })
}
