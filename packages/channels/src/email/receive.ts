import type { Inbound } from '../channel.ts'
import type { EmailAccount } from './account.ts'
import { headersOf, mailboxesOf } from './addresses.ts'
import { MAX_MAIL_BYTES, MAX_SUBJECT_CHARS } from './limits.ts'
import { automaticReason } from './loop.ts'
import { messageIdFromContent, normaliseMessageId, referencesOf } from './message-id.ts'
import { originalFile, unknownSender } from './read-mail.ts'
import { readInThread } from './reading.ts'

const UNREADABLE = 'This mail could not be read; the original is attached.'

/**
 * Maps a raw mail to what it says: one message, or one report about a mail of ours. Never throws and always answers within
 * its time: a mail that cannot be read becomes a message that says so, with the original as a file.
 */
export async function receive(raw: Uint8Array, account: EmailAccount): Promise<Inbound[]> {
  if (raw.byteLength > MAX_MAIL_BYTES) return [unreadable(raw, 'It is too large.', account)]
  const reading = await readInThread(raw, account)
  return 'inbound' in reading ? reading.inbound : [unreadable(raw, reading.failure, account)]
}

type InboundMessage = Extract<Inbound, { kind: 'message' }>

/** A report about a mail that nobody here knows, as a message with the original beside it, so that somebody looks at it. */
export function reportAsMessage(raw: Uint8Array, detail: string | null, account: EmailAccount): InboundMessage {
  const notice = 'This is a report about the delivery of a mail that was not sent from here; the original is attached.'
  return { ...plainly(raw, detail ? `${notice} ${detail}` : notice, account), automatic: 'bounce' }
}

function unreadable(raw: Uint8Array, reason: string, account: EmailAccount): InboundMessage {
  return plainly(raw, `${UNREADABLE} ${reason}`, account)
}

/** Takes what it can from the first headers, by rules too simple to fail. */
function plainly(raw: Uint8Array, text: string, account: EmailAccount): InboundMessage {
  const headers = headersOf(firstHeaders(raw))
  const from = mailboxesOf(
    [...headers.all('from').slice(0, 1)].map(value => value.slice(0, 1000)),
    1,
  )[0]
  const subject = (headers.get('subject') ?? '').slice(0, MAX_SUBJECT_CHARS).trim()
  const address = from?.address ?? unknownSender(raw)
  return {
    kind: 'message',
    providerId: normaliseMessageId(headers.get('message-id')) ?? messageIdFromContent(raw),
    sentAt: null,
    sender: { address, name: null, verified: false },
    subject: subject === '' ? null : subject,
    text,
    quoted: null,
    html: null,
    files: [originalFile(raw)],
    references: referencesOf(headers.get('in-reply-to'), headers.get('references')),
    conversationId: null,
    automatic: automaticReason(headers, { from: address, subject }, account.config, account),
    recipients: { to: [], cc: [] },
    language: null,
  }
}

/** Plain "Name: value" lines within the first 64 KB; everything but printable ASCII is dropped. */
function firstHeaders(raw: Uint8Array): { key: string; value: string }[] {
  const start = Buffer.from(raw.subarray(0, 65_536)).toString('latin1').replace(/\r\n?/g, '\n')
  const block = start.split('\n\n', 1)[0]!.replace(/\n[ \t]+/g, ' ')
  return block
    .split('\n')
    .slice(0, 500)
    .map(line => ({ line, colon: line.indexOf(':') }))
    .filter(({ line, colon }) => colon > 0 && /^[\w-]+$/.test(line.slice(0, colon)))
    .map(({ line, colon }) => ({
      key: line.slice(0, colon),
      value: line
        .slice(colon + 1)
        .replace(/[^ -~]+/g, ' ')
        .trim(),
    }))
}
