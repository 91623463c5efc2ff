import { addMessage } from '@centrala/store/message-store.ts'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { endInteraction } from '../interaction/end-interaction.ts'
import { stopMonitoring } from './take-leg.ts'
import type { FactOf, Taking } from './taking.ts'

/** Somebody hears the customer now. Where the owner is not in the call any more, it is theirs (a transfer by a desk phone), or ours no longer (somebody outside). */
export async function takeConnected(taking: Taking, { userId, legId }: FactOf<'connected'>): Promise<void> {
  const { tx, call, at } = taking
  const leg = await tx.query<{ kind: string }>(
    'UPDATE leg SET answered_at = coalesce(answered_at, $2) WHERE id = $1 RETURNING kind',
    [legId, at],
  )
  if (call.state === 'ended') return
  taking.set({ state: 'talking', connectedAt: call.connectedAt ?? at })
  taking.tell('call.changed')
  await tx.query(
    'UPDATE conversation SET last_message_at = greatest(last_message_at, $2) WHERE id = (SELECT conversation_id FROM interaction WHERE id = $1)',
    [call.interactionId, at],
  )
  const { id, state, agentId, hold } = await taking.interaction()
  if (state !== 'active') return
  const ownerIsIn = userId === agentId || (await isIn(taking, agentId))
  if (!ownerIsIn && userId)
    await commandInteraction(tx, id, { type: 'assign', agentId: userId }, { at, data: { joined: true } })
  else if (!ownerIsIn && leg[0]?.kind === 'outside')
    await endInteraction(tx, id, { outcome: 'handled', actorId: null, at })
  else if (hold !== null) await commandInteraction(tx, id, { type: 'resume' }, { at })
}

async function isIn({ tx, call }: Taking, userId: string | null): Promise<boolean> {
  const leg = await tx.db
    .selectFrom('leg')
    .select('id')
    .where('callId', '=', call.id)
    .where('kind', '=', 'agent')
    .where('userId', '=', userId)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return leg !== undefined
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
  const { id, state, hold } = await taking.interaction()
  if (state === 'active' && hold !== 'consult')
    await commandInteraction(taking.tx, id, { type: 'consult' }, { at: taking.at })
}

export async function takeConsultEnded(taking: Taking, { legId, how }: FactOf<'consultEnded'>): Promise<void> {
  const { tx, at } = taking
  taking.set({ consulting: null })
  taking.tell('call.changed')
  if (how === 'cancelled' || how === 'failed') return hold(taking)
  taking.set({ state: 'talking' })
  if (how === 'conference') return resume(taking)
  const { id, state, agentId } = await taking.interaction()
  if (state !== 'active') return
  const asked = await tx.db.selectFrom('leg').select('userId').where('id', '=', legId).executeTakeFirst()
  if (asked?.userId && asked.userId !== agentId)
    await commandInteraction(
      tx,
      id,
      { type: 'assign', agentId: asked.userId },
      { at, actorId: agentId, data: { joined: true } },
    )
  // Handed to somebody outside: the agent's part is done, whatever they go on talking about.
  else if (!asked?.userId) await endInteraction(tx, id, { outcome: 'handled', actorId: null, at })
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
  const { id, state, hold } = await taking.interaction()
  if (state === 'active' && hold !== 'hold')
    await commandInteraction(taking.tx, id, { type: 'hold' }, { at: taking.at })
}

async function resume(taking: Taking): Promise<void> {
  const { id, state, hold } = await taking.interaction()
  if (state === 'active' && hold !== null)
    await commandInteraction(taking.tx, id, { type: 'resume' }, { at: taking.at })
}
