import { type EmailAccount, emailConfig, emailSecrets } from '@centrala/channels/email/account.ts'
import type { Tx } from '@centrala/store/database.ts'
import { unseal } from '@centrala/store/secret.ts'
import type { Services } from '../services.ts'

export interface Mailbox {
  account: EmailAccount
  name: string
  active: boolean
  brandId: string | null
  queueId: string | null
  cursor: unknown
}

/** An e-mail account with its settings and secrets, ready for the channel; null where there is none, or its settings are no longer understood. */
export async function loadMailbox(tx: Tx, keys: Services['keys'], id: string): Promise<Mailbox | null> {
  const row = await tx.db
    .selectFrom('channelAccount')
    .selectAll()
    .where('id', '=', id)
    .where('channel', '=', 'email')
    .executeTakeFirst()
  const config = emailConfig.safeParse(row?.config)
  if (!row || !config.success) return null
  const secrets = emailSecrets.parse(row.secrets ? unseal(keys.secrets, row.secrets) : {})
  const { name, active, brandId, queueId, cursor } = row
  return {
    account: { id, tenantId: tx.tenantId, config: config.data, secrets, signingKey: keys.signing },
    name,
    active,
    brandId,
    queueId,
    cursor,
  }
}
