import type { MailRule } from '@centrala/api/mail-rule.ts'
import type { Tx } from '@centrala/store/database.ts'

/** The tenant's mail rules in the order in which they are tried, as `applyRules` takes them; with `channelAccountId` those that are for its mail. */
export async function readMailRules(tx: Tx, channelAccountId: string | null = null): Promise<MailRule[]> {
  return tx.query<MailRule>(
    `SELECT id, channel_account_id AS "channelAccountId", name, position, match, conditions, actions, goes_on AS continue, active
       FROM mail_rule WHERE $1::uuid IS NULL OR channel_account_id IS NULL OR channel_account_id = $1 ORDER BY position, id`,
    [channelAccountId],
  )
}
