import type { Query } from '@centrala/api/route.ts'
import { listTeams } from '@centrala/api/team.ts'
import { listUsers } from '@centrala/api/user.ts'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api } from '../../../api.ts'
import { keys } from '../../../live/apply-event.ts'

export type PeopleFilter = Omit<Partial<Query<typeof listUsers>>, 'after' | 'limit'>

export const peopleQuery = (filter: PeopleFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.configuration('users'), filter],
    queryFn: ({ pageParam }) =>
      api.call(listUsers, { query: { ...filter, limit: 100, ...(pageParam && { after: pageParam }) } }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })

export const teamsQuery = queryOptions({
  queryKey: keys.configuration('teams'),
  queryFn: async () => (await api.call(listTeams)).items,
})
