import { deleteRecording, getRecordingAudio } from '@centrala/api/call.ts'
import { audit } from '../audit/audit.ts'
import { handle } from '../http/handle.ts'
import { answerRecording } from '../recording/answer-recording.ts'
import { deleteAudio, removeBlobs } from '../recording/delete-recording.ts'

export const recordingRoutes = [
  handle(getRecordingAudio, ({ services, context, params, query, request, reply }) =>
    answerRecording(services, context, params.id, request, reply, query.download ?? false),
  ),
  handle(deleteRecording, async ({ services, context, params, work }) => {
    const blob = await work(async tx => {
      const removed = await deleteAudio(tx, params.id)
      await audit(tx, context, 'recording.deleted', { type: 'recording', id: params.id })
      return removed
    })
    await removeBlobs(services, context.tenantId, [blob])
    return {}
  }),
]
