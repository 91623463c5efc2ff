import { randomUUID } from 'node:crypto'
import { normalisePhone } from '@centrala/core/customer/normalise.ts'
import type { Tx } from '@centrala/store/database.ts'
import { type InteractionRow, lockInteraction, openInteraction } from '@centrala/store/interaction-store.ts'
import { audit } from '../audit/audit.ts'
import { countryOf, findOrCreateCustomer } from '../customer/find-or-create-customer.ts'
import { notMerged } from '../customer/kept.ts'
import type { Context } from '../http/context.ts'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { endInteraction } from '../interaction/end-interaction.ts'
import { ownInteraction } from '../interaction/own-interaction.ts'
import { badField, conflict, found, Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { nodeRefusal } from '../voice/node-refusal.ts'
import { conversationForCall } from './conversation-for-call.ts'
import { callLimits, ruleFor } from './dial-rules.ts'
import { emergencyMeant } from './emergency.ts'
import { outcomeOf } from './outcome-of.ts'
import { recordingPolicy } from './own-call.ts'

export interface Dialling {
  to: string
  numberId: string | null
  customerId: string | null
  interactionId: string | null
  lineId: string | null
}

/** How long the other side may ring. */
const RING_SECONDS = 60

/**
 * Calls somebody: written down first, then the node is told. What is refused (no phone, no rule, a limit reached) leaves nothing behind
 * but the audit entry.
 */
export async function dial(
  services: Services,
  context: Context,
  userId: string,
  dialling: Dialling,
): Promise<{ interactionId: string; callId: string }> {
  const { db, voice } = services
  const { tenantId } = context
  const phone = phoneOf(services, tenantId, userId, dialling.lineId)
  const callId = randomUUID()
  const prepared = await db.tenant(tenantId, async tx => {
    const to = await callable(tx, dialling.to)
    const pricePerMinute = await requireAllowed(tx, to)
    const interaction = dialling.interactionId
      ? await takeUp(tx, dialling.interactionId, userId)
      : await begin(tx, userId, to, dialling)
    const numberId = await numberFor(tx, dialling.numberId ?? interaction.channelAccountId, dialling.numberId !== null)
    await tx.db
      .insertInto('call')
      .values({
        id: callId,
        interactionId: interaction.id,
        nodeId: phone.nodeId,
        direction: 'outbound',
        way: 'phone',
        state: 'ringing',
        toAddress: to,
        numberId,
        userId,
        startedAt: new Date(),
        pricePerMinute,
      })
      .execute()
    tx.emit({
      type: 'call.started',
      interactionId: interaction.id,
      conversationId: interaction.conversationId,
      customerId: interaction.customerId,
      userId,
      actorId: userId,
      data: { callId, state: 'ringing' },
    })
    const action = to.startsWith('+') ? 'call.dialled' : 'call.emergencyDialled'
    await audit(tx, context, action, { type: 'call', id: callId }, null, { to, interactionId: interaction.id })
    const record = await recordingPolicy(tx, interaction.queueId)
    return { interactionId: interaction.id, to, numberId, record }
  })
  const { interactionId, to, numberId, record } = prepared
  const reply = await voice.command(phone.nodeId, {
    type: 'dial',
    callId,
    tenantId,
    interactionId,
    userId,
    lineId: phone.lineId,
    to,
    numberId,
    record,
    timeoutSeconds: RING_SECONDS,
  })
  if (!reply.ok) {
    await db.tenant(tenantId, tx => giveUp(tx, callId, reply.detail))
    throw nodeRefusal(reply)
  }
  return { interactionId, callId }
}

/** The phone that rings first: a line of the browser, else a desk phone. */
export function phoneOf(
  { voice }: Services,
  tenantId: string,
  userId: string,
  lineId: string | null,
): { nodeId: string; lineId: string | null } {
  if (voice.nodes().length === 0)
    throw new Refusal(
      503,
      'phone.noNode',
      'No phone is connected: no voice node runs. Ask an administrator to start one.',
    )
  const line = voice.phones.lineOf(tenantId, userId, { lineId })
  if (line) {
    voice.phones.use(line.lineId)
    return { nodeId: line.nodeId, lineId: line.lineId }
  }
  const nodeId = voice.phones.deskNodes(tenantId, userId)[0]
  if (!nodeId)
    throw conflict(
      'phone.missing',
      'You have no phone connected. Allow the microphone in this browser, or switch on your desk phone.',
    )
  return { nodeId, lineId: null }
}

/** The number as E.164, read in the company's country; an emergency number as it is. */
export async function callable(tx: Tx, text: string, field = 'to'): Promise<string> {
  const number = (await emergencyMeant(tx, text)) ?? normalisePhone(text, await countryOf(tx))
  if (!number) throw badField(field, `"${text}" is no telephone number. Write it such as +385 1 234 5678.`)
  return number
}

/** Denied by default: what no rule allows, and what would go beyond the limits. Emergency numbers never are. Returns the price of a minute. */
export async function requireAllowed(tx: Tx, number: string): Promise<number> {
  if (await emergencyMeant(tx, number)) return 0
  const rule = await ruleFor(tx, number)
  if (!rule?.allow)
    throw new Refusal(
      403,
      'dial.denied',
      `Calls to ${number} are not allowed here. An administrator can allow them under Administration → Dialling.`,
    )
  const limits = await callLimits(tx)
  // Two who dial at once see each other's calls.
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('dial' || current_tenant(), 0))")
  const [now] = await tx.query<{ open: number; outbound: number; minute: number; spent: number }>(
    `SELECT count(*) FILTER (WHERE state <> 'ended') AS open,
            count(*) FILTER (WHERE state <> 'ended' AND direction = 'outbound') AS outbound,
            count(*) FILTER (WHERE direction = 'outbound' AND started_at > now() - interval '1 minute') AS minute,
            coalesce(sum(CASE WHEN started_at < day.begin THEN 0 WHEN state = 'ended' THEN price
                              WHEN connected_at IS NULL THEN 0
                              ELSE price_per_minute * greatest(1, ceil(extract(epoch FROM now() - connected_at) / 60)) END), 0) AS spent
       FROM (SELECT date_trunc('day', now(), time_zone) AS begin FROM tenant WHERE tenant_id = current_tenant()) day, call
      WHERE state <> 'ended' OR (started_at >= day.begin AND (direction = 'outbound' OR price > 0))`,
  )
  if (!now) return rule.pricePerMinute
  const refuse = (what: string) => {
    throw new Refusal(
      429,
      'dial.limit',
      `${what} An administrator can change this limit under Administration → Dialling.`,
      {
        retryAfterSeconds: 60,
      },
    )
  }
  if (now.open >= limits.maxCalls) refuse(`All ${limits.maxCalls} lines are taken.`)
  if (now.outbound >= limits.maxOutboundCalls) refuse(`${now.outbound} outgoing calls are going on already.`)
  if (now.minute >= limits.maxOutboundPerMinute) refuse(`${now.minute} calls were begun within a minute.`)
  if (rule.pricePerMinute > 0 && now.spent + rule.pricePerMinute > limits.maxSpendPerDay)
    refuse(`What may be spent on calls in a day (${limits.maxSpendPerDay}) is spent.`)
  return rule.pricePerMinute
}

async function takeUp(tx: Tx, id: string, userId: string): Promise<InteractionRow> {
  const interaction = await ownInteraction(tx, id, userId)
  if (interaction.channel !== 'voice')
    throw badField(
      'interactionId',
      'A call can belong to a call or voicemail only. Leave this out and name the customer.',
    )
  if (interaction.state !== 'active') throw conflict('interaction.state', 'The talk is over. Call anew without it.')
  const open = await tx.db
    .selectFrom('call')
    .select('id')
    .where('interactionId', '=', id)
    .where('state', '<>', 'ended')
    .executeTakeFirst()
  if (open) throw conflict('call.goesOn', 'A call of this is going on already. End it before you call again.')
  return interaction
}

async function begin(tx: Tx, userId: string, to: string, { customerId, numberId }: Dialling): Promise<InteractionRow> {
  const id = customerId
    ? await notMerged(tx, customerId)
    : (
        await findOrCreateCustomer(tx, {
          kind: 'phone',
          address: to,
          verified: false,
          name: to.startsWith('+') ? null : to,
        })
      ).customerId
  const number = numberId
    ? found(
        await tx.db
          .selectFrom('channelAccount')
          .select(['id', 'name', 'brandId', 'queueId'])
          .where('id', '=', numberId)
          .where('channel', '=', 'voice')
          .executeTakeFirst(),
        'number',
      )
    : undefined
  const interaction = await openInteraction(tx, {
    conversationId: await conversationForCall(tx, id, number?.brandId ?? null),
    customerId: id,
    channel: 'voice',
    channelAccountId: number?.id ?? null,
    direction: 'outbound',
    queueId: number?.queueId ?? null,
    context: { call: { from: null, to, private: false, numberName: number?.name ?? null, divertedFrom: null } },
  })
  return commandInteraction(tx, interaction.id, { type: 'assign', agentId: userId }, { actorId: userId })
}

/** The number to show; one that was asked for must be there, one that is only remembered may have gone. */
async function numberFor(tx: Tx, id: string | null, asked: boolean): Promise<string | null> {
  if (!id) return null
  const row = await tx.db
    .selectFrom('channelAccount')
    .select('id')
    .where('id', '=', id)
    .where('channel', '=', 'voice')
    .executeTakeFirst()
  return asked ? found(row, 'number').id : (row?.id ?? null)
}

/** The node would not: the call is over before it began. */
export async function giveUp(tx: Tx, callId: string, reason: string): Promise<void> {
  const call = await tx.db
    .updateTable('call')
    .set({ state: 'ended', endedAt: new Date(), endedBy: 'system', endedReason: reason })
    .where('id', '=', callId)
    .where('state', '<>', 'ended')
    .returningAll()
    .executeTakeFirst()
  if (!call) return
  const interaction = await lockInteraction(tx, call.interactionId)
  const outcome = interaction && outcomeOf(call, interaction)
  if (outcome) await endInteraction(tx, interaction.id, { outcome, actorId: null, at: new Date(), row: interaction })
  tx.emit({
    type: 'call.ended',
    interactionId: call.interactionId,
    userId: call.userId,
    data: { callId, by: 'system' },
  })
}
