import type { Tx } from '@centrala/store/database.ts'
import { draftInteraction, type InteractionRow } from '@centrala/store/interaction-store.ts'
import { audit } from '../audit/audit.ts'
import {
  type Caller as CustomerCaller,
  createCustomer,
  type Found,
  findCustomer,
} from '../customer/find-or-create-customer.ts'
import { askForStranger } from '../interaction/route-interaction.ts'
import { conversationForCall } from './conversation-for-call.ts'
import { priceOf } from './dial-rules.ts'
import { emergencyMeant } from './emergency.ts'
import type { Beginning, CallRow, FactOf } from './taking.ts'

type StartedFact = FactOf<'started'>

/** Who calls, as far as it is known. */
export interface Caller {
  number: OwnNumber | undefined
  found: Found
  /** What the queue in which they are makes of them, should they be new. */
  stranger: Beginning['stranger']
}

interface OwnNumber {
  id: string
  name: string
  brandId: string | null
  queueId: string | null
  language: string | null
}

interface Started {
  callId: string
  nodeId: string
  at: Date
  fact: StartedFact
  /** As asked with `askForCaller`; null where the interaction is there already. */
  caller: Caller | null
}

/** Asks all that must be known before a call is stored, in one trip. */
export async function askForCaller(tx: Tx, fact: StartedFact, queued: FactOf<'queued'> | undefined): Promise<Caller> {
  const [[number], stranger, found] = await Promise.all([
    fact.numberId
      ? tx.query<OwnNumber>(
          `SELECT id, name, brand_id AS "brandId", queue_id AS "queueId", config->>'language' AS language FROM channel_account WHERE id = $1`,
          [fact.numberId],
        )
      : [],
    queued ? askForStranger(tx, { ...queued, brandOf: fact.numberId }) : null,
    findCustomer(tx, whoCalls(fact)),
  ])
  return { number, found, stranger: stranger && queued ? { ...stranger, queueId: queued.queueId } : null }
}

/** A call that we did not ask for: somebody dials one of our numbers, or an agent dials on a desk phone. */
export async function takeStarted(
  tx: Tx,
  { callId, nodeId, at, fact, caller }: Started,
): Promise<{ call: CallRow; begun: Beginning }> {
  const inbound = fact.direction === 'inbound'
  if (fact.way === 'desk' && (await emergencyMeant(tx, fact.to)))
    await audit(
      tx,
      { userId: fact.userId, apiKeyId: null, address: '' },
      'call.emergencyDialled',
      { type: 'call', id: callId },
      null,
      { to: fact.to },
    )
  const interaction = caller ? await draft(tx, fact, caller, at) : undefined
  const call: CallRow = {
    tenantId: tx.tenantId,
    id: callId,
    interactionId: interaction?.id ?? fact.interactionId ?? '',
    nodeId,
    direction: fact.direction,
    way: fact.way,
    state: inbound ? 'flow' : 'ringing',
    fromAddress: fact.private ? null : fact.from,
    toAddress: fact.to,
    private: fact.private,
    numberId: fact.numberId,
    trunkId: fact.trunkId,
    userId: fact.userId,
    startedAt: at,
    pricePerMinute: inbound ? 0 : await priceOf(tx, fact.to),
    price: 0,
    connectedAt: null,
    endedAt: null,
    endedBy: null,
    endedStatus: null,
    endedQ850: null,
    endedReason: '',
    pressed: [],
    consulting: null,
    monitors: {},
    lastFact: 0,
  }
  const stranger = caller?.found.customerId === null ? caller.stranger : null
  return { call, begun: { ...(interaction && { interaction }), stranger } }
}

async function draft(tx: Tx, fact: StartedFact, { number, found }: Caller, at: Date): Promise<InteractionRow> {
  const inbound = fact.direction === 'inbound'
  const language = number?.language ?? null
  const customerId = found.customerId ?? createCustomer(tx, { ...whoCalls(fact), language }, found)
  return draftInteraction(tx, {
    conversationId: await conversationForCall(tx, customerId, number?.brandId ?? null, found.customerId !== null),
    customerId,
    channel: 'voice',
    channelAccountId: number?.id ?? null,
    direction: fact.direction,
    language,
    queueId: inbound ? null : (number?.queueId ?? null),
    context: {
      call: {
        from: fact.private ? null : fact.from,
        to: fact.to,
        private: fact.private,
        numberName: number?.name ?? null,
        divertedFrom: fact.divertedFrom,
      },
    },
    at,
  })
}

function whoCalls(fact: StartedFact): CustomerCaller {
  const inbound = fact.direction === 'inbound'
  // Who hides the number is somebody new each time: nothing may be told to them from an earlier call.
  const address = inbound ? (fact.private ? '' : (fact.from ?? '')) : fact.to
  const name = inbound ? personName(fact.fromName) : address.startsWith('+') ? null : address
  return { kind: 'phone', address, verified: false, name }
}

/** What a telephone shows as a name is often the number once more, or a trunk's own word. */
function personName(name: string | null): string | null {
  return name && /\p{L}/u.test(name) && !/^(anonymous|unknown|private|unavailable|wireless caller)$/i.test(name.trim())
    ? name
    : null
}
