import { StateError, type StatePhrase, statePhrase, theirWords } from '@centrala/core/phrase/state-phrase.ts'
import type { ImapFlowError } from 'imapflow'
import type { EmailConfig } from './account.ts'
import { OAuthError } from './oauth.ts'

/** Our own side could not keep a mail; it stays in the mailbox. */
export class StoreError extends Error {
  constructor(cause: unknown) {
    super('The mail could not be stored', { cause })
    this.name = 'StoreError'
  }
}

export interface MailboxFailure {
  /** What happened and what to do, for the admin screen. */
  phrase: StatePhrase
  /** Trying again soon would only lock the account: wait longer. */
  isSignIn: boolean
}

const CERTIFICATE =
  /^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|HOSTNAME_MISMATCH)/

/** Whether a code of Node's TLS says that the other side's certificate is not to be trusted. */
export function isCertificateProblem(code: string): boolean {
  return CERTIFICATE.test(code)
}

/** Puts a failure to reach or use a mailbox into words. */
export function explainFailure(error: unknown, config: EmailConfig): MailboxFailure {
  const imap = config.imap!
  if (error instanceof OAuthError) return { phrase: error.phrase, isSignIn: !error.retryable }
  if (error instanceof Error && (error as ImapFlowError).authenticationFailed) {
    const code = imap.signIn === 'oauth2' ? 'mailbox.oauthRefused' : 'mailbox.passwordRefused'
    return { phrase: statePhrase(code, { host: imap.host, user: imap.user }), isSignIn: true }
  }
  return { phrase: phraseOf(error, imap), isSignIn: false }
}

const LOST = [
  'NoConnection',
  'EConnectionClosed',
  'ClosedAfterConnectText',
  'ClosedAfterConnectTLS',
  'ECONNRESET',
  'EPIPE',
]

function phraseOf(error: unknown, { host, port, mailbox: folder }: NonNullable<EmailConfig['imap']>): StatePhrase {
  if (error instanceof StateError) return error.phrase
  if (error instanceof StoreError) return statePhrase('mailbox.notStored')
  if (!(error instanceof Error)) return statePhrase('mailbox.failedSomehow', { host, port })
  const facts = error as ImapFlowError
  const code = codeOf(facts)
  if (facts.mailboxMissing || (facts.command === 'SELECT' && facts.responseStatus === 'NO'))
    return statePhrase('mailbox.noFolder', { folder })
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return statePhrase('mailbox.hostUnknown', { host })
  if (code === 'ECONNREFUSED') return statePhrase('mailbox.nothingThere', { host, port })
  if (isCertificateProblem(code))
    return statePhrase('mailbox.certificateInvalid', { host, said: theirWords(facts.message) })
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO') return statePhrase('mailbox.noTls', { host, port })
  if (facts.tlsFailed || /STARTTLS/i.test(facts.message)) return statePhrase('mailbox.noStarttls', { host, port })
  if (/TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(code)) return statePhrase('mailbox.noAnswer', { host, port })
  if (LOST.includes(code)) return statePhrase('mailbox.connectionLost', { host, port })
  return statePhrase('mailbox.failed', { host, said: theirWords(facts.responseText ?? facts.message) })
}

function codeOf(error: ImapFlowError): string {
  return error.code ?? (error.cause instanceof Error ? ((error.cause as NodeJS.ErrnoException).code ?? '') : '')
}
