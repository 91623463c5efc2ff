import { buffer } from 'node:stream/consumers'
import type { Outbound } from '@centrala/channels/channel.ts'
import { outgoingMessageId } from '@centrala/channels/email/compose.ts'
import { send } from '@centrala/channels/email/send.ts'
import { withSignature } from '@centrala/channels/email/template.ts'
import type { Tx } from '@centrala/store/database.ts'
import { changeMessageStatus, type MessageRow } from '@centrala/store/message-store.ts'
import { publicNetwork } from '../net/public-network.ts'
import type { Services } from '../services.ts'
import { loadMailbox } from './load-mailbox.ts'

/**
 * Sends one stored e-mail. Its Message-ID is fixed before the first try, so that a second try is the same mail and a bounce finds it. What may work later is
 * thrown, to be tried again; what will not, or has been tried often enough, is marked failed with the reason.
 */
export async function sendMail(
  services: Services,
  tenantId: string,
  messageId: string,
  lastAttempt: boolean,
): Promise<void> {
  const { db, keys } = services
  const prepared = await db.tenant(tenantId, async tx => {
    const message = await tx.db
      .selectFrom('message')
      .selectAll()
      .where('id', '=', messageId)
      .where('status', '=', 'sending')
      .executeTakeFirst()
    if (!message?.channelAccountId) return undefined
    const mailbox = await loadMailbox(tx, keys, message.channelAccountId)
    if (!mailbox) return undefined
    const providerId = outgoingMessageId(messageId, mailbox.account.config.fromAddress)
    await tx.db.updateTable('message').set({ providerId }).where('id', '=', messageId).execute()
    return {
      mailbox,
      outbound: await outboundOf(tx, message),
      files: await tx.db.selectFrom('file').selectAll().where('messageId', '=', messageId).execute(),
    }
  })
  if (!prepared) return
  const { mailbox, outbound, files } = prepared
  for (const file of files) {
    const content = await buffer(await services.blobs.get(tenantId, file.sha256))
    outbound.files.push({ name: file.name, mediaType: file.mediaType, content, contentId: file.contentId })
  }
  const result = await send(outbound, { ...mailbox.account, ...publicNetwork(services.env) })
  if (!result.ok && result.retryable && !lastAttempt) {
    await db.tenant(tenantId, tx =>
      tx.db.updateTable('message').set({ statusDetail: result.detail }).where('id', '=', messageId).execute(),
    )
    throw new Error(`${result.code}: ${result.detail}`)
  }
  await db.tenant(tenantId, tx => changeMessageStatus(tx, messageId, result.ok ? 'sent' : 'failed', result.detail))
}

async function outboundOf(tx: Tx, message: MessageRow): Promise<Outbound> {
  const recipients = message.recipients as { to: string[]; cc: string[]; bcc: string[] } | null
  const body = message.automatic ? { text: message.text, html: message.html } : await signed(tx, message)
  const thread = await tx.query<{ providerId: string }>(
    `SELECT provider_id AS "providerId" FROM message
      WHERE conversation_id = $1 AND provider_id IS NOT NULL AND channel = 'email' AND NOT internal AND id <> $2 AND created_at <= $3 ORDER BY created_at, id`,
    [message.conversationId, message.id, message.createdAt],
  )
  return {
    messageId: message.id,
    conversationId: message.conversationId,
    interactionId: message.interactionId ?? '',
    to: recipients?.to ?? [],
    cc: recipients?.cc ?? [],
    bcc: recipients?.bcc ?? [],
    subject: message.subject,
    ...body,
    files: [],
    references: thread.map(row => row.providerId),
    automatic: message.automatic !== null,
  }
}

/** With the signature of the queue it is answered from. */
async function signed(tx: Tx, message: MessageRow): Promise<{ text: string; html: string | null }> {
  const [row] = await tx.query<{
    signature: string
    queue: string
    agent: string | null
    customer: string | null
    brand: string | null
  }>(
    `SELECT q.signature, q.name AS queue, u.name AS agent, c.name AS customer, b.name AS brand FROM interaction i
       JOIN queue q ON q.id = i.queue_id JOIN customer c ON c.id = i.customer_id
       LEFT JOIN users u ON u.id = $2 LEFT JOIN brand b ON b.id = q.brand_id WHERE i.id = $1`,
    [message.interactionId, message.userId],
  )
  if (!row) return { text: message.text, html: message.html }
  return withSignature(
    { text: message.text, html: message.html },
    { text: row.signature, html: null },
    {
      'agent.name': row.agent ?? undefined,
      'customer.name': row.customer ?? undefined,
      'queue.name': row.queue,
      'brand.name': row.brand ?? undefined,
    },
  )
}
