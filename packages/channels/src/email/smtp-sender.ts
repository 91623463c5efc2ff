import { createHash } from 'node:crypto'
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

/** What a failure means (RFC 5321 4.2.1: 4yz may pass later, 5yz will not). */
export function classify(error: NodemailerError): SendResult & { ok: false } {
  if (error instanceof OAuthError) {
    return { ok: false, retryable: error.retryable, code: 'mailServer.oauthRefused', detail: error.message }
  }
  const said = (error.response ?? error.message).replace(/\s+/g, ' ').slice(0, 500)
  const code = error.responseCode
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH') {
    const retryable = code !== undefined && code < 500
    const what = retryable
      ? 'The mail server cannot check the sign-in now'
      : 'The mail server refused user name or password'
    return { ok: false, retryable, code: 'mailServer.signInRefused', detail: `${what}: ${said}` }
  }
  if (code !== undefined) {
    const retryable = error.permanent === undefined ? code < 500 : !error.permanent
    return {
      ok: false,
      retryable,
      code: retryable ? 'mailServer.deferred' : 'mailServer.refused',
      detail: `${retryable ? 'The mail server put the mail off' : 'The mail server refused the mail'}: ${said}`,
    }
  }
  if (error.code === 'ETLS' || isCertificateProblem(error.originalCode ?? '')) {
    return {
      ok: false,
      retryable: true,
      code: 'mailServer.tlsFailed',
      detail: `No safe connection to the mail server: ${said}`,
    }
  }
  if (error.code === 'EENVELOPE' || error.code === 'EMESSAGE' || error.code === 'ECONFIG') {
    return { ok: false, retryable: false, code: 'mail.notSendable', detail: said }
  }
  return {
    ok: false,
    retryable: true,
    code: 'mailServer.unreachable',
    detail: `The mail server could not be reached: ${said}`,
  }
}
