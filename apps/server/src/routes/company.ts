import type { Company } from '@centrala/api/customer.ts'
import { changeCompany, createCompany, deleteCompany, getCompany, listCompanies } from '@centrala/api/customer.ts'
import { asciiDomain } from '@centrala/core/customer/normalise.ts'
import type { Tx } from '@centrala/store/database.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { audit } from '../audit/audit.ts'
import { badCursor, cursorOf, pageOf, placeOf } from '../http/cursor.ts'
import { handle } from '../http/handle.ts'
import { badField, conflict, found } from '../refusal.ts'

export const companyRoutes = [
  handle(listCompanies, ({ query, work }) =>
    work(async tx => {
      const after = placeOf(query.after, 2)
      if (after && !/^[0-9a-f-]{36}$/.test(after[1] ?? '')) throw badCursor()
      const rows = await companies(tx)
        .select(sql<string>`lower(company.name)`.as('place'))
        .$if(Boolean(query.q?.trim()), select =>
          select.where(
            sql<boolean>`strpos(fold(company.name || ' ' || coalesce(domain, '')), fold(${query.q?.trim()})) > 0`,
          ),
        )
        .$if(after !== undefined, select =>
          select.where(sql<boolean>`(lower(company.name), company.id) > (${after?.[0]}, ${after?.[1]}::uuid)`),
        )
        .orderBy(sql`lower(company.name)`)
        .orderBy('company.id')
        .limit(query.limit + 1)
        .execute()
      const page = pageOf(rows, query.limit, last => cursorOf(last.place, last.id))
      return { items: page.rows.map(present), next: page.next }
    }),
  ),
  handle(getCompany, ({ params, work }) => work(tx => presentCompany(tx, params.id))),
  handle(createCompany, ({ body, work }) =>
    work(async tx => {
      const { id } = await tx.db.insertInto('company').values(columns(body)).returning('id').executeTakeFirstOrThrow()
      return presentCompany(tx, id)
    }),
  ),
  handle(changeCompany, ({ params, body, work }) =>
    work(async tx => {
      await tx.db.updateTable('company').set(columns(body)).where('id', '=', params.id).execute()
      return presentCompany(tx, params.id)
    }),
  ),
  handle(deleteCompany, ({ context, params, work }) =>
    work(async tx => {
      const company = await presentCompany(tx, params.id)
      const used = await tx.db.selectFrom('customer').select('id').where('companyId', '=', params.id).executeTakeFirst()
      if (used) throw conflict('company.inUse', 'Customers belong to this company. Move them to another one first.')
      await tx.db.deleteFrom('company').where('id', '=', params.id).execute()
      await audit(tx, context, 'company.deleted', { type: 'company', id: params.id }, company, null)
      return {}
    }),
  ),
]

function columns({ name, domain, attributes }: { name: string; domain: string | null; attributes: object }) {
  const ascii = domain && asciiDomain(domain.trim())
  if (domain && !ascii) throw badField('domain', 'Write a domain such as example.com.')
  return { name, domain: ascii || null, attributes: JSON.stringify(attributes) }
}

const companies = (tx: Tx) =>
  tx.db
    .selectFrom('company')
    .select(['company.id', 'company.name', 'company.domain', 'company.attributes', 'company.createdAt'])
    .select(
      sql<number>`(SELECT count(*) FROM customer c WHERE c.tenant_id = company.tenant_id AND c.company_id = company.id AND c.merged_into_id IS NULL)`.as(
        'customers',
      ),
    )

async function presentCompany(tx: Tx, id: string): Promise<z.infer<typeof Company>> {
  return present(found(await companies(tx).where('company.id', '=', id).executeTakeFirst(), 'company'))
}

interface Row extends Omit<z.infer<typeof Company>, 'createdAt' | 'attributes'> {
  attributes: z.infer<typeof Company>['attributes']
  createdAt: Date
}

function present({ id, name, domain, attributes, customers, createdAt }: Row): z.infer<typeof Company> {
  return { id, name, domain, attributes, customers, createdAt: createdAt.toISOString() }
}
