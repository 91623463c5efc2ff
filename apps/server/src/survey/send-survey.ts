import { textToHtml } from '@centrala/channels/email/template.ts'
import type { Tx } from '@centrala/store/database.ts'
import { enqueue } from '@centrala/store/job-queue.ts'
import { addMessage } from '@centrala/store/message-store.ts'
import { replyRecipients } from '../message/reply-recipients.ts'
import type { Services } from '../services.ts'
import { surveyToken } from './survey-token.ts'
import { surveyWords } from './survey-words.ts'

/** Nobody is asked by mail more often than this. */
const ASK_AGAIN_AFTER = '1 day'

/**
 * Asks the customer by mail how it was, once an e-mail contact has ended and its queue has an active survey. A chat asks in its own
 * window. Nothing is asked of machines, of people without an address, or of somebody who was asked today.
 */
export async function sendSurvey(
  tx: Tx,
  { keys, publicUrl }: Pick<Services, 'keys' | 'publicUrl'>,
  interactionId: string,
): Promise<void> {
  const [contact] = await tx.query<{
    channel: string
    outcome: string | null
    surveyId: string
    question: Record<string, string>
    language: string | null
    machine: boolean
    asked: boolean
  }>(
    `SELECT i.channel, i.outcome, s.id AS "surveyId", s.question, coalesce(i.language, cu.language, t.locale) AS language,
            coalesce((SELECT m.automatic IS NOT NULL FROM message m WHERE m.tenant_id = i.tenant_id AND m.interaction_id = i.id AND m.author = 'customer'
                       ORDER BY m.created_at DESC LIMIT 1), true) AS machine,
            EXISTS (SELECT 1 FROM survey_response r JOIN interaction o ON o.tenant_id = r.tenant_id AND o.id = r.interaction_id
                     WHERE o.customer_id = i.customer_id AND r.asked_at > now() - interval '${ASK_AGAIN_AFTER}') AS asked
       FROM interaction i
       JOIN tenant t ON t.tenant_id = i.tenant_id
       JOIN customer cu ON cu.tenant_id = i.tenant_id AND cu.id = i.customer_id
       JOIN queue q ON q.tenant_id = i.tenant_id AND q.id = i.queue_id
       JOIN survey s ON s.tenant_id = q.tenant_id AND s.id = q.survey_id AND s.active
      WHERE i.id = $1`,
    [interactionId],
  )
  if (contact?.channel !== 'email' || contact.outcome !== 'handled' || contact.machine || contact.asked) return
  const interaction = await tx.db
    .selectFrom('interaction')
    .selectAll()
    .where('id', '=', interactionId)
    .executeTakeFirstOrThrow()
  const recipients = await replyRecipients(tx, interaction, { cc: [], bcc: [] }).catch(() => null)
  if (!recipients) return
  const { locale, words } = surveyWords(contact.language)
  const question = contact.question[locale]?.trim() || words.question
  const address = `${publicUrl}/survey/${surveyToken(keys.signing, tx.tenantId, interactionId)}`
  await tx.db
    .insertInto('surveyResponse')
    .values({ interactionId, surveyId: contact.surveyId, askedAt: new Date() })
    .onConflict(conflicting => conflicting.doNothing())
    .execute()
  const { message, added } = await addMessage(tx, {
    conversationId: interaction.conversationId,
    interactionId,
    channel: 'email',
    author: 'system',
    ...surveyMail(words, question, address),
    subject: words.mailSubject,
    recipients,
    automatic: 'survey',
    channelAccountId: interaction.channelAccountId,
    status: 'sending',
    clientId: `survey:${interactionId}`,
  })
  if (added) await enqueue(tx, 'sendMail', { messageId: message.id }, { key: `mail:${message.id}`, maxAttempts: 12 })
}

/** Five links, best first. They only open the page with that answer chosen: mail scanners open links too, and must not answer. */
function surveyMail(
  words: ReturnType<typeof surveyWords>['words'],
  question: string,
  address: string,
): { text: string; html: string } {
  const choices = [5, 4, 3, 2, 1].map(score => ({
    score,
    word: words.scores[score - 1],
    link: `${address}?score=${score}`,
  }))
  const text = [
    words.mailIntro,
    '',
    question,
    '',
    ...choices.map(one => `${one.score} ${one.word}: ${one.link}`),
    '',
    words.mailFoot,
  ]
  const button = ({ score, word, link }: (typeof choices)[number]) =>
    `<p style="margin:6px 0"><a href="${link}" style="color:#0d6472">${score} · ${textToHtml(word ?? '')}</a></p>`
  const html = `<p>${textToHtml(words.mailIntro)}</p><p><b>${textToHtml(question)}</b></p>${choices.map(button).join('')}<p style="color:#545c64">${textToHtml(words.mailFoot)}</p>`
  return { text: text.join('\n'), html }
}
