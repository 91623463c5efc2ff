import * as api from '@centrala/api/conversation.ts'
import { openInteraction } from '@centrala/store/interaction-store.ts'
import { enqueue } from '@centrala/store/job-queue.ts'
import { changeMessageStatus } from '@centrala/store/message-store.ts'
import { presentConversation } from '../conversation/present-conversation.ts'
import { handle } from '../http/handle.ts'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { presentInteraction } from '../interaction/present-interaction.ts'
import { markRead } from '../message/mark-read.ts'
import { presentMessage, presentMessages } from '../message/present-message.ts'
import { sendMessage } from '../message/send-message.ts'
import { badField, conflict, found } from '../refusal.ts'
import { person } from './session.ts'

export const conversationRoutes = [
  handle(api.getConversation, ({ params, work }) => work(tx => presentConversation(tx, params.id))),
  handle(api.changeConversation, ({ context, params, body, work }) =>
    work(async tx => {
      const { customerId } = await presentConversation(tx, params.id)
      if (Object.keys(body).length > 0) {
        await tx.db.updateTable('conversation').set(body).where('id', '=', params.id).execute()
        tx.emit({
          type: 'conversation.changed',
          conversationId: params.id,
          customerId,
          actorId: context.userId,
          data: {},
        })
      }
      return presentConversation(tx, params.id)
    }),
  ),
  handle(api.listMessages, ({ params, query, work }) =>
    work(async tx => {
      await presentConversation(tx, params.id)
      const [time, id] = (query.after ?? '').split('_')
      const before = time && id && !Number.isNaN(Date.parse(time)) ? [time, id] : null
      const items = await presentMessages(
        tx,
        `m.conversation_id = $1 AND ($2::timestamptz IS NULL OR (date_trunc('milliseconds', m.created_at), m.id::text) < ($2, $3)) ORDER BY date_trunc('milliseconds', m.created_at) DESC, m.id DESC LIMIT $4`,
        [params.id, before?.[0] ?? null, before?.[1] ?? null, query.limit + 1],
      )
      const more = items.length > query.limit
      const shown = items.slice(0, query.limit)
      const oldest = shown.at(-1)
      return { items: shown.reverse(), next: more && oldest ? `${oldest.createdAt}_${oldest.id}` : null }
    }),
  ),
  handle(api.sendMessage, ({ context, params, body, work }) =>
    work(async tx => presentMessage(tx, (await sendMessage(tx, params.id, person(context), body)).id)),
  ),
  handle(api.retryMessage, ({ params, work }) =>
    work(async tx => {
      const message = await presentMessage(tx, params.id)
      if (message.status !== 'failed' || message.channel !== 'email')
        throw conflict('message.notFailed', 'This message has not failed; there is nothing to send again.')
      await changeMessageStatus(tx, params.id, 'sending')
      await enqueue(tx, 'sendMail', { messageId: params.id }, { key: `mail:${params.id}`, maxAttempts: 12 })
      return presentMessage(tx, params.id)
    }),
  ),
  handle(api.markRead, ({ context, params, work }) =>
    work(async tx => {
      await presentConversation(tx, params.id)
      await markRead(tx, params.id, 'agent', context.userId)
      return {}
    }),
  ),
  handle(api.startConversation, ({ context, body, work }) =>
    work(async tx => {
      const { customerId, channel, channelAccountId, queueId, subject } = body
      if (channel !== 'email') throw badField('channel', 'A conversation can be begun by e-mail only.')
      found(await tx.db.selectFrom('customer').select('id').where('id', '=', customerId).executeTakeFirst(), 'customer')
      found(
        await tx.db
          .selectFrom('queue')
          .select('id')
          .where('id', '=', queueId)
          .where('archivedAt', 'is', null)
          .executeTakeFirst(),
        'queue',
      )
      const account = found(
        await tx.db
          .selectFrom('channelAccount')
          .select(['id', 'channel', 'brandId'])
          .where('id', '=', channelAccountId)
          .executeTakeFirst(),
        'channelAccount',
      )
      if (account.channel !== channel) throw badField('channelAccountId', 'This account is of another channel.')
      const conversation = await tx.db
        .insertInto('conversation')
        .values({ customerId, brandId: account.brandId, subject })
        .returning('id')
        .executeTakeFirstOrThrow()
      const fresh = await openInteraction(tx, {
        conversationId: conversation.id,
        customerId,
        channel,
        channelAccountId,
        direction: 'outbound',
        queueId,
      })
      await commandInteraction(tx, fresh.id, { type: 'assign', agentId: person(context) }, { actorId: context.userId })
      return presentInteraction(tx, fresh.id)
    }),
  ),
  handle(api.listMentions, ({ context, work }) =>
    work(async tx => {
      const rows = await tx.query<{
        messageId: string
        conversationId: string
        by: string | null
        text: string
        createdAt: Date
        readAt: Date | null
      }>(
        `SELECT m.id AS "messageId", m.conversation_id AS "conversationId", u.name AS by, left(m.text, 300) AS text, m.created_at AS "createdAt", n.read_at AS "readAt"
           FROM mention n JOIN message m ON m.id = n.message_id LEFT JOIN users u ON u.id = m.user_id
          WHERE n.user_id = $1 ORDER BY m.created_at DESC LIMIT 100`,
        [person(context)],
      )
      return {
        items: rows.map(row => ({
          ...row,
          createdAt: row.createdAt.toISOString(),
          readAt: row.readAt?.toISOString() ?? null,
        })),
      }
    }),
  ),
  handle(api.readMentions, ({ context, work }) =>
    work(async tx => {
      await tx.db
        .updateTable('mention')
        .set({ readAt: new Date() })
        .where('userId', '=', person(context))
        .where('readAt', 'is', null)
        .execute()
      return {}
    }),
  ),
]
