import { type CustomerContact, FIRST_CONTACT_MS, judgeContact } from '@centrala/core/report/first-contact.ts'
import type { Tx } from '@centrala/store/database.ts'

const BATCH = 500

interface Row extends Omit<CustomerContact, 'createdAt' | 'endedAt'> {
  customerId: string
  conversationId: string
  createdAt: Date
  endedAt: Date | null
}

/**
 * Says of contacts that ended seven days ago whether they were first contacts and settled the matter, as `interaction.judged` in the
 * log: so the figure is one that events alone give again. Each contact is judged once.
 * @returns whether there are more
 */
export async function judgeContacts(tx: Tx, now: Date): Promise<boolean> {
  await tx.query('INSERT INTO report_progress DEFAULT VALUES ON CONFLICT DO NOTHING')
  // Text, since JavaScript's milliseconds would cut the microseconds off and judge the last one twice.
  const [progress] = await tx.query<{ until: string }>(
    'SELECT judged_until::text AS until FROM report_progress FOR UPDATE',
  )
  const due = await tx.query<Row & { until: string }>(
    `SELECT ${COLUMNS}, ended_at::text AS until FROM interaction WHERE ended_at > $1 AND ended_at <= $2
      ORDER BY ended_at FETCH FIRST ${BATCH} ROWS WITH TIES`,
    [progress?.until, new Date(now.getTime() - FIRST_CONTACT_MS)],
  )
  const last = due.at(-1)
  if (!last) return false
  const earliest = Math.min(...due.map(row => row.createdAt.getTime())) - FIRST_CONTACT_MS
  const around = await tx.query<Row>(
    `SELECT ${COLUMNS} FROM interaction WHERE customer_id = ANY($1) AND coalesce(ended_at, created_at) > $2 AND created_at < $3::timestamptz + interval '8 days'`,
    [due.map(row => row.customerId), new Date(earliest), last.until],
  )
  const byCustomer = Map.groupBy(around, row => row.customerId)
  for (const row of due) {
    const verdict = judgeContact(asContact(row), (byCustomer.get(row.customerId) ?? []).map(asContact))
    if (!verdict) continue
    const { id: interactionId, conversationId, customerId } = row
    tx.emit({
      type: 'interaction.judged',
      interactionId,
      conversationId,
      customerId,
      data: { first: true, ...verdict },
    })
  }
  await tx.query('UPDATE report_progress SET judged_until = $1::timestamptz', [last.until])
  return due.length >= BATCH
}

const COLUMNS = `id, customer_id AS "customerId", conversation_id AS "conversationId", direction, outcome, created_at AS "createdAt", ended_at AS "endedAt"`

const asContact = ({ id, direction, outcome, createdAt, endedAt }: Row): CustomerContact => ({
  id,
  direction,
  outcome,
  createdAt: createdAt.getTime(),
  endedAt: endedAt?.getTime() ?? null,
})
