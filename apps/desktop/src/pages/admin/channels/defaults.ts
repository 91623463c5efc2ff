/** What a new chat begins with; the rest is as the channel's own schema has it. */
export const CHAT_START: Record<string, unknown> = { color: '#0f766e', theme: 'auto', position: 'end', locale: 'en' }

/** What a new mailbox begins with. */
export const EMAIL_START: Record<string, unknown> = {
  fromAddress: '',
  imap: { host: '', port: 993, security: 'tls', signIn: 'password', user: '', mailbox: 'INBOX', startFrom: 'unread' },
  smtp: { host: '', port: 587, security: 'starttls', signIn: 'password', user: '' },
}

interface Provider {
  key: 'google' | 'microsoft'
  config: Record<string, unknown>
}

/** Settings that are the same for everybody at a large provider. Sources: their own setup pages for IMAP, SMTP and OAuth 2. */
export const PROVIDERS: readonly Provider[] = [
  {
    key: 'google',
    config: {
      imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
      smtp: { host: 'smtp.gmail.com', port: 587, security: 'starttls' },
      oauth: { tokenEndpoint: 'https://oauth2.googleapis.com/token', scope: 'https://mail.google.com/' },
      trustedAuthservId: 'mx.google.com',
    },
  },
  {
    key: 'microsoft',
    config: {
      imap: { host: 'outlook.office365.com', port: 993, security: 'tls' },
      smtp: { host: 'smtp.office365.com', port: 587, security: 'starttls' },
      oauth: {
        tokenEndpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
        scope: 'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access',
      },
    },
  },
]
