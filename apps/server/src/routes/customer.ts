import {
  addIdentity as addIdentityRoute,
  changeCustomer,
  createCustomer,
  exportCustomer,
  getCustomer,
  listCustomerConversations,
  listCustomers,
  removeIdentity,
} from '@centrala/api/customer.ts'
import { MOST_FOUND, searchCustomers } from '@centrala/store/search-store.ts'
import { sql } from 'kysely'
import { audit } from '../audit/audit.ts'
import { presentConversations } from '../conversation/present-conversation.ts'
import { addIdentity, readAddresses } from '../customer/add-identity.ts'
import { exportOf } from '../customer/export-customer.ts'
import { keptOf, notMerged } from '../customer/kept.ts'
import { presentCustomer, presentCustomers } from '../customer/present-customer.ts'
import { spellingsOf } from '../customer/spellings.ts'
import { suggestMergesOf } from '../customer/suggest-merges.ts'
import { companyOf, profileColumns } from '../customer/write-profile.ts'
import type { Context } from '../http/context.ts'
import { badCursor, cursorOf, pageOf, placeOf } from '../http/cursor.ts'
import { handle } from '../http/handle.ts'
import { found, Refusal } from '../refusal.ts'

export const customerRoutes = [
  handle(listCustomers, ({ query, work }) =>
    work(async tx => {
      const { q, limit, companyId } = query
      const after = placeOf(query.after, 1)?.[0]
      if (q?.trim()) {
        // Found ones are ranked, so the place is a count.
        if (after !== undefined && !/^\d{1,4}$/.test(after)) throw badCursor()
        const from = Number(after ?? 0)
        let ids = await searchCustomers(tx, await spellingsOf(tx, q))
        if (companyId && ids.length > 0) {
          const rows = await tx.db
            .selectFrom('customer')
            .select('id')
            .where('companyId', '=', companyId)
            .where('id', 'in', ids)
            .execute()
          const members = new Set(rows.map(row => row.id))
          ids = ids.filter(id => members.has(id))
        }
        const page = pageOf(ids.slice(from, Math.min(from + limit + 1, MOST_FOUND)), limit, () =>
          cursorOf(String(from + limit)),
        )
        return { items: await presentCustomers(tx, page.rows), next: page.next }
      }
      if (after !== undefined && !/^[0-9a-f-]{36}$/.test(after)) throw badCursor()
      // Ids grow with time.
      const rows = await tx.db
        .selectFrom('customer')
        .select('id')
        .where('mergedIntoId', 'is', null)
        .$if(companyId !== undefined, select => select.where('companyId', '=', companyId ?? null))
        .$if(after !== undefined, select => select.where('id', '<', after ?? ''))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute()
      const page = pageOf(rows, limit, last => cursorOf(last.id))
      const items = await presentCustomers(
        tx,
        page.rows.map(row => row.id),
      )
      return { items, next: page.next }
    }),
  ),
  handle(getCustomer, ({ params, work }) => work(tx => presentCustomer(tx, params.id))),
  handle(createCustomer, ({ context, body, work }) =>
    work(async tx => {
      const { identities, ...profile } = body
      mayWeigh(context, profile.routingWeight)
      await companyOf(tx, profile.companyId)
      const addresses = await readAddresses(tx, identities, at => `identities.${at}.address`)
      const { id } = await tx.db
        .insertInto('customer')
        .values({ ...profileColumns(profile), name: profile.name ?? null })
        .returning('id')
        .executeTakeFirstOrThrow()
      for (const address of addresses) await addIdentity(tx, id, address)
      await suggestMergesOf(tx, id)
      tx.emit({ type: 'customer.created', customerId: id, actorId: context.userId, data: { by: 'company' } })
      return presentCustomer(tx, id)
    }),
  ),
  handle(changeCustomer, ({ context, params, body, work }) =>
    work(async tx => {
      const id = await notMerged(tx, params.id)
      mayWeigh(context, body.routingWeight)
      await companyOf(tx, body.companyId)
      if (Object.keys(body).length > 0) {
        await tx.db.updateTable('customer').set(profileColumns(body)).where('id', '=', id).execute()
        if (body.name || body.companyId) await suggestMergesOf(tx, id)
        tx.emit({ type: 'customer.changed', customerId: id, actorId: context.userId })
      }
      return presentCustomer(tx, id)
    }),
  ),
  handle(addIdentityRoute, ({ context, params, body, work }) =>
    work(async tx => {
      const id = await notMerged(tx, params.id)
      for (const address of await readAddresses(tx, [body], () => 'address')) {
        if (!(await addIdentity(tx, id, address))) continue
        await suggestMergesOf(tx, id)
        tx.emit({ type: 'customer.changed', customerId: id, actorId: context.userId })
      }
      return presentCustomer(tx, id)
    }),
  ),
  handle(removeIdentity, ({ context, params, work }) =>
    work(async tx => {
      const id = await notMerged(tx, params.id)
      const { kind, address } = found(
        await tx.db
          .selectFrom('identity')
          .select(['kind', 'address'])
          .where('id', '=', params.identityId)
          .where('customerId', '=', id)
          .executeTakeFirst(),
        'identity',
      )
      await tx.db
        .deleteFrom('identity')
        .where('customerId', '=', id)
        .where('kind', '=', kind)
        .where('address', '=', address)
        .execute()
      tx.emit({ type: 'customer.changed', customerId: id, actorId: context.userId })
      return presentCustomer(tx, id)
    }),
  ),
  handle(listCustomerConversations, ({ params, query, work }) =>
    work(async tx => {
      const customerId = await keptOf(tx, params.id)
      const after = placeOf(query.after, 2)
      if (after && !(/^\d{1,17}$/.test(after[0] ?? '') && /^[0-9a-f-]{36}$/.test(after[1] ?? ''))) throw badCursor()
      // Microseconds since 1970: a Date would round them, and a page would repeat or skip.
      const micros = sql<string>`(extract(epoch FROM last_message_at) * 1000000)::bigint::text`
      const rows = await tx.db
        .selectFrom('conversation')
        .select(['id', micros.as('place')])
        .where('customerId', '=', customerId)
        .$if(after !== undefined, select =>
          select.where(
            sql<boolean>`(last_message_at, id) < (timestamptz 'epoch' + ${after?.[0]}::bigint * interval '1 microsecond', ${after?.[1]}::uuid)`,
          ),
        )
        .orderBy('lastMessageAt', 'desc')
        .orderBy('id', 'desc')
        .limit(query.limit + 1)
        .execute()
      const page = pageOf(rows, query.limit, last => cursorOf(last.place, last.id))
      const items = await presentConversations(
        tx,
        page.rows.map(row => row.id),
      )
      return { items, next: page.next }
    }),
  ),
  handle(exportCustomer, ({ context, params, work, reply }) =>
    work(async tx => {
      const id = await keptOf(tx, params.id)
      const all = await exportOf(tx, id)
      await audit(tx, context, 'customer.exported', { type: 'customer', id })
      reply.header('content-disposition', `attachment; filename="customer-${id}.json"`)
      return all
    }),
  ),
]

/** A head start in every queue is given by whoever sets how queues are served. */
function mayWeigh(context: Context, routingWeight: number | undefined): void {
  if (routingWeight === undefined || context.permissions.has('routing.manage')) return
  const message = 'A head start in queues is given by supervisors and administrators. Leave it out.'
  throw new Refusal(403, 'permission.beyond', message, { fields: [{ path: 'body.routingWeight', message }] })
}
