import { createHmac, timingSafeEqual } from 'node:crypto'
import { type EmailConfig, ownAddresses } from './account.ts'
import type { Headers } from './addresses.ts'
import { type TokenScope, withoutToken } from './token.ts'

/** Why a mail counts as written by a machine. It is stored and shown, never answered automatically. */
export type AutomaticReason =
  | 'loop'
  | 'auto-replied'
  | 'auto-generated'
  | 'list'
  | 'bulk'
  | 'null-return-path'
  | 'no-reply'
  | 'bounce'

/** Header that marks what we sent ourselves. Its value is signed, so it names this installation and tenant, no other. */
export const MARKER_HEADER = 'X-Centrala-Mark'

export function marker(messageId: string, scope: TokenScope): string {
  return `${messageId} ${signMark(messageId, scope)}`
}

function isOwnMark(value: string, scope: TokenScope): boolean {
  const [messageId = '', signature = ''] = value.trim().split(/\s+/)
  const expected = Buffer.from(signMark(messageId, scope))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function signMark(messageId: string, scope: TokenScope): string {
  const mac = createHmac('sha256', scope.signingKey).update(`email-mark\0${scope.tenantId}\0${messageId}`)
  return mac.digest('hex').slice(0, 32)
}

const NO_REPLY =
  /^(?:no-?_?\.?reply|do-?_?not-?_?reply|ne-?odgovaraj|nu-?raspunde|mailer-daemon|postmaster|bounces?|auto-?reply)(?:[+._=-].*)?$/i
const OUT_OF_OFFICE =
  /^\s*(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|automatski odgovor|izvan ureda|automatska poruka|аутоматски одговор|аутоматска порука|răspuns automat|raspuns automat|автоответ|автоматический ответ|abwesenheitsnotiz|automatische antwort)\s*[:–-]/iu

/**
 * Judges by what the sender's system declares (RFC 3834 Auto-Submitted, RFC 2919 List-Id, RFC 5321 null return path) and
 * by what older systems do instead. The strongest reason wins; null means a person wrote it.
 */
export function automaticReason(
  headers: Headers,
  mail: { from: string; subject: string | null },
  config: EmailConfig,
  scope: TokenScope,
): AutomaticReason | null {
  if (headers.all(MARKER_HEADER).some(value => isOwnMark(value, scope))) return 'loop'
  if (ownAddresses(config).has(withoutToken(mail.from).toLowerCase())) return 'loop'

  const submitted = headers
    .get('auto-submitted')
    ?.split(/[;\s(]/)[0]
    ?.toLowerCase()
  if (submitted === 'auto-replied') return 'auto-replied'
  const repliesItself = ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply', 'x-mail-autoreply']
  if (repliesItself.some(name => isSet(headers.get(name)))) return 'auto-replied'
  const precedence = headers.get('precedence')?.trim().toLowerCase()
  if (precedence === 'auto_reply' || precedence === 'auto-reply') return 'auto-replied'
  if (OUT_OF_OFFICE.test(mail.subject ?? '')) return 'auto-replied'

  if (headers.get('list-id') || headers.get('list-post') || precedence === 'list') return 'list'
  if (submitted && submitted !== 'no') return 'auto-generated'
  if (headers.get('list-unsubscribe') || precedence === 'bulk' || precedence === 'junk') return 'bulk'
  if (isSet(headers.get('x-ms-exchange-generated-message-source'))) return 'auto-generated'
  if (/\b(?:all|oof|autoreply)\b/i.test(headers.get('x-auto-response-suppress') ?? '')) return 'auto-generated'

  if (/^\s*<\s*>\s*$/.test(headers.get('return-path') ?? '')) return 'null-return-path'
  if (NO_REPLY.test(mail.from.slice(0, mail.from.lastIndexOf('@')))) return 'no-reply'
  return null
}

function isSet(value: string | null): boolean {
  return value !== null && !/^\s*(?:no|false|0)?\s*$/i.test(value)
}

export interface AutoReplyFacts {
  /** `automatic` of the mail to be answered. */
  automatic: string | null
  /** Automatic replies that we sent to this address in the last 24 hours. */
  repliesToSender: number
  /** Mails that came from this address in the last 10 minutes, this one included. */
  mailsFromSender: number
  /** Automatic replies that the account sent to anybody in the last hour. */
  repliesFromAccount: number
}

export type AutoReplyDecision = { allowed: true } | { allowed: false; reason: string }

/** At most this much, whatever the headers say: a machine that declares nothing is caught by its pace. */
export const AUTO_REPLY_LIMITS = { repliesToSender: 3, mailsFromSender: 10, repliesFromAccount: 500 }

/** Whether this mail may be answered by a machine (a confirmation, a survey). The last wall against two robots talking. */
export function mayReplyAutomatically(facts: AutoReplyFacts, limits = AUTO_REPLY_LIMITS): AutoReplyDecision {
  if (facts.automatic !== null)
    return { allowed: false, reason: `The mail was written by a machine (${facts.automatic}).` }
  if (facts.repliesToSender >= limits.repliesToSender) {
    return { allowed: false, reason: `This address got ${facts.repliesToSender} automatic replies in 24 hours.` }
  }
  if (facts.mailsFromSender > limits.mailsFromSender) {
    return { allowed: false, reason: `This address sent ${facts.mailsFromSender} mails in 10 minutes.` }
  }
  if (facts.repliesFromAccount >= limits.repliesFromAccount) {
    return { allowed: false, reason: `The account sent ${facts.repliesFromAccount} automatic replies in an hour.` }
  }
  return { allowed: true }
}
