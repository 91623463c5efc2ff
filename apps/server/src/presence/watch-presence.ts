import { commandInteraction } from '../interaction/command-interaction.ts'
import type { Services } from '../services.ts'
import { setPresence } from './set-presence.ts'

/** How long an agent may be without a screen (a reload, a train tunnel) before being taken for gone. */
const GRACE_MS = 45_000
/** At a start nobody has had the time to come back yet. */
const EVERY_MS = 5_000

/**
 * An agent whose last screen has gone and does not come back is set offline, and the live talks they held (chats) go back to their queue, to them first
 * should they return. E-mails stay theirs: nobody waits at the other end this very minute.
 */
export function watchPresence(services: Services): () => void {
  const { db, hub, log } = services
  const startedAt = Date.now()
  const goneAt = new Map<string, number>()

  hub.onScreens((tenantId, userId, screens) => {
    const key = `${tenantId}/${userId}`
    if (screens > 0) goneAt.delete(key)
    else goneAt.set(key, Date.now())
  })

  async function sweep(): Promise<void> {
    const { rows } = await db.log.query<{ tenantId: string }>('SELECT tenant_id AS "tenantId" FROM tenant')
    for (const { tenantId } of rows) {
      const present = await db.tenant(tenantId, tx =>
        tx.query<{ userId: string }>('SELECT user_id AS "userId" FROM presence WHERE state <> \'offline\''),
      )
      for (const { userId } of present) {
        const since = goneAt.get(`${tenantId}/${userId}`) ?? startedAt
        if (hub.screensOf(tenantId, userId) > 0 || Date.now() - since < GRACE_MS) continue
        await db.tenant(tenantId, tx => leave(tx, userId))
      }
    }
  }

  const timer = setInterval(() => {
    sweep().catch(error => log.warn({ err: error }, 'presences could not be looked after'))
  }, EVERY_MS)
  return () => clearInterval(timer)
}

/** Sets a person offline and returns their live talks to the queue. */
export async function leave(tx: Parameters<typeof setPresence>[0], userId: string): Promise<void> {
  await setPresence(tx, userId, { state: 'offline' })
  const held = await tx.query<{ id: string }>(
    "SELECT id FROM interaction WHERE agent_id = $1 AND state = 'active' AND channel = 'chat' AND queue_id IS NOT NULL ORDER BY id",
    [userId],
  )
  for (const { id } of held) await commandInteraction(tx, id, { type: 'return', preferredAgentId: userId })
}
