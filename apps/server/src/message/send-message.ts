import type { sendMessage as route } from '@centrala/api/conversation.ts'
import type { Body } from '@centrala/api/route.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { InteractionRow } from '@centrala/store/interaction-store.ts'
import { enqueue } from '@centrala/store/job-queue.ts'
import { addMessage, type MessageRow } from '@centrala/store/message-store.ts'
import { ownInteraction } from '../interaction/own-interaction.ts'
import { badField, conflict, found } from '../refusal.ts'
import { chatBesideCall } from '../webchat/chat-beside-call.ts'
import { replyRecipients } from './reply-recipients.ts'

export type Draft = Body<typeof route>

/**
 * What an agent writes: an internal note by anyone who may read the conversation, or an answer by the owner of the interaction, on its channel.
 * Beside a web call it is written in a chat. A chat message is with the customer as soon as it is stored; an e-mail is sent by a job, and its status tells how that went.
 */
export async function sendMessage(tx: Tx, conversationId: string, userId: string, draft: Draft): Promise<MessageRow> {
  if (!draft.text.trim() && !draft.html && draft.fileIds.length === 0)
    throw badField('text', 'Write something, or attach a file.')
  found(
    await tx.db.selectFrom('conversation').select('id').where('id', '=', conversationId).executeTakeFirst(),
    'conversation',
  )
  // Sent again because the answer was lost on its way: it is said, whatever has become of the talk since.
  const said = await tx.db
    .selectFrom('message')
    .selectAll()
    .where('conversationId', '=', conversationId)
    .where('clientId', '=', draft.clientId)
    .where('userId', '=', userId)
    .executeTakeFirst()
  if (said) return said
  await requireFiles(tx, draft.fileIds, conversationId)
  return draft.internal ? addNote(tx, conversationId, userId, draft) : answer(tx, conversationId, userId, draft)
}

async function addNote(
  tx: Tx,
  conversationId: string,
  userId: string,
  { interactionId, text, mentions, clientId, fileIds }: Draft,
): Promise<MessageRow> {
  const [latest] = await tx.query<{ id: string; channel: string }>(
    'SELECT id, channel FROM interaction WHERE conversation_id = $1 AND ($2::uuid IS NULL OR id = $2) ORDER BY created_at DESC LIMIT 1',
    [conversationId, interactionId],
  )
  if (interactionId && !latest) throw badField('interactionId', 'This interaction is of another conversation.')
  const mentioned = [...new Set(mentions)]
  const known = await tx.db
    .selectFrom('users')
    .select('id')
    .where('id', 'in', mentioned.length > 0 ? mentioned : [userId])
    .execute()
  if (mentioned.some(id => !known.some(user => user.id === id)))
    throw badField('mentions', 'A colleague mentioned here is not there any more. Remove the mention.')
  const { message, added } = await addMessage(tx, {
    conversationId,
    interactionId: latest?.id ?? null,
    channel: latest?.channel ?? 'chat',
    author: 'agent',
    userId,
    internal: true,
    text,
    mentions: mentioned,
    clientId,
    fileIds,
  })
  if (added && mentioned.length > 0) {
    await tx.db
      .insertInto('mention')
      .values(mentioned.map(id => ({ userId: id, messageId: message.id })))
      .execute()
  }
  return message
}

async function answer(tx: Tx, conversationId: string, userId: string, draft: Draft): Promise<MessageRow> {
  if (!draft.interactionId) throw badField('interactionId', 'Name the interaction this answers.')
  const interaction = await ownInteraction(tx, draft.interactionId, userId)
  if (interaction.conversationId !== conversationId)
    throw badField('interactionId', 'This interaction is of another conversation.')
  if (interaction.state !== 'active')
    throw conflict('interaction.ended', 'The talk is over. Begin a new one to write to this customer.')
  const talk = interaction.channel === 'voice' ? await chatBesideCall(tx, interaction, 'outbound', userId) : interaction
  const mail = talk.channel === 'email'
  const recipients = mail ? await replyRecipients(tx, talk, draft) : null
  const { message, added } = await addMessage(tx, {
    conversationId,
    interactionId: talk.id,
    channel: talk.channel,
    author: 'agent',
    userId,
    text: draft.text,
    html: mail ? draft.html : null,
    subject: mail ? await subjectOf(tx, talk, draft.subject) : null,
    recipients,
    clientId: draft.clientId,
    fileIds: draft.fileIds,
    channelAccountId: talk.channelAccountId,
    status: mail ? 'sending' : 'stored',
  })
  if (added && mail)
    await enqueue(tx, 'sendMail', { messageId: message.id }, { key: `mail:${message.id}`, maxAttempts: 12 })
  return message
}

async function subjectOf(tx: Tx, interaction: InteractionRow, given: string | null): Promise<string> {
  const { subject } = await tx.db
    .selectFrom('conversation')
    .select('subject')
    .where('id', '=', interaction.conversationId)
    .executeTakeFirstOrThrow()
  const chosen = given?.trim() || (subject ? (/^re:/i.test(subject) ? subject : `Re: ${subject}`) : '')
  if (!subject && chosen)
    await tx.db
      .updateTable('conversation')
      .set({ subject: chosen })
      .where('id', '=', interaction.conversationId)
      .execute()
  return chosen
}

async function requireFiles(tx: Tx, ids: string[], conversationId: string): Promise<void> {
  if (ids.length === 0) return
  const rows = await tx.db
    .selectFrom('file')
    .select('id')
    .where('id', 'in', ids)
    .where('conversationId', '=', conversationId)
    .execute()
  if (rows.length !== new Set(ids).size) throw badField('fileIds', 'A file is not there any more. Attach it again.')
}
