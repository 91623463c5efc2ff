import {
  getCustomer,
  listCustomerConversations,
  listCustomerNotes,
  listMergeSuggestions,
  listMerges,
} from '@centrala/api/customer.ts'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, queries } from '../../api.ts'
import { keys } from '../../live/apply-event.ts'

const params = (id: string) => ({ params: { id } })

/** Everything about one customer lies below one key, so that one event refreshes it all. */
export const customerQuery = (id: string) =>
  queryOptions({ queryKey: keys.customer(id), queryFn: () => api.call(getCustomer, params(id)) })
export const customerNotesQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.customer(id), 'notes'],
    queryFn: async () => (await api.call(listCustomerNotes, params(id))).items,
  })
export const mergesQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.customer(id), 'merges'],
    queryFn: async () => (await api.call(listMerges, params(id))).items,
  })
export const suggestionsQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.customer(id), 'suggestions'],
    queryFn: async () => (await api.call(listMergeSuggestions, { query: { customerId: id } })).items,
  })
export const customerConversationsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.customer(id), 'conversations'],
    queryFn: ({ pageParam }) =>
      api.call(listCustomerConversations, {
        ...params(id),
        query: { limit: 20, ...(pageParam === null ? {} : { after: pageParam }) },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })

export const refreshCustomer = (id: string): Promise<void> => queries.invalidateQueries({ queryKey: keys.customer(id) })
