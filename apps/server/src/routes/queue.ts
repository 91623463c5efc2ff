import {
  archiveQueue,
  changeQueue,
  createQueue,
  getQueue,
  listQueues,
  previewQueue,
  restoreQueue,
} from '@centrala/api/queue.ts'
import { recordChange } from '../configuration/configuration.ts'
import { flowsWith } from '../flow/flows-with.ts'
import { handle } from '../http/handle.ts'
import { insertQueue, presentQueue, presentQueues, updateQueue } from '../queue/queue.ts'
import { staffing } from '../queue/staffing.ts'
import { conflict } from '../refusal.ts'

export const queueRoutes = [
  handle(listQueues, async ({ query, work }) => ({
    items: await work(tx => presentQueues(tx, { archived: query.archived ?? false })),
  })),
  handle(getQueue, ({ params, work }) => work(tx => presentQueue(tx, params.id))),
  handle(createQueue, ({ context, body, work }) =>
    work(async tx => {
      const id = await insertQueue(tx, body)
      const after = await presentQueue(tx, id)
      await recordChange(tx, context, 'queue', 'created', id, null, after)
      return after
    }),
  ),
  handle(changeQueue, ({ context, params, body, work }) =>
    work(async tx => {
      const before = await presentQueue(tx, params.id)
      await updateQueue(tx, params.id, body)
      const after = await presentQueue(tx, params.id)
      await recordChange(tx, context, 'queue', 'changed', params.id, before, after)
      return after
    }),
  ),
  handle(archiveQueue, ({ context, params, work }) =>
    work(async tx => {
      const before = await presentQueue(tx, params.id)
      const [use] = await tx.query<{ open: number; accounts: string | null; rules: string | null }>(
        `SELECT (SELECT count(*) FROM interaction WHERE queue_id = $1 AND state IN ('queued', 'offered')) AS open,
                (SELECT string_agg(name, ', ') FROM channel_account WHERE queue_id = $1 AND active) AS accounts,
                (SELECT string_agg(name, ', ') FROM mail_rule WHERE actions->>'queueId' = $1::text AND active) AS rules`,
        [params.id],
      )
      if (use && use.open > 0)
        throw conflict(
          'queue.used',
          `${use.open} contacts wait in it. Answer them or move them to another queue first.`,
        )
      if (use?.accounts)
        throw conflict('queue.used', `These channels lead to it: ${use.accounts}. Give them another queue first.`)
      const flows = await flowsWith(tx, params.id)
      if (flows) throw conflict('queue.used', `These flows lead to it: ${flows}. Change them first.`)
      if (use?.rules) throw conflict('queue.used', `These mail rules lead to it: ${use.rules}. Change them first.`)
      await tx.db.updateTable('queue').set({ archivedAt: new Date() }).where('id', '=', params.id).execute()
      const after = await presentQueue(tx, params.id)
      await recordChange(tx, context, 'queue', 'archived', params.id, before, after)
      return after
    }),
  ),
  handle(restoreQueue, ({ context, params, work }) =>
    work(async tx => {
      const before = await presentQueue(tx, params.id)
      await tx.db.updateTable('queue').set({ archivedAt: null }).where('id', '=', params.id).execute()
      const after = await presentQueue(tx, params.id)
      await recordChange(tx, context, 'queue', 'restored', params.id, before, after)
      return after
    }),
  ),
  handle(previewQueue, async ({ body, work }) => ({ steps: await work(tx => staffing(tx, body)) })),
]
