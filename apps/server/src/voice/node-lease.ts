import { takeEnded } from '../call/take-ended.ts'
import { Taking } from '../call/taking.ts'
import type { Services } from '../services.ts'
import { openCallsBut } from './open-calls.ts'

const MOST_OFTEN_MS = 2000
/** How long another server node may be away before the calls of its voice nodes are taken for lost here. */
const ELSEWHERE_MS = 5 * 60_000

/**
 * Ends calls whose node is lost: not heard of for the length of its lease, or back without them. A node that was only away has its calls
 * listed when it comes back in time; after a start of the server every node is given that long.
 */
export function watchNodes(services: Services, leaseMs: number): () => void {
  const { db, voice, log, nodes } = services
  const startedAt = Date.now()
  let running = false

  /**
   * Another server is its main one, or was until that went away. One that was linked here too would have come to us, were it there; of one that never was, it is likely that we cannot be
   * reached by it: it goes on with its calls, and its server ends what is to be ended, if it comes back.
   */
  function isElsewhere(nodeId: string): boolean {
    const [seenAt, heardAt] = [nodes.voiceNodeSeenAt(nodeId), voice.heardAt(nodeId)]
    return seenAt > heardAt && Date.now() - seenAt < (heardAt > 0 ? leaseMs : Math.max(leaseMs, ELSEWHERE_MS))
  }

  async function sweep(): Promise<void> {
    const now = Date.now()
    // Read together with the lists: a newer one may come while the database is asked.
    const toldAt = new Map(voice.nodes().map(node => [node.id, node.toldAt]))
    const listed = voice
      .nodes()
      .flatMap(node => (node.state ? node.state.calls.map(call => call.callId) : node.hello.calls))
    for (const { tenantId, id, nodeId } of await openCallsBut(db, listed)) {
      const node = voice.node(nodeId)
      if (node) {
        if (!node.main) continue // another server has its facts
        // What it has not told us yet waits in its journal: so it is given as long as a node that is away.
        if (now - node.mainAt < leaseMs) continue
      } else if (now - Math.max(voice.heardAt(nodeId), startedAt) < leaseMs || isElsewhere(nodeId)) continue
      await db.tenant(tenantId, async tx => {
        const call = await tx.db
          .selectFrom('call')
          .selectAll()
          .where('id', '=', id)
          .where('state', '<>', 'ended')
          .forUpdate()
          .executeTakeFirst()
        if (!call) return
        // A call that began a moment ago is listed a moment later. Nor does a list know of a call that began after it: the next one may be late, or we to read it. Half a lease is for the way, and for clocks that differ.
        const known = Math.min(now - leaseMs, (toldAt.get(nodeId) ?? 0) - leaseMs / 2)
        if (node && call.startedAt.getTime() > known) return
        const lastHeard = voice.heardAt(nodeId)
        const taking = new Taking(tx, services, call)
        taking.at = new Date(node || lastHeard === 0 ? now : lastHeard)
        await tx.query("UPDATE recording SET state = 'lost' WHERE call_id = $1 AND state IN ('recording', 'paused')", [
          id,
        ])
        await tx.query("UPDATE interaction SET context = context - 'voicemail' WHERE id = $1 AND state = 'flow'", [
          call.interactionId,
        ])
        await takeEnded(taking, {
          type: 'ended',
          by: 'nodeLost',
          status: null,
          q850: null,
          reason: 'The voice node that had this call was lost.',
        })
        await taking.finish()
        voice.forget(call.interactionId)
        voice.phones.setGuests(tenantId, id, [])
        log.warn({ callId: id, nodeId }, 'a call was lost with its voice node')
      })
    }
  }

  const timer = setInterval(
    () => {
      if (running) return
      running = true
      sweep()
        .catch(error => log.warn({ err: error }, 'calls of lost nodes could not be looked for'))
        .finally(() => {
          running = false
        })
    },
    Math.min(leaseMs / 2, MOST_OFTEN_MS),
  )
  return () => clearInterval(timer)
}
