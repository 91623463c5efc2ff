import { createHash } from 'node:crypto'
import { inEnglish, StateError, type StatePhrase, statePhrase, theirWords } from '@centrala/core/phrase/state-phrase.ts'
import { createTransport, type Transporter } from 'nodemailer'
import type { NodemailerError } from 'nodemailer/lib/errors'
import type { SendResult } from '../channel.ts'
import type { EmailAccount } from './account.ts'
import type { ComposedMail } from './compose.ts'
import { smtpConnection } from './connection.ts'
import { isCertificateProblem } from './mailbox-failure.ts'
import { accessToken, OAuthError } from './oauth.ts'

/** One pooled transport for each account; a changed setting replaces it. */
interface Sender {
  settings: string
  transport: Transporter
}
const senders = new Map<string, Sender>()

/**
 * Hands a mail to the account's SMTP server. Final: what the server will refuse again (5xx), a wrong password. Retryable:
 * 4xx, a server that is away or slow. Retrying doubles nothing for the reader, since the Message-ID stays the same.
 */
export async function sendBySmtp(mail: ComposedMail, account: EmailAccount): Promise<SendResult> {
  if (!account.config.smtp) {
    return {
      ok: false,
      retryable: false,
      code: 'mailServer.missing',
      detail: 'The account has no outgoing mail server. Set one up.',
    }
  }
  const first = await attempt(mail, account, false)
  const isTokenRefused =
    !first.ok && first.code === 'mailServer.signInRefused' && account.config.smtp.signIn === 'oauth2'
  return isTokenRefused ? attempt(mail, account, true) : first
}

async function attempt(mail: ComposedMail, account: EmailAccount, freshToken: boolean): Promise<SendResult> {
  try {
    const token = account.config.smtp?.signIn === 'oauth2' ? await accessToken(account, freshToken) : null
    const info = await senderFor(account, token).sendMail({ raw: mail.raw, envelope: mail.envelope })
    const response = info.response ?? ''
    const rejected = (info.rejected ?? []).map(String)
    const detail = rejected.length > 0 ? `Not accepted for ${rejected.join(', ')}: ${response}` : response
    return { ok: true, providerId: mail.messageId, detail: detail.slice(0, 500) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return classify(error)
  }
}

/** Ends every connection. Call when the process stops. */
export function closeSenders(): void {
  for (const sender of senders.values()) sender.transport.close()
  senders.clear()
}

function senderFor(account: EmailAccount, token: string | null): Transporter {
  const smtp = account.config.smtp!
  const facts = [smtp, account.secrets.smtpPassword, account.config.caCertificate, token]
  const settings = createHash('sha256').update(JSON.stringify(facts)).digest('hex')
  const known = senders.get(account.id)
  if (known?.settings === settings) return known.transport
  known?.transport.close()

  const transport = createTransport({
    pool: true,
    ...smtpConnection(account, token),
    maxConnections: 3,
    maxMessages: 100,
    maxRequeues: 0,
    idleTimeout: 30_000,
    connectionTimeout: 20_000,
    greetingTimeout: 20_000,
    socketTimeout: 120_000,
  })
  senders.set(account.id, { settings, transport })
  return transport
}

/** What a failure means for the mail. */
export function classify(error: NodemailerError): SendResult & { ok: false } {
  const { retryable, code, phrase } = meaningOf(error)
  return { ok: false, retryable, code, detail: inEnglish(phrase) }
}

export interface SendFailure {
  retryable: boolean
  code: string
  phrase: StatePhrase
}

/** What a failure means (RFC 5321 4.2.1: 4yz may pass later, 5yz will not). */
export function meaningOf(error: NodemailerError): SendFailure {
  if (error instanceof OAuthError)
    return { retryable: error.retryable, code: 'mailServer.oauthRefused', phrase: error.phrase }
  if (error instanceof StateError) return { retryable: true, code: 'mailServer.unreachable', phrase: error.phrase }
  const said = theirWords(error.response ?? error.message, 500)
  const code = error.responseCode
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH') {
    const retryable = code !== undefined && code < 500
    const phrase = statePhrase(retryable ? 'mailServer.signInDeferred' : 'mailServer.signInRefused', { said })
    return { retryable, code: 'mailServer.signInRefused', phrase }
  }
  if (code !== undefined) {
    const retryable = error.permanent === undefined ? code < 500 : !error.permanent
    const what = retryable ? 'mailServer.deferred' : 'mailServer.refused'
    return { retryable, code: what, phrase: statePhrase(what, { said }) }
  }
  if (error.code === 'ETLS' || isCertificateProblem(error.originalCode ?? ''))
    return { retryable: true, code: 'mailServer.tlsFailed', phrase: statePhrase('mailServer.tlsFailed', { said }) }
  if (error.code === 'EENVELOPE' || error.code === 'EMESSAGE' || error.code === 'ECONFIG')
    return { retryable: false, code: 'mail.notSendable', phrase: statePhrase('mailServer.notSendable', { said }) }
  return { retryable: true, code: 'mailServer.unreachable', phrase: statePhrase('mailServer.unreachable', { said }) }
}
