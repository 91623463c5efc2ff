import { resolve } from 'node:path'
import { NODE_LEASE_SECONDS } from '@centrala/api/voice-link.ts'
import { z } from 'zod'

const flag = z.enum(['0', '1', 'true', 'false'], 'Write 1 or 0.').transform(value => value === '1' || value === 'true')
const port = z.coerce
  .number('Write a number from 1 to 65535.')
  .int('Write a whole number.')
  .min(0, 'Write a number from 1 to 65535.')
  .max(65535, 'Write a number from 1 to 65535.')

const Env = z.object({
  PORT: port.default(3000),
  HOST: z
    .string()
    .regex(/^[0-9a-zA-Z.:-]+$/, 'Write an address such as 127.0.0.1 or 0.0.0.0.')
    .optional(),
  DATA_DIR: z
    .string()
    .min(1, 'Write a folder.')
    .default('.data')
    .transform(value => resolve(value)),
  DATABASE_URL: z
    .string()
    .regex(
      /^postgres(ql)?:\/\/[^\s]+$/,
      'Write a connection string such as postgres://user:password@host:5432/centrala, of a role that may create roles.',
    )
    .optional(),
  /** Where files are kept; with several server nodes a folder that all of them reach. DATA_DIR/blobs where it is not set. */
  BLOB_DIR: z
    .string()
    .min(1, 'Write a folder.')
    .transform(value => resolve(value))
    .optional(),
  /** How long the journal of routing is kept: what happened in this time can be replayed. */
  ROUTING_JOURNAL_DAYS: z.coerce
    .number('Write a number of days.')
    .int('Write a whole number.')
    .min(1, 'Write 1 or more.')
    .default(30),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'Write the address people use, such as https://desk.example.com.' })
    .transform(value => value.replace(/\/+$/, ''))
    .optional(),
  SECRET_KEY: z.string().min(32, 'Write at least 32 random characters, e.g. from "openssl rand -hex 32".').optional(),
  SMTP_INTAKE_PORT: port.optional(),
  /** How mail about accounts (invitations, password links) is sent, where a tenant has set nothing else. */
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^\s]+$/, 'Write an address such as smtp://user:password@smtp.example.com:587.')
    .optional(),
  SMTP_FROM: z.email('Write an e-mail address such as desk@example.com.').optional(),
  /** Web chat visitors that one network address may have at once: an office behind one address is many people. */
  WEBCHAT_PER_ADDRESS: z.coerce
    .number('Write a number.')
    .int('Write a whole number.')
    .min(1, 'Write 1 or more.')
    .default(200),
  /** Web hooks and mail servers at private addresses are refused unless this is on. */
  ALLOW_PRIVATE_ADDRESSES: flag.default(false),
  /** 0: the first start makes an empty company instead of a demonstration, and invites ADMIN_EMAIL. */
  DEMO: flag.optional(),
  ADMIN_EMAIL: z.email('Write the e-mail address of the first administrator.').optional(),
  COMPANY: z.string().trim().min(1).max(120).default('My company'),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'Write fatal, error, warn, info, debug, trace or silent.',
    )
    .default('info'),
  /** Bearer token for /metrics; without it only this machine may read them. */
  METRICS_TOKEN: z.string().min(16, 'Write at least 16 random characters.').optional(),
  TRUST_PROXY: flag.default(false),
  /** What voice nodes show at the link to the server; derived from the secret where it is not set. */
  NODE_TOKEN: z.string().min(16, 'Write at least 16 random characters.').optional(),
  /** Where voice nodes reach this server, of several; the address and port it listens at where it is not set. */
  NODE_URL: z
    .url({ protocol: /^https?$/, error: 'Write the address of this server alone, such as http://10.0.0.5:3000.' })
    .transform(value => value.replace(/\/+$/, ''))
    .optional(),
  /** 0: no voice node beside the server; the phone is off, or nodes run elsewhere (`npm run voice`). */
  VOICE: flag.default(true),
  /** A voice node that was not heard of for so long is lost, and its calls are ended. */
  NODE_LEASE_SECONDS: z.coerce.number('Write a number.').min(1, 'Write 1 or more.').default(NODE_LEASE_SECONDS),
  /** A TURN server for browsers behind strict firewalls, e.g. turn:turn.example.com:3478,turns:turn.example.com:443. */
  TURN_URLS: z
    .string()
    .regex(
      /^(stun|turns?):[^\s,]+(,(stun|turns?):[^\s,]+)*$/,
      'Write addresses such as turn:turn.example.com:3478, apart by commas.',
    )
    .optional(),
  /** Its static-auth-secret (coturn): credentials for a day are made from it. */
  TURN_SECRET: z.string().min(1).optional(),
})
export type Env = z.infer<typeof Env>

/** The settings of the process. A bad value is refused with a sentence that says what to write. */
export function readEnv(
  source: Record<string, string | undefined>,
): { ok: true; env: Env } | { ok: false; sentences: string[] } {
  const known = Object.fromEntries(
    Object.keys(Env.shape).map(name => [name, source[name] === '' ? undefined : source[name]]),
  )
  const parsed = Env.safeParse(known)
  if (parsed.success) return { ok: true, env: parsed.data }
  return {
    ok: false,
    sentences: parsed.error.issues.map(
      issue => `${issue.path.join('.')}="${source[String(issue.path[0])]}" is not understood. ${issue.message}`,
    ),
  }
}
