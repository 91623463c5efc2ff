import type { Rings } from './crowd.ts'
import type { Company, House } from './house.ts'

/** Where a ring's time goes, in mean milliseconds: from what the database keeps of each call, with no clock added to the product. */
export interface Stages {
  /** The caller's INVITE until the node tells that the call has begun. */
  toNode: number
  /** Until customer, conversation, interaction, call and place in the queue are about to be committed. */
  toStored: number
  /** Until the router has decided who is offered it. */
  toDecided: number
  /** Until the node rings; the offer is stored meanwhile. */
  toRing: number
  /** Until the INVITE is at the phone. */
  toPhone: number
}

/** Stages of calls that rang in this company. */
export async function stagesOf({ db }: House, company: Company, calls: Rings['calls']): Promise<Stages> {
  const rows = await db.tenant(company.tenantId, tx =>
    tx.query<{ number: string; began: number; stored: number; decided: number; rang: number }>(
      `SELECT c.from_address AS number, ${ms('c.started_at')} AS began, ${ms('max(r.decided_at)')} AS decided, ${ms('min(l.started_at)')} AS rang,
              ${ms("max(e.at) FILTER (WHERE e.type = 'customer.created')")} AS stored
         FROM call c JOIN interaction i ON i.id = c.interaction_id JOIN event e ON e.customer_id = i.customer_id
         JOIN receipt r ON r.interaction_id = i.id JOIN leg l ON l.call_id = c.id AND l.kind = 'agent'
        WHERE c.from_address = ANY ($1) GROUP BY c.from_address, c.started_at`,
      [calls.map(({ number }) => number)],
    ),
  )
  const of = new Map(rows.map(row => [row.number, row]))
  const known = calls.flatMap(call => {
    const row = of.get(call.number)
    return row ? [{ ...call, ...row }] : []
  })
  const mean = (value: (call: (typeof known)[number]) => number) =>
    Math.round((10 * known.reduce((sum, call) => sum + value(call), 0)) / known.length) / 10
  return {
    toNode: mean(call => call.began - call.dialledAt),
    toStored: mean(call => call.stored - call.began),
    toDecided: mean(call => call.decided - call.stored),
    toRing: mean(call => call.rang - call.decided),
    toPhone: mean(call => call.rangAt - call.rang),
  }
}

const ms = (time: string) => `(extract(epoch FROM ${time}) * 1000)::float8`
