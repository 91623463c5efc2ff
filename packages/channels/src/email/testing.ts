import { readdirSync, readFileSync } from 'node:fs'
import type { Inbound } from '../channel.ts'
import { type EmailAccount, type EmailConfig, emailConfig, emailSecrets } from './account.ts'

const FOLDER = new URL('./fixtures/', import.meta.url)
const given = JSON.parse(readFileSync(new URL('account.json', FOLDER), 'utf8')) as { config: object; secrets: object }

/** Names of the raw mails in `fixtures/`, without the ending. */
export const FIXTURES = readdirSync(FOLDER)
  .filter(name => name.endsWith('.eml'))
  .map(name => name.slice(0, -4))
  .sort()

export function fixture(name: string): Buffer {
  return readFileSync(new URL(`${name}.eml`, FOLDER))
}

/** The account of the fixtures (support@example.com), for tests. */
export function testAccount(changes: Partial<EmailConfig> = {}): EmailAccount {
  return {
    id: 'account-1',
    tenantId: 'tenant-1',
    config: emailConfig.parse({ ...given.config, ...changes }),
    secrets: emailSecrets.parse(given.secrets),
    signingKey: Buffer.alloc(32, 7),
  }
}

export type InboundMessage = Extract<Inbound, { kind: 'message' }>

export function onlyMessage(inbound: Inbound[]): InboundMessage {
  const [first, ...rest] = inbound
  if (!first || rest.length > 0 || first.kind !== 'message')
    throw new Error(`Not one message: ${JSON.stringify(inbound)}`)
  return first
}
