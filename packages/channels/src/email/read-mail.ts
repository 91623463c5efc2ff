import PostalMime, { type Attachment, type Email } from 'postal-mime'
import type { Inbound, InboundFile } from '../channel.ts'
import { type EmailAccount, ownAddresses } from './account.ts'
import { type Headers, headersOf, mailboxesOf } from './addresses.ts'
import { isFreeFormBounce, readDeliveryReport } from './bounce.ts'
import { foldHtml } from './fold-html.ts'
import { type Folded, foldText } from './fold-text.ts'
import { sanitiseHtml } from './html.ts'
import { guessLanguage } from './language.ts'
import * as limits from './limits.ts'
import { automaticReason } from './loop.ts'
import { hash, messageIdFromContent, normaliseMessageId, referencesOf } from './message-id.ts'
import { conversationFromAddresses } from './token.ts'
import { isSenderVerified } from './verify.ts'

/** Where a mail names the addresses it was delivered to, beside To and Cc. */
const DELIVERED_TO = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'x-forwarded-to']

/**
 * Reads one raw mail (RFC 5322, MIME). Pure and bounded by `limits`, but trusts its thread to end it in time: call it
 * through `receive`. Throws where the mail cannot be parsed.
 */
export async function readMail(raw: Uint8Array, account: EmailAccount): Promise<Inbound[]> {
  const email = await PostalMime.parse(raw, {
    maxNestingDepth: limits.MAX_MIME_DEPTH,
    maxHeadersSize: limits.MAX_HEADER_BYTES,
    maxRfc822NestingDepth: limits.MAX_NESTED_MESSAGES,
    rfc822Attachments: true,
  })
  const headers = headersOf(email.headers)
  const providerId = normaliseMessageId(headers.get('message-id')) ?? messageIdFromContent(raw)
  const sender = senderOf(headers, raw, account)
  const subject = subjectOf(email)

  const report = readDeliveryReport(
    headers,
    { from: sender.address, subject, text: email.text ?? '' },
    email.attachments,
  )
  if (report) return [{ kind: 'delivery', providerId, ...report }]

  const scope = { tenantId: account.tenantId, signingKey: account.signingKey }
  const isBounce = isFreeFormBounce(headers, { from: sender.address, subject })
  const body = bodyOf(email, subject, truncationNotice(headers))
  const files = filesOf(email, raw, body.extraFiles)
  if (body.text === '' && body.html === null && files.length === 0 && holdsMore(raw))
    throw new Error('No text was found in it.')
  const to = addressesOf(headers.all('to'))
  const cc = addressesOf(headers.all('cc'))
  const delivered = addressesOf(DELIVERED_TO.flatMap(headers.all))

  return [
    {
      kind: 'message',
      providerId,
      sentAt: dateOf(headers.get('date')),
      sender: { address: sender.address, name: sender.name, verified: sender.verified },
      ...(sender.replyTo ? { replyTo: sender.replyTo } : {}),
      subject,
      text: body.text,
      quoted: body.quoted,
      html: body.html,
      files,
      references: referencesOf(headers.get('in-reply-to'), headers.get('references')),
      conversationId: conversationFromAddresses([...to, ...cc, ...delivered], scope),
      automatic: isBounce
        ? 'bounce'
        : automaticReason(headers, { from: sender.address, subject }, account.config, scope),
      recipients: { to, cc },
      language: languageOf(headers, body.text),
    },
  ]
}

/** Whether there are words beyond a proper header: then finding no text means that we failed to read, not that it is empty. */
function holdsMore(raw: Uint8Array): boolean {
  const mail = Buffer.from(raw).toString('latin1')
  const end = /\r?\n\r?\n/.exec(mail)
  const head = end ? mail.slice(0, end.index) : mail
  const body = end ? mail.slice(end.index) : ''
  return body.trim() !== '' || (head.trim() !== '' && !/^(?:from|to|subject|date|message-id|received):/im.test(head))
}

interface MailSender {
  address: string
  name: string | null
  verified: boolean
  replyTo: string | null
}

/**
 * The person who wrote. A mail without a usable From gets an address of its own, so that two unknown senders are never
 * taken for one person. A web form that writes in our own name gives its customer in Reply-To.
 */
function senderOf(headers: Headers, raw: Uint8Array, account: EmailAccount): MailSender {
  const first = (name: string) => mailboxesOf(headers.all(name), 1)[0] ?? null
  const reply = first('reply-to')
  const from = first('from') ?? first('sender') ?? first('return-path')
  if (!from) return { address: unknownSender(raw), name: null, verified: false, replyTo: reply?.address ?? null }
  const own = ownAddresses(account.config)
  const isForm = own.has(from.address.toLowerCase()) && reply !== null && !own.has(reply.address.toLowerCase())
  const author = isForm ? reply : from
  const isElsewhere = reply !== null && reply.address.toLowerCase() !== author.address.toLowerCase()
  return {
    address: author.address,
    name: author.name === '' ? null : oneLine(author.name).slice(0, 200),
    verified: !isForm && isSenderVerified(headers, from.address, account.config),
    replyTo: isElsewhere ? reply.address : null,
  }
}

export function unknownSender(raw: Uint8Array): string {
  return `unknown-${hash(raw).slice(0, 16)}@sender.invalid`
}

function subjectOf(email: Email): string | null {
  const subject = oneLine(email.subject ?? '').slice(0, limits.MAX_SUBJECT_CHARS)
  return subject === '' ? null : subject
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
  return text.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim()
}

/** Characters that PostgreSQL cannot store, or that a text never needs. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '').toWellFormed()
}

function truncationNotice(headers: Headers): string {
  const bytes = Number(headers.get(limits.TRUNCATED_HEADER))
  if (!(bytes > 0)) return ''
  const megabytes = (size: number) => Math.round(size / 1024 / 1024)
  return `[This mail has ${megabytes(bytes)} MB; only the first ${megabytes(limits.MAX_MAIL_BYTES)} MB were fetched. The whole is in the mailbox.]\n\n`
}

interface Body extends Folded {
  html: string | null
  extraFiles: InboundFile[]
}

function bodyOf(email: Email, subject: string | null, notice: string): Body {
  const extraFiles: InboundFile[] = []
  let html: string | null = null
  let fromHtml: Folded | null = null
  const dirty = email.html ?? ''
  if (dirty.length > limits.MAX_HTML_CHARS) {
    extraFiles.push({ name: 'message.html', mediaType: 'text/html', content: Buffer.from(dirty), contentId: null })
  } else if (dirty.trim() !== '') {
    const folded = foldHtml(dirty, subject)
    html = clean(sanitiseHtml(folded.html).html)
    fromHtml = folded
  }
  const plain = email.text ?? ''
  if (plain.length > limits.MAX_TEXT_CHARS) {
    extraFiles.push({ name: 'message.txt', mediaType: 'text/plain', content: Buffer.from(plain), contentId: null })
  }
  const fromText = plain.trim() === '' ? null : foldText(plain.slice(0, limits.MAX_TEXT_CHARS), subject)
  const best = fromText ?? fromHtml ?? { text: '', quoted: null }
  return {
    text: (notice + clean(best.text)).slice(0, limits.MAX_TEXT_CHARS),
    quoted: best.quoted === null ? null : clean(best.quoted).slice(0, limits.MAX_TEXT_CHARS),
    html: html === null || html.trim() === '' ? null : html,
    extraFiles,
  }
}

function filesOf(email: Email, raw: Uint8Array, extra: InboundFile[]): InboundFile[] {
  const files = email.attachments.slice(0, limits.MAX_FILES).map(fileOf)
  if (email.attachments.length > limits.MAX_FILES) files.push(originalFile(raw))
  return [...files, ...extra]
}

function fileOf(part: Attachment, index: number): InboundFile {
  const content = typeof part.content === 'string' ? Buffer.from(part.content) : new Uint8Array(part.content)
  return {
    name: fileName(part.filename, part.mimeType, index),
    mediaType: /^[\w.+-]+\/[\w.+-]+$/.test(part.mimeType) ? part.mimeType : 'application/octet-stream',
    content,
    contentId: normaliseMessageId(part.contentId ?? null),
  }
}

/** The whole mail as a file, for whatever we could not or would not unfold. */
export function originalFile(raw: Uint8Array): InboundFile {
  return { name: 'original.eml', mediaType: 'message/rfc822', content: raw, contentId: null }
}

const EXTENSIONS: Record<string, string> = {
  'message/rfc822': 'eml',
  'text/calendar': 'ics',
  'text/html': 'html',
  'text/plain': 'txt',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'application/pdf': 'pdf',
}

/** A name to show and to save under: no folders, no control characters, no text that runs backwards, never empty. */
function fileName(given: string | null, mediaType: string, index: number): string {
  const name = oneLine(given ?? '')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/^.*[/\\]/, '')
    .replace(/^\.+/, '')
    .trim()
    .toWellFormed()
  if (name === '') return `file-${index + 1}.${EXTENSIONS[mediaType] ?? 'bin'}`
  if (name.length <= 200) return name
  const extension = /\.[^.]{1,10}$/.exec(name)?.[0] ?? ''
  return name.slice(0, 200 - extension.length).toWellFormed() + extension
}

function addressesOf(values: string[]): string[] {
  const all = mailboxesOf(values, limits.MAX_RECIPIENTS).map(mailbox => mailbox.address)
  return [...new Set(all)]
}

/** Null where the header holds no date, or one that no mail can bear. */
function dateOf(header: string | null): Date | null {
  const date = new Date(header ?? Number.NaN)
  const year = date.getUTCFullYear()
  return year >= 1980 && year <= 9999 ? date : null
}

function languageOf(headers: Headers, text: string): string | null {
  const declared = /^\s*([a-z]{2})(?:[-_,;\s]|$)/i.exec(headers.get('content-language') ?? '')?.[1]?.toLowerCase()
  return guessLanguage(text) ?? declared ?? null
}
