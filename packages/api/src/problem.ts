import { z } from 'zod'
import { Phrase } from './phrase.ts'

/** RFC 9457 problem details: what every refused request is answered with (`application/problem+json`). */
export const Problem = z.object({
  type: z.string().meta({ description: 'about:blank, or the address of an explanation' }),
  title: z.string(),
  status: z.number().int(),
  /** Stable, for programs: `noun.reason`. */
  code: z.string(),
  /** For people: what happened and what to do. */
  detail: z.string(),
  /** The detail to be said in any language, where it tells of something outside: a server that does not answer, a text that cannot be spoken. */
  phrase: Phrase.optional(),
  /** Per field, for forms: path such as `body.email` and what to write instead. */
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  retryAfterSeconds: z.number().optional(),
})
export type Problem = z.infer<typeof Problem>
