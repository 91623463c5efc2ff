import * as api from '@centrala/api/presence.ts'
import { audit } from '../audit/audit.ts'
import { handle } from '../http/handle.ts'
import { presentPresence } from '../presence/present-presence.ts'
import { setPresence } from '../presence/set-presence.ts'
import { found } from '../refusal.ts'
import { person } from './session.ts'

export const presenceRoutes = [
  handle(api.getMyPresence, ({ context, work }) => work(tx => presentPresence(tx, person(context)))),
  handle(api.setMyPresence, ({ context, body, work }) =>
    work(async tx => {
      await setPresence(tx, person(context), body)
      return presentPresence(tx, person(context))
    }),
  ),
  handle(api.forcePresence, ({ context, params, body, work }) =>
    work(async tx => {
      found(await tx.db.selectFrom('users').select('id').where('id', '=', params.id).executeTakeFirst(), 'user')
      const before = await presentPresence(tx, params.id)
      await setPresence(tx, params.id, { ...body, actorId: context.userId })
      const after = await presentPresence(tx, params.id)
      await audit(tx, context, 'presence.forced', { type: 'user', id: params.id }, before, after)
      return after
    }),
  ),
  handle(api.listPresenceReasons, ({ work }) =>
    work(async tx => ({
      items: await tx.db
        .selectFrom('presenceReason')
        .select(['id', 'name', 'position'])
        .orderBy('position')
        .orderBy('name')
        .execute(),
    })),
  ),
  handle(api.createPresenceReason, ({ context, body, work }) =>
    work(async tx => {
      const reason = await tx.db
        .insertInto('presenceReason')
        .values(body)
        .returning(['id', 'name', 'position'])
        .executeTakeFirstOrThrow()
      await audit(tx, context, 'presenceReason.created', { type: 'presenceReason', id: reason.id }, null, reason)
      return reason
    }),
  ),
  handle(api.changePresenceReason, ({ context, params, body, work }) =>
    work(async tx => {
      const before = found(
        await tx.db
          .selectFrom('presenceReason')
          .select(['id', 'name', 'position'])
          .where('id', '=', params.id)
          .executeTakeFirst(),
        'presenceReason',
      )
      const after = await tx.db
        .updateTable('presenceReason')
        .set(body)
        .where('id', '=', params.id)
        .returning(['id', 'name', 'position'])
        .executeTakeFirstOrThrow()
      await audit(tx, context, 'presenceReason.changed', { type: 'presenceReason', id: params.id }, before, after)
      return after
    }),
  ),
  handle(api.deletePresenceReason, ({ context, params, work }) =>
    work(async tx => {
      const before = found(
        await tx.db
          .deleteFrom('presenceReason')
          .where('id', '=', params.id)
          .returning(['id', 'name', 'position'])
          .executeTakeFirst(),
        'presenceReason',
      )
      await audit(tx, context, 'presenceReason.deleted', { type: 'presenceReason', id: params.id }, before, null)
      return {}
    }),
  ),
]
