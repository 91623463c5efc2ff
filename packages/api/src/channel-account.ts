import { z } from 'zod'
import { StatePhrase } from './phrase.ts'
import { route } from './route.ts'
import { At, Channel, Id, Name } from './shapes.ts'

export const CHANNEL_ACCOUNT_STATES = ['idle', 'connecting', 'connected', 'failing'] as const

/** A configured mailbox or widget, as everybody who works with it sees it. */
export const ChannelAccount = z.object({
  id: Id,
  channel: Channel,
  name: z.string(),
  address: z
    .string()
    .nullable()
    .meta({ description: 'E-mail: the address customers write to; phone: the number they dial' }),
  brandId: Id.nullable(),
  queueId: Id.nullable(),
  active: z.boolean(),
  state: z.enum(CHANNEL_ACCOUNT_STATES),
  stateSentence: z.string(),
  statePhrase: StatePhrase,
  stateAt: At,
})
export type ChannelAccount = z.infer<typeof ChannelAccount>

/** With its settings. Secrets are never read back: only which of them are set. */
export const ChannelAccountDetail = ChannelAccount.extend({
  key: z.string().meta({ description: 'Its public name in addresses' }),
  snippet: z.string().nullable().meta({ description: 'Web chat: what to paste into the web page' }),
  config: z.record(z.string(), z.unknown()),
  secretsSet: z.array(z.string()).meta({ description: 'Names of the secrets that are stored' }),
  createdAt: At,
})
export type ChannelAccountDetail = z.infer<typeof ChannelAccountDetail>

const params = { id: Id }
const Config = z
  .record(z.string(), z.unknown())
  .meta({ description: 'As listChannelKinds describes it for the channel; unknown fields are refused' })
const Secrets = z.record(z.string(), z.string().max(20_000).nullable()).meta({
  description: 'Those given are stored encrypted, null removes one, those left out stay as they are',
})

export const listChannelAccounts = route({
  id: 'listChannelAccounts',
  method: 'GET',
  path: '/channel-accounts',
  access: 'conversation.read',
  tag: 'channelAccount',
  summary: 'Channel accounts and whether they work, by name',
  response: z.object({ items: z.array(ChannelAccount) }),
})
export const getChannelAccount = route({
  id: 'getChannelAccount',
  method: 'GET',
  path: '/channel-accounts/:id',
  access: 'channel.manage',
  tag: 'channelAccount',
  summary: 'One channel account with its settings, without its secrets',
  params,
  response: ChannelAccountDetail,
})
export const createChannelAccount = route({
  id: 'createChannelAccount',
  method: 'POST',
  path: '/channel-accounts',
  access: 'channel.manage',
  tag: 'channelAccount',
  summary: 'Add a channel account; it begins to work at once when active',
  body: z.strictObject({
    channel: Channel,
    name: Name,
    brandId: Id.nullable().default(null),
    queueId: Id.nullable().default(null),
    config: Config,
    secrets: Secrets.default({}),
    active: z.boolean().default(true),
  }),
  response: ChannelAccountDetail,
})
export const changeChannelAccount = route({
  id: 'changeChannelAccount',
  method: 'PATCH',
  path: '/channel-accounts/:id',
  access: 'channel.manage',
  tag: 'channelAccount',
  summary: 'Change a channel account; `config` is given whole',
  params,
  body: z
    .strictObject({
      name: Name,
      brandId: Id.nullable(),
      queueId: Id.nullable(),
      config: Config,
      secrets: Secrets,
      active: z.boolean(),
    })
    .partial(),
  response: ChannelAccountDetail,
})
export const deleteChannelAccount = route({
  id: 'deleteChannelAccount',
  method: 'DELETE',
  path: '/channel-accounts/:id',
  access: 'channel.manage',
  tag: 'channelAccount',
  summary: 'Delete a channel account that has never received anything; switch off one that has',
  params,
})
export const replaceChannelAccountKey = route({
  id: 'replaceChannelAccountKey',
  method: 'POST',
  path: '/channel-accounts/:id/key',
  access: 'channel.manage',
  tag: 'channelAccount',
  summary: 'Make a new public key; pages with the old one stop working',
  params,
  response: ChannelAccountDetail,
})

const draft = z.strictObject({
  id: Id.nullable().default(null).meta({ description: 'An existing account, for the secrets that are left out' }),
  channel: Channel,
  config: Config,
  secrets: Secrets.default({}),
})
const Issue = z.object({
  path: z.string(),
  message: z.string(),
  code: z.string(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  origin: z.string().optional(),
  format: z.string().optional(),
})
export const checkChannelAccount = route({
  id: 'checkChannelAccount',
  method: 'POST',
  path: '/channel-accounts/check',
  access: 'channel.manage',
  tag: 'channelAccount',
  summary: 'What is wrong with these settings, field by field; connects to nothing and changes nothing',
  body: draft,
  response: z.object({ issues: z.array(Issue) }),
})
export const testChannelAccount = route({
  id: 'testChannelAccount',
  method: 'POST',
  path: '/channel-accounts/test',
  access: 'channel.manage',
  tag: 'channelAccount',
  summary: 'Connect with these settings, sign in and say what came of it; changes nothing',
  body: draft,
  response: z.object({
    ok: z.boolean(),
    parts: z.array(z.object({ part: z.string(), ok: z.boolean(), sentence: z.string(), phrase: StatePhrase })),
  }),
})
export const listChannelKinds = route({
  id: 'listChannelKinds',
  method: 'GET',
  path: '/channel-kinds',
  access: 'channel.manage',
  tag: 'channelAccount',
  summary: 'Channels that can be set up, with the JSON Schema of their settings and secrets',
  response: z.object({
    items: z.array(
      z.object({
        channel: Channel,
        config: z.record(z.string(), z.unknown()),
        secrets: z.record(z.string(), z.unknown()),
      }),
    ),
  }),
})
