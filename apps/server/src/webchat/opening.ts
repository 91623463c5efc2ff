import { type Hours, isOpen, nextChange } from '@centrala/core/hours/hours.ts'
import type { Tx } from '@centrala/store/database.ts'

export interface Opening {
  open: boolean
  /** When it opens; null while open, and where it never does. */
  opensAt: Date | null
}

/** Whether somebody is to be there for a queue now. A queue without hours is always open; no queue at all is never. */
export async function openingOf(tx: Tx, queueId: string | null, at = Date.now()): Promise<Opening> {
  if (!queueId) return { open: false, opensAt: null }
  const row = await tx.db
    .selectFrom('queue')
    .leftJoin('hours', 'hours.id', 'queue.hoursId')
    .select(['queue.hoursId', 'queue.archivedAt', 'hours.timeZone', 'hours.weekly', 'hours.country', 'hours.closures'])
    .where('queue.id', '=', queueId)
    .executeTakeFirst()
  if (!row || row.archivedAt) return { open: false, opensAt: null }
  if (!row.hoursId || !row.timeZone) return { open: true, opensAt: null }
  const { timeZone, weekly, country, closures } = row
  const hours = { timeZone, weekly, country, closures } as unknown as Hours
  if (isOpen(hours, at)) return { open: true, opensAt: null }
  const change = nextChange(hours, at)
  return { open: false, opensAt: change === null ? null : new Date(change) }
}
