import { getFile, getRemoteImage, uploadFile } from '@centrala/api/conversation.ts'
import { answerFile } from '../file/answer-file.ts'
import { receiveUpload } from '../file/receive-upload.ts'
import { handle } from '../http/handle.ts'
import { fetchRemoteImage, requireImageOf } from '../message/fetch-remote-image.ts'
import { found } from '../refusal.ts'

export const fileRoutes = [
  handle(uploadFile, async ({ services, context, query, request, work }) => {
    await work(async tx =>
      found(
        await tx.db.selectFrom('conversation').select('id').where('id', '=', query.conversationId).executeTakeFirst(),
        'conversation',
      ),
    )
    return receiveUpload(services, context.tenantId, query.conversationId, request)
  }),
  handle(getFile, async ({ services, context, params, query, reply, work }) => {
    const file = await work(async tx =>
      found(await tx.db.selectFrom('file').selectAll().where('id', '=', params.id).executeTakeFirst(), 'file'),
    )
    return answerFile(services, context.tenantId, file, reply, query.download ?? false)
  }),
  handle(getRemoteImage, async ({ services, params, query, reply, work }) => {
    await work(tx => requireImageOf(tx, params.id, query.url))
    const { mediaType, content } = await fetchRemoteImage(query.url, services.env.ALLOW_PRIVATE_ADDRESSES)
    return reply
      .header('content-type', mediaType)
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'private, max-age=3600')
      .send(content)
  }),
]
