import type { Tx } from '@centrala/store/database.ts'
import { openInteraction } from '@centrala/store/interaction-store.ts'
import { audit } from '../audit/audit.ts'
import { findOrCreateCustomer } from '../customer/find-or-create-customer.ts'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { conversationForCall } from './conversation-for-call.ts'
import { priceOf } from './dial-rules.ts'
import { emergencyMeant } from './emergency.ts'
import type { CallRow, FactOf } from './taking.ts'

interface Began {
  callId: string
  nodeId: string
  at: Date
  fact: FactOf<'started'>
}

/** A call that we did not ask for: somebody dials one of our numbers, or an agent dials on a desk phone. */
export async function takeStarted(tx: Tx, { callId, nodeId, at, fact }: Began): Promise<CallRow> {
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
  const interactionId = fact.interactionId ?? (await interactionOf(tx, fact, at))
  return tx.db
    .insertInto('call')
    .values({
      id: callId,
      interactionId,
      nodeId,
      direction: fact.direction,
      way: fact.way,
      state: inbound ? 'flow' : 'ringing',
      fromAddress: fact.private ? null : fact.from,
      toAddress: fact.to,
      private: fact.private,
      numberId: await existing(tx, 'channelAccount', fact.numberId),
      trunkId: await existing(tx, 'trunk', fact.trunkId),
      userId: fact.userId,
      startedAt: at,
      pricePerMinute: inbound ? 0 : await priceOf(tx, fact.to),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

async function interactionOf(tx: Tx, fact: FactOf<'started'>, at: Date): Promise<string> {
  const inbound = fact.direction === 'inbound'
  const number = fact.numberId
    ? await tx.db
        .selectFrom('channelAccount')
        .select(['id', 'name', 'brandId', 'queueId', 'config'])
        .where('id', '=', fact.numberId)
        .executeTakeFirst()
    : undefined
  // Who hides the number is somebody new each time: nothing may be told to them from an earlier call.
  const address = inbound ? (fact.private ? '' : (fact.from ?? '')) : fact.to
  const language = (number?.config as { language?: string | null } | undefined)?.language ?? null
  const { customerId } = await findOrCreateCustomer(tx, {
    kind: 'phone',
    address,
    verified: false,
    name: inbound ? personName(fact.fromName) : address.startsWith('+') ? null : address,
    language,
  })
  const interaction = await openInteraction(tx, {
    conversationId: await conversationForCall(tx, customerId, number?.brandId ?? null, address !== ''),
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
  if (!inbound && fact.userId)
    await commandInteraction(tx, interaction.id, { type: 'assign', agentId: fact.userId }, { at, actorId: fact.userId })
  return interaction.id
}

/** What a telephone shows as a name is often the number once more, or a trunk's own word. */
function personName(name: string | null): string | null {
  return name && /\p{L}/u.test(name) && !/^(anonymous|unknown|private|unavailable|wireless caller)$/i.test(name.trim())
    ? name
    : null
}

/** Numbers and trunks may have been removed while the call waited for us to hear of it. */
async function existing(tx: Tx, table: 'channelAccount' | 'trunk', id: string | null): Promise<string | null> {
  if (!id) return null
  const row = await tx.db.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst()
  return row?.id ?? null
}
