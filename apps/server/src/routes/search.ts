import { search } from '@centrala/api/customer.ts'
import { excerpt } from '@centrala/core/customer/excerpt.ts'
import { searchCustomers, searchMessages } from '@centrala/store/search-store.ts'
import { presentCustomers } from '../customer/present-customer.ts'
import { spellingsOf } from '../customer/spellings.ts'
import { handle } from '../http/handle.ts'

export const searchRoutes = [
  handle(search, ({ context, query: { q, limit }, work }) =>
    work(async tx => {
      const ids = context.permissions.has('customer.read') ? await searchCustomers(tx, await spellingsOf(tx, q)) : []
      const messages = await searchMessages(tx, q, limit)
      return {
        customers: await presentCustomers(tx, ids.slice(0, limit)),
        messages: messages.map(message => ({
          ...message,
          text: excerpt(message.text, q),
          createdAt: message.createdAt.toISOString(),
        })),
      }
    }),
  ),
]
