import { addMessage } from '@centrala/store/message-store.ts'
import { stopMonitoring } from './take-leg.ts'
import type { FactOf, Leg, Taking } from './taking.ts'

/** Somebody hears the customer now. Where the owner is not in the call any more, it is theirs (a transfer by a desk phone), or ours no longer (somebody outside). */
export async function takeConnected(taking: Taking, { userId, legId }: FactOf<'connected'>): Promise<void> {
  const { tx, call, at } = taking
  const legs = await taking.legs()
  const leg = legs.get(legId)
  if (leg) leg.answeredAt ??= at
  tx.send('UPDATE leg SET answered_at = coalesce(answered_at, $2) WHERE id = $1', [legId, at])
  if (call.state === 'ended') return
  taking.set({ state: 'talking', connectedAt: call.connectedAt ?? at })
  taking.tell('call.changed')
  tx.send(
    'UPDATE conversation SET last_message_at = greatest(last_message_at, $2) WHERE id = (SELECT conversation_id FROM interaction WHERE id = $1)',
    [call.interactionId, at],
  )
  const { state, agentId, hold } = await taking.interaction()
  if (state !== 'active') return
  const isOwners = ({ kind, userId, endedAt }: Leg) => kind === 'agent' && userId === agentId && !endedAt
  const ownerIsIn = userId === agentId || [...legs.values()].some(isOwners)
  if (!ownerIsIn && userId) await taking.command({ type: 'assign', agentId: userId }, { data: { joined: true } })
  else if (!ownerIsIn && leg?.kind === 'outside') await taking.end('handled')
  else if (hold !== null) await taking.command({ type: 'resume' })
}

export async function takeHold(
  taking: Taking,
  { type }: FactOf<'held'> | FactOf<'resumed'> | FactOf<'parked'>,
): Promise<void> {
  taking.set({ state: type === 'resumed' ? 'talking' : type })
  taking.tell('call.changed')
  if (type === 'resumed') await resume(taking)
  else await hold(taking)
}

export async function takeConsulted(taking: Taking, { legId }: FactOf<'consulted'>): Promise<void> {
  taking.set({ state: 'held', consulting: legId })
  taking.tell('call.changed')
  const { state, hold } = await taking.interaction()
  if (state === 'active' && hold !== 'consult') await taking.command({ type: 'consult' })
}

export async function takeConsultEnded(taking: Taking, { legId, how }: FactOf<'consultEnded'>): Promise<void> {
  taking.set({ consulting: null })
  taking.tell('call.changed')
  if (how === 'cancelled' || how === 'failed') return hold(taking)
  taking.set({ state: 'talking' })
  if (how === 'conference') return resume(taking)
  const { state, agentId } = await taking.interaction()
  if (state !== 'active') return
  const asked = (await taking.legs()).get(legId)
  if (asked?.userId && asked.userId !== agentId)
    await taking.command({ type: 'assign', agentId: asked.userId }, { actorId: agentId, data: { joined: true } })
  // Handed to somebody outside: the agent's part is done, whatever they go on talking about.
  else if (!asked?.userId) await taking.end('handled')
}

export async function takeMonitored(taking: Taking, { userId, mode }: FactOf<'monitored'>): Promise<void> {
  if (mode === 'off') stopMonitoring(taking, userId)
  else taking.set({ monitors: { ...(taking.call.monitors as object), [userId]: mode } as never })
  taking.tell('call.changed')
}

/** What was typed to or by a text telephone stays in the conversation like any message. */
export async function takeText(taking: Taking, { author, how, text }: FactOf<'text'>): Promise<void> {
  const { tx, call, at, n } = taking
  const { id, conversationId, agentId } = await taking.interaction()
  if (text.trim() === '') return
  await addMessage(tx, {
    conversationId,
    interactionId: id,
    channel: 'voice',
    author,
    userId: author === 'agent' ? agentId : null,
    text,
    clientId: `${call.id}:${n}`,
    data: { callId: call.id, how },
    // It went out letter by letter while it was typed.
    ...(author === 'agent' && { status: 'sent' as const }),
    createdAt: at,
  })
}

async function hold(taking: Taking): Promise<void> {
  const { state, hold } = await taking.interaction()
  if (state === 'active' && hold !== 'hold') await taking.command({ type: 'hold' })
}

async function resume(taking: Taking): Promise<void> {
  const { state, hold } = await taking.interaction()
  if (state === 'active' && hold !== null) await taking.command({ type: 'resume' })
}
