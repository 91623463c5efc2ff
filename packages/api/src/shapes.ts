import { CHANNELS } from '@centrala/core/channel/channel.ts'
import { PRESENCES } from '@centrala/core/presence/presence.ts'
import { z } from 'zod'

/** Shapes that several nouns share. */
export const Id = z.uuid()
export const At = z.iso.datetime({ offset: true }).meta({ description: 'Instant, ISO 8601 with milliseconds' })
export const Name = z.string().trim().min(1, 'Write a name.').max(120)
export const Channel = z.enum(CHANNELS)
export const Presence = z.enum(PRESENCES)
export const Email = z.email('Write an e-mail address such as ana@example.com.').max(254)
export const TimeZone = z.string().refine(isTimeZone, 'Write a time zone such as Europe/Zagreb.')
export const Language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'Write a language such as "hr" or "sr-Latn".')
export const LOCALES = ['en', 'hr', 'sr-Latn', 'sr-Cyrl', 'ro', 'ru'] as const
export const Locale = z.enum(LOCALES)
export const Attributes = z.record(
  z.string().min(1).max(60),
  z.union([z.string().max(2000), z.number(), z.boolean(), z.null()]),
)
/** What routing expressions ask of a person: `agent.tier >= 2`. */
export const RoutingAttributes = z
  .record(z.string().trim().min(1).max(60), z.union([z.string().max(200), z.number(), z.boolean()]))
  .refine(attributes => Object.keys(attributes).length <= 50, 'Fifty attributes are enough.')
/** Points added to what somebody or something is in the order of a queue. */
export const RoutingWeight = z.int().min(-1000).max(1000)
/** Who calls or is called: E.164 with plus, or as given where it is no such number (`anonymous`, an extension). */
export const CallAddress = z.string().max(200)
export const Count = z.number().int().min(0)
export const Tag = z.string().trim().min(1).max(40)

/** A page of a list; `next` goes into `after` for the page that follows, null at the end. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() })
export const paging = {
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
}

function isTimeZone(value: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: value }))
  } catch {
    return false
  }
}
