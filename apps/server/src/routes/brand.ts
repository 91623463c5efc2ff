import { type Brand, changeBrand, createBrand, deleteBrand, getBrand, listBrands } from '@centrala/api/brand.ts'
import type { Tx } from '@centrala/store/database.ts'
import { recordChange, unique, unused } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'
import { found } from '../refusal.ts'

export const brandRoutes = [
  handle(listBrands, async ({ work }) => ({ items: await work(tx => brands(tx)) })),
  handle(getBrand, ({ params, work }) => work(tx => brand(tx, params.id))),
  handle(createBrand, ({ context, body, work }) =>
    work(async tx => {
      const insert = tx.db.insertInto('brand').values(body).returning('id').executeTakeFirstOrThrow()
      const { id } = await unique('name', insert)
      const after = await brand(tx, id)
      await recordChange(tx, context, 'brand', 'created', id, null, after)
      return after
    }),
  ),
  handle(changeBrand, ({ context, params, body, work }) =>
    work(async tx => {
      const before = await brand(tx, params.id)
      await unique('name', tx.db.updateTable('brand').set(body).where('id', '=', params.id).execute())
      const after = await brand(tx, params.id)
      await recordChange(tx, context, 'brand', 'changed', params.id, before, after)
      return after
    }),
  ),
  handle(deleteBrand, ({ context, params, work }) =>
    work(async tx => {
      const before = await brand(tx, params.id)
      const deletion = tx.db.deleteFrom('brand').where('id', '=', params.id).execute()
      await unused(
        'brand',
        'Queues, channels or conversations belong to it. Give the queues and channels another first; a brand with conversations stays.',
        deletion,
      )
      await recordChange(tx, context, 'brand', 'deleted', params.id, before, null)
      return {}
    }),
  ),
]

async function brands(tx: Tx, id: string | null = null): Promise<Brand[]> {
  return tx.query<Brand>(
    `SELECT b.id, b.name, b.locale, b.color, b.routing_weight AS "routingWeight",
            ARRAY(SELECT q.id FROM queue q WHERE q.tenant_id = b.tenant_id AND q.brand_id = b.id AND q.archived_at IS NULL) AS "queueIds",
            ARRAY(SELECT a.id FROM channel_account a WHERE a.tenant_id = b.tenant_id AND a.brand_id = b.id) AS "channelAccountIds"
       FROM brand b WHERE $1::uuid IS NULL OR b.id = $1 ORDER BY fold(b.name), b.id`,
    [id],
  )
}

async function brand(tx: Tx, id: string): Promise<Brand> {
  return found((await brands(tx, id))[0], 'brand')
}
