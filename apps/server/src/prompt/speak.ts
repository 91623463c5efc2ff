import type { Speech } from '@centrala/api/prompt.ts'
import { inEnglish, StateError, type StatePhrase, statePhrase, theirWords } from '@centrala/core/phrase/state-phrase.ts'
import type { Tx } from '@centrala/store/database.ts'
import { unseal } from '@centrala/store/secret.ts'
import { AddressRefused } from '../net/address.ts'
import { fetchPublic } from '../net/fetch-public.ts'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { espeak, espeakInstalled } from './espeak.ts'
import { promptOfWav } from './wav.ts'

const MOST_BYTES = 25 * 1024 * 1024
const ENDPOINT_TIMEOUT_MS = 60_000

/** How a tenant's texts are spoken, with the key of its endpoint. */
export interface SpeechSettings extends Omit<Speech, 'espeakInstalled' | 'keySet'> {
  key: string | null
}

export async function readSpeech(services: Pick<Services, 'keys'>, tx: Tx): Promise<SpeechSettings> {
  const row = await tx.db.selectFrom('speech').select(['engine', 'config', 'secrets']).executeTakeFirst()
  const config = (row?.config ?? {}) as Partial<Speech>
  const secrets = (row?.secrets ? unseal(services.keys.secrets, row.secrets) : {}) as { key?: string }
  return {
    engine: (row?.engine ?? 'espeak') as Speech['engine'],
    url: config.url ?? '',
    model: config.model ?? '',
    voices: config.voices ?? {},
    key: secrets.key ?? null,
  }
}

/**
 * Speaks a text: PCM of PROMPT_RATE.
 * @throws Refusal 409 `speech.failed` with a phrase that says what to do
 */
export async function speak(
  services: Pick<Services, 'env'>,
  settings: SpeechSettings,
  text: string,
  language: string,
): Promise<Buffer> {
  const voice = settings.voices[language] ?? settings.voices['*'] ?? null
  try {
    return settings.engine === 'endpoint'
      ? await askEndpoint(services, settings, text, voice)
      : await espeak(text, language, voice)
  } catch (error) {
    const phrase = error instanceof StateError ? error.phrase : notSpoken(error)
    throw new Refusal(409, 'speech.failed', inEnglish(phrase), { phrase })
  }
}

function notSpoken(error: unknown): StatePhrase {
  return error instanceof Error
    ? statePhrase('speech.failedSaying', { said: theirWords(error.message) })
    : statePhrase('speech.failed')
}

/** Whether anything could be spoken at all: null, or why not. */
export async function whySilent(settings: SpeechSettings): Promise<StatePhrase | null> {
  if (settings.engine === 'endpoint') return settings.url ? null : statePhrase('speech.noEndpoint')
  return (await espeakInstalled()) ? null : statePhrase('speech.notInstalled')
}

/** `POST …/v1/audio/speech` as OpenAI's API has it, answered with a WAV. */
async function askEndpoint(
  { env }: Pick<Services, 'env'>,
  { url, model, key }: SpeechSettings,
  input: string,
  voice: string | null,
): Promise<Buffer> {
  if (!url) throw new StateError(statePhrase('speech.noEndpoint'))
  const send = fetchPublic(env.ALLOW_PRIVATE_ADDRESSES, { mostBytes: MOST_BYTES, timeoutMs: ENDPOINT_TIMEOUT_MS })
  const response = await send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ model: model || 'tts-1', voice: voice ?? 'alloy', input, response_format: 'wav' }),
  }).catch((error: unknown) => {
    if (error instanceof AddressRefused) throw error
    throw new StateError(statePhrase('speech.endpointUnreachable', { host: new URL(url).host }))
  })
  if (response.status === 401 || response.status === 403) throw new StateError(statePhrase('speech.endpointRefusedKey'))
  if (!response.ok) throw new StateError(statePhrase('speech.endpointAnswered', { status: response.status }))
  const pcm = promptOfWav(Buffer.from(await response.arrayBuffer()))
  if (typeof pcm === 'string') throw new StateError(statePhrase('speech.endpointSentOther', { said: pcm }))
  return pcm
}
