import { getFile, uploadFile } from '@centrala/api/conversation.ts'
import { answerFile } from '../file/answer-file.ts'
import { receiveUpload } from '../file/receive-upload.ts'
import { handle } from '../http/handle.ts'
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
]
