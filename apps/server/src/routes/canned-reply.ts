import {
  type CannedReply,
  changeCannedReply,
  createCannedReply,
  deleteCannedReply,
  getCannedReply,
  listCannedReplies,
} from '@centrala/api/canned-reply.ts'
import type { Tx } from '@centrala/store/database.ts'
import { mustExist, recordChange, unique } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'
import { found } from '../refusal.ts'

export const cannedReplyRoutes = [
  handle(listCannedReplies, async ({ work }) => ({ items: await work(tx => replies(tx)) })),
  handle(getCannedReply, ({ params, work }) => work(tx => reply(tx, params.id))),
  handle(createCannedReply, ({ context, body, work }) =>
    work(async tx => {
      await mustExist(tx, 'queue', [body.queueId], 'queueId')
      const insert = tx.db.insertInto('cannedReply').values(body).returning('id').executeTakeFirstOrThrow()
      const { id } = await unique('shortcut', insert)
      const after = await reply(tx, id)
      await recordChange(tx, context, 'cannedReply', 'created', id, null, after)
      return after
    }),
  ),
  handle(changeCannedReply, ({ context, params, body, work }) =>
    work(async tx => {
      const before = await reply(tx, params.id)
      await mustExist(tx, 'queue', [body.queueId], 'queueId')
      await unique('shortcut', tx.db.updateTable('cannedReply').set(body).where('id', '=', params.id).execute())
      const after = await reply(tx, params.id)
      await recordChange(tx, context, 'cannedReply', 'changed', params.id, before, after)
      return after
    }),
  ),
  handle(deleteCannedReply, ({ context, params, work }) =>
    work(async tx => {
      const before = await reply(tx, params.id)
      await tx.db.deleteFrom('cannedReply').where('id', '=', params.id).execute()
      await recordChange(tx, context, 'cannedReply', 'deleted', params.id, before, null)
      return {}
    }),
  ),
]

async function replies(tx: Tx, id: string | null = null): Promise<CannedReply[]> {
  return tx.query<CannedReply>(
    `SELECT id, shortcut, name, text, locale, queue_id AS "queueId" FROM canned_reply
      WHERE $1::uuid IS NULL OR id = $1 ORDER BY shortcut, locale NULLS FIRST, id`,
    [id],
  )
}

async function reply(tx: Tx, id: string): Promise<CannedReply> {
  return found((await replies(tx, id))[0], 'cannedReply')
}
