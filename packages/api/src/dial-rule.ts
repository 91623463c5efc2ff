import { EMERGENCY_NUMBER } from '@centrala/core/dial/emergency.ts'
import { z } from 'zod'
import { route } from './route.ts'
import { CallLimits as Limits, DialRule as Rule } from './voice-config.ts'

export const DialRules = z
  .array(
    z.strictObject({
      prefix: z
        .string()
        .overwrite(text => text.replace(/^\s*\+|\s/g, ''))
        .regex(/^[1-9]\d{0,14}$/, 'Write the digits after the plus, such as 385 or 3859.'),
      allow: z.boolean(),
      pricePerMinute: z.number().min(0).max(1000),
    }),
  )
  .max(2000)
  .superRefine((rules, context) => {
    const seen = new Set<string>()
    for (const [index, { prefix }] of rules.entries()) {
      if (seen.has(prefix))
        context.addIssue({
          code: 'custom',
          path: [index, 'prefix'],
          message: `There are two rules for ${prefix}. Keep one.`,
          params: { reason: 'prefixTwice' },
        })
      seen.add(prefix)
    }
  })

export const CallLimits = z.object({ ...Limits.shape, recordingDays: z.number().int() })
export type CallLimits = z.infer<typeof CallLimits>

/** What is dialled in an emergency, whatever rules and limits say. */
export const Emergency = z.object({
  /** Whose own numbers are among them, and in which numbers without a country code are read; ISO 3166-1 alpha-2. */
  country: z.string().nullable(),
  own: z.array(z.string()),
  numbers: z.array(z.string()).meta({ description: '112 and 911, those of the country, and the own ones' }),
})

export const Dialling = z.object({
  rules: z.array(Rule),
  limits: CallLimits,
  spentToday: z.number().meta({ description: 'Of maxSpendPerDay, since midnight in the time zone of the tenant' }),
  emergency: Emergency,
})
export type Dialling = z.infer<typeof Dialling>

export const getDialling = route({
  id: 'getDialling',
  method: 'GET',
  path: '/dialling',
  access: 'channel.manage',
  tag: 'dialRule',
  summary: 'Where calls may go, what they cost, and the limits',
  response: Dialling,
})
export const setDialRules = route({
  id: 'setDialRules',
  method: 'PUT',
  path: '/dialling/rules',
  access: 'channel.manage',
  tag: 'dialRule',
  summary: 'Set the rules, all at once: the longest prefix decides, what none fits is denied',
  body: z.strictObject({ rules: DialRules }),
  response: Dialling,
})
export const callLimitsBody = z.strictObject({
  maxCalls: z.int().min(0).max(100_000),
  maxOutboundCalls: z.int().min(0).max(100_000),
  maxOutboundPerMinute: z.int().min(0).max(100_000),
  maxSpendPerDay: z.number().min(0).max(1_000_000),
  recordingDays: z.int().min(1).max(3650),
})
export const setCallLimits = route({
  id: 'setCallLimits',
  method: 'PUT',
  path: '/dialling/limits',
  access: 'channel.manage',
  tag: 'dialRule',
  summary: 'Set how many calls at once, how many a minute, what may be spent a day, and how long recordings are kept',
  body: callLimitsBody,
  response: Dialling,
})
export const emergencyNumbersBody = z.strictObject({
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'Write a country by its two letters, such as HR.')
    .nullable(),
  own: z
    .array(z.string().trim().regex(EMERGENCY_NUMBER, 'Write two to six digits, such as 195.'))
    .max(50)
    .overwrite(numbers => [...new Set(numbers)]),
})
export const setEmergencyNumbers = route({
  id: 'setEmergencyNumbers',
  method: 'PUT',
  path: '/dialling/emergency',
  access: 'channel.manage',
  tag: 'dialRule',
  summary: 'Set the country whose emergency numbers can be dialled whatever rules and limits say, and others besides',
  body: emergencyNumbersBody,
  response: Dialling,
})
