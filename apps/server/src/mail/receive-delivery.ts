import type { Inbound } from '@centrala/channels/channel.ts'
import type { Tx } from '@centrala/store/database.ts'
import { openInteraction, openInteractionOf } from '@centrala/store/interaction-store.ts'
import { addMessage, changeMessageStatus } from '@centrala/store/message-store.ts'
import { routeInteraction } from '../interaction/route-interaction.ts'
import type { Mailbox } from './load-mailbox.ts'

type News = Extract<Inbound, { kind: 'delivery' }>

/** Whether the news is of a mail that this mailbox sent from here. */
export async function isAboutOurs(tx: Tx, mailbox: Mailbox, news: News): Promise<boolean> {
  return (await sentMail(tx, mailbox, news)) !== undefined
}

/**
 * News of a mail of ours. One that could not be delivered shows so, and becomes work again, first for whoever wrote it: a customer is waiting for an
 * answer that never came.
 */
export async function receiveDelivery(tx: Tx, mailbox: Mailbox, news: News): Promise<void> {
  const sent = await sentMail(tx, mailbox, news)
  if (!sent) return
  if (news.status === 'delayed') {
    await tx.db.updateTable('message').set({ statusDetail: news.detail }).where('id', '=', sent.id).execute()
    tx.emit({
      type: 'message.changed',
      conversationId: sent.conversationId,
      interactionId: sent.interactionId,
      data: { messageId: sent.id, status: sent.status },
    })
    return
  }
  const changed = await changeMessageStatus(tx, sent.id, news.status, news.detail)
  if (news.status !== 'failed' || !changed || sent.automatic) return
  const { conversationId, customerId } = sent
  let open = await openInteractionOf(tx, conversationId, 'email')
  if (!open) {
    open = await openInteraction(tx, {
      conversationId,
      customerId,
      channel: 'email',
      channelAccountId: mailbox.account.id,
      direction: 'inbound',
    })
    const before = sent.interactionId
      ? await tx.db.selectFrom('interaction').select('queueId').where('id', '=', sent.interactionId).executeTakeFirst()
      : undefined
    const queueId = before?.queueId ?? mailbox.queueId
    if (queueId) await routeInteraction(tx, open, { queueId, preferredAgentId: sent.userId })
  }
  await addMessage(tx, {
    conversationId,
    interactionId: open.id,
    channel: 'email',
    author: 'system',
    internal: true,
    text: news.detail ?? 'The mail could not be delivered.',
    data: { kind: 'bounce', messageId: sent.id },
    clientId: `bounce:${news.providerId}`,
  })
}

async function sentMail(tx: Tx, mailbox: Mailbox, news: News) {
  return tx.db
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversationId')
    .select([
      'message.id',
      'message.conversationId',
      'message.interactionId',
      'message.userId',
      'message.automatic',
      'message.status',
      'conversation.customerId',
    ])
    .where('message.channelAccountId', '=', mailbox.account.id)
    .where('message.providerId', '=', news.messageProviderId)
    .where('message.author', '<>', 'customer')
    .executeTakeFirst()
}
