import type { Tx } from '@centrala/store/database.ts'
import { notFound } from '../refusal.ts'
import { answerSurvey } from '../survey/answer-survey.ts'

/** The visitor's answer to the question after the chat; only of a chat that they began themselves. */
export async function rateChat(
  tx: Tx,
  identityIds: string[],
  answer: { interactionId: string; score: number; comment: string },
): Promise<void> {
  const interaction = await tx.db
    .selectFrom('interaction')
    .select('context')
    .where('id', '=', answer.interactionId)
    .executeTakeFirst()
  if (!interaction || !identityIds.includes(String(interaction.context.identityId))) throw notFound('interaction')
  await answerSurvey(tx, answer)
}
