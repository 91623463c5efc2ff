import { mayReplyAutomatically } from '@centrala/channels/email/loop.ts'
import { renderTemplate } from '@centrala/channels/email/template.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { InteractionRow } from '@centrala/store/interaction-store.ts'
import { enqueue } from '@centrala/store/job-queue.ts'
import { addMessage } from '@centrala/store/message-store.ts'
import type { Mailbox } from './load-mailbox.ts'
import type { InboundMail } from './receive-mail.ts'

/** Confirms to the customer that the first mail of a new interaction has arrived, where the queue has a text for it and no loop threatens. */
export async function autoReply(
  tx: Tx,
  mailbox: Mailbox,
  mail: InboundMail,
  interaction: InteractionRow,
): Promise<void> {
  if (!interaction.queueId || !mailbox.account.config.smtp) return
  const queue = await tx.db
    .selectFrom('queue')
    .select(['name', 'autoReply'])
    .where('id', '=', interaction.queueId)
    .executeTakeFirst()
  if (!queue?.autoReply.trim()) return
  const to = mail.replyTo ?? mail.sender.address
  const [counts] = await tx.query<{ repliesToSender: number; mailsFromSender: number; repliesFromAccount: number }>(
    `SELECT count(*) FILTER (WHERE automatic = 'autoReply' AND recipients -> 'to' ? $2 AND created_at > now() - interval '1 day')::int AS "repliesToSender",
            count(*) FILTER (WHERE author = 'customer' AND sender ->> 'address' = $3 AND created_at > now() - interval '10 minutes')::int AS "mailsFromSender",
            count(*) FILTER (WHERE automatic = 'autoReply' AND created_at > now() - interval '1 hour')::int AS "repliesFromAccount"
       FROM message WHERE channel_account_id = $1 AND created_at > now() - interval '1 day'`,
    [mailbox.account.id, to, mail.sender.address],
  )
  const decision = mayReplyAutomatically({
    automatic: mail.automatic,
    ...(counts ?? { repliesToSender: 0, mailsFromSender: 1, repliesFromAccount: 0 }),
  })
  if (!decision.allowed) return
  const { message } = await addMessage(tx, {
    conversationId: interaction.conversationId,
    interactionId: interaction.id,
    channel: 'email',
    author: 'system',
    text: renderTemplate(
      queue.autoReply,
      { 'customer.name': mail.sender.name ?? undefined, 'queue.name': queue.name, subject: mail.subject ?? undefined },
      'text',
    ),
    subject: mail.subject ? `Re: ${mail.subject.replace(/^(re:\s*)+/i, '')}` : null,
    recipients: { to: [to], cc: [], bcc: [] },
    automatic: 'autoReply',
    channelAccountId: mailbox.account.id,
    status: 'sending',
    clientId: `autoReply:${interaction.id}`,
  })
  await enqueue(tx, 'sendMail', { messageId: message.id }, { key: `mail:${message.id}`, maxAttempts: 12 })
}
