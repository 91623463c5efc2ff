import { Refusal } from '../refusal.ts'
import { addLegPrice } from './take-ended.ts'
import type { FactOf, Leg, Taking } from './taking.ts'

export async function takeLegStarted(taking: Taking, fact: FactOf<'legStarted'> | FactOf<'legRinging'>): Promise<void> {
  taking.tell('call.changed')
  if (fact.type === 'legRinging') return
  await taking.legStarted(fact)
}

/** A desk phone that was picked up is its owner accepting the offer. */
export async function takeLegAnswered(taking: Taking, { legId }: FactOf<'legAnswered'>): Promise<void> {
  const { call, services } = taking
  taking.tell('call.changed')
  const leg = await taking.legAnswered(legId)
  if (leg?.kind !== 'agent' || leg.way !== 'desk' || !leg.userId) return
  const agentId = leg.userId
  const interaction = await taking.interaction()
  if (interaction.state === 'active' && interaction.agentId === agentId) return // accepted on the screen, or theirs from the start
  if (call.consulting === legId) return
  try {
    await taking.command({ type: 'accept', agentId }, { actorId: agentId })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    taking.after.push(() => {
      void services.voice.command(call.nodeId, { type: 'stopRinging', callId: call.id, userId: agentId })
    })
  }
}

/** Why an agent is gone whose customer is still there, with nobody. */
const ALONE = new Set(['lost', 'removed'])
/** Who can go on talking with the customer. */
const OTHERS: ReadonlySet<Leg['kind']> = new Set(['agent', 'outside'])

/** Somebody left. When it is the agent, the call goes to whoever of ours is still in it; lost without anybody, it is routed again. */
export async function takeLegEnded(taking: Taking, fact: FactOf<'legEnded'>): Promise<void> {
  const { tx, call, at } = taking
  const legs = await taking.legs()
  const leg = legs.get(fact.legId)
  taking.tell('call.changed')
  if (leg) {
    leg.endedAt = at
    tx.send('UPDATE leg SET ended_at = $2, ended_reason = $3, quality = coalesce($4, quality) WHERE id = $1', [
      leg.legId,
      at,
      fact.reason,
      fact.quality ? JSON.stringify(fact.quality) : null,
    ])
    await addLegPrice(taking, leg)
  }
  if (leg?.kind === 'supervisor' && leg.userId) stopMonitoring(taking, leg.userId)
  if (leg?.kind !== 'agent' || !leg.userId || call.state === 'ended' || call.state === 'parked') return
  const interaction = await taking.interaction()
  if (interaction.state !== 'active' || interaction.agentId !== leg.userId) return
  const others = [...legs.values()]
    .filter(other => other !== leg && !other.endedAt && other.answeredAt && OTHERS.has(other.kind))
    .sort((a, b) => Number(a.answeredAt) - Number(b.answeredAt))
  if (others.some(other => other.kind === 'agent' && other.userId === leg.userId)) return // the same person by another phone
  const colleague = others.find(other => other.kind === 'agent' && other.userId)
  if (colleague?.userId) {
    await taking.command({ type: 'assign', agentId: colleague.userId }, { data: { joined: true } })
  } else if (others.length > 0) {
    await taking.end('handled') // they talk to somebody outside now
  } else if (ALONE.has(fact.reason) && interaction.queueId) {
    await taking.command({ type: 'return', preferredAgentId: null })
  } else if (ALONE.has(fact.reason)) {
    taking.after.push(() => {
      void taking.services.voice.command(call.nodeId, {
        type: 'hangUp',
        callId: call.id,
        by: 'system',
        userId: null,
      })
    })
  }
}

export function stopMonitoring(taking: Taking, userId: string): void {
  const { [userId]: _, ...rest } = taking.call.monitors as Record<string, string>
  taking.set({ monitors: rest as never })
}
