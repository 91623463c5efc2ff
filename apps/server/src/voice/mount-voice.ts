import type { Readable } from 'node:stream'
import { PROMPT_AUDIO_PATH, RECORDING_PATH } from '@centrala/api/voice-link.ts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { storeRecording } from '../recording/store-recording.ts'
import { notFound } from '../refusal.ts'
import type { Services } from '../services.ts'
import { requireNode } from './bearer.ts'

const Prompt = z.object({ tenantId: z.uuid(), audioId: z.string().max(100) })
const Recording = z.object({ tenantId: z.uuid(), recordingId: z.uuid() })

/** What voice nodes fetch and send by HTTP: prompts and recordings. */
export async function mountVoice(app: FastifyInstance, services: Services): Promise<void> {
  await app.register(async scope => {
    scope.addHook('onRequest', async request => requireNode(request.headers, services.keys.voiceNode))
    // Recordings are long: they flow to the disk as they come.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_, payload, done) => done(null, payload))
    scope.put(RECORDING_PATH, async (request, reply) => {
      const named = Recording.safeParse(request.params)
      if (!named.success) throw notFound('recording')
      const { tenantId, recordingId } = named.data
      await storeRecording(services, tenantId, recordingId, (request.body ?? request.raw) as Readable)
      return reply.code(201).send({})
    })
    scope.get(PROMPT_AUDIO_PATH, async (request, reply) => {
      const named = Prompt.safeParse(request.params)
      if (!named.success) throw notFound('prompt')
      const { tenantId, audioId } = named.data
      const audio = await services.db.tenant(tenantId, tx =>
        tx.db.selectFrom('promptAudio').select('id').where('id', '=', audioId).executeTakeFirst(),
      )
      if (!audio) throw notFound('prompt')
      const stream = await services.blobs.get(tenantId, audio.id).catch(() => {
        throw notFound('prompt')
      })
      return reply.type('application/octet-stream').send(stream)
    })
  })
}
