import type { EmailAccount } from './account.ts'

/** How to reach and open an account's IMAP server, in imapflow's words. `token` is for XOAUTH2; null signs in by password. */
export function imapConnection(account: EmailAccount, token: string | null) {
  const imap = account.config.imap!
  return {
    host: imap.host,
    port: imap.port,
    secure: imap.security === 'tls',
    // imapflow: true insists on STARTTLS, false never upgrades.
    ...(imap.security === 'tls' ? {} : { doSTARTTLS: imap.security === 'starttls' }),
    auth:
      token === null
        ? { user: imap.user, pass: account.secrets.imapPassword ?? '' }
        : { user: imap.user, accessToken: token },
    ...ownAuthority(account),
    clientInfo: { name: 'Centrala' },
    logger: false as const,
  }
}

/** How to reach and open an account's SMTP server, in nodemailer's words. */
export function smtpConnection(account: EmailAccount, token: string | null) {
  const smtp = account.config.smtp!
  return {
    host: smtp.host,
    port: smtp.port,
    secure: smtp.security === 'tls',
    requireTLS: smtp.security === 'starttls',
    ignoreTLS: smtp.security === 'none',
    ...(token !== null
      ? { auth: { type: 'OAuth2' as const, user: smtp.user, accessToken: token } }
      : smtp.signIn === 'password'
        ? { auth: { user: smtp.user, pass: account.secrets.smtpPassword ?? '' } }
        : {}),
    ...ownAuthority(account),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function ownAuthority({ config }: EmailAccount) {
  return config.caCertificate ? { tls: { ca: config.caCertificate } } : {}
}
