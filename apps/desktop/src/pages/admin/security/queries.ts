import { listApiKeys } from '@centrala/api/api-key.ts'
import { listIdentityProviders } from '@centrala/api/identity-provider.ts'
import { getTenant } from '@centrala/api/tenant.ts'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../../api.ts'
import { keys } from '../../../live/apply-event.ts'

export const apiKeysQuery = queryOptions({
  queryKey: keys.configuration('api-keys'),
  queryFn: async () => (await api.call(listApiKeys)).items,
})
export const providersQuery = queryOptions({
  queryKey: keys.configuration('identity-providers'),
  queryFn: () => api.call(listIdentityProviders),
})
export const tenantQuery = queryOptions({
  queryKey: keys.configuration('tenant'),
  queryFn: () => api.call(getTenant),
})
