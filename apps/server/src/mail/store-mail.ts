import { createHash } from 'node:crypto'
import { enqueue } from '@centrala/store/job-queue.ts'
import type { Services } from '../services.ts'

/**
 * Stores a raw mail before anything is read from it; resolves after the commit, and only then may the sender be told. The same bytes twice are
 * stored once. Mails of one mailbox are then read one after the other, so that an answer never overtakes what it answers.
 */
export async function storeMail(
  { db }: Pick<Services, 'db'>,
  tenantId: string,
  accountId: string,
  raw: Uint8Array,
  envelope: Record<string, unknown>,
): Promise<void> {
  const providerId = createHash('sha256').update(raw).digest('hex')
  await db.tenant(tenantId, async tx => {
    const stored = await tx.db
      .insertInto('inboundEvent')
      .values({ channelAccountId: accountId, providerId, raw: Buffer.from(raw), envelope: JSON.stringify(envelope) })
      .onConflict(conflict => conflict.columns(['tenantId', 'channelAccountId', 'providerId']).doNothing())
      .returning('id')
      .executeTakeFirst()
    if (stored) await enqueue(tx, 'receiveMail', { inboundEventId: stored.id }, { serial: `mail:${accountId}` })
  })
}
