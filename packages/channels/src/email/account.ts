import { z } from 'zod'
import type { ChannelAccountView } from '../channel.ts'

/** `tls`: encrypted from the first byte; `starttls`: upgraded, and refused where the server cannot; `none`: in the clear. */
const security = z.enum(['tls', 'starttls', 'none'])
/** `none` is for a relay that trusts our network; `oauth2` signs in by XOAUTH2 with a token from `oauth`. */
const signIn = z.enum(['password', 'oauth2', 'none'])

const host = z.string().trim().min(1, 'Write the server’s name, for example imap.example.com').max(253)
const port = z.int().min(1).max(65535)
/** A plain address: no display name, no quotes, no control characters, nothing that could start another header. */
export const mailAddress = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@<>(),;:"\\[\]]{1,64}@[^\s@<>(),;:"\\[\]]+$/, 'Write an address such as support@example.com')
  .refine(isPrintable, 'The address holds characters that no address may hold')

function isPrintable(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being refused
  return !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)
}

const singleLine = z.string().trim().max(200).refine(isPrintable, 'Write one line of text')

export const emailConfig = z.strictObject({
  fromAddress: mailAddress.meta({ title: 'Address', description: 'What customers see as sender and write to' }),
  fromName: singleLine.default('').meta({ title: 'Name', description: 'Shown beside the address' }),
  imap: z
    .strictObject({
      host,
      port: port.default(993),
      security: security.default('tls'),
      signIn: z.enum(['password', 'oauth2']).default('password'),
      user: z.string().trim().min(1).max(254),
      mailbox: z.string().trim().min(1).max(500).default('INBOX'),
      /** What to fetch when the mailbox is connected for the first time. */
      startFrom: z.enum(['unread', 'now', 'all']).default('unread'),
      markRead: z.boolean().default(true),
      /** How often to look where the server cannot push (no IDLE). */
      pollSeconds: z.int().min(5).max(3600).default(60),
    })
    .nullable()
    .default(null)
    .meta({ title: 'Incoming mail (IMAP)' }),
  smtp: z
    .strictObject({
      host,
      port: port.default(587),
      security: security.default('starttls'),
      signIn: signIn.default('password'),
      user: z.string().trim().max(254).default(''),
    })
    .nullable()
    .default(null)
    .meta({ title: 'Outgoing mail (SMTP)' }),
  oauth: z
    .strictObject({
      tokenEndpoint: z.url({ protocol: /^https?$/ }),
      clientId: z.string().trim().min(1).max(500),
      scope: z.string().trim().max(1000).default(''),
    })
    .nullable()
    .default(null)
    .meta({ title: 'OAuth 2', description: 'Needed where IMAP or SMTP signs in by OAuth 2' }),
  /** Addresses for which the built-in SMTP intake accepts mail into this account. */
  intakeAddresses: z.array(mailAddress).max(100).default([]),
  /** Put a signed token into Reply-To (`support+c.…@`), so that a reply finds its conversation without any header. */
  plusAddressing: z.boolean().default(true),
  /** Domain for Reply-To where it is not the domain of the address, for example one that is delivered to the SMTP intake. */
  replyDomain: z
    .string()
    .trim()
    .max(253)
    .regex(/^[a-z0-9.-]+$/i)
    .nullable()
    .default(null),
  /**
   * authserv-id of our own receiving server (RFC 8601). Only its DMARC verdict makes a sender verified, and only set it
   * where that server removes foreign Authentication-Results headers bearing its name (Google and Microsoft do).
   */
  trustedAuthservId: z.string().trim().min(1).max(253).nullable().default(null),
  /** PEM of a private certificate authority that signed the mail servers’ certificates. */
  caCertificate: z.string().max(100_000).nullable().default(null),
})
export type EmailConfig = z.infer<typeof emailConfig>

export const emailSecrets = z.strictObject({
  imapPassword: z.string().max(2000).nullable().default(null),
  smtpPassword: z.string().max(2000).nullable().default(null),
  oauthClientSecret: z.string().max(4000).nullable().default(null),
  oauthRefreshToken: z.string().max(10_000).nullable().default(null),
})
export type EmailSecrets = z.infer<typeof emailSecrets>

export type EmailAccount = ChannelAccountView<EmailConfig, EmailSecrets>

/** Every address at which this account receives, tokens aside, in lower case. */
export function ownAddresses(config: EmailConfig): Set<string> {
  const { fromAddress, intakeAddresses, replyDomain } = config
  const replies = replyDomain === null ? [] : [`${fromAddress.slice(0, fromAddress.lastIndexOf('@'))}@${replyDomain}`]
  return new Set([fromAddress, ...intakeAddresses, ...replies].map(address => address.toLowerCase()))
}

/** The domain of an address, in lower case; empty where there is none. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}
