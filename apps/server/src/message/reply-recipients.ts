import { mailAddress } from '@centrala/channels/email/account.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { InteractionRow } from '@centrala/store/interaction-store.ts'
import { badField } from '../refusal.ts'
import type { Draft } from './send-message.ts'

/** Whom an e-mail goes to: those named, else the sender of the last mail in the conversation, else the customer's address. */
export async function replyRecipients(
  tx: Tx,
  interaction: InteractionRow,
  { to, cc, bcc }: Pick<Draft, 'to' | 'cc' | 'bcc'>,
): Promise<{ to: string[]; cc: string[]; bcc: string[] }> {
  const chosen = to && to.length > 0 ? to : await lastSender(tx, interaction)
  if (chosen.length === 0) throw badField('to', 'No e-mail address of this customer is known. Write one.')
  for (const [place, list] of Object.entries({ to: chosen, cc, bcc })) {
    for (const address of list) {
      if (!mailAddress.safeParse(address).success)
        throw badField(place, `"${address}" is not an e-mail address. Write one such as ana@example.com.`)
    }
  }
  return { to: chosen, cc, bcc }
}

async function lastSender(tx: Tx, interaction: InteractionRow): Promise<string[]> {
  const rows = await tx.query<{ address: string | null }>(
    `SELECT address FROM (
       (SELECT coalesce(sender ->> 'replyTo', sender ->> 'address') AS address, 1 AS rank FROM message
         WHERE conversation_id = $1 AND author = 'customer' AND channel = 'email' AND automatic IS NULL AND coalesce(sender ->> 'address', '') <> ''
           AND coalesce(sender ->> 'replyTo', sender ->> 'address') NOT LIKE '%@sender.invalid'
         ORDER BY created_at DESC LIMIT 1)
       UNION ALL
       (SELECT address, 2 FROM identity WHERE customer_id = $2 AND kind = 'email' ORDER BY verified_at NULLS LAST, created_at LIMIT 1)
     ) known ORDER BY rank LIMIT 1`,
    [interaction.conversationId, interaction.customerId],
  )
  return rows[0]?.address ? [rows[0].address] : []
}
