import { z } from 'zod'

/** A number of the company that customers dial. Lines to providers (trunks) are apart: several may bring calls to one number. */
export const voiceConfig = z.strictObject({
  number: z
    .string()
    .max(60)
    .overwrite(text => text.replace(/[\s()./\u00a0-]/g, '').replace(/^00/, '+'))
    .regex(/^\+[1-9]\d{5,14}$/, 'Write the number with its country, such as +385 1 234 5678.')
    .meta({ title: 'Number', description: 'As it is dialled from abroad' }),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'Write a language such as "hr" or "sr-Latn".')
    .nullable()
    .default(null)
    .meta({ title: 'Language', description: 'That callers are spoken to in until they choose. Empty: the company’s' }),
  flowId: z
    .uuid()
    .nullable()
    .default(null)
    .meta({ title: 'Flow', description: 'What callers meet first. Empty: the queue' }),
})
export type VoiceConfig = z.infer<typeof voiceConfig>

export const voiceSecrets = z.strictObject({})
export type VoiceSecrets = z.infer<typeof voiceSecrets>
