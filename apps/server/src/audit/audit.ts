import type { Tx } from '@centrala/store/database.ts'
import type { Context } from '../http/context.ts'

/** What was changed: the noun, and which one. */
export interface Subject {
  type: string
  id: string | null
}

/**
 * Writes down an administrative act, in the transaction that does it: who, from where, what, and how it was before and after.
 * `action` is `noun.pastVerb`. Of `before` and `after` only what differs is kept; secrets must not be in them.
 */
export async function audit(
  tx: Tx,
  context: Pick<Context, 'userId' | 'apiKeyId' | 'address'>,
  action: string,
  subject: Subject,
  before: object | null = null,
  after: object | null = null,
): Promise<void> {
  const [was, is] = differences(before, after)
  await tx.db
    .insertInto('auditEntry')
    .values({
      userId: context.userId,
      apiKeyId: context.apiKeyId,
      address: context.address,
      action,
      subjectType: subject.type,
      subjectId: subject.id,
      before: was && JSON.stringify(was),
      after: is && JSON.stringify(is),
    })
    .execute()
}

/** Of two versions of the same thing, the fields that differ. When only one is given, it is kept whole. */
function differences(before: object | null, after: object | null): [object | null, object | null] {
  if (!before || !after) return [before, after]
  const was = before as Record<string, unknown>
  const is = after as Record<string, unknown>
  const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    key => JSON.stringify(was[key]) !== JSON.stringify(is[key]),
  )
  const pick = (whole: Record<string, unknown>) => Object.fromEntries(changed.map(key => [key, whole[key] ?? null]))
  return [pick(was), pick(is)]
}
