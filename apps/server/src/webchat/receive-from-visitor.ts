import type { Tx } from '@centrala/store/database.ts'
import { type InteractionRow, openInteraction, openInteractionOf } from '@centrala/store/interaction-store.ts'
import { routeInteraction } from '../interaction/route-interaction.ts'
import { receiveMessage } from '../message/receive-message.ts'
import { Refusal } from '../refusal.ts'
import type { WebchatAccount } from './account.ts'
import { latestChat } from './chat.ts'
import { chatBesideCall, webCallOf } from './chat-beside-call.ts'
import { openingOf } from './opening.ts'
import { enrolVisitor, type Visitor } from './visitor.ts'

/** A chat that was quiet for longer is a story of its own: the next one begins a new conversation. */
const SAME_STORY_MS = 24 * 60 * 60 * 1000

export interface FromVisitor {
  account: WebchatAccount
  visitor: Visitor
  /** The conversation that the connection is in, if any. */
  conversationId: string | null
  clientId: string
  text: string
  fileIds: string[]
  /** Answers of the pre-chat form. */
  fields: Record<string, string>
  page: { url: string; title: string; referrer: string }
  locale: string | null
  userAgent: string | null
}

export interface FromVisitorResult {
  conversationId: string
  customerId: string
  /** Null where a chat was begun without a word. */
  messageId: string | null
  createdAt: Date
}

/**
 * What a visitor says, into their open chat; where none is open one is begun (only while somebody is there), with the agent of their web call where there is one. The same `clientId` again
 * is the same message, whether or not the first answer arrived.
 */
export async function receiveFromVisitor(tx: Tx, said: FromVisitor): Promise<FromVisitorResult> {
  const open = said.conversationId ? await openInteractionOf(tx, said.conversationId, 'chat') : undefined
  if (open) return say(tx, said, open.conversationId, open.customerId, open)

  const { fields, visitor } = said
  const call = await webCallOf(tx, visitor.identityIds)
  if (!call) await requireOpen(tx, said.account)
  const language = languageOf(said.locale)
  const customerId = await enrolVisitor(tx, visitor, { ...pick(fields), language })
  if (call) {
    const beside = await chatBesideCall(tx, call, 'inbound', null)
    if (said.text !== '' || said.fileIds.length > 0) return say(tx, said, beside.conversationId, customerId, beside)
    return { conversationId: beside.conversationId, customerId, messageId: null, createdAt: beside.createdAt }
  }
  const chat = await latestChat(tx, visitor.identityIds)
  const goesOn = chat && (chat.state !== 'none' || Date.now() - chat.lastMessageAt.getTime() < SAME_STORY_MS)
  const conversationId = goesOn ? chat.conversationId : null
  const before = conversationId ? await sameBefore(tx, conversationId, said.clientId) : undefined
  if (conversationId && before) return { conversationId, customerId, messageId: before.id, createdAt: before.createdAt }
  if (said.text !== '' || said.fileIds.length > 0) return say(tx, said, conversationId, customerId)
  const interaction = await begin(tx, said, conversationId, customerId)
  return { conversationId: interaction.conversationId, customerId, messageId: null, createdAt: interaction.createdAt }
}

async function say(
  tx: Tx,
  said: FromVisitor,
  conversationId: string | null,
  customerId: string,
  open?: InteractionRow,
): Promise<FromVisitorResult> {
  if (said.text.trim() === '' && said.fileIds.length === 0)
    throw new Refusal(400, 'message.empty', 'The message is empty. Write a text or attach a file.')
  const { account, visitor } = said
  if (said.fileIds.length > 0) await requireOwnFiles(tx, said.fileIds, conversationId)
  const received = await receiveMessage(tx, {
    channel: 'chat',
    channelAccountId: account.id,
    customerId,
    conversationId,
    open,
    brandId: account.brandId,
    subject: said.fields.subject?.slice(0, 500) ?? null,
    language: languageOf(said.locale),
    context: contextOf(said),
    queueId: account.queueId,
    message: {
      text: said.text,
      clientId: said.clientId,
      fileIds: said.fileIds,
      sender: {
        address: visitor.externalId ?? visitor.email ?? '',
        name: said.fields.name || visitor.name,
        verified: visitor.externalId !== null,
      },
    },
  })
  return {
    conversationId: received.conversationId,
    customerId,
    messageId: received.message.id,
    createdAt: received.message.createdAt,
  }
}

/** A chat without a first message: somebody who fills in the form and waits, or sends a file first. */
async function begin(tx: Tx, said: FromVisitor, existing: string | null, customerId: string): Promise<InteractionRow> {
  const { account } = said
  const conversationId =
    existing ??
    (
      await tx.db
        .insertInto('conversation')
        .values({ customerId, brandId: account.brandId, subject: said.fields.subject?.slice(0, 500) ?? null })
        .returning('id')
        .executeTakeFirstOrThrow()
    ).id
  const open = await openInteractionOf(tx, conversationId, 'chat')
  if (open) return open
  const language = languageOf(said.locale)
  const interaction = await openInteraction(tx, {
    conversationId,
    customerId,
    channel: 'chat',
    channelAccountId: account.id,
    direction: 'inbound',
    context: contextOf(said),
    language,
  })
  return account.queueId ? routeInteraction(tx, interaction, { queueId: account.queueId, language }) : interaction
}

async function requireOpen(tx: Tx, account: WebchatAccount): Promise<void> {
  const { open } = await openingOf(tx, account.queueId)
  if (open) return
  const instead = account.config.offlineForm
    ? 'Leave a message by the form, and we answer by e-mail.'
    : 'Come back later.'
  throw new Refusal(409, 'webchat.closed', `Nobody is here now. ${instead}`)
}

async function sameBefore(
  tx: Tx,
  conversationId: string,
  clientId: string,
): Promise<{ id: string; createdAt: Date } | undefined> {
  return tx.db
    .selectFrom('message')
    .select(['id', 'createdAt'])
    .where('conversationId', '=', conversationId)
    .where('clientId', '=', clientId)
    .executeTakeFirst()
}

async function requireOwnFiles(tx: Tx, fileIds: string[], conversationId: string | null): Promise<void> {
  const rows = conversationId
    ? await tx.db
        .selectFrom('file')
        .select('id')
        .where('id', 'in', fileIds)
        .where('conversationId', '=', conversationId)
        .execute()
    : []
  if (rows.length < new Set(fileIds).size)
    throw new Refusal(404, 'file.notFound', 'A file of this message is not there. Attach it again.')
}

function contextOf({ visitor, page, fields, userAgent, locale }: FromVisitor): Record<string, unknown> {
  const { name: _, email: __, phone: ___, ...rest } = fields
  return {
    identityId: visitor.identityIds[0],
    verified: visitor.externalId !== null,
    page: { url: page.url, title: page.title },
    referrer: page.referrer,
    ...(userAgent && { userAgent }),
    ...(locale && { locale }),
    ...(Object.keys(rest).length > 0 && { fields: rest }),
  }
}

function pick({ name, email, phone }: Record<string, string>): { name?: string; email?: string; phone?: string } {
  return { ...(name && { name }), ...(email && { email }), ...(phone && { phone }) }
}

/** Language, and script where it is told apart by it: `sr-Cyrl-RS` → `sr-Cyrl`, `de-AT` → `de`. */
export function languageOf(locale: string | null): string | null {
  if (!locale) return null
  try {
    const { language, script } = new Intl.Locale(locale)
    return script ? `${language}-${script}` : language
  } catch {
    return null
  }
}
