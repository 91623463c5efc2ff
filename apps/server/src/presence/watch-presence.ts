import { commandInteraction } from '../interaction/command-interaction.ts'
import type { Services } from '../services.ts'
import { setPresence } from './set-presence.ts'

/** How long an agent may be without a screen (a reload, a train tunnel) before being taken for gone. */
const GRACE_MS = 45_000
/** At a start nobody has had the time to come back yet. */
const EVERY_MS = 5_000

/**
 * An agent whose last screen has gone and does not come back is set offline, unless their desk phone is registered: who only talks needs no screen, until
 * the first call that nobody picked up. Either way the live talks they held (chats) go back to their queue, to them first
 * should they return. E-mails stay theirs: nobody waits at the other end this very minute.
 */
export function watchPresence(services: Services, { graceMs = GRACE_MS, everyMs = EVERY_MS } = {}): () => void {
  const { db, hub, log, nodes, router, voice } = services
  const goneAt = new Map<string, number>()
  /** Who had a screen at another node when last looked. */
  const elsewhere = new Set<string>()
  /** Since when this node looks after a tenant; before, nobody has had the time to come back. */
  const ownedAt = new Map<string, number>()

  hub.onScreens((tenantId, userId, screens) => {
    const key = `${tenantId}/${userId}`
    if (screens === 0) goneAt.set(key, Date.now())
    else {
      goneAt.delete(key)
      voice.phones.setScreenless(tenantId, userId, false)
    }
  })

  async function sweep(): Promise<void> {
    const { rows } = await db.log.query<{ tenantId: string }>('SELECT tenant_id AS "tenantId" FROM tenant')
    for (const { tenantId } of rows) {
      // One node looks after a tenant's people: the one that routes it.
      if (!router.owns(tenantId)) {
        ownedAt.delete(tenantId)
        continue
      }
      const startedAt = ownedAt.get(tenantId) ?? Date.now()
      ownedAt.set(tenantId, startedAt)
      const present = await db.tenant(tenantId, tx =>
        tx.query<{ userId: string; state: string }>(
          'SELECT user_id AS "userId", state FROM presence WHERE state <> \'offline\'',
        ),
      )
      for (const { userId, state } of present) {
        const key = `${tenantId}/${userId}`
        if (nodes.hasScreen(tenantId, userId)) {
          elsewhere.add(key)
          voice.phones.setScreenless(tenantId, userId, false)
          continue
        }
        if (elsewhere.delete(key)) goneAt.set(key, Date.now())
        const since = Math.max(goneAt.get(key) ?? 0, startedAt)
        if (hub.screensOf(tenantId, userId) > 0 || Date.now() - since < graceMs) continue
        const phone = voice.phones.deskNodes(tenantId, userId).length > 0 || nodes.hasPhone(tenantId, userId)
        const byPhone = state !== 'notResponding' && phone
        if (byPhone && !voice.phones.isScreenless(tenantId, userId))
          await db.tenant(tenantId, tx => returnChats(tx, userId))
        if (!byPhone) await db.tenant(tenantId, tx => leave(tx, userId))
        else goneAt.set(key, Date.now()) // a phone that goes has as long to come back as a screen
        voice.phones.setScreenless(tenantId, userId, byPhone)
      }
    }
  }

  const timer = setInterval(() => {
    sweep().catch(error => log.warn({ err: error }, 'presences could not be looked after'))
  }, everyMs)
  return () => clearInterval(timer)
}

/** Sets a person offline and returns their live talks to the queue. */
export async function leave(tx: Parameters<typeof setPresence>[0], userId: string): Promise<void> {
  await setPresence(tx, userId, { state: 'offline' })
  await returnChats(tx, userId)
}

async function returnChats(tx: Parameters<typeof setPresence>[0], userId: string): Promise<void> {
  const held = await tx.query<{ id: string }>(
    "SELECT id FROM interaction WHERE agent_id = $1 AND state = 'active' AND channel = 'chat' AND queue_id IS NOT NULL ORDER BY id",
    [userId],
  )
  for (const { id } of held) await commandInteraction(tx, id, { type: 'return', preferredAgentId: userId })
}
