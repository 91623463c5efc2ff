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
  sentence: string
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
  const server = `${imap.host}:${imap.port}`
  const failure = (sentence: string, isSignIn = false): MailboxFailure => ({ sentence, isSignIn })
  if (error instanceof StoreError) {
    return failure(
      'A mail could not be stored here. It stays in the mailbox and is fetched again as soon as storing works.',
    )
  }
  if (error instanceof OAuthError) return failure(error.message, !error.retryable)
  if (!(error instanceof Error))
    return failure(`The mailbox at ${server} failed for an unknown reason. It is tried again.`)

  if ('code' in error && error.code === 'address.private') return failure(error.message)
  const facts = error as ImapFlowError
  const code = codeOf(facts)
  if (facts.authenticationFailed) {
    const what =
      imap.signIn === 'oauth2'
        ? 'the OAuth 2 sign-in. Connect the account again.'
        : 'the password. Write the password again; some providers want an app password.'
    return failure(`The mail server ${imap.host} refused the user “${imap.user}” with ${what}`, true)
  }
  if (facts.mailboxMissing || (facts.command === 'SELECT' && facts.responseStatus === 'NO')) {
    return failure(`The mailbox has no folder “${imap.mailbox}”. Choose another folder or create it.`)
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return failure(`The mail server “${imap.host}” was not found. Check the server’s name.`)
  }
  if (code === 'ECONNREFUSED') {
    return failure(`Nothing answers at ${server}. Check the port, and whether the mail server is running.`)
  }
  if (isCertificateProblem(code)) {
    return failure(
      `The certificate of ${imap.host} is not valid (${facts.message}). Have it renewed, or add the certificate of your own authority.`,
    )
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO') {
    return failure(`${server} does not speak TLS from the start. Choose STARTTLS, or the port for TLS (usually 993).`)
  }
  if (facts.tlsFailed || /STARTTLS/i.test(facts.message)) {
    return failure(`${server} offers no STARTTLS. Choose TLS with its port (usually 993).`)
  }
  if (/TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(code)) {
    return failure(`${server} does not answer. Check name, port and firewall.`)
  }
  const lost = [
    'NoConnection',
    'EConnectionClosed',
    'ClosedAfterConnectText',
    'ClosedAfterConnectTLS',
    'ECONNRESET',
    'EPIPE',
  ]
  if (lost.includes(code)) return failure(`The connection to ${server} was lost. It is being made again.`)
  return failure(
    `The mail server ${imap.host} failed: ${(facts.responseText ?? facts.message).slice(0, 200)}. It is tried again.`,
  )
}

function codeOf(error: ImapFlowError): string {
  return error.code ?? (error.cause instanceof Error ? ((error.cause as NodeJS.ErrnoException).code ?? '') : '')
}
