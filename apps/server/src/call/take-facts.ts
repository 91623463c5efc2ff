import type { CallFact } from '@centrala/api/call-fact.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { QueueRow } from '../interaction/end-interaction.ts'
import type { Services } from '../services.ts'
import type { NumberedFact } from '../voice/fact-inbox.ts'
import { guestsOf, MOVES_GUESTS } from './guests.ts'
import { takeEnded } from './take-ended.ts'
import { takeLegAnswered, takeLegEnded, takeLegStarted } from './take-leg.ts'
import { takeRecordingEnded, takeRecordingStarted, takeRecordingState } from './take-recording.ts'
import { askForCaller, takeStarted } from './take-started.ts'
import { takeConnected, takeConsultEnded, takeConsulted, takeHold, takeMonitored, takeText } from './take-talk.ts'
import { takeCallback, takeChose, takeEntered, takeQueued, takeUnqueued } from './take-waiting.ts'
import { type FactOf, readLegs, Taking } from './taking.ts'

/**
 * Takes facts of one call in, in their order, in one transaction: call, legs, recordings, interaction with its segments, and events. A fact
 * whose number has been taken changes nothing.
 */
export async function takeFacts(
  services: Services,
  callId: string,
  facts: readonly NumberedFact[],
  nodeId: string,
): Promise<void> {
  const tenantId = await tenantOf(services, callId, facts)
  const after = await services.db.tenant(tenantId, async tx => {
    const opening = facts[0]?.fact
    // The interaction with it, and who is in it, in one trip: most facts change all. Of a call that begins, who it is.
    const [first, [interaction], legs, queue, caller] = await Promise.all([
      tx.db.selectFrom('call').selectAll().where('id', '=', callId).forUpdate().executeTakeFirst(),
      tx.db
        .selectFrom('interaction')
        .selectAll()
        .where('id', '=', eb => eb.selectFrom('call').select('interactionId').where('id', '=', callId))
        .forUpdate()
        .execute(),
      opening?.type === 'started' ? undefined : readLegs(tx, callId),
      facts.some(({ fact }) => fact.type === 'ended') ? queueOf(tx, callId) : undefined,
      opening?.type === 'started' && !opening.interactionId ? askForCaller(tx, opening, queuedIn(facts)) : null,
    ])
    let taking =
      first &&
      new Taking(tx, services, first, {
        ...(interaction && { interaction }),
        ...(legs && { legs }),
        ...(queue && { queue }),
      })
    for (const { n, at: told, fact } of facts) {
      const at = new Date(Math.min(told.getTime(), Date.now())) // a node's clock may be ahead of ours
      if (taking && n <= taking.call.lastFact) continue
      if (!taking) {
        if (fact.type !== 'started')
          throw new Error(`The call ${callId} has not begun, and "${fact.type}" is told of it.`)
        const { call, begun } = await takeStarted(tx, { callId, nodeId, at, fact, caller })
        taking = new Taking(tx, services, call, { begun })
        taking.at = at
        taking.tell('call.started')
        // One's own call has its agent from the first.
        if (fact.direction === 'outbound' && fact.userId && begun.interaction)
          await taking.command({ type: 'assign', agentId: fact.userId }, { actorId: fact.userId })
      } else {
        Object.assign(taking, { at, n })
        await take(taking, fact, nodeId)
      }
      taking.set({ lastFact: n })
    }
    await taking?.finish()
    const call = taking?.call
    const { phones } = services.voice
    if (phones.hasGuests(callId) || facts.some(({ fact }) => MOVES_GUESTS.has(fact.type))) {
      const guests = await guestsOf(tx, callId)
      taking?.after.push(() => phones.setGuests(tenantId, callId, guests))
    }
    if (call?.state === 'ended') taking?.after.push(() => services.voice.forget(call.interactionId))
    else if (call)
      taking?.after.push(() => services.voice.remember(call.interactionId, { id: callId, nodeId: call.nodeId }))
    return taking?.after ?? []
  })
  for (const act of after) act()
}

/** The queue of the call's interaction: how it is wrapped up. */
function queueOf(tx: Tx, callId: string): Promise<QueueRow | undefined> {
  return tx.db
    .selectFrom('queue')
    .innerJoin('interaction', 'interaction.queueId', 'queue.id')
    .innerJoin('call', 'call.interactionId', 'interaction.id')
    .selectAll('queue')
    .where('call.id', '=', callId)
    .executeTakeFirst()
}

function queuedIn(facts: readonly NumberedFact[]): FactOf<'queued'> | undefined {
  return facts.map(({ fact }) => fact).find(fact => fact.type === 'queued')
}

/** What these tell can be kept in memory until a call that has just begun is stored. */
const OF_BEGINNING: ReadonlySet<CallFact['type']> = new Set([
  'chose',
  'entered',
  'queued',
  'legStarted',
  'legRinging',
  'legAnswered',
])

async function take(taking: Taking, fact: CallFact, nodeId: string): Promise<void> {
  if (!OF_BEGINNING.has(fact.type)) taking.store()
  switch (fact.type) {
    case 'started':
      // Calls that the server asked for are known before they begin.
      taking.set({ nodeId, startedAt: taking.at })
      taking.tell('call.started')
      return
    case 'chose':
      return takeChose(taking, fact)
    case 'entered':
      return takeEntered(taking, fact)
    case 'queued':
      return takeQueued(taking, fact)
    case 'unqueued':
      return takeUnqueued(taking, fact)
    case 'callbackRequested':
      return takeCallback(taking, fact)
    case 'legStarted':
    case 'legRinging':
      return takeLegStarted(taking, fact)
    case 'legAnswered':
      return takeLegAnswered(taking, fact)
    case 'legEnded':
      return takeLegEnded(taking, fact)
    case 'connected':
      return takeConnected(taking, fact)
    case 'held':
    case 'resumed':
    case 'parked':
      return takeHold(taking, fact)
    case 'consulted':
      return takeConsulted(taking, fact)
    case 'consultEnded':
      return takeConsultEnded(taking, fact)
    case 'monitored':
      return takeMonitored(taking, fact)
    case 'recordingStarted':
      return takeRecordingStarted(taking, fact)
    case 'recordingPaused':
    case 'recordingResumed':
      return takeRecordingState(taking, fact)
    case 'recordingEnded':
      return takeRecordingEnded(taking, fact)
    case 'text':
      return takeText(taking, fact)
    case 'ended':
      return takeEnded(taking, fact)
  }
}

const tenants = new Map<string, string>()
const MOST_TENANTS = 50_000

/** Only the first fact names the tenant; a call never changes it. */
async function tenantOf({ db }: Services, callId: string, facts: readonly NumberedFact[]): Promise<string> {
  const named = facts.find(({ fact }) => fact.type === 'started')?.fact as { tenantId: string } | undefined
  let tenantId = named?.tenantId ?? tenants.get(callId)
  if (!tenantId) {
    const { rows } = await db.log.query<{ tenantId: string }>(
      'SELECT tenant_id AS "tenantId" FROM call WHERE id = $1',
      [callId],
    )
    tenantId = rows[0]?.tenantId
    if (!tenantId) throw new Error(`No call ${callId} is known.`)
  }
  if (tenants.size >= MOST_TENANTS) tenants.clear()
  tenants.set(callId, tenantId)
  return tenantId
}
