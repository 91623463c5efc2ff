import { z } from 'zod'
import { route } from './route.ts'
import { Id, Language, Name } from './shapes.ts'

/** What callers hear is kept as PCM of this rate: 16 bit, mono. */
export const PROMPT_RATE = 16_000
export const PROMPT_MOST_SECONDS = 600
export const PROMPT_MOST_LETTERS = 2000

/** A language, or `*`: where there is none in the caller's. */
export const PromptLanguage = z
  .string()
  .regex(/^(\*|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$/, 'Write a language such as "hr", or * for all others.')

export const PromptVariant = z.object({
  language: z.string(),
  audioId: z.string(),
  durationMs: z.number().int(),
  from: z.enum(['file', 'text']),
  text: z.string().nullable().meta({ description: 'What was spoken, where it came from a text' }),
})
export type PromptVariant = z.infer<typeof PromptVariant>
export const Prompt = z.object({
  id: Id,
  name: z.string(),
  variants: z.array(PromptVariant),
  usedBy: z.array(z.object({ noun: z.enum(['flow', 'queue']), id: Id, name: z.string() })),
})
export type Prompt = z.infer<typeof Prompt>

const params = { id: Id }
const variant = { id: Id, language: PromptLanguage }
const Text = z.string().trim().min(1, 'Write what is to be said.').max(PROMPT_MOST_LETTERS)

export const listPrompts = route({
  id: 'listPrompts',
  method: 'GET',
  path: '/prompts',
  access: 'channel.manage',
  tag: 'prompt',
  summary: 'What callers hear: greetings, announcements, music; by name',
  response: z.object({ items: z.array(Prompt) }),
})
export const promptBody = z.strictObject({ name: Name })
export const createPrompt = route({
  id: 'createPrompt',
  method: 'POST',
  path: '/prompts',
  access: 'channel.manage',
  tag: 'prompt',
  summary: 'Add a prompt; its audio follows per language',
  body: promptBody,
  response: Prompt,
})
export const changePrompt = route({
  id: 'changePrompt',
  method: 'PATCH',
  path: '/prompts/:id',
  access: 'channel.manage',
  tag: 'prompt',
  summary: 'Rename a prompt',
  params,
  body: z.strictObject({ name: Name }),
  response: Prompt,
})
export const deletePrompt = route({
  id: 'deletePrompt',
  method: 'DELETE',
  path: '/prompts/:id',
  access: 'channel.manage',
  tag: 'prompt',
  summary: 'Delete a prompt that no flow and no queue uses',
  params,
})
export const uploadPromptAudio = route({
  id: 'uploadPromptAudio',
  method: 'PUT',
  path: '/prompts/:id/variants/:language',
  access: 'channel.manage',
  tag: 'prompt',
  summary:
    'Audio of a prompt in a language: a WAV of up to ten minutes (the browser makes one of whatever it can play)',
  params: variant,
  upload: true,
  response: Prompt,
})
export const speakPrompt = route({
  id: 'speakPrompt',
  method: 'POST',
  path: '/prompts/:id/variants/:language/speech',
  access: 'channel.manage',
  tag: 'prompt',
  summary: 'Have a text spoken as a prompt in a language',
  params: variant,
  body: z.strictObject({ text: Text }),
  response: Prompt,
})
export const deletePromptAudio = route({
  id: 'deletePromptAudio',
  method: 'DELETE',
  path: '/prompts/:id/variants/:language',
  access: 'channel.manage',
  tag: 'prompt',
  summary: 'Remove a language of a prompt',
  params: variant,
  response: Prompt,
})
export const getPromptAudio = route({
  id: 'getPromptAudio',
  method: 'GET',
  path: '/prompts/:id/variants/:language/audio',
  access: 'channel.manage',
  tag: 'prompt',
  summary: 'Listen to a prompt (WAV)',
  params: variant,
  query: { v: z.string().max(100).optional().meta({ description: 'Its audioId, so that a browser keeps no other' }) },
  produces: 'audio/wav',
})

/** Who speaks texts. */
export const Speech = z.object({
  engine: z.enum(['espeak', 'endpoint']),
  espeakInstalled: z.boolean(),
  url: z.string().meta({ description: 'Of an OpenAI-compatible endpoint: …/v1/audio/speech' }),
  model: z.string(),
  voices: z.record(z.string(), z.string()).meta({ description: 'Voice per language; * for all others' }),
  keySet: z.boolean(),
})
export type Speech = z.infer<typeof Speech>

export const getSpeech = route({
  id: 'getSpeech',
  method: 'GET',
  path: '/speech',
  access: 'channel.manage',
  tag: 'prompt',
  summary: 'Who speaks texts',
  response: Speech,
})
export const speechBody = z.strictObject({
  engine: z.enum(['espeak', 'endpoint']),
  url: z
    .url({ protocol: /^https?$/, error: 'Write an address such as https://api.example.com/v1/audio/speech.' })
    .max(500)
    .or(z.literal(''))
    .default(''),
  model: z.string().trim().max(120).default(''),
  voices: z.record(PromptLanguage, z.string().trim().min(1).max(120)).default({}),
  key: z
    .string()
    .max(500)
    .nullable()
    .optional()
    .meta({ description: 'Stored encrypted; left out: stays as it is; null: none' }),
})
export const setSpeech = route({
  id: 'setSpeech',
  method: 'PUT',
  path: '/speech',
  access: 'channel.manage',
  tag: 'prompt',
  summary:
    'Choose who speaks texts: espeak-ng on the server, or an endpoint. What was spoken before stays until it is spoken again',
  body: speechBody,
  response: Speech,
})
export const hearSpeech = route({
  id: 'hearSpeech',
  method: 'GET',
  path: '/speech/sample',
  access: 'channel.manage',
  tag: 'prompt',
  summary: 'Hear how a text would be spoken (WAV); nothing is stored',
  query: { text: Text.max(500), language: Language },
  produces: 'audio/wav',
})
