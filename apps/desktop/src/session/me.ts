import type { Permission } from '@centrala/api/permission.ts'
import { getMe, type Me } from '@centrala/api/session.ts'
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { api } from '../api.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => api.call(getMe),
  staleTime: Number.POSITIVE_INFINITY,
})

/** Who is signed in. Only below the frame, which has made sure that somebody is. */
export const useMe = (): Me => useSuspenseQuery(meQuery).data

/** Whether I may do something: `const can = useCan(); can('customer.merge')`. */
export function useCan(): (permission: Permission) => boolean {
  const me = useMe()
  return permission => me.permissions.includes(permission)
}
