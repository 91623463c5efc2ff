import type { Tx } from '@centrala/store/database.ts'
import type { Context } from '../http/context.ts'

/** What was changed: the noun, and which one. */
export interface Subject {
  type: string
  id: string | null
}

/**
 * Writes down an administrative act, in the transaction that does it: who, from where, what, and how it was before and after (objects, or
 * null). `action` is `noun.pastVerb`. Of two versions only what differs is kept, and the name; secrets must not be in them.
 */
export async function audit(
  tx: Tx,
  context: Pick<Context, 'userId' | 'apiKeyId' | 'address'>,
  action: string,
  subject: Subject,
  before: unknown = null,
  after: unknown = null,
): Promise<void> {
  const [was, is] = differences(withoutPhrase(before), withoutPhrase(after))
  await tx.db
    .insertInto('auditEntry')
    .values({
      userId: context.userId,
      apiKeyId: context.apiKeyId,
      address: context.address,
      action,
      subjectType: subject.type,
      subjectId: subject.id,
      before: was === null ? null : JSON.stringify(was),
      after: is === null ? null : JSON.stringify(is),
    })
    .execute()
}

function differences(before: unknown, after: unknown): [unknown, unknown] {
  if (!isRecord(before) || !isRecord(after)) return [before, after]
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    key => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  )
  const pick = (whole: Record<string, unknown>) => Object.fromEntries(changed.map(key => [key, whole[key] ?? null]))
  return [pick(before), { ...('name' in after && { name: after.name }), ...pick(after) }]
}

/** How something is stands in the log in English. */
function withoutPhrase(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { statePhrase, ...rest } = value
  return rest
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
