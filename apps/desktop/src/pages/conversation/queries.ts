import { getConversation, listMessages } from '@centrala/api/conversation.ts'
import { getInteraction, type Interaction, listSegments } from '@centrala/api/interaction.ts'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api } from '../../api.ts'
import { keys, type MessagePage } from '../../live/apply-event.ts'

export const conversationQuery = (id: string) =>
  queryOptions({ queryKey: keys.conversation(id), queryFn: () => api.call(getConversation, { params: { id } }) })

export const interactionQuery = (id: string) =>
  queryOptions({ queryKey: keys.interaction(id), queryFn: () => api.call(getInteraction, { params: { id } }) })

/** Pages of messages; the first page is the newest, within a page the oldest comes first. */
export const messagesQuery = (conversationId: string) =>
  infiniteQueryOptions({
    queryKey: keys.messages(conversationId),
    queryFn: ({ pageParam }): Promise<MessagePage> =>
      api.call(listMessages, {
        params: { id: conversationId },
        query: { limit: 50, ...(pageParam === null ? {} : { after: pageParam }) },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })

/** What happened to the interactions that the loaded messages belong to, at most the newest ten. */
export const segmentsQuery = (conversationId: string, interactions: readonly Interaction[]) =>
  queryOptions({
    queryKey: keys.segments(conversationId),
    queryFn: async () => {
      const lists = await Promise.all(
        interactions.slice(0, 10).map(({ id }) => api.call(listSegments, { params: { id } })),
      )
      return lists.flatMap(list => list.items)
    },
    enabled: interactions.length > 0,
  })
