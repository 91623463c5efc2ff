import { z } from 'zod'
import type { ChannelAccountView } from '../channel.ts'

const locale = z.enum(['en', 'hr', 'sr-Latn', 'sr-Cyrl', 'ro', 'ru'])
const localised = z.partialRecord(locale, z.string().max(2000))

/** An origin as browsers send it: scheme, host, and port where it is not the usual one. `https://*.example.com` takes in subdomains. */
const origin = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^https?:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/,
    'Write an origin such as https://www.example.com, without a path.',
  )

const preChatField = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-zA-Z0-9]{0,39}$/, 'Write a short name of letters and digits, such as orderNumber.')
    .meta({
      title: 'Name',
      description: '"name", "email" and "phone" go to the customer’s record; others are shown to the agent',
    }),
  kind: z.enum(['text', 'email', 'phone', 'longText', 'choice']).default('text').meta({ title: 'Kind' }),
  label: localised.default({}).meta({ title: 'Label' }),
  required: z.boolean().default(false).meta({ title: 'Required' }),
  options: z.array(z.string().trim().min(1).max(100)).max(30).default([]).meta({ title: 'Choices' }),
})

export const webchatConfig = z.strictObject({
  title: z
    .string()
    .trim()
    .max(60)
    .default('')
    .meta({ title: 'Title', description: 'At the top of the chat. Empty: the name of the brand or company' }),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'Write a colour such as #0f766e.')
    .default('#0f766e')
    .meta({ title: 'Colour', description: 'Of the button, the header and the visitor’s messages' }),
  theme: z
    .enum(['auto', 'light', 'dark'])
    .default('auto')
    .meta({ title: 'Theme', description: 'auto: as the visitor’s device' }),
  radius: z.int().min(0).max(28).default(16).meta({ title: 'Roundness', description: 'Of the corners, in pixels' }),
  position: z
    .enum(['end', 'start'])
    .default('end')
    .meta({ title: 'Position', description: 'end: on the right where one writes from left to right' }),
  locale: locale.default('en').meta({ title: 'Language', description: 'Where the visitor’s own is not among ours' }),
  greeting: localised.default({}).meta({ title: 'Greeting', description: 'Shown before the first message' }),
  preChat: z
    .array(preChatField)
    .max(12)
    .default([])
    .meta({ title: 'Questions before the chat', description: 'None: the visitor writes at once' }),
  allowedOrigins: z.array(origin).max(100).default([]).meta({
    title: 'Sites',
    description: 'Where the widget may stand, such as https://www.example.com. Empty: anywhere',
  }),
  offlineForm: z
    .boolean()
    .default(true)
    .meta({ title: 'Form while closed', description: 'Questions become e-mail conversations' }),
  offlineAccountId: z
    .uuid()
    .nullable()
    .default(null)
    .meta({ title: 'Mailbox of the form', description: 'Answers leave from it. Empty: the oldest mailbox' }),
  invite: z
    .strictObject({
      afterSeconds: z.int().min(3).max(3600).default(30).meta({ title: 'After', description: 'Seconds on the page' }),
      text: localised.default({}).meta({ title: 'Text' }),
    })
    .nullable()
    .default(null)
    .meta({ title: 'Invitation', description: 'Offered once a visit, only while open' }),
  files: z.boolean().default(true).meta({ title: 'Files', description: 'Visitors may send files' }),
  sound: z
    .boolean()
    .default(true)
    .meta({ title: 'Sound', description: 'At a new message while the visitor looks elsewhere' }),
  calls: z.boolean().default(false).meta({
    title: 'Calls',
    description: 'Visitors may call from the page, by voice; either side can add video',
  }),
  sharesDraft: z.boolean().default(false).meta({
    title: 'Show drafts',
    description: 'Agents see what is being written before it is sent. Tell your visitors',
  }),
  idleMinutes: z
    .int()
    .min(2)
    .max(24 * 60)
    .default(30)
    .meta({ title: 'Idle', description: 'Minutes after which a chat ends that the visitor has left' }),
  graceSeconds: z.int().min(5).max(600).default(60).meta({
    title: 'Grace',
    description: 'Seconds a waiting visitor may be gone (a reload, a tunnel) before the chat is abandoned',
  }),
})
export type WebchatConfig = z.infer<typeof webchatConfig>

export const webchatSecrets = z.strictObject({
  identitySecret: z
    .string()
    .min(32, 'Write at least 32 characters, for example from "openssl rand -hex 32".')
    .max(200)
    .nullable()
    .default(null)
    .meta({
      title: 'Identity secret',
      description: 'Your site signs the ids of signed-in visitors with it (user_hash). Never send it to a browser',
    }),
})
export type WebchatSecrets = z.infer<typeof webchatSecrets>

export type WebchatAccount = ChannelAccountView<WebchatConfig, WebchatSecrets>

/** Whether a page of this origin may carry the widget. No list: any page may. A request without an origin is no browser's page. */
export function isAllowedOrigin(allowed: readonly string[], asked: string | undefined): boolean {
  if (allowed.length === 0) return true
  if (!asked) return false
  const value = asked.toLowerCase()
  return allowed.some(rule => {
    const wildcard = rule.indexOf('*.')
    if (wildcard < 0) return rule === value
    return (
      value.startsWith(rule.slice(0, wildcard)) &&
      value.endsWith(rule.slice(wildcard + 1)) &&
      isHostLabelled(value, rule, wildcard)
    )
  })
}

// What stands for the star is a host label or several, nothing that would end the host.
function isHostLabelled(value: string, rule: string, wildcard: number): boolean {
  const middle = value.slice(wildcard, value.length - (rule.length - wildcard - 1))
  return /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(middle)
}
