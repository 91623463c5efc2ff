import { parseDocument } from 'htmlparser2'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { Outbound } from '../channel.ts'
import { domainOf, type EmailAccount, mailAddress } from './account.ts'
import { htmlToText } from './html-text.ts'
import { MARKER_HEADER, marker } from './loop.ts'
import { hash } from './message-id.ts'
import { replyAddress } from './token.ts'

export interface ComposedMail {
  /** Our Message-ID without brackets: the `providerId` of what is sent. */
  messageId: string
  raw: Buffer
  envelope: { from: string; to: string[] }
}

export type Composition = { ok: true; mail: ComposedMail } | { ok: false; code: string; detail: string }

/** How many of the thread's ids go into References: the first and the newest (RFC 5322 lets us cut in the middle). */
const REFERENCES = 20
const MAX_RECIPIENTS = 100

/**
 * Writes the MIME of a mail. The same message always gets the same Message-ID, so a mail that is sent twice after a crash is
 * one mail to every reader. Nothing given by a person can add a header: addresses are checked, texts are encoded on one line.
 * @param at the Date of the mail
 */
export async function compose(message: Outbound, account: EmailAccount, at: Date): Promise<Composition> {
  const { config } = account
  const everybody = [...message.to, ...message.cc, ...message.bcc]
  if (everybody.length === 0) return refusal('mail.noRecipient', 'The message names no recipient. Add one.')
  if (everybody.length > MAX_RECIPIENTS) {
    return refusal(
      'mail.tooManyRecipients',
      `A mail goes to at most ${MAX_RECIPIENTS} addresses; this one names ${everybody.length}.`,
    )
  }
  const wrong = everybody.find(address => !mailAddress.safeParse(address).success)
  if (wrong !== undefined)
    return refusal('mail.wrongRecipient', `“${wrong.slice(0, 200)}” is no e-mail address. Correct it.`)

  const messageId = outgoingMessageId(message.messageId, config.fromAddress)
  const scope = { tenantId: account.tenantId, signingKey: account.signingKey }
  const replyTo = config.plusAddressing
    ? replyAddress(
        config.fromAddress,
        config.replyDomain ?? domainOf(config.fromAddress),
        message.conversationId,
        scope,
      )
    : null
  const thread = message.references.map(singleLine).filter(id => /^[^\s<>]+$/.test(id))
  const references = thread.length > REFERENCES ? [thread[0]!, ...thread.slice(1 - REFERENCES)] : thread
  const text =
    message.text.trim() === '' && message.html ? htmlToText(parseDocument(message.html).children) : message.text

  const composer = new MailComposer({
    from: { name: singleLine(config.fromName), address: config.fromAddress },
    to: message.to,
    cc: message.cc,
    ...(replyTo ? { replyTo: { name: singleLine(config.fromName), address: replyTo } } : {}),
    messageId: `<${messageId}>`,
    ...(references.length > 0
      ? { inReplyTo: `<${references.at(-1)}>`, references: references.map(id => `<${id}>`) }
      : {}),
    subject: singleLine(message.subject ?? ''),
    date: at,
    text,
    ...(message.html ? { html: message.html } : {}),
    headers: {
      [MARKER_HEADER]: { prepared: true, value: marker(messageId, scope) },
      ...(message.automatic
        ? { 'Auto-Submitted': 'auto-replied', Precedence: 'auto_reply', 'X-Auto-Response-Suppress': 'All' }
        : {}),
    },
    attachments: message.files.map(file => ({
      filename: singleLine(file.name),
      contentType: /^[\w.+-]+\/[\w.+-]+$/.test(file.mediaType) ? file.mediaType : 'application/octet-stream',
      content: Buffer.from(file.content),
      contentDisposition: file.contentId ? ('inline' as const) : ('attachment' as const),
      ...(file.contentId ? { cid: file.contentId.replace(/[\s<>]/g, '') } : {}),
    })),
    baseBoundary: hash(messageId).slice(0, 24),
    // The content is ours alone: nothing is read from a path or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const raw = await composer.compile().build()
  return { ok: true, mail: { messageId, raw, envelope: { from: config.fromAddress, to: [...new Set(everybody)] } } }
}

/** `<uuid>@<domain of the account>` for a message of ours. */
export function outgoingMessageId(messageId: string, fromAddress: string): string {
  const local = /^[\w.-]{1,64}$/.test(messageId) ? messageId : hash(messageId)
  return `${local}@${domainOf(fromAddress)}`
}

function singleLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
}

function refusal(code: string, detail: string): Composition {
  return { ok: false, code, detail }
}
