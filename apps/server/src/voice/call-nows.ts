import type { CallNow } from '@centrala/api/call-now.ts'
import type { FromNode } from '@centrala/api/voice-link.ts'
import type { z } from 'zod'
import type { Services } from '../services.ts'
import type { VoiceNode } from './voice-node.ts'

type Now = z.infer<typeof CallNow>

const EVERY_MS = 2000

/** What of calls is only for the moment: how well they hear each other, for supervisors and whoever is in the call; letters as they are typed, for who has the conversation open. */
export class CallNows {
  private readonly services: Pick<Services, 'hub' | 'db' | 'log'>
  private readonly calls = new Map<string, Now[]>()
  private readonly places = new Map<string, Promise<{ tenantId: string; conversationId: string } | null>>()
  private readonly shown = new Set<string>()
  private readonly timer: NodeJS.Timeout
  private showing = false

  constructor(services: Pick<Services, 'hub' | 'db' | 'log'>) {
    this.services = services
    this.timer = setInterval(() => {
      if (this.showing) return
      this.showing = true
      this.show().finally(() => {
        this.showing = false
      })
    }, EVERY_MS)
  }

  told(node: VoiceNode): void {
    this.calls.set(node.id, node.state?.calls ?? [])
  }

  lost(nodeId: string): void {
    this.calls.delete(nodeId)
  }

  typing({ callId, author, text }: Extract<FromNode, { type: 'typing' }>): void {
    if (this.places.size > 10_000) this.places.clear()
    const place = this.places.get(callId) ?? this.placeOf(callId)
    this.places.set(callId, place)
    place.then(
      found => {
        if (!found) return this.places.delete(callId)
        const { tenantId, conversationId } = found
        this.services.hub.watching(tenantId, conversationId, {
          type: 'callText',
          callId,
          conversationId,
          author,
          text: text.slice(0, 1000),
        })
      },
      error => {
        this.places.delete(callId)
        this.services.log.warn({ err: error }, 'letters of a text telephone could not be shown')
      },
    )
  }

  close(): void {
    clearInterval(this.timer)
  }

  private async show(): Promise<void> {
    const byTenant = Map.groupBy([...this.calls.values()].flat(), call => call.tenantId)
    for (const tenantId of this.shown) if (!byTenant.has(tenantId)) byTenant.set(tenantId, [])
    for (const [tenantId, calls] of byTenant) {
      if (calls.length > 0) this.shown.add(tenantId)
      else this.shown.delete(tenantId)
      const all = { type: 'callNow', calls } as const
      const own = new Map<string, typeof all>()
      for (const call of calls)
        for (const { userId } of call.legs)
          if (userId) own.set(userId, { type: 'callNow', calls: [...(own.get(userId)?.calls ?? []), call] })
      await this.services.hub.spread(tenantId, ({ permissions, userId }) =>
        permissions.has('supervise.read') ? all : (userId && own.get(userId)) || null,
      )
    }
  }

  private async placeOf(callId: string): Promise<{ tenantId: string; conversationId: string } | null> {
    const { db } = this.services
    const { rows } = await db.log.query<{ tenantId: string }>(
      'SELECT tenant_id AS "tenantId" FROM call WHERE id = $1',
      [callId],
    )
    const tenantId = rows[0]?.tenantId
    if (!tenantId) return null
    const found = await db.tenant(tenantId, tx =>
      tx.db
        .selectFrom('call')
        .innerJoin('interaction', 'interaction.id', 'call.interactionId')
        .select('interaction.conversationId')
        .where('call.id', '=', callId)
        .executeTakeFirst(),
    )
    return found ? { tenantId, conversationId: found.conversationId } : null
  }
}
