import type { Attachment } from 'postal-mime'
import type { Headers } from './addresses.ts'
import { normaliseMessageId } from './message-id.ts'

/** What a report about one of our mails says. Reports that name no mail stay ordinary messages, so that somebody reads them. */
export interface DeliveryReport {
  messageProviderId: string
  status: 'delivered' | 'read' | 'failed' | 'delayed'
  detail: string
}

interface RecipientStatus {
  recipient: string
  action: string
  status: string
  diagnostic: string
}

const RETURNED_MAIL =
  /^(?:message\/rfc822|message\/global|text\/rfc822-headers|message\/rfc822-headers|message\/global-headers)$/
const READABLE_BYTES = 64 * 1024

/**
 * Reads delivery reports (RFC 3464), read receipts (RFC 8098), and the free-form bounces that some servers still write.
 * Null where the mail is no report, or does not say which mail it is about.
 */
export function readDeliveryReport(
  headers: Headers,
  mail: { from: string; subject: string | null; text: string },
  files: readonly Attachment[],
): DeliveryReport | null {
  const part = (type: string) => files.find(file => file.mimeType === type)

  const status = part('message/delivery-status') ?? part('message/global-delivery-status')
  if (status) {
    const recipients = recipientsOf(textOf(status))
    const about = reportedMessageId(headers, mail.text, files, null)
    return about && recipients.length > 0 ? { messageProviderId: about, ...summarise(recipients) } : null
  }

  const receipt = part('message/disposition-notification')
  if (receipt) {
    const fields = fieldsOf(textOf(receipt))
    const about = reportedMessageId(headers, mail.text, files, fields.get('original-message-id') ?? null)
    if (!about || !/;\s*displayed\b/i.test(fields.get('disposition') ?? '')) return null
    return { messageProviderId: about, status: 'read', detail: 'The recipient’s mail program says it was displayed.' }
  }

  return isFreeFormBounce(headers, mail) ? readFreeForm(headers, mail, files) : null
}

/** A bounce by who sent it and what it is called, whether or not it can be read. */
export function isFreeFormBounce(headers: Headers, mail: { from: string; subject: string | null }): boolean {
  const isSystem =
    /^(?:mailer-daemon|postmaster|microsoftexchange[0-9a-f]+|mail-?daemon)@/i.test(mail.from) ||
    headers.get('x-failed-recipients') !== null ||
    /^\s*<\s*>\s*$/.test(headers.get('return-path') ?? '')
  return (
    isSystem &&
    /undeliver|delivery (?:status|has failed|failed|failure|delayed|incomplete)|failure notice|returned mail|mail delivery (?:failed|system)|could not be delivered|warning: message|nedostav|није испоруч|nije isporuč|isporuka nije|nelivrat|недостав|не доставлен|unzustellbar/i.test(
      mail.subject ?? '',
    )
  )
}

function readFreeForm(
  headers: Headers,
  mail: { subject: string | null; text: string },
  files: readonly Attachment[],
): DeliveryReport | null {
  const messageProviderId = reportedMessageId(headers, mail.text, files, null)
  if (!messageProviderId) return null
  const start = mail.text.slice(0, 10_000)
  const recipient =
    headers.get('x-failed-recipients')?.trim() ?? /<?([^\s<>@:]+@[^\s<>@:]+\.[^\s<>@:]+)>?/.exec(start)?.[1] ?? ''
  const diagnostic = /^.*\b(?:5\d\d|4\d\d)[ -](?:#?[45]\.\d+\.\d+)?.*$/m.exec(start)?.[0]?.trim() ?? ''
  const status = /\b([45]\.\d{1,3}\.\d{1,3})\b/.exec(diagnostic)?.[1] ?? ''
  const action = /delay|warning/i.test(mail.subject ?? '') ? 'delayed' : 'failed'
  return { messageProviderId, ...summarise([{ recipient, action, status, diagnostic }]) }
}

function recipientsOf(report: string): RecipientStatus[] {
  return report
    .split(/\n\s*\n/)
    .map(fieldsOf)
    .filter(fields => fields.has('action') || fields.has('status'))
    .slice(0, 100)
    .map(fields => ({
      recipient: addressIn(fields.get('original-recipient') ?? fields.get('final-recipient') ?? ''),
      action: (fields.get('action') ?? 'failed').split(/[\s(]/)[0]!.toLowerCase(),
      status: /\d\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0] ?? '',
      diagnostic: (fields.get('diagnostic-code') ?? '').replace(/^\s*[\w-]+\s*;\s*/, ''),
    }))
}

function addressIn(field: string): string {
  return field.replace(/^\s*[\w-]+\s*;\s*/, '').replace(/[<>\s]/g, '')
}

/** The worst outcome speaks for the mail; a sentence for each recipient concerned. */
function summarise(recipients: RecipientStatus[]): { status: DeliveryReport['status']; detail: string } {
  const failed = recipients.filter(one => one.action === 'failed')
  const delayed = recipients.filter(one => one.action === 'delayed')
  const [status, concerned] =
    failed.length > 0
      ? (['failed', failed] as const)
      : delayed.length > 0
        ? (['delayed', delayed] as const)
        : (['delivered', recipients] as const)
  return {
    status,
    detail: concerned
      .slice(0, 10)
      .map(one => sentence(one, status))
      .join(' '),
  }
}

/** Meaning of enhanced status codes (RFC 3463, IANA registry), as a person would say it. */
const MEANING: [RegExp, string][] = [
  [/^[45]\.1\.(?:1|10|6)$/, 'the address does not exist'],
  [/^[45]\.1\.[23]$/, 'the address is written wrongly or its domain does not exist'],
  [/^[45]\.2\.1$/, 'the mailbox is switched off'],
  [/^[45]\.2\.2$/, 'the mailbox is full'],
  [/^[45]\.(?:2\.3|3\.4)$/, 'the mail is too large for the recipient'],
  [/^[45]\.4\.[46]$/, 'no mail server was found for the domain'],
  [/^[45]\.4\.[17]$/, 'the recipient’s server could not be reached'],
  [/^[45]\.7\./, 'the recipient’s server refused it by its policy or as spam'],
]

function sentence(one: RecipientStatus, status: DeliveryReport['status']): string {
  const whom = one.recipient || 'A recipient'
  const why = MEANING.find(([code]) => code.test(one.status))?.[1]
  const said = one.diagnostic.replace(/\s+/g, ' ').trim().slice(0, 300)
  const because = (why ? `: ${why}` : '') + (said ? ` (${said})` : '')
  if (status === 'delivered') return `${whom} got the mail.`
  if (status === 'delayed') return `${whom} has not got the mail yet${because}. Delivery is still being tried.`
  return `${whom} did not get the mail${because}.`
}

/** From the returned mail or its headers; else as the report itself refers to it (Gmail, Exchange); else from its text. */
function reportedMessageId(
  headers: Headers,
  text: string,
  files: readonly Attachment[],
  named: string | null,
): string | null {
  const returned = files.find(file => RETURNED_MAIL.test(file.mimeType))
  const inReturned = returned ? (fieldsOf(headerBlock(textOf(returned))).get('message-id') ?? null) : null
  const inText = /^[> \t]*Message-I[Dd]:\s*(<[^<>\s]+>)/m.exec(text.slice(0, READABLE_BYTES))?.[1] ?? null
  const referred =
    headers.get('in-reply-to') ?? headers.get('x-original-message-id') ?? lastOf(headers.get('references'))
  return normaliseMessageId(named ?? inReturned ?? inText ?? referred)
}

function lastOf(references: string | null): string | null {
  return references?.match(/<[^<>]+>/g)?.at(-1) ?? null
}

function headerBlock(mail: string): string {
  return mail.replace(/^\s+/, '').split(/\n\s*\n/, 1)[0]!
}

/** Header-like fields, folded lines joined; the first of a name counts. */
function fieldsOf(block: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of block.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase()
    if (name !== '' && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim())
  }
  return fields
}

function textOf(file: Attachment): string {
  const { content } = file
  if (typeof content === 'string') return content.slice(0, READABLE_BYTES).replace(/\r\n?/g, '\n')
  const bytes = content instanceof Uint8Array ? content : new Uint8Array(content)
  return Buffer.from(bytes.subarray(0, READABLE_BYTES)).toString('utf8').replace(/\r\n?/g, '\n')
}
