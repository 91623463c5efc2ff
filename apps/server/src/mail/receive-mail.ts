import type { Inbound } from '@centrala/channels/channel.ts'
import { receive, reportAsMessage } from '@centrala/channels/email/receive.ts'
import { applyRules } from '@centrala/channels/email/rules.ts'
import type { Tx } from '@centrala/store/database.ts'
import { addMessage } from '@centrala/store/message-store.ts'
import { findOrCreateCustomer } from '../customer/find-or-create-customer.ts'
import { endInteraction } from '../interaction/end-interaction.ts'
import { type ReceivedResult, receiveMessage } from '../message/receive-message.ts'
import type { Services } from '../services.ts'
import { autoReply } from './auto-reply.ts'
import { type KeptFile, keepFiles } from './keep-files.ts'
import { loadMailbox, type Mailbox } from './load-mailbox.ts'
import { readMailRules } from './read-mail-rules.ts'
import { isAboutOurs, receiveDelivery } from './receive-delivery.ts'

export type InboundMail = Extract<Inbound, { kind: 'message' }>

/** Reads one stored mail and makes of it what it says: a message in its conversation, or news of one of ours. Done twice it changes nothing. */
export async function receiveMail(services: Services, tenantId: string, inboundEventId: string): Promise<void> {
  const { db, keys } = services
  const loaded = await db.tenant(tenantId, async tx => {
    const event = await tx.db
      .selectFrom('inboundEvent')
      .selectAll()
      .where('id', '=', inboundEventId)
      .where('processedAt', 'is', null)
      .executeTakeFirst()
    return event && { event, mailbox: await loadMailbox(tx, keys, event.channelAccountId) }
  })
  if (!loaded?.mailbox) return
  const { event, mailbox } = loaded
  const inbound: Inbound[] = []
  for (const item of await receive(event.raw, mailbox.account)) {
    const ours = item.kind === 'message' || (await db.tenant(tenantId, tx => isAboutOurs(tx, mailbox, item)))
    inbound.push(ours ? item : reportAsMessage(event.raw, item.detail, mailbox.account))
  }
  const files = await Promise.all(
    inbound.map(item => (item.kind === 'message' ? keepFiles(services, tenantId, item.files) : [])),
  )
  await db.tenant(tenantId, async tx => {
    const [open] = await tx.query('SELECT 1 FROM inbound_event WHERE id = $1 AND processed_at IS NULL FOR UPDATE', [
      inboundEventId,
    ])
    if (!open) return
    for (const [index, item] of inbound.entries()) {
      if (item.kind === 'delivery') await receiveDelivery(tx, mailbox, item)
      else await take(tx, mailbox, item, files[index] ?? [], inboundEventId)
    }
    await tx.db
      .updateTable('inboundEvent')
      .set({ processedAt: new Date(), error: null })
      .where('id', '=', inboundEventId)
      .execute()
  })
}

async function take(
  tx: Tx,
  mailbox: Mailbox,
  mail: InboundMail,
  files: KeptFile[],
  inboundEventId: string,
): Promise<void> {
  if (await isKnown(tx, mailbox, mail)) return
  const conversation = await conversationOf(tx, mailbox, mail)
  const customerId =
    conversation?.customerId ??
    (
      await findOrCreateCustomer(tx, {
        kind: 'email',
        address: mail.sender.address,
        verified: mail.sender.verified,
        name: mail.sender.name,
        language: mail.language,
      })
    ).customerId
  const ruling = applyRules(await readMailRules(tx, mailbox.account.id), {
    from: mail.sender.address,
    fromName: mail.sender.name,
    to: mail.recipients.to,
    cc: mail.recipients.cc,
    subject: mail.subject,
    text: mail.text,
    hasFile: mail.files.length > 0,
    isAutomatic: mail.automatic !== null,
    isVerified: mail.sender.verified,
  })
  const message = {
    text: mail.text,
    html: mail.html,
    quoted: mail.quoted,
    subject: mail.subject,
    sender: { ...mail.sender, ...(mail.replyTo && { replyTo: mail.replyTo }) },
    recipients: { ...mail.recipients, bcc: [] },
    automatic: mail.automatic,
    providerId: mail.providerId,
    inboundEventId,
    data: {
      references: mail.references,
      ...(ruling.matched.length > 0 && { rules: ruling.matched.map(rule => rule.name) }),
    },
  }
  // A machine's word in a conversation that nobody works on now is kept there, but asks nobody.
  if (conversation && mail.automatic && !(await hasOpen(tx, conversation.id))) {
    const { message: kept, added } = await addMessage(tx, {
      ...message,
      conversationId: conversation.id,
      interactionId: null,
      channel: 'email',
      author: 'customer',
      channelAccountId: mailbox.account.id,
    })
    if (added) await attach(tx, kept.id, conversation.id, files)
    return
  }
  const result = await receiveMessage(tx, {
    channel: 'email',
    channelAccountId: mailbox.account.id,
    customerId,
    conversationId: conversation?.id ?? null,
    brandId: mailbox.brandId,
    subject: mail.subject,
    language: mail.language,
    queueId: ruling.end ? null : (ruling.queueId ?? mailbox.queueId ?? (await anyQueue(tx))),
    tags: ruling.tags,
    ...(ruling.priority !== null && { priority: ruling.priority }),
    message,
  })
  if (!result.added) return
  await attach(tx, result.message.id, result.conversationId, files)
  await settle(tx, mailbox, mail, result, ruling.end)
}

async function settle(
  tx: Tx,
  mailbox: Mailbox,
  mail: InboundMail,
  result: ReceivedResult,
  end: 'spam' | 'close' | null,
): Promise<void> {
  if (end && result.opened)
    await endInteraction(tx, result.interaction.id, { outcome: end === 'spam' ? 'spam' : 'closed', actorId: null })
  else if (result.opened) await autoReply(tx, mailbox, mail, result.interaction)
}

/** The same mail may come by several ways (two addresses, a list, a copy in the mailbox), each with headers of its own. */
async function isKnown(tx: Tx, mailbox: Mailbox, mail: InboundMail): Promise<boolean> {
  const known = await tx.db
    .selectFrom('message')
    .select('id')
    .where('channelAccountId', '=', mailbox.account.id)
    .where('providerId', '=', mail.providerId)
    .executeTakeFirst()
  return known !== undefined
}

/** The conversation our own signed token names, else the one that a referred-to mail belongs to. */
async function conversationOf(
  tx: Tx,
  mailbox: Mailbox,
  mail: InboundMail,
): Promise<{ id: string; customerId: string } | undefined> {
  if (mail.conversationId) {
    const named = await tx.db
      .selectFrom('conversation')
      .select(['id', 'customerId'])
      .where('id', '=', mail.conversationId)
      .executeTakeFirst()
    if (named) return named
  }
  if (mail.references.length === 0) return undefined
  const [referred] = await tx.query<{ id: string; customerId: string }>(
    `SELECT c.id, c.customer_id AS "customerId" FROM message m JOIN conversation c ON c.id = m.conversation_id
      WHERE m.channel_account_id = $1 AND m.provider_id = ANY ($2) ORDER BY array_position($2, m.provider_id) LIMIT 1`,
    [mailbox.account.id, mail.references],
  )
  return referred
}

async function hasOpen(tx: Tx, conversationId: string): Promise<boolean> {
  const rows = await tx.query(
    "SELECT 1 FROM interaction WHERE conversation_id = $1 AND channel = 'email' AND state IN ('flow', 'queued', 'offered', 'active') LIMIT 1",
    [conversationId],
  )
  return rows.length > 0
}

/** A mailbox without a queue must not lose mail: the tenant's first queue takes it. */
async function anyQueue(tx: Tx): Promise<string | null> {
  const row = await tx.db
    .selectFrom('queue')
    .select('id')
    .where('archivedAt', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? null
}

async function attach(tx: Tx, messageId: string, conversationId: string, files: KeptFile[]): Promise<void> {
  if (files.length === 0) return
  await tx.db
    .insertInto('file')
    .values(files.map(file => ({ ...file, messageId, conversationId })))
    .execute()
}
