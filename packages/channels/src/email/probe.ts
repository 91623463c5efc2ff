import { statePhrase, told } from '@centrala/core/phrase/state-phrase.ts'
import { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import type { ProbeResult } from '../channel.ts'
import type { EmailAccount, EmailConfig, EmailSecrets } from './account.ts'
import { imapConnection, smtpConnection } from './connection.ts'
import { explainFailure } from './mailbox-failure.ts'
import { accessToken } from './oauth.ts'
import { meaningOf } from './smtp-sender.ts'

const TIMEOUT_MS = 12_000

/** The servers an account connects to. */
export function servers(config: EmailConfig): string[] {
  const token = config.oauth && [config.imap?.signIn, config.smtp?.signIn].includes('oauth2')
  const hosts = [
    config.imap?.host,
    config.smtp?.host,
    token ? new URL(config.oauth!.tokenEndpoint).hostname : undefined,
  ]
  return [...new Set(hosts.filter(host => host !== undefined))]
}

/** Which of them each secret is sent to. */
export function secretGoesTo({ imap, smtp, oauth }: EmailConfig): Partial<Record<keyof EmailSecrets, string>> {
  const token = oauth ? new URL(oauth.tokenEndpoint).host : undefined
  return {
    ...(imap && { imapPassword: imap.host }),
    ...(smtp && { smtpPassword: smtp.host }),
    ...(token && { oauthRefreshToken: token, oauthClientSecret: token }),
  }
}

/** Signs in to the mailbox and to the sending server, reads and sends nothing, and says what came of it. */
export async function probe(account: EmailAccount): Promise<ProbeResult[]> {
  const { config } = account
  const parts = await Promise.all([config.imap ? probeImap(account) : null, config.smtp ? probeSmtp(account) : null])
  const results = parts.filter(part => part !== null)
  if (!config.imap && config.intakeAddresses.length === 0)
    results.push({ part: 'imap', ok: false, ...told(statePhrase('mailbox.noWayIn')) })
  if (!config.smtp) results.push({ part: 'smtp', ok: false, ...told(statePhrase('mailServer.missing')) })
  return results
}

async function probeImap(account: EmailAccount): Promise<ProbeResult> {
  const imap = account.config.imap!
  let client: ImapFlow | undefined
  try {
    const token = imap.signIn === 'oauth2' ? await accessToken(account, true) : null
    client = new ImapFlow({
      ...(await imapConnection(account, token)),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableAutoIdle: true,
    })
    client.on('error', () => {}) // told by the call that fails
    await client.connect()
    const mailbox = await client.mailboxOpen(imap.mailbox, { readOnly: true })
    const facts = { user: imap.user, folder: imap.mailbox, count: mailbox.exists }
    return { part: 'imap', ok: true, ...told(statePhrase('mailbox.signedIn', facts)) }
  } catch (error) {
    return { part: 'imap', ok: false, ...told(explainFailure(error, account.config).phrase) }
  } finally {
    client?.close()
  }
}

async function probeSmtp(account: EmailAccount): Promise<ProbeResult> {
  const smtp = account.config.smtp!
  try {
    const token = smtp.signIn === 'oauth2' ? await accessToken(account, true) : null
    const transport = createTransport({
      ...smtpConnection(account, token),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
    })
    await transport.verify().finally(() => transport.close())
    const { host, user } = smtp
    const phrase =
      smtp.signIn === 'none'
        ? statePhrase('mailServer.open', { host })
        : statePhrase('mailServer.signedIn', { host, user })
    return { part: 'smtp', ok: true, ...told(phrase) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { part: 'smtp', ok: false, ...told(meaningOf(error).phrase) }
  }
}
