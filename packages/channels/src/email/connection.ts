import { connect, isIP, type Socket } from 'node:net'
import type { Network } from '../channel.ts'
import type { EmailAccount } from './account.ts'

/** How to reach and open an account's IMAP server, in imapflow's words. `token` is for XOAUTH2; null signs in by password. */
export async function imapConnection(account: EmailAccount, token: string | null) {
  const imap = account.config.imap!
  return {
    host: account.network ? await account.network.addressOf(imap.host) : imap.host,
    ...(isIP(imap.host) === 0 && { servername: imap.host }),
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
    ...(account.network && { getSocket: socketBy(account.network, smtp.host, smtp.port) }),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

const CONNECT_MS = 20_000

/** Opens each connection of a transport to a checked address; TLS still asks for the name. */
function socketBy(network: Network, host: string, port: number) {
  return (_options: unknown, done: (error: Error | null, socket?: { connection: Socket }) => void) => {
    network.addressOf(host).then(
      address => {
        const socket = connect({ host: address, port })
        const fail = (error: Error) => {
          socket.destroy()
          done(error)
        }
        const late = () => fail(Object.assign(new Error(`${host} did not answer in time`), { code: 'ETIMEDOUT' }))
        socket.setTimeout(CONNECT_MS, late)
        socket.once('error', fail)
        socket.once('connect', () => {
          socket.setTimeout(0)
          socket.removeListener('timeout', late)
          socket.removeListener('error', fail)
          done(null, { connection: socket })
        })
      },
      error => done(error),
    )
  }
}

function ownAuthority({ config }: EmailAccount) {
  return config.caCertificate ? { tls: { ca: config.caCertificate } } : {}
}
