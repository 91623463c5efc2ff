import type { Tx } from '@centrala/store/database.ts'
import { badField, conflict, found } from '../refusal.ts'

/** How long a survey can be answered at all, and how long an answer can be changed. */
export const ANSWER_WITHIN_DAYS = 30
export const CHANGE_WITHIN_HOURS = 24
export const MOST_COMMENT = 2000

export interface Answer {
  interactionId: string
  /** 1 (bad) to 5 (good). */
  score: number
  comment?: string | null
}

/**
 * Stores what a customer thought of a contact: one answer each, which can be changed for a day. The one door for every channel.
 * @throws Refusal 400 bad score, 404 no such interaction, 409 `survey.tooEarly`, `survey.closed`
 */
export async function answerSurvey(tx: Tx, { interactionId, score, comment }: Answer, now = new Date()): Promise<void> {
  if (!Number.isInteger(score) || score < 1 || score > 5) throw badField('score', 'Choose 1 to 5.')
  const said = comment?.trim().slice(0, MOST_COMMENT) || null
  const interaction = found(
    await tx.db.selectFrom('interaction').selectAll().where('id', '=', interactionId).forUpdate().executeTakeFirst(),
    'interaction',
  )
  if (!interaction.endedAt) throw conflict('survey.tooEarly', 'This contact has not ended yet. Rate it when it has.')
  const before = await tx.db
    .selectFrom('surveyResponse')
    .selectAll()
    .where('interactionId', '=', interactionId)
    .executeTakeFirst()
  if (now.getTime() > interaction.endedAt.getTime() + ANSWER_WITHIN_DAYS * 86_400_000)
    throw conflict('survey.closed', 'This survey has closed. Thank you all the same.')
  if (before?.answeredAt && now.getTime() > before.answeredAt.getTime() + CHANGE_WITHIN_HOURS * 3_600_000)
    throw conflict('survey.closed', 'You have answered already. Thank you.')
  if (before?.answeredAt && before.score === score && before.comment === said) return
  const queue = interaction.queueId
    ? await tx.db.selectFrom('queue').select('surveyId').where('id', '=', interaction.queueId).executeTakeFirst()
    : undefined
  await tx.db
    .insertInto('surveyResponse')
    .values({ interactionId, surveyId: queue?.surveyId ?? null, score, comment: said, askedAt: now, answeredAt: now })
    .onConflict(conflicting =>
      // The day for changing runs from the first answer.
      conflicting
        .columns(['tenantId', 'interactionId'])
        .doUpdateSet({ score, comment: said, answeredAt: before?.answeredAt ?? now }),
    )
    .execute()
  tx.emit({
    type: 'survey.answered',
    interactionId,
    conversationId: interaction.conversationId,
    customerId: interaction.customerId,
    queueId: interaction.queueId,
    userId: interaction.agentId,
    data: { channel: interaction.channel, score, from: before?.score ?? null, commented: said !== null },
  })
}
