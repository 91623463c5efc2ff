import type { Body } from '@centrala/api/route.ts'
import type { sendOfflineForm } from '@centrala/api/webchat.ts'
import type { Tx } from '@centrala/store/database.ts'
import { findOrCreateCustomer } from '../customer/find-or-create-customer.ts'
import { receiveMessage } from '../message/receive-message.ts'
import { conflict } from '../refusal.ts'
import type { WebchatAccount } from './account.ts'
import { languageOf } from './receive-from-visitor.ts'

interface Mailbox {
  id: string
  queueId: string | null
}

/** The mailbox from which questions of the offline form are answered: the one chosen, else the oldest that works. */
export async function offlineMailbox(tx: Tx, account: WebchatAccount): Promise<Mailbox | undefined> {
  const { offlineAccountId } = account.config
  return tx.db
    .selectFrom('channelAccount')
    .select(['id', 'queueId'])
    .where('channel', '=', 'email')
    .where('active', '=', true)
    .$if(offlineAccountId !== null, query => query.where('id', '=', offlineAccountId))
    .orderBy('createdAt')
    .executeTakeFirst()
}

/** Makes an e-mail conversation of a question left while closed, as if it had come by mail. The same `clientId` again is the same question. */
export async function receiveOffline(
  tx: Tx,
  account: WebchatAccount,
  form: Body<typeof sendOfflineForm>,
): Promise<void> {
  const mailbox = account.config.offlineForm ? await offlineMailbox(tx, account) : undefined
  if (!mailbox) throw conflict('webchat.noForm', 'Questions cannot be left here. Come back when the chat is open.')
  const providerId = `<${form.clientId}@form.webchat.invalid>`
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${account.id} ${form.clientId}`])
  const before = await tx.db
    .selectFrom('message')
    .select('id')
    .where('channelAccountId', '=', mailbox.id)
    .where('providerId', '=', providerId)
    .executeTakeFirst()
  if (before) return
  const language = languageOf(form.locale)
  const caller = { kind: 'email', address: form.email, verified: false, name: form.name, language } as const
  const { customerId } = await findOrCreateCustomer(tx, caller)
  await receiveMessage(tx, {
    channel: 'email',
    channelAccountId: mailbox.id,
    customerId,
    conversationId: null,
    brandId: account.brandId,
    subject: form.fields.subject?.trim().slice(0, 500) || firstLine(form.text),
    language,
    context: {
      form: 'webchat',
      ...(form.page && { page: { url: form.page.url, title: form.page.title }, referrer: form.page.referrer }),
      ...(Object.keys(form.fields).length > 0 && { fields: form.fields }),
    },
    queueId: mailbox.queueId ?? account.queueId,
    message: {
      text: form.text,
      subject: form.fields.subject?.trim().slice(0, 500) || firstLine(form.text),
      providerId,
      sender: { address: form.email, name: form.name || null, verified: false },
    },
  })
}

function firstLine(text: string): string {
  const line = text.trim().split('\n')[0]?.trim() ?? ''
  return line.length > 70 ? `${line.slice(0, 69).trimEnd()}…` : line
}
