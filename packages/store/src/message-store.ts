import type { Selectable } from 'kysely'
import type { Tx } from './database.ts'
import type { MessageTable } from './schema.gen.ts'

export type MessageRow = Selectable<MessageTable>

export interface NewMessage {
  conversationId: string
  interactionId: string | null
  channel: string
  author: 'customer' | 'agent' | 'system' | 'bot'
  text: string
  userId?: string | null
  internal?: boolean
  html?: string | null
  quoted?: string | null
  subject?: string | null
  recipients?: { to: string[]; cc: string[]; bcc: string[] } | null
  sender?: { address: string; name: string | null; verified: boolean } | null
  automatic?: string | null
  mentions?: string[]
  data?: Record<string, unknown>
  clientId?: string | null
  providerId?: string | null
  channelAccountId?: string | null
  inboundEventId?: string | null
  status?: MessageRow['status']
  /** When it was written, where that is not now (imported history). */
  createdAt?: Date
  /** Files uploaded before, which now belong to this message. */
  fileIds?: string[]
}

/**
 * Stores a message and moves its conversation and interaction on, in one statement, and tells the log.
 * The same `clientId` in a conversation, or `providerId` in an account, is the same message: then nothing is stored and the first is returned.
 * A customer's message starts the clock of who waits for an answer; an agent's or bot's stops it.
 */
export async function addMessage(tx: Tx, fresh: NewMessage): Promise<{ message: MessageRow; added: boolean }> {
  const waits =
    fresh.internal || fresh.author === 'system'
      ? 'keep'
      : fresh.author === 'customer'
        ? fresh.automatic
          ? 'keep'
          : 'start'
        : 'stop'
  const rows = await tx.query<{ id: string; createdAt: Date }>(
    `WITH added AS (
       INSERT INTO message (conversation_id, interaction_id, channel, author, user_id, internal, text, html, quoted, subject, recipients, sender,
                            automatic, mentions, data, client_id, provider_id, channel_account_id, inbound_event_id, status, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, coalesce($22, clock_timestamp()))
       ON CONFLICT DO NOTHING RETURNING id, created_at
     ), touched AS (
       UPDATE conversation SET last_message_at = greatest(last_message_at, added.created_at) FROM added WHERE conversation.id = $1
     ), waiting AS (
       UPDATE interaction SET customer_waits_since = CASE $21 WHEN 'start' THEN coalesce(customer_waits_since, added.created_at) ELSE NULL END
         FROM added WHERE interaction.id = $2 AND $21 <> 'keep' AND (customer_waits_since IS NULL) = ($21 = 'start')
     )
     SELECT id, created_at AS "createdAt" FROM added`,
    [
      fresh.conversationId,
      fresh.interactionId,
      fresh.channel,
      fresh.author,
      fresh.userId ?? null,
      fresh.internal ?? false,
      fresh.text,
      fresh.html ?? null,
      fresh.quoted ?? null,
      fresh.subject ?? null,
      fresh.recipients ? JSON.stringify(fresh.recipients) : null,
      fresh.sender ? JSON.stringify(fresh.sender) : null,
      fresh.automatic ?? null,
      fresh.mentions ?? [],
      JSON.stringify(fresh.data ?? {}),
      fresh.clientId ?? null,
      fresh.providerId ?? null,
      fresh.channelAccountId ?? null,
      fresh.inboundEventId ?? null,
      fresh.status ?? 'stored',
      waits,
      fresh.createdAt ?? null,
    ],
  )
  const first = rows[0]
  if (!first) return { message: await same(tx, fresh), added: false }
  if (fresh.fileIds?.length) {
    await tx.db
      .updateTable('file')
      .set({ messageId: first.id })
      .where('id', 'in', fresh.fileIds)
      .where('messageId', 'is', null)
      .execute()
  }
  tx.emit({
    type: 'message.created',
    at: first.createdAt,
    interactionId: fresh.interactionId,
    conversationId: fresh.conversationId,
    actorId: fresh.userId ?? null,
    data: {
      messageId: first.id,
      author: fresh.author,
      channel: fresh.channel,
      ...(fresh.internal && { internal: true }),
    },
  })
  return {
    message: { ...BLANK, ...withoutUndefined(fresh), tenantId: tx.tenantId, id: first.id, createdAt: first.createdAt },
    added: true,
  }
}

async function same(tx: Tx, fresh: NewMessage): Promise<MessageRow> {
  let query = tx.db.selectFrom('message').selectAll()
  query =
    fresh.clientId !== undefined && fresh.clientId !== null
      ? query.where('conversationId', '=', fresh.conversationId).where('clientId', '=', fresh.clientId)
      : query
          .where('channelAccountId', '=', fresh.channelAccountId ?? null)
          .where('providerId', '=', fresh.providerId ?? null)
  return query.executeTakeFirstOrThrow()
}

const BLANK: Omit<
  MessageRow,
  'id' | 'tenantId' | 'conversationId' | 'createdAt' | 'channel' | 'author' | 'interactionId'
> = {
  userId: null,
  internal: false,
  text: '',
  html: null,
  quoted: null,
  subject: null,
  recipients: null,
  sender: null,
  automatic: null,
  mentions: [],
  data: {},
  clientId: null,
  providerId: null,
  channelAccountId: null,
  inboundEventId: null,
  status: 'stored',
  statusDetail: null,
  deliveredAt: null,
  readAt: null,
  search: '',
}

function withoutUndefined({ fileIds: _, ...fresh }: NewMessage): Omit<NewMessage, 'fileIds'> {
  return Object.fromEntries(Object.entries(fresh).filter(([, value]) => value !== undefined)) as Omit<
    NewMessage,
    'fileIds'
  >
}

export type MessageStatus = 'stored' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed'

/** Moves a message's delivery status on; a status never goes back (a late `sent` does not undo `read`, nor a bounce that was quicker), except to `sending` for a retry. */
export async function changeMessageStatus(
  tx: Tx,
  id: string,
  status: MessageStatus,
  detail: string | null = null,
  providerId?: string,
): Promise<boolean> {
  const rows = await tx.query<{ conversationId: string; interactionId: string | null }>(
    `UPDATE message SET status = $2, status_detail = $3, provider_id = coalesce($4, provider_id),
            delivered_at = CASE WHEN $2 IN ('delivered', 'read') THEN coalesce(delivered_at, now()) ELSE delivered_at END,
            read_at = CASE WHEN $2 = 'read' THEN coalesce(read_at, now()) ELSE read_at END
      WHERE id = $1 AND NOT ($2 = 'sent' AND status = 'failed') AND ($2 = 'sending' OR ($2 = 'failed' AND status <> 'read')
            OR array_position(ARRAY['stored','sending','sent','delivered','read'], $2) > coalesce(array_position(ARRAY['stored','sending','sent','delivered','read'], status), 0))
      RETURNING conversation_id AS "conversationId", interaction_id AS "interactionId"`,
    [id, status, detail, providerId ?? null],
  )
  const changed = rows[0]
  if (changed) tx.emit({ type: 'message.changed', ...changed, data: { messageId: id, status } })
  return Boolean(changed)
}
