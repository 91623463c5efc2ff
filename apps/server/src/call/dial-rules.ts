import type { CallLimits } from '@centrala/api/voice-config.ts'
import type { Tx } from '@centrala/store/database.ts'

export interface TenantLimits extends CallLimits {
  recordingDays: number
}

/** What holds for a tenant that has set nothing: the defaults of the table. */
const DEFAULTS: TenantLimits = {
  maxCalls: 100,
  maxOutboundCalls: 30,
  maxOutboundPerMinute: 60,
  maxSpendPerDay: 100,
  recordingDays: 180,
}

export async function callLimits(tx: Tx): Promise<TenantLimits> {
  const row = await tx.db
    .selectFrom('callLimits')
    .select(['maxCalls', 'maxOutboundCalls', 'maxOutboundPerMinute', 'maxSpendPerDay', 'recordingDays'])
    .executeTakeFirst()
  return row ?? DEFAULTS
}

/** The rule that decides on a number (E.164 with plus): the one with the longest prefix. Null: none fits, so it is denied. */
export async function ruleFor(tx: Tx, number: string): Promise<{ allow: boolean; pricePerMinute: number } | null> {
  const [rule] = await tx.query<{ allow: boolean; pricePerMinute: number }>(
    `SELECT allow, price_per_minute AS "pricePerMinute" FROM dial_rule WHERE starts_with($1, prefix) ORDER BY length(prefix) DESC LIMIT 1`,
    [number.replace(/^\+/, '')],
  )
  return rule ?? null
}

export async function priceOf(tx: Tx, number: string): Promise<number> {
  return (await ruleFor(tx, number))?.pricePerMinute ?? 0
}
