import type { Tenant } from '@centrala/api/tenant.ts'
import { queries } from '../../../api.ts'
import { meQuery } from '../../../session/me.ts'
import { tenantQuery } from '../security/queries.ts'

/** What changes the whole company's picture of itself is fetched again. */
export async function tenantChanged(tenant: Tenant): Promise<void> {
  queries.setQueryData(tenantQuery.queryKey, tenant)
  await queries.invalidateQueries(meQuery)
}
