import { z } from 'zod'

const PhrasePart = z.object({
  code: z.string(),
  /** Names beside ids: `agent`, `skill`, `queue`. Parameters that end in `Ms` are durations, `load` is in thousandths. */
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})
/** One thing said, as a code with parameters, so that a screen can say it in its reader's language. */
export const Phrase = PhrasePart.extend({ parts: z.array(PhrasePart) })
export type Phrase = z.infer<typeof Phrase>

/** Beside a state's English sentence. */
export const StatePhrase = Phrase.nullable().meta({
  description: 'The sentence as a code with parameters, to be said in any language; null: only the sentence is known',
})
