import { buffer } from 'node:stream/consumers'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { audit } from '../audit/audit.ts'
import type { Context } from '../http/context.ts'
import { found, notFound, Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { openAudio, SEALED_HEADER_BYTES, sealedRange, tenantKey } from './sealed-audio.ts'

/** Answers with the audio of a recording, whole or the part that was asked for (RFC 9110 section 14). The listening is written down. */
export async function answerRecording(
  services: Services,
  context: Context,
  recordingId: string,
  request: FastifyRequest,
  reply: FastifyReply,
  download: boolean,
): Promise<FastifyReply> {
  const { db, blobs, keys } = services
  const { tenantId } = context
  const audio = await db.tenant(tenantId, async tx => {
    const row = found(
      await tx.db
        .selectFrom('recording')
        .innerJoin('interaction', 'interaction.id', 'recording.interactionId')
        .leftJoin('recordingAudio', 'recordingAudio.recordingId', 'recording.id')
        .select(['recording.id', 'recording.kind', 'recording.state', 'recording.startedAt'])
        .select(['interaction.agentId', 'recordingAudio.blob', 'recordingAudio.size'])
        .where('recording.id', '=', recordingId)
        .executeTakeFirst(),
      'recording',
    )
    const mine = row.kind === 'voicemail' && row.agentId !== null && row.agentId === context.userId
    if (!mine && !context.permissions.has('recording.listen'))
      throw new Refusal(
        403,
        'permission.missing',
        'Listening to recordings needs the permission "recording.listen". Ask an administrator for a role that has it.',
      )
    if (row.state === 'deleted')
      throw new Refusal(
        410,
        'recording.deleted',
        'The audio of this recording was deleted. That it existed is all that is left.',
      )
    if (row.blob === null || row.size === null)
      throw new Refusal(
        409,
        'recording.notStored',
        'The audio of this recording is not there: it is still going on, or was lost with its voice node.',
      )
    // Players ask for many parts: one entry a person, recording and hour says it.
    const heard = await tx.query(
      `SELECT 1 FROM audit_entry WHERE action = 'recording.listened' AND subject_id = $1 AND at > now() - interval '1 hour'
          AND user_id IS NOT DISTINCT FROM $2 AND api_key_id IS NOT DISTINCT FROM $3 LIMIT 1`,
      [recordingId, context.userId, context.apiKeyId],
    )
    if (heard.length === 0)
      await audit(tx, context, 'recording.listened', { type: 'recording', id: recordingId }, null, { kind: row.kind })
    return { blob: row.blob, size: row.size, startedAt: row.startedAt }
  })
  const { blob, size } = audio
  const range = rangeOf(request.headers.range, size)
  reply
    .header('content-type', 'audio/wav')
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, no-store')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
    .header(
      'content-disposition',
      `${download ? 'attachment' : 'inline'}; filename="recording-${audio.startedAt.toISOString().slice(0, 16).replace(/[:T]/g, '-')}.wav"`,
    )
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${size}`).send()
  const part = range ?? { start: 0, end: size }
  const place = sealedRange(part)
  const gone = () => {
    throw notFound('recording')
  }
  const header = await buffer(await blobs.get(tenantId, blob, { start: 0, end: SEALED_HEADER_BYTES }).catch(gone))
  const sealed = await blobs.get(tenantId, blob, { start: place.start, end: place.end }).catch(gone)
  const opened = openAudio(tenantKey(keys.recordings, tenantId), recordingId, header, part, size)
  sealed.on('error', error => opened.destroy(error))
  opened.on('close', () => sealed.destroy())
  if (range) reply.code(206).header('content-range', `bytes ${part.start}-${part.end - 1}/${size}`)
  return reply.header('content-length', part.end - part.start).send(sealed.pipe(opened))
}

/** One range of bytes; several, or what is no range, is answered with the whole. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  if (match[1] === '') {
    const length = Math.min(size, Number(match[2]))
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size }
  }
  const start = Number(match[1])
  const end = match[2] === '' ? size : Math.min(size, Number(match[2]) + 1)
  if (start >= size) return 'unsatisfiable'
  return end <= start ? null : { start, end }
}
