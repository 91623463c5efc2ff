import * as api from '@centrala/api/interaction.ts'
import { describeReceipt, describeWaiting, type Names } from '@centrala/core/routing/describe.ts'
import { receiptPhrases, waitingPhrases } from '@centrala/core/routing/phrase.ts'
import type { Receipt } from '@centrala/core/routing/receipt.ts'
import { handle } from '../http/handle.ts'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { endInteraction } from '../interaction/end-interaction.ts'
import { moveInteraction } from '../interaction/move-interaction.ts'
import { ownInteraction } from '../interaction/own-interaction.ts'
import { presentInteraction, presentInteractions } from '../interaction/present-interaction.ts'
import { reassignInteraction } from '../interaction/reassign-interaction.ts'
import { transferInteraction } from '../interaction/transfer-interaction.ts'
import { finishWrapUp } from '../interaction/wrap-up.ts'
import { namePhrases, routingNames } from '../routing/routing-names.ts'
import { person } from './session.ts'

export const interactionRoutes = [
  handle(api.listMyInteractions, ({ context, work }) =>
    work(async tx => ({
      items: await presentInteractions(
        tx,
        `i.agent_id = $1 AND i.state IN ('offered', 'active', 'wrapUp')
         ORDER BY i.state = 'offered' DESC, i.customer_waits_since NULLS LAST, i.answered_at`,
        [person(context)],
      ),
    })),
  ),
  handle(api.listInteractions, ({ query, work }) =>
    work(async tx => ({
      items: await presentInteractions(
        tx,
        `($1::uuid IS NULL OR i.queue_id = $1) AND ($2::uuid IS NULL OR i.agent_id = $2) AND ($3::text IS NULL OR i.channel = $3)
         AND CASE WHEN $4::text IS NULL THEN i.state <> 'ended' ELSE i.state = $4 AND (i.state <> 'ended' OR i.closed_at > now() - interval '1 day') END
         ORDER BY coalesce(i.queued_at, i.created_at) LIMIT $5`,
        [query.queueId ?? null, query.agentId ?? null, query.channel ?? null, query.state ?? null, query.limit],
      ),
    })),
  ),
  handle(api.getInteraction, ({ params, work }) => work(tx => presentInteraction(tx, params.id))),
  handle(api.acceptOffer, ({ context, params, work }) =>
    work(async tx => {
      await commandInteraction(tx, params.id, { type: 'accept', agentId: person(context) }, { actorId: context.userId })
      return presentInteraction(tx, params.id)
    }),
  ),
  handle(api.rejectOffer, ({ context, params, work }) =>
    work(async tx => {
      await commandInteraction(tx, params.id, { type: 'reject', agentId: person(context) }, { actorId: context.userId })
      return presentInteraction(tx, params.id)
    }),
  ),
  handle(api.transferInteraction, ({ context, params, body, work }) =>
    work(async tx => {
      await transferInteraction(tx, params.id, person(context), body)
      return presentInteraction(tx, params.id)
    }),
  ),
  handle(api.moveInteraction, ({ context, params, body, work }) =>
    work(async tx => presentInteraction(tx, (await moveInteraction(tx, params.id, person(context), body)).id)),
  ),
  handle(api.endInteraction, ({ context, params, body, work }) =>
    work(async tx => {
      await ownInteraction(tx, params.id, person(context))
      await endInteraction(tx, params.id, { outcome: body.outcome, actorId: person(context) })
      return presentInteraction(tx, params.id)
    }),
  ),
  handle(api.wrapUp, ({ context, params, body, work }) =>
    work(async tx => {
      await finishWrapUp(tx, params.id, person(context), body)
      return presentInteraction(tx, params.id)
    }),
  ),
  handle(api.prioritise, ({ context, params, body, work }) =>
    work(async tx => {
      const before = await presentInteraction(tx, params.id)
      const { weight } = await tx.db
        .updateTable('interaction')
        .set(eb => ({ priority: body.priority, version: eb('version', '+', 1) }))
        .where('id', '=', params.id)
        .returning('routingWeight as weight')
        .executeTakeFirstOrThrow()
      const { conversationId, customerId, queueId } = before
      tx.emit({
        type: 'interaction.prioritised',
        interactionId: params.id,
        conversationId,
        customerId,
        queueId,
        actorId: context.userId,
        data: { priority: body.priority, from: before.priority, weight },
      })
      return presentInteraction(tx, params.id)
    }),
  ),
  handle(api.reassign, ({ context, params, body, work }) =>
    work(async tx => {
      await reassignInteraction(tx, params.id, body, context.userId)
      return presentInteraction(tx, params.id)
    }),
  ),
  handle(api.listSegments, ({ params, work }) =>
    work(async tx => {
      await presentInteraction(tx, params.id)
      const rows = await tx.query<Record<string, unknown> & { startedAt: Date; endedAt: Date | null }>(
        `SELECT s.id, s.interaction_id AS "interactionId", s.kind, s.queue_id AS "queueId", q.name AS "queueName", s.agent_id AS "agentId", u.name AS "agentName",
                s.started_at AS "startedAt", s.ended_at AS "endedAt", s.outcome
           FROM segment s LEFT JOIN queue q ON q.id = s.queue_id LEFT JOIN users u ON u.id = s.agent_id
          WHERE s.interaction_id = $1 ORDER BY s.started_at, s.id`,
        [params.id],
      )
      return {
        items: rows.map(row => ({
          ...row,
          startedAt: row.startedAt.toISOString(),
          endedAt: row.endedAt?.toISOString() ?? null,
        })) as never,
      }
    }),
  ),
  handle(api.listReceipts, ({ params, work }) =>
    work(async tx => {
      await presentInteraction(tx, params.id)
      const rows = await tx.db
        .selectFrom('receipt')
        .leftJoin('users', 'users.id', 'receipt.agentId')
        .select([
          'receipt.id',
          'receipt.interactionId',
          'receipt.agentId',
          'users.name as agentName',
          'receipt.decidedAt',
          'receipt.decision',
        ])
        .where('receipt.interactionId', '=', params.id)
        .orderBy('receipt.decidedAt')
        .execute()
      const names = await routingNames(tx)
      return {
        items: rows.map(row => ({
          ...row,
          decidedAt: row.decidedAt.toISOString(),
          ...said(row.decision as Receipt, names),
        })),
      }
    }),
  ),
  handle(api.explainWaiting, ({ services, context, params, work }) =>
    work(async tx => {
      const interaction = await presentInteraction(tx, params.id)
      const waiting = await services.router.explain(context.tenantId, params.id)
      if (!waiting) {
        const words =
          interaction.state === 'queued'
            ? 'It has just been queued; the router is about to look at it.'
            : 'It does not wait.'
        return { words, phrases: [], position: null, expected: null, waiting: null }
      }
      const names = await routingNames(tx)
      const { queueId, channel, position, waitedMs } = waiting
      const expected = await services.router.estimate(context.tenantId, { queueId, channel, position, waitedMs })
      return {
        expected,
        words: describeWaiting(waiting, names),
        phrases: namePhrases(waitingPhrases(waiting), names),
        position: waiting.position,
        waiting: { ...waiting },
      }
    }),
  ),
]

/** A receipt in words and phrases; one that another version of the router wrote is left to its data. */
function said(receipt: Receipt, names: Names) {
  if (receipt.version !== 1) return { words: '', phrases: [] }
  return { words: describeReceipt(receipt, names), phrases: namePhrases(receiptPhrases(receipt), names) }
}
