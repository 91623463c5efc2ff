import type { Code, codeRoutes } from '@centrala/api/code.ts'
import type { Tx } from '@centrala/store/database.ts'
import { mustExist, recordChange } from '../configuration/configuration.ts'
import { type Handler, handle } from '../http/handle.ts'
import { badField, found } from '../refusal.ts'

type Routes = ReturnType<typeof codeRoutes>
type Noun = 'wrapUpCode' | 'contactReason'
const TABLE = { wrapUpCode: 'wrap_up_code', contactReason: 'contact_reason' } as const

/** Binds the routes of one tree of codes. Two brothers never have the same name, so that a report is never ambiguous. */
export function handleCodes(noun: Noun, routes: Routes): Handler[] {
  const list = (tx: Tx, archived: boolean) => codes(tx, noun, archived)
  const one = async (tx: Tx, id: string) =>
    found(
      (await list(tx, true)).find(code => code.id === id),
      noun,
    )
  return [
    handle(routes.list, async ({ query, work }) => ({ items: await work(tx => list(tx, query.archived ?? false)) })),
    handle(routes.create, ({ context, body, work }) =>
      work(async tx => {
        await mustExist(tx, noun, [body.parentId], 'parentId')
        await refuseSameName(tx, noun, body.name, body.parentId, null)
        const [row] = await tx.query<{ id: string }>(
          `INSERT INTO ${TABLE[noun]} (name, parent_id, position)
           SELECT $1, $2::uuid, coalesce(max(position) + 1, 0) FROM ${TABLE[noun]} WHERE parent_id IS NOT DISTINCT FROM $2::uuid RETURNING id`,
          [body.name, body.parentId],
        )
        const after = await one(tx, row?.id ?? '')
        await recordChange(tx, context, noun, 'created', after.id, null, after)
        return after
      }),
    ),
    handle(routes.change, ({ context, params, body, work }) =>
      work(async tx => {
        const before = await one(tx, params.id)
        await refuseSameName(tx, noun, body.name, before.parentId, params.id)
        await tx.db.updateTable(noun).set({ name: body.name }).where('id', '=', params.id).execute()
        const after = await one(tx, params.id)
        await recordChange(tx, context, noun, 'changed', params.id, before, after)
        return after
      }),
    ),
    handle(routes.order, ({ context, body, work }) =>
      work(async tx => {
        await mustExist(tx, noun, [body.parentId], 'parentId')
        await mustExist(tx, noun, body.ids, 'ids')
        const before = await list(tx, true)
        if (ancestors(before, body.parentId).some(id => body.ids.includes(id)))
          throw badField('parentId', 'A branch cannot be moved below itself. Choose another place.')
        await tx.query(
          `UPDATE ${TABLE[noun]} c SET parent_id = $1, position = o.place
             FROM unnest($2::uuid[]) WITH ORDINALITY AS o (id, place) WHERE c.tenant_id = current_tenant() AND c.id = o.id`,
          [body.parentId, body.ids],
        )
        const after = await list(tx, false)
        await recordChange(
          tx,
          context,
          noun,
          'ordered',
          body.parentId,
          { order: namesOf(before) },
          { order: namesOf(after) },
        )
        return { items: after }
      }),
    ),
    handle(routes.archive, ({ context, params, work }) =>
      work(async tx => {
        const before = await one(tx, params.id)
        await tx.query(
          `WITH RECURSIVE below AS (
             SELECT id FROM ${TABLE[noun]} WHERE id = $1
             UNION SELECT c.id FROM ${TABLE[noun]} c JOIN below b ON c.parent_id = b.id)
           UPDATE ${TABLE[noun]} SET archived_at = now() WHERE id IN (SELECT id FROM below) AND archived_at IS NULL`,
          [params.id],
        )
        await recordChange(tx, context, noun, 'archived', params.id, before, await one(tx, params.id))
        return { items: await list(tx, true) }
      }),
    ),
    handle(routes.restore, ({ context, params, work }) =>
      work(async tx => {
        const before = await one(tx, params.id)
        await tx.query(
          `WITH RECURSIVE above AS (
             SELECT id, parent_id FROM ${TABLE[noun]} WHERE id = $1
             UNION SELECT c.id, c.parent_id FROM ${TABLE[noun]} c JOIN above a ON c.id = a.parent_id)
           UPDATE ${TABLE[noun]} SET archived_at = NULL WHERE id IN (SELECT id FROM above)`,
          [params.id],
        )
        await recordChange(tx, context, noun, 'restored', params.id, before, await one(tx, params.id))
        return { items: await list(tx, true) }
      }),
    ),
  ]
}

async function codes(tx: Tx, noun: Noun, archived: boolean): Promise<Code[]> {
  const rows = await tx.query<Omit<Code, 'archivedAt'> & { archivedAt: Date | null }>(
    `SELECT id, parent_id AS "parentId", name, position, archived_at AS "archivedAt" FROM ${TABLE[noun]}
      WHERE $1 OR archived_at IS NULL ORDER BY parent_id NULLS FIRST, position, fold(name), id`,
    [archived],
  )
  return rows.map(row => ({ ...row, archivedAt: row.archivedAt?.toISOString() ?? null }))
}

async function refuseSameName(tx: Tx, noun: Noun, name: string, parentId: string | null, own: string | null) {
  const rows = await tx.query(
    `SELECT 1 FROM ${TABLE[noun]} WHERE parent_id IS NOT DISTINCT FROM $2::uuid AND lower(name) = lower($1)
        AND id IS DISTINCT FROM $3::uuid AND archived_at IS NULL`,
    [name, parentId, own],
  )
  if (rows.length > 0) throw badField('name', 'There is already one with this name in this branch. Choose another.')
}

/** The branch itself and those above it. */
function ancestors(all: readonly Code[], id: string | null): string[] {
  const path: string[] = []
  for (let at = id; at !== null && !path.includes(at); at = all.find(code => code.id === at)?.parentId ?? null)
    path.push(at)
  return path
}

const namesOf = (all: readonly Code[]) => all.map(code => code.name)
