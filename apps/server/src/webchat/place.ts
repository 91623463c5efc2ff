import type { QueuePlace } from '@centrala/api/webchat.ts'
import type { Services } from '../services.ts'
import type { Chat } from './chat.ts'

/** Where a waiting chat stands, and how long that may take; what nobody can tell, or its queue does not want told, is null. */
export async function placeOf(
  { router }: Pick<Services, 'router'>,
  tenantId: string,
  { interactionId, queueId, tells }: Pick<Chat, 'interactionId' | 'queueId' | 'tells'>,
): Promise<QueuePlace> {
  const position = router.position(tenantId, interactionId)
  const told = tells.position ? position : null
  if (position === null || !queueId || !tells.wait) return { position: told, waitSeconds: null }
  const wait = await router.estimate(tenantId, { queueId, channel: 'chat', position })
  return {
    position: told,
    waitSeconds: wait && { from: Math.round(wait.lowMs / 1000), to: Math.round(wait.highMs / 1000) },
  }
}
