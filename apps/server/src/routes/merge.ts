import {
  dismissMergeSuggestion,
  listMergeSuggestions,
  listMerges,
  mergeCustomers as mergeRoute,
  unmergeCustomers as unmergeRoute,
} from '@centrala/api/customer.ts'
import { mergedInto } from '@centrala/store/merge-store.ts'
import { keptOf } from '../customer/kept.ts'
import { mergeCustomers, presentMerges, unmergeCustomers } from '../customer/merge-customers.ts'
import { presentCustomers } from '../customer/present-customer.ts'
import { handle } from '../http/handle.ts'
import { found } from '../refusal.ts'

export const mergeRoutes = [
  handle(listMergeSuggestions, ({ query, work }) =>
    work(async tx => {
      const rows = await tx.query<{
        id: string
        customerId: string
        otherId: string
        reason: Reason
        evidence: string
      }>(
        `SELECT s.id, s.customer_id AS "customerId", s.other_id AS "otherId", s.reason, s.evidence
           FROM merge_suggestion s
           JOIN customer a ON a.tenant_id = s.tenant_id AND a.id = s.customer_id AND a.merged_into_id IS NULL
           JOIN customer b ON b.tenant_id = s.tenant_id AND b.id = s.other_id AND b.merged_into_id IS NULL
          WHERE s.dismissed_at IS NULL AND ($1::uuid IS NULL OR $1 IN (s.customer_id, s.other_id))
          ORDER BY s.created_at DESC, s.id DESC LIMIT 200`,
        [query.customerId ?? null],
      )
      const customers = await presentCustomers(tx, [...new Set(rows.flatMap(row => [row.customerId, row.otherId]))])
      const known = new Map(customers.map(customer => [customer.id, customer]))
      const items = rows.flatMap(({ id, customerId, otherId, reason, evidence }) => {
        const [customer, other] = [known.get(customerId), known.get(otherId)]
        return customer && other ? [{ id, customer, other, reason, evidence }] : []
      })
      return { items }
    }),
  ),
  handle(dismissMergeSuggestion, ({ params, work }) =>
    work(async tx => {
      const dismissed = await tx.db
        .updateTable('mergeSuggestion')
        .set({ dismissedAt: new Date() })
        .where('id', '=', params.id)
        .returning('id')
        .executeTakeFirst()
      found(dismissed, 'suggestion')
      return {}
    }),
  ),
  handle(mergeRoute, ({ context, params, body, work }) =>
    work(async tx => {
      const id = await mergeCustomers(tx, context, params.id, body.otherId)
      return found((await presentMerges(tx, { id }))[0], 'merge')
    }),
  ),
  handle(unmergeRoute, ({ context, params, work }) =>
    work(async tx => {
      await unmergeCustomers(tx, context, params.id)
      return found((await presentMerges(tx, { id: params.id }))[0], 'merge')
    }),
  ),
  handle(listMerges, ({ params, work }) =>
    work(async tx => {
      const customerId = await keptOf(tx, params.id)
      return { items: await presentMerges(tx, { keptIds: [customerId, ...(await mergedInto(tx, customerId))] }) }
    }),
  ),
]

type Reason = 'sameEmail' | 'samePhone' | 'sameName'
