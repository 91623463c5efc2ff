import type { QueuePlace } from '@centrala/api/webchat.ts'
import type { Services } from '../services.ts'
import type { Chat } from './chat.ts'

/** Where a waiting chat stands, and how long that may take; what nobody can tell is null. */
export async function placeOf(
  { router }: Pick<Services, 'router'>,
  tenantId: string,
  { interactionId, queueId }: Pick<Chat, 'interactionId' | 'queueId'>,
): Promise<QueuePlace> {
  const position = router.position(tenantId, interactionId)
  if (position === null || !queueId) return { position, waitSeconds: null }
  const wait = await router.estimate(tenantId, { queueId, channel: 'chat', position })
  return {
    position,
    waitSeconds: wait && { from: Math.round(wait.lowMs / 1000), to: Math.round(wait.highMs / 1000) },
  }
}
