import type { Tx } from '@centrala/store/database.ts'
import { sqlState } from '@centrala/store/errors.ts'
import type { DB } from '@centrala/store/schema.gen.ts'
import { audit } from '../audit/audit.ts'
import type { Context } from '../http/context.ts'
import { badField, Refusal } from '../refusal.ts'

export type Noun =
  | 'skill'
  | 'routingProfile'
  | 'queue'
  | 'hours'
  | 'wrapUpCode'
  | 'contactReason'
  | 'cannedReply'
  | 'survey'
  | 'brand'
  | 'channelAccount'
  | 'mailRule'
  | 'webhook'
  | 'user'
  | 'team'
  | 'apiKey'
  | 'identityProvider'
  | 'tenant'
  | 'trunk'
  | 'deskPhone'
  | 'prompt'
  | 'speech'
  | 'flow'
  | 'dialRule'
  | 'callLimits'
  | 'emergencyNumbers'

/**
 * Every change of the configuration ends here, in its own transaction: the audit log says who changed what, and the event
 * `configuration.changed` tells the router, the mail runners and open screens to read it again.
 */
export async function recordChange(
  tx: Tx,
  context: Context,
  noun: Noun,
  verb:
    | 'created'
    | 'changed'
    | 'deleted'
    | 'archived'
    | 'restored'
    | 'ordered'
    | 'deactivated'
    | 'reactivated'
    | 'revoked',
  id: string | null,
  before: object | null,
  after: object | null,
): Promise<void> {
  await audit(tx, context, `${noun}.${verb}`, { type: noun, id }, before, after)
  tx.emit({ type: 'configuration.changed', actorId: context.userId, data: { noun, id } })
}

type TableWithId = { [T in keyof DB]: DB[T] extends { id: unknown } ? T : never }[keyof DB] & string

/** Refuses ids in a body that name nothing of this tenant, by the field that holds them. */
export async function mustExist(
  tx: Tx,
  table: TableWithId,
  ids: readonly (string | null | undefined)[],
  field: string,
): Promise<void> {
  const wanted = [...new Set(ids.filter(id => typeof id === 'string'))]
  if (wanted.length === 0) return
  const { ref } = tx.db.dynamic
  const rows = await tx.db
    .selectFrom(table as 'queue')
    .select(ref<'id'>('id'))
    .where('id', 'in', wanted)
    .execute()
  const known = new Set(rows.map(row => row.id))
  const missing = wanted.filter(id => !known.has(id))
  if (missing.length > 0)
    throw badField(field, `There is nothing with the id ${missing.join(', ')}. It may have been deleted.`)
}

/** Runs a write; where the database says that the value is taken, the refusal names the field. */
export async function unique<T>(field: string, write: Promise<T>): Promise<T> {
  try {
    return await write
  } catch (error) {
    if (sqlState(error) !== '23505') throw error
    const message = `There is already one with this ${field}. Choose another.`
    throw new Refusal(409, `${field}.taken`, message, { fields: [{ path: `body.${field}`, message }] })
  }
}

/** Runs a deletion; where something still needs it, the refusal says what to do. */
export async function unused<T>(noun: string, advice: string, write: Promise<T>): Promise<T> {
  try {
    return await write
  } catch (error) {
    if (sqlState(error) !== '23503') throw error
    throw new Refusal(409, `${noun}.used`, advice)
  }
}
