import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { CHANNELS } from '@centrala/core/channel/channel.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ChannelAccountView, Inbound, Outbound } from './channel.ts'
import { CHANNEL_MANIFESTS } from './index.ts'

/**
 * What every channel promises, shown on each by its own fixtures: a folder `fixtures/` with raw inputs as they come, and
 * `account.json` with the `config` and `secrets` they are read with.
 */
const HERE = new URL('./', import.meta.url)
const folders = readdirSync(HERE, { withFileTypes: true })
  .filter(entry => entry.isDirectory() && existsSync(new URL(`${entry.name}/manifest.ts`, HERE)))
  .map(entry => entry.name)

const id = z.string().min(1).max(300)
const file = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^/\\]+$/),
  mediaType: z.string().regex(/^[\w.+-]+\/[\w.+-]+/),
  content: z.instanceof(Uint8Array),
  contentId: z.string().nullable(),
})
const storable = z.string().refine(text => !text.includes('\0') && text.isWellFormed(), 'PostgreSQL cannot store it')
const inbound: z.ZodType<Inbound> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('message'),
    providerId: id,
    sentAt: z.date().nullable(),
    sender: z.strictObject({ address: id, name: z.string().min(1).nullable(), verified: z.boolean() }),
    replyTo: id.optional(),
    subject: storable.nullable(),
    text: storable,
    quoted: storable.nullable(),
    html: storable.nullable(),
    files: z.array(file),
    references: z.array(id),
    conversationId: z.uuid().nullable(),
    automatic: z.string().min(1).nullable(),
    recipients: z.strictObject({ to: z.array(id), cc: z.array(id) }),
    language: z
      .string()
      .regex(/^[a-z]{2}$/)
      .nullable(),
  }),
  z.strictObject({
    kind: z.literal('delivery'),
    providerId: id,
    messageProviderId: id,
    status: z.enum(['delivered', 'read', 'failed', 'delayed']),
    detail: storable.nullable(),
  }),
])

const outbound: Outbound = {
  messageId: '22222222-2222-4222-8222-222222222222',
  conversationId: '0198f2aa-1111-7222-8333-444455556666',
  interactionId: '33333333-3333-4333-8333-333333333333',
  to: [],
  cc: [],
  bcc: [],
  subject: null,
  text: '',
  html: null,
  files: [],
  references: [],
  automatic: false,
}

describe('channels', () => {
  it('are all registered', () => {
    expect(folders.length).toBeGreaterThan(0)
    expect(CHANNEL_MANIFESTS).toHaveLength(folders.length)
    expect(new Set(CHANNEL_MANIFESTS.map(manifest => manifest.channel)).size).toBe(CHANNEL_MANIFESTS.length)
  })
})

/** A channel's folder is named after it; the chat of a web page lives in `webchat`. */
const folderOf = (channel: string) => folders.find(name => name === channel || name === `web${channel}`)

describe.each(CHANNEL_MANIFESTS.map(manifest => [manifest.channel, manifest] as const))('%s', (channel, manifest) => {
  const folder = new URL(`${folderOf(channel)}/fixtures/`, HERE)
  const given = z
    .object({ config: z.unknown(), secrets: z.unknown() })
    .parse(JSON.parse(readFileSync(new URL('account.json', folder), 'utf8')))
  const account: ChannelAccountView<unknown, unknown> = {
    id: 'account-1',
    tenantId: 'tenant-1',
    config: manifest.config.parse(given.config),
    secrets: manifest.secrets.parse(given.secrets),
    signingKey: Buffer.alloc(32, 7),
  }
  const fixtures = readdirSync(folder).filter(name => name !== 'account.json' && !name.startsWith('.'))

  it('is a channel of the core with a folder and fixtures', () => {
    expect(CHANNELS).toContain(channel)
    expect(fixtures.length > 0).toBe(manifest.receive !== undefined)
    expect(manifest.send !== undefined).toBe(manifest.receive !== undefined)
  })

  it('draws its settings as JSON Schema, and refuses settings it does not know', () => {
    expect(z.toJSONSchema(manifest.config, { io: 'input' })).toMatchObject({ type: 'object' })
    expect(z.toJSONSchema(manifest.secrets, { io: 'input' })).toMatchObject({ type: 'object' })
    expect(manifest.config.safeParse({ ...(given.config as object), unheardOf: 1 }).success).toBe(false)
    expect(manifest.config.safeParse(null).success).toBe(false)
  })

  // The phone's calls are no messages.
  const { receive, send } = manifest
  if (!receive || !send) return

  it.each(fixtures)('maps %s to what it says, the same each time', async name => {
    const raw = readFileSync(new URL(name, folder))
    const first = await receive(raw, account)
    expect(first.length).toBeGreaterThan(0)
    for (const item of first) inbound.parse(item)
    const ids = first.map(item => item.providerId)
    expect(new Set(ids).size).toBe(ids.length)
    expect((await receive(raw, account)).map(item => item.providerId)).toEqual(ids)
  })

  it('never throws on garbage, and still says something valid', async () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc.string({ maxLength: 500 }).map(text => new TextEncoder().encode(text)),
      fc.json().map(text => new TextEncoder().encode(text)),
    )
    await fc.assert(
      fc.asyncProperty(garbage, async raw => {
        for (const item of await receive(raw, account)) inbound.parse(item)
      }),
      { numRuns: 200 },
    )
  })

  it('refuses what it cannot send with a value that says why', async () => {
    const result = await send(outbound, account)
    expect(result).toMatchObject({
      ok: false,
      retryable: false,
      code: expect.stringMatching(/^[a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*)+$/),
    })
    expect(result.ok ? '' : (result.detail ?? '')).toMatch(/\.$/)
  })
})
