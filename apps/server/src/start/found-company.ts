import { makeLink } from '../auth/link.ts'
import type { Services } from '../services.ts'

/** Makes the first company and its administrator, who takes it up by a link that is printed once. Returns the link's address. */
export async function foundCompany(services: Services, name: string, email: string): Promise<string> {
  const { db, publicUrl, router } = services
  const tenantId = crypto.randomUUID()
  const userId = await db.tenant(tenantId, async tx => {
    const slug = name
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40)
    await tx.db
      .insertInto('tenant')
      .values({ tenantId, slug: slug.length >= 2 ? slug : 'company', name })
      .execute()
    const { id } = await tx.db
      .insertInto('users')
      .values({ name: email.split('@')[0] ?? email, email, roles: ['admin'] })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  })
  await router.adopt(tenantId)
  const link = { purpose: 'invitation', tenantId, userId, accountId: null, provesMailbox: false } as const
  return (await makeLink(db.auth, publicUrl, link)).address
}
