import { type StatePhrase, statePhrase, theirWords } from '@centrala/core/phrase/state-phrase.ts'
import { seal, unseal } from '@centrala/store/secret.ts'
import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { AddressRefused, resolvePublic } from '../net/address.ts'
import type { Services } from '../services.ts'
import { type AccountMailKind, accountMailText } from './account-mail-text.ts'

/** A tenant's own mail server for mail about accounts; kept encrypted in tenant.account_mail. */
export const MailServer = z.object({
  host: z.string(),
  port: z.number(),
  tls: z.boolean(),
  user: z.string(),
  password: z.string(),
  sender: z.string(),
})
export type MailServer = z.infer<typeof MailServer>

type Needs = Pick<Services, 'db' | 'env' | 'keys' | 'publicUrl'>

export const sealMailServer = (key: Buffer, server: MailServer): Buffer => seal(key, server)

/** The tenant's own server, or null. */
export async function mailServerOf(
  { db, keys }: Pick<Services, 'db' | 'keys'>,
  tenantId: string,
): Promise<MailServer | null> {
  const { rows } = await db.log.query<{ sealed: Buffer | null }>(
    'SELECT account_mail AS sealed FROM tenant WHERE tenant_id = $1',
    [tenantId],
  )
  return rows[0]?.sealed ? MailServer.parse(unseal(keys.secrets, rows[0].sealed)) : null
}

export interface AccountMail {
  kind: AccountMailKind
  to: string
  locale: string | null
  facts: { name: string; tenant: string; link: string }
}

export type MailResult =
  /** `byInstallation`: through the installation's own server, which no tenant's administrator can read. */
  | { sent: true; byInstallation: boolean }
  /** Not sent, and why, for an administrator. */
  | { sent: false; why: StatePhrase }

/**
 * Sends a mail about an account by the tenant's own server, else by the installation's (SMTP_URL).
 * @param tenantId null: by the installation's only
 */
export async function sendAccountMail(
  services: Needs,
  tenantId: string | null,
  mail: AccountMail,
): Promise<MailResult> {
  const { env, publicUrl } = services
  const own = tenantId ? await mailServerOf(services, tenantId) : null
  if (!own && !env.SMTP_URL) return { sent: false, why: statePhrase('accountMail.noServer') }
  try {
    const transport = own
      ? await transportTo(own, env.ALLOW_PRIVATE_ADDRESSES)
      : createTransport({ ...TIMES, url: env.SMTP_URL })
    const from = own?.sender ?? env.SMTP_FROM ?? `centrala@${new URL(publicUrl).hostname}`
    const { subject, text } = accountMailText(mail.kind, mail.locale, mail.facts)
    await transport.sendMail({
      from: { name: 'Centrala', address: from },
      to: { name: mail.facts.name, address: mail.to },
      subject,
      text,
      headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834: nobody's out-of-office note answers it
    })
    transport.close()
    return { sent: true, byInstallation: own === null }
  } catch (error) {
    if (error instanceof AddressRefused) return { sent: false, why: error.phrase }
    return { sent: false, why: statePhrase('accountMail.notTaken', { said: theirWords((error as Error).message) }) }
  }
}

/** Whether anybody here can be mailed a link at all: asked before sign-in, so it may not depend on who asks. */
export async function canMail({ db, env }: Pick<Services, 'db' | 'env'>): Promise<boolean> {
  if (env.SMTP_URL) return true
  const { rowCount } = await db.log.query('SELECT FROM tenant WHERE account_mail IS NOT NULL LIMIT 1')
  return rowCount === 1
}

const TIMES = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }

/** Connects to the address that was checked, not to the name again, which could answer differently the second time. */
async function transportTo(server: MailServer, allowPrivate: boolean) {
  const [{ address }] = await resolvePublic(server.host, { allowPrivate })
  return createTransport({
    ...TIMES,
    host: address,
    port: server.port,
    secure: server.tls,
    requireTLS: !server.tls && server.user !== '', // a password never goes over an open line
    tls: { servername: server.host },
    ...(server.user && { auth: { user: server.user, pass: server.password } }),
  })
}
