import { priceOf } from './dial-rules.ts'
import type { CallRow, FactOf, Leg, Taking } from './taking.ts'

/** The call is over. A call that the server took for lost is put right: the node knows better. */
export async function takeEnded(taking: Taking, fact: FactOf<'ended'>): Promise<void> {
  const { tx, call, at } = taking
  const known = call.state === 'ended'
  taking.set({
    state: 'ended',
    endedAt: at,
    endedBy: fact.by,
    endedStatus: fact.status,
    endedQ850: fact.q850,
    endedReason: fact.reason,
    consulting: null,
    monitors: {} as never,
    ...(!known && { price: call.price + priceUntil(call, at) }),
  })
  taking.tell('call.ended', { by: fact.by })
  tx.send(
    'UPDATE conversation SET last_message_at = greatest(last_message_at, $2) WHERE id = (SELECT conversation_id FROM interaction WHERE id = $1)',
    [call.interactionId, at],
  )
  const open = [...(await taking.legs()).values()].filter(leg => !leg.endedAt)
  tx.send("UPDATE leg SET ended_at = $2, ended_reason = 'call ended' WHERE call_id = $1 AND ended_at IS NULL", [
    call.id,
    at,
  ])
  for (const leg of open) {
    leg.endedAt = at
    await addLegPrice(taking, leg)
  }
  if (!known) await taking.close()
}

/** By begun minutes, as most providers count; nothing while nobody had answered. */
export function priceUntil(call: Pick<CallRow, 'connectedAt' | 'pricePerMinute'>, at: Date): number {
  if (!call.connectedAt) return 0
  return call.pricePerMinute * Math.max(1, Math.ceil((at.getTime() - call.connectedAt.getTime()) / 60_000))
}

/** Somebody outside who was asked, or whom the customer was handed to, is a call of ours too. */
export async function addLegPrice(taking: Taking, { kind, address, answeredAt }: Leg): Promise<void> {
  if (kind !== 'outside' || !address || !answeredAt) return
  const pricePerMinute = await priceOf(taking.tx, address)
  const price = priceUntil({ connectedAt: answeredAt, pricePerMinute }, taking.at)
  if (price > 0) taking.set({ price: taking.call.price + price })
}
