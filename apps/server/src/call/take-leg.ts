import { commandInteraction } from '../interaction/command-interaction.ts'
import { endInteraction } from '../interaction/end-interaction.ts'
import { Refusal } from '../refusal.ts'
import { addLegPrice } from './take-ended.ts'
import type { FactOf, Taking } from './taking.ts'

export async function takeLegStarted(taking: Taking, fact: FactOf<'legStarted'> | FactOf<'legRinging'>): Promise<void> {
  taking.tell('call.changed')
  if (fact.type === 'legRinging') return
  const { tx, call, at } = taking
  const { legId, kind, way, userId, address } = fact
  await tx.db
    .insertInto('leg')
    .values({ id: legId, callId: call.id, kind, way, userId, address, startedAt: at })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

/** A desk phone that was picked up is its owner accepting the offer. */
export async function takeLegAnswered(taking: Taking, { legId }: FactOf<'legAnswered'>): Promise<void> {
  const { tx, call, at, services } = taking
  const leg = await tx.db
    .updateTable('leg')
    .set({ answeredAt: at })
    .where('id', '=', legId)
    .returning(['kind', 'way', 'userId'])
    .executeTakeFirst()
  taking.tell('call.changed')
  if (leg?.kind !== 'agent' || leg.way !== 'desk' || !leg.userId) return
  const agentId = leg.userId
  const interaction = await taking.interaction()
  if (interaction.state === 'active' && interaction.agentId === agentId) return // accepted on the screen, or theirs from the start
  if (call.consulting === legId) return
  try {
    await commandInteraction(tx, interaction.id, { type: 'accept', agentId }, { at, actorId: agentId })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    taking.after.push(() => {
      void services.voice.command(call.nodeId, { type: 'stopRinging', callId: call.id, userId: agentId })
    })
  }
}

/** Why an agent is gone whose customer is still there, with nobody. */
const ALONE = new Set(['lost', 'removed'])

/** Somebody left. When it is the agent, the call goes to whoever of ours is still in it; lost without anybody, it is routed again. */
export async function takeLegEnded(taking: Taking, fact: FactOf<'legEnded'>): Promise<void> {
  const { tx, call, at } = taking
  const leg = await tx.db
    .updateTable('leg')
    .set({
      endedAt: at,
      endedReason: fact.reason,
      ...(fact.quality && { quality: JSON.stringify(fact.quality) }),
    })
    .where('id', '=', fact.legId)
    .where('callId', '=', call.id)
    .returning(['id', 'kind', 'userId', 'address', 'answeredAt'])
    .executeTakeFirst()
  taking.tell('call.changed')
  if (leg) await addLegPrice(taking, leg)
  if (leg?.kind === 'supervisor' && leg.userId) stopMonitoring(taking, leg.userId)
  if (leg?.kind !== 'agent' || !leg.userId || call.state === 'ended' || call.state === 'parked') return
  const interaction = await taking.interaction()
  if (interaction.state !== 'active' || interaction.agentId !== leg.userId) return
  const others = await tx.db
    .selectFrom('leg')
    .select(['kind', 'userId'])
    .where('callId', '=', call.id)
    .where('id', '<>', leg.id)
    .where('endedAt', 'is', null)
    .where('answeredAt', 'is not', null)
    .where('kind', 'in', ['agent', 'outside'])
    .orderBy('answeredAt')
    .execute()
  if (others.some(other => other.kind === 'agent' && other.userId === leg.userId)) return // the same person by another phone
  const colleague = others.find(other => other.kind === 'agent' && other.userId)
  if (colleague?.userId) {
    await commandInteraction(
      tx,
      interaction.id,
      { type: 'assign', agentId: colleague.userId },
      { at, data: { joined: true } },
    )
  } else if (others.length > 0) {
    await endInteraction(tx, interaction.id, { outcome: 'handled', actorId: null, at }) // they talk to somebody outside now
  } else if (ALONE.has(fact.reason) && interaction.queueId) {
    await commandInteraction(tx, interaction.id, { type: 'return', preferredAgentId: null }, { at })
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
