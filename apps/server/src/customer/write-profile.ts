import type { Profile } from '@centrala/core/customer/fill.ts'
import type { Tx } from '@centrala/store/database.ts'
import { badField } from '../refusal.ts'

type Written = { [K in keyof Profile]?: Profile[K] | undefined } & { routingWeight?: number | undefined }

/** The columns that a change of a profile sets; what is not given is not set. */
export function profileColumns({ attributes, tags, ...plain }: Written) {
  return {
    ...plain,
    ...(attributes && { attributes: JSON.stringify(attributes) }),
    ...(tags && { tags: [...new Set(tags)] }),
  }
}

/** Refuses a company that is not there. */
export async function companyOf(tx: Tx, id: string | null | undefined): Promise<void> {
  if (!id) return
  const company = await tx.db.selectFrom('company').select('id').where('id', '=', id).executeTakeFirst()
  if (!company) throw badField('companyId', 'There is no such company. Choose another, or add it first.')
}
