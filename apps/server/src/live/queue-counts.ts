import type { Services } from '../services.ts'

const EVERY_MS = 1000

/** Tells screens once a second how much waits, where it has changed: agents of their own queues, supervisors of all. */
export function startQueueCounts({ hub, router, db }: Services): () => void {
  const last = new Map<string, string>()
  const served = new Map<string, { at: number; queueIds: Set<string> }>()

  async function queuesOf(tenantId: string, userId: string): Promise<void> {
    const rows = await db.tenant(tenantId, tx =>
      tx.query<{ id: string }>(
        'SELECT rq.queue_id AS id FROM routing_profile_queue rq JOIN users u ON u.routing_profile_id = rq.routing_profile_id WHERE u.id = $1',
        [userId],
      ),
    )
    served.set(userId, { at: Date.now(), queueIds: new Set(rows.map(row => row.id)) })
  }

  let telling = false

  async function tell(): Promise<void> {
    for (const tenantId of [...hub.tenants()]) {
      const snapshot = router.snapshot(tenantId)
      if (!snapshot) continue
      const queues = snapshot.queues.map(queue => ({
        queueId: queue.queueId,
        waiting: queue.waiting,
        longestWaitSince: queue.oldestQueuedAt === null ? null : new Date(queue.oldestQueuedAt).toISOString(),
      }))
      const state = JSON.stringify(queues)
      const all = { type: 'queues', queues } as const
      const some = new Map<string, typeof all>()
      /** To whom it is news: then to each of their screens. */
      const news = new Map<string, boolean>()
      await hub.spread(tenantId, ({ permissions, userId, ...context }) => {
        const key = `${tenantId}/${userId ?? context.apiKeyId}`
        const isNews = news.get(key) ?? last.get(key) !== state
        news.set(key, isNews)
        if (!isNews) return null
        if (permissions.has('supervise.read')) {
          last.set(key, state)
          return all
        }
        if (!userId || !permissions.has('inbox.handle')) return null
        const mine = served.get(userId)
        if (!mine || Date.now() - mine.at > 30_000) queuesOf(tenantId, userId).catch(() => {})
        if (!mine) return null
        last.set(key, state)
        // Most people serve the same queues: what they are told is made and encoded once.
        const name = [...mine.queueIds].sort().join()
        const own = some.get(name) ?? { ...all, queues: queues.filter(queue => mine.queueIds.has(queue.queueId)) }
        some.set(name, own)
        return own
      })
    }
  }

  const timer = setInterval(() => {
    if (telling) return
    telling = true
    tell().finally(() => {
      telling = false
    })
  }, EVERY_MS)
  hub.onScreens((tenantId, userId) => last.delete(`${tenantId}/${userId}`))
  return () => clearInterval(timer)
}
