import { emergencyNumbers } from '@centrala/core/dial/emergency.ts'
import { z } from 'zod'
import { CallAddress, Count, Id } from './shapes.ts'

/** All that a voice node needs to know of the companies in order to work alone. */

/** What a prompt is made of, once a flow's `Says` has been resolved per language. */
export const PromptConfig = z.object({
  id: Id,
  /** Audio per language (BCP 47); `*`: where the caller's is missing. */
  audio: z.record(z.string(), z.object({ audioId: z.string(), durationMs: Count })),
})

export const TrunkConfig = z.object({
  id: Id,
  name: z.string(),
  /** `register`: we register at the provider; `address`: calls are known by where they come from. */
  mode: z.enum(['register', 'address']),
  transport: z.enum(['udp', 'tcp', 'tls']),
  host: z.string(),
  port: z.number().int().nullable(),
  /** Where calls may come from (CIDR or names), besides what `host` resolves to. */
  from: z.array(z.string()),
  username: z.string().nullable(),
  password: z.string().nullable(),
  realm: z.string().nullable(),
  /** Lower is tried first; the next takes over when one does not answer. */
  priority: z.number().int(),
  maxCalls: z.number().int().min(0),
  maxCallsPerSecond: z.number().min(0),
  codecs: z.array(z.enum(['PCMA', 'PCMU', 'G722'])),
  srtp: z.enum(['off', 'optional', 'required']),
  /** What outgoing calls show: one of the tenant's numbers that the provider lets us show. */
  callerId: z.object({
    default: CallAddress.nullable(),
    header: z.enum(['from', 'pai']),
    allowed: z.array(CallAddress),
  }),
})

export const NumberConfig = z.object({
  id: Id,
  name: z.string(),
  number: CallAddress,
  brandId: Id.nullable(),
  language: z.string().nullable(),
  flowId: Id.nullable(),
  queueId: Id.nullable(),
})

export const QueueVoice = z.object({
  id: Id,
  name: z.string(),
  hoursId: Id.nullable(),
  musicPromptId: Id.nullable(),
  greetingPromptId: Id.nullable(),
  announcePosition: z.boolean(),
  announceWait: z.boolean(),
  announceEverySeconds: Count,
  /** "Press 1 to be called back" is offered from this wait on; null: never. */
  callbackAfterSeconds: Count.nullable(),
  record: z.enum(['never', 'always', 'onDemand']),
  recordingAnnouncementPromptId: Id.nullable(),
  closedPromptId: Id.nullable(),
})
export type QueueVoice = z.infer<typeof QueueVoice>

export const DeskPhoneConfig = z.object({
  id: Id,
  userId: Id,
  username: z.string(),
  /** By which colleagues call it; null: by its user name alone. */
  extension: z.string().nullable().default(null),
  ha1Md5: z.string(),
  ha1Sha256: z.string(),
})

export const DialRule = z.object({
  /** Digits after the plus: `385`, `3859`. The longest that fits decides; what none fits is denied. */
  prefix: z.string(),
  allow: z.boolean(),
  pricePerMinute: z.number().min(0),
})
export type DialRule = z.infer<typeof DialRule>
export const CallLimits = z.object({
  maxCalls: Count,
  maxOutboundCalls: Count,
  maxOutboundPerMinute: Count,
  /** In the currency of the rules' prices. */
  maxSpendPerDay: z.number().min(0),
})
export type CallLimits = z.infer<typeof CallLimits>

export const TenantVoice = z.object({
  tenantId: Id,
  slug: z.string(),
  locale: z.string(),
  timeZone: z.string(),
  trunks: z.array(TrunkConfig),
  numbers: z.array(NumberConfig),
  deskPhones: z.array(DeskPhoneConfig),
  queues: z.array(QueueVoice),
  /** `Flow` of core/flow, by id. */
  flows: z.record(z.string(), z.unknown()),
  /** `Hours` of core/hours, by id. */
  hours: z.record(z.string(), z.unknown()),
  prompts: z.array(PromptConfig),
  /** Texts of flows rendered by the speech engine beforehand: `language|text` → audio. */
  spoken: z.record(z.string(), z.object({ audioId: z.string(), durationMs: Count })),
  dialRules: z.array(DialRule),
  /** Dialled whatever the rules and limits say, as they are: `112`. */
  emergencyNumbers: z.array(z.string()).default(() => emergencyNumbers(undefined)),
  limits: CallLimits,
})
export type TenantVoice = z.infer<typeof TenantVoice>

export const VoiceConfig = z.object({ revision: z.string(), tenants: z.array(TenantVoice) })
export type VoiceConfig = z.infer<typeof VoiceConfig>
