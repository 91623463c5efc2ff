import * as api from '@centrala/api/dial-rule.ts'
import type { Tx } from '@centrala/store/database.ts'
import { callLimits } from '../call/dial-rules.ts'
import { emergencyOf } from '../call/emergency.ts'
import { recordChange } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'

export const dialRuleRoutes = [
  handle(api.getDialling, ({ work }) => work(tx => present(tx))),
  handle(api.setDialRules, ({ context, body, work }) =>
    work(async tx => {
      const before = await present(tx)
      await tx.db.deleteFrom('dialRule').execute()
      if (body.rules.length > 0) await tx.db.insertInto('dialRule').values(body.rules).execute()
      const after = await present(tx)
      await recordChange(tx, context, 'dialRule', 'changed', tx.tenantId, audited(before), audited(after))
      return after
    }),
  ),
  handle(api.setCallLimits, ({ context, body, work }) =>
    work(async tx => {
      const before = await present(tx)
      await tx.db
        .insertInto('callLimits')
        .values(body)
        .onConflict(conflict => conflict.column('tenantId').doUpdateSet(body))
        .execute()
      const after = await present(tx)
      await recordChange(tx, context, 'callLimits', 'changed', tx.tenantId, before.limits, after.limits)
      return after
    }),
  ),
  handle(api.setEmergencyNumbers, ({ context, body, work }) =>
    work(async tx => {
      const before = await present(tx)
      await tx.query(
        `UPDATE tenant SET settings = settings || jsonb_build_object('country', $1::text, 'emergencyNumbers', $2::jsonb) WHERE tenant_id = $3`,
        [body.country, JSON.stringify(body.own), tx.tenantId],
      )
      const after = await present(tx)
      await recordChange(tx, context, 'emergencyNumbers', 'changed', tx.tenantId, before.emergency, after.emergency)
      return after
    }),
  ),
]

async function present(tx: Tx): Promise<api.Dialling> {
  const rules = await tx.query<api.Dialling['rules'][number]>(
    'SELECT prefix, allow, price_per_minute AS "pricePerMinute" FROM dial_rule ORDER BY prefix',
  )
  const [spent] = await tx.query<{ price: number }>(
    `SELECT coalesce(sum(c.price), 0) AS price FROM call c, tenant t
      WHERE c.direction = 'outbound'
        AND c.started_at >= date_trunc('day', now() AT TIME ZONE t.time_zone) AT TIME ZONE t.time_zone`,
  )
  return {
    rules,
    limits: await callLimits(tx),
    spentToday: spent?.price ?? 0,
    emergency: await emergencyOf(tx),
  }
}

/** By prefix, so that the audit log shows which rule changed. */
function audited({ rules }: api.Dialling): object {
  return Object.fromEntries(
    rules.map(rule => [`+${rule.prefix}`, rule.allow ? `allowed, ${rule.pricePerMinute} a minute` : 'denied']),
  )
}
