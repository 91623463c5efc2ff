import { z } from 'zod'
import { CHANNEL_ACCOUNT_STATES } from './channel-account.ts'
import { StatePhrase } from './phrase.ts'
import { route } from './route.ts'
import { At, Id, Language, Name } from './shapes.ts'

/** What `E164` and the host of a trunk must look like; forms have words of their own for each. */
export const E164_PATTERN = /^\+[1-9]\d{5,14}$/
export const HOST_PATTERN = /^([a-z0-9-]+(\.[a-z0-9-]+)*|\[?[0-9a-f:]+\]?)$/

/** A number as it is dialled from anywhere: `+38512345678`. Spaces and other signs between the digits are taken out, `00` becomes the plus. */
export const E164 = z
  .string()
  .max(60)
  .overwrite(text => text.replace(/[\s()./\u00a0-]/g, '').replace(/^00/, '+'))
  .regex(E164_PATTERN, 'Write the number with its country, such as +385 1 234 5678.')

const Host = z
  .string()
  .trim()
  .toLowerCase()
  .regex(HOST_PATTERN, 'Write a host such as sip.example.com, or an address.')
  .max(253)
const Source = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^([a-z0-9-]+(\.[a-z0-9-]+)*|[0-9a-f:]+)(\/\d{1,3})?$/,
    'Write an address, a range such as 203.0.113.0/24, or a name.',
  )
  // Whoever is in it is believed to be the provider, by the phones of everybody: half the internet must not be.
  .refine(
    source => !source.includes('/') || Number(source.split('/')[1]) >= (source.includes(':') ? 32 : 16),
    'This range is too wide for one provider. Write the ranges that the provider names, none wider than /16 (IPv6: /32).',
  )

export const TRUNK_CODECS = ['PCMA', 'PCMU', 'G722'] as const

/** How a provider is reached, and what goes over it. */
export const trunkConfig = z
  .strictObject({
    mode: z
      .enum(['register', 'address'])
      .default('register')
      .meta({ description: 'register: we register there; address: calls are known by where they come from' }),
    transport: z.enum(['udp', 'tcp', 'tls']).default('udp'),
    host: Host,
    port: z
      .int()
      .min(1)
      .max(65535)
      .nullable()
      .default(null)
      .meta({ description: 'null: as DNS says, else 5060 or 5061' }),
    from: z
      .array(Source)
      .max(50)
      .default([])
      .meta({ description: 'Where calls come from besides the host: addresses, ranges (CIDR), names' }),
    username: z.string().trim().max(120).nullable().default(null),
    realm: z.string().trim().max(120).nullable().default(null).meta({ description: 'null: as the provider says' }),
    priority: z.int().min(0).max(100).default(10).meta({ description: 'Lower is tried first' }),
    maxCalls: z.int().min(0).max(10_000).default(30),
    maxCallsPerSecond: z.number().min(0.1).max(1000).default(5),
    codecs: z.array(z.enum(TRUNK_CODECS)).min(1, 'Choose one codec at least.').max(3).default(['PCMA', 'PCMU']),
    srtp: z.enum(['off', 'optional', 'required']).default('off'),
    callerId: z
      .strictObject({
        default: E164.nullable().default(null),
        header: z.enum(['from', 'pai']).default('from'),
        allowed: z.array(E164).max(1000).default([]),
      })
      .prefault({})
      .meta({ description: 'What outgoing calls show: the number of the call where allowed, else the default' }),
  })
  .superRefine((config, context) => {
    const issue = (path: (string | number)[], message: string, reason: string) =>
      context.addIssue({ code: 'custom', path, message, params: { reason } })
    if (config.mode === 'register' && !config.username)
      issue(['username'], 'Write the user name that the provider gave you.', 'usernameMissing')
    if (config.srtp === 'required' && config.transport !== 'tls')
      issue(['srtp'], 'Without TLS the keys of the audio travel in the open. Choose TLS.', 'srtpWithoutTls')
    if (new Set(config.codecs).size < config.codecs.length) issue(['codecs'], 'Name each codec once.', 'codecTwice')
  })
export type TrunkSettings = z.infer<typeof trunkConfig>

export const Trunk = z.object({
  id: Id,
  name: z.string(),
  config: z.object(trunkConfig.shape),
  passwordSet: z.boolean(),
  active: z.boolean(),
  state: z.enum(CHANNEL_ACCOUNT_STATES),
  stateSentence: z.string(),
  statePhrase: StatePhrase,
  stateAt: At,
  openCalls: z.number().int(),
})
export type Trunk = z.infer<typeof Trunk>

const params = { id: Id }
const Password = z
  .string()
  .max(200)
  .nullable()
  .meta({ description: 'Stored encrypted and never read back; left out: stays as it is; null: none' })

export const listTrunks = route({
  id: 'listTrunks',
  method: 'GET',
  path: '/trunks',
  access: 'channel.manage',
  tag: 'trunk',
  summary: 'Lines to telephone providers and how they are, by priority',
  response: z.object({ items: z.array(Trunk) }),
})
export const createTrunk = route({
  id: 'createTrunk',
  method: 'POST',
  path: '/trunks',
  access: 'channel.manage',
  tag: 'trunk',
  summary: 'Add a line to a provider; it registers at once when active',
  body: z.strictObject({
    name: Name,
    config: trunkConfig,
    password: Password.default(null),
    active: z.boolean().default(true),
  }),
  response: Trunk,
})
export const changeTrunk = route({
  id: 'changeTrunk',
  method: 'PATCH',
  path: '/trunks/:id',
  access: 'channel.manage',
  tag: 'trunk',
  summary: 'Change a line; `config` is given whole. Calls that go on are not cut',
  params,
  body: z.strictObject({ name: Name, config: trunkConfig, password: Password, active: z.boolean() }).partial(),
  response: Trunk,
})
export const deleteTrunk = route({
  id: 'deleteTrunk',
  method: 'DELETE',
  path: '/trunks/:id',
  access: 'channel.manage',
  tag: 'trunk',
  summary: 'Delete a line that has never had a call; switch off one that has',
  params,
})

/** A number customers dial: a channel account of the channel voice. */
export const PhoneNumber = z.object({
  id: Id,
  name: z.string(),
  number: z.string(),
  language: z.string().nullable(),
  flowId: Id.nullable(),
  queueId: Id.nullable(),
  brandId: Id.nullable(),
  active: z.boolean(),
})
export type PhoneNumber = z.infer<typeof PhoneNumber>

/** What a number's form asks for; it is stored as a channel account with number, language and flow as its `config`. */
export const numberBody = z.strictObject({
  name: Name,
  number: E164,
  language: Language.nullable(),
  flowId: Id.nullable(),
  queueId: Id.nullable(),
  brandId: Id.nullable(),
  active: z.boolean(),
})
export const trunkBody = z.strictObject({ name: Name, config: trunkConfig, password: Password, active: z.boolean() })

export const listNumbers = route({
  id: 'listNumbers',
  method: 'GET',
  path: '/numbers',
  access: 'channel.manage',
  tag: 'trunk',
  summary: 'Numbers and where their calls go. They are added and changed as channel accounts of the channel voice',
  response: z.object({ items: z.array(PhoneNumber) }),
})
