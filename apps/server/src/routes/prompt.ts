import * as api from '@centrala/api/prompt.ts'
import { seal } from '@centrala/store/secret.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { recordChange, unique } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'
import { AddressRefused, resolvePublic } from '../net/address.ts'
import { espeakInstalled } from '../prompt/espeak.ts'
import { presentPrompt, presentPrompts, writeVariant } from '../prompt/present-prompt.ts'
import { readSpeech, type SpeechSettings, speak } from '../prompt/speak.ts'
import { storeAudio } from '../prompt/store-audio.ts'
import { durationOf, promptOfWav, wavOfPrompt } from '../prompt/wav.ts'
import { badField, badFieldSaying, conflict, notFound, Refusal } from '../refusal.ts'

export const promptRoutes = [
  handle(api.listPrompts, async ({ work }) => ({ items: await work(tx => presentPrompts(tx)) })),
  handle(api.createPrompt, ({ context, body, work }) =>
    work(async tx => {
      const insert = tx.db.insertInto('prompt').values({ name: body.name }).returning('id').executeTakeFirstOrThrow()
      const { id } = await unique('name', insert)
      const after = await presentPrompt(tx, id)
      await recordChange(tx, context, 'prompt', 'created', id, null, after)
      return after
    }),
  ),
  handle(api.changePrompt, ({ context, params, body, work }) =>
    work(async tx => {
      const before = await presentPrompt(tx, params.id)
      await unique('name', tx.db.updateTable('prompt').set({ name: body.name }).where('id', '=', params.id).execute())
      const after = await presentPrompt(tx, params.id)
      await recordChange(tx, context, 'prompt', 'changed', params.id, before, after)
      return after
    }),
  ),
  handle(api.deletePrompt, ({ context, params, work }) =>
    work(async tx => {
      const before = await presentPrompt(tx, params.id)
      if (before.usedBy.length > 0) {
        const names = before.usedBy.map(use => use.name).join(', ')
        throw conflict('prompt.used', `Callers hear it in: ${names}. Take it out there first.`)
      }
      await tx.db.deleteFrom('prompt').where('id', '=', params.id).execute()
      await recordChange(tx, context, 'prompt', 'deleted', params.id, before, null)
      return {}
    }),
  ),
  handle(api.uploadPromptAudio, async ({ services, context, params, request, work }) => {
    await work(tx => presentPrompt(tx, params.id))
    const pcm = await receivePcm(request)
    return work(async tx => {
      const before = await presentPrompt(tx, params.id)
      const audio = await storeAudio(services, tx, pcm)
      await writeVariant(tx, params.id, params.language, { ...audio, from: 'file', text: null })
      const after = await presentPrompt(tx, params.id)
      await recordChange(tx, context, 'prompt', 'changed', params.id, before, after)
      return after
    })
  }),
  handle(api.speakPrompt, async ({ services, context, params, body, work }) => {
    const settings = await work(async tx => {
      await presentPrompt(tx, params.id)
      return readSpeech(services, tx)
    })
    const pcm = await speak(services, settings, body.text, await spokenLanguage(params.language, work))
    return work(async tx => {
      const before = await presentPrompt(tx, params.id)
      const audio = await storeAudio(services, tx, pcm)
      await writeVariant(tx, params.id, params.language, { ...audio, from: 'text', text: body.text })
      const after = await presentPrompt(tx, params.id)
      await recordChange(tx, context, 'prompt', 'changed', params.id, before, after)
      return after
    })
  }),
  handle(api.deletePromptAudio, ({ context, params, work }) =>
    work(async tx => {
      const before = await presentPrompt(tx, params.id)
      await writeVariant(tx, params.id, params.language, null)
      const after = await presentPrompt(tx, params.id)
      await recordChange(tx, context, 'prompt', 'changed', params.id, before, after)
      return after
    }),
  ),
  handle(api.getPromptAudio, async ({ services, context, params, reply, work }) => {
    const prompt = await work(tx => presentPrompt(tx, params.id))
    const variant = prompt.variants.find(one => one.language === params.language)
    if (!variant) throw new Refusal(409, 'prompt.silent', 'It has no audio in this language yet. Add one.')
    const stream = await services.blobs.get(context.tenantId, variant.audioId).catch(() => {
      throw notFound('prompt')
    })
    const parts: Buffer[] = []
    for await (const part of stream) parts.push(part as Buffer)
    return answerWav(reply, Buffer.concat(parts))
  }),
  handle(api.getSpeech, ({ services, work }) =>
    work(async tx => presentSpeech(await readSpeech(services, tx), await espeakInstalled())),
  ),
  handle(api.setSpeech, async ({ services, context, body, work }) => {
    if (body.engine === 'endpoint' && !body.url) throw badField('url', 'Write the address of the endpoint.')
    if (body.url)
      await resolvePublic(new URL(body.url).hostname, { allowPrivate: services.env.ALLOW_PRIVATE_ADDRESSES }).catch(
        (error: unknown) => {
          throw error instanceof AddressRefused ? badFieldSaying('url', error.phrase) : error
        },
      )
    const installed = await espeakInstalled()
    return work(async tx => {
      const known = await readSpeech(services, tx)
      // A key that was kept goes to the server it was given for, and to no other.
      const moved = known.key && body.key === undefined && originOf(known.url) !== originOf(body.url)
      if (moved) throw badField('key', 'Write the key again, since it would go to another server.')
      const key = body.key === undefined ? known.key : body.key || null
      const { engine, url, model, voices } = body
      const config = JSON.stringify({ url, model, voices })
      const secrets = key ? seal(services.keys.secrets, { key }) : null
      await tx.query(
        `INSERT INTO speech (engine, config, secrets) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id) DO UPDATE SET engine = excluded.engine, config = excluded.config, secrets = excluded.secrets`,
        [engine, config, secrets],
      )
      const after = presentSpeech({ engine, url, model, voices, key }, installed)
      const renewed = { ...after, ...(body.key !== undefined && { secretsChanged: ['key'] }) }
      await recordChange(tx, context, 'speech', 'changed', context.tenantId, presentSpeech(known, installed), renewed)
      return after
    })
  }),
  handle(api.hearSpeech, async ({ services, query, reply, work }) => {
    const settings = await work(tx => readSpeech(services, tx))
    return answerWav(reply, await speak(services, settings, query.text, query.language))
  }),
]

function presentSpeech({ key, ...settings }: SpeechSettings, installed: boolean): api.Speech {
  return { ...settings, espeakInstalled: installed, keySet: key !== null }
}

function originOf(url: string): string {
  return url ? new URL(url).origin : ''
}

/** The variant for all other languages is spoken in the tenant's own. */
async function spokenLanguage(
  language: string,
  work: <R>(task: (tx: Parameters<typeof presentPrompts>[0]) => Promise<R>) => Promise<R>,
): Promise<string> {
  if (language !== '*') return language
  const [tenant] = await work(tx => tx.query<{ locale: string }>('SELECT locale FROM tenant'))
  return tenant?.locale ?? 'en'
}

async function receivePcm(request: FastifyRequest): Promise<Buffer> {
  const part = request.isMultipart() ? await request.file() : undefined
  if (part?.fieldname !== 'file') throw badField('file', 'Send one file as multipart/form-data in the field "file".')
  const tooLarge = new Refusal(413, 'file.tooLarge', 'The file is larger than 25 MiB.')
  const bytes = await part.toBuffer().catch(() => {
    throw tooLarge
  })
  if (part.file.truncated) throw tooLarge
  const pcm = promptOfWav(bytes)
  const refuse = (sentence: string) => new Refusal(400, 'audio.bad', sentence)
  if (typeof pcm === 'string') throw refuse(pcm)
  if (durationOf(pcm) < 20) throw refuse('There is no sound in this WAV. Choose another.')
  return pcm
}

function answerWav(reply: FastifyReply, pcm: Buffer): FastifyReply {
  return reply
    .header('content-type', 'audio/wav')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'private, max-age=3600')
    .send(wavOfPrompt(pcm))
}
