import type { Channel } from '@centrala/core/channel/channel.ts'
import type { Decision, ExpireOfferDecision, OfferDecision } from '@centrala/core/routing/decision.ts'
import type { AgentProfile, RoutingEvent } from '@centrala/core/routing/event.ts'
import type { Tx } from '@centrala/store/database.ts'
import { changeOffers, lockInteractions, type OfferChange } from '@centrala/store/interaction-store.ts'
import { setPresence } from '../presence/set-presence.ts'

/** What the last look at the database needs of an agent. */
export type Capacities = Pick<AgentProfile, 'capacity' | 'weights' | 'interrupts'>

export interface CarriedOut {
  /** What the router must be told where the database knew better. */
  undone: RoutingEvent[]
  /** The offers that are real once the transaction commits. */
  made: OfferDecision[]
}

/**
 * Makes decisions of the router real, all in this transaction and each by compare-and-set: an offer only if the agent is still there and has room, and
 * the interaction still waits. One statement each locks, looks and writes for all of them, so a hundred decisions cost as many round trips as one.
 * An interaction and an agent are in at most one of the decisions.
 */
export async function carryOut(
  tx: Tx,
  decisions: readonly Decision[],
  agentOf: (agentId: string) => Capacities | undefined,
): Promise<CarriedOut> {
  const offers = decisions.filter(decision => decision.type === 'offer')
  const expired = decisions.filter(decision => decision.type === 'expireOffer')
  const carried = offers.length > 0 ? await makeOffers(tx, offers, agentOf) : { undone: [], made: [] }
  if (expired.length > 0) await expire(tx, expired)
  return carried
}

async function makeOffers(
  tx: Tx,
  offers: readonly OfferDecision[],
  agentOf: (agentId: string) => Capacities | undefined,
): Promise<CarriedOut> {
  const agentIds = offers.map(offer => offer.agentId)
  // The lock keeps the agents from leaving between this look and the commit.
  const [presences, holdings, rows] = await Promise.all([
    tx.query<{ agentId: string }>(
      `SELECT user_id AS "agentId" FROM presence WHERE user_id = ANY ($1::uuid[]) AND state = 'available' AND next_state IS NULL
        ORDER BY user_id FOR SHARE`,
      [agentIds],
    ),
    heldBy(tx, agentIds),
    lockInteractions(
      tx,
      offers.map(offer => offer.interactionId),
    ),
  ])
  const available = new Set(presences.map(({ agentId }) => agentId))
  const heldOf = Map.groupBy(holdings, ({ agentId }) => agentId)
  const rowOf = new Map(rows.map(row => [row.id, row]))
  const undone: RoutingEvent[] = []
  const made: OfferDecision[] = []
  const changes: OfferChange[] = []
  for (const offer of offers) {
    const { at, interactionId, agentId, expiresAt, receipt } = offer
    const back = { type: 'offer.withdrawn', at, interactionId, agentId, reason: 'withdrawn' } as const
    if (!available.has(agentId)) {
      undone.push({ type: 'agent.presence', at, agentId, state: 'away' }, back)
      continue
    }
    const held = heldOf.get(agentId) ?? []
    if (!fits(held, receipt.channel, agentOf(agentId))) {
      // The log has not told the router of all that the agent holds: it learns it here, and asks again a moment later.
      for (const { id, channel, state } of held)
        if (state !== 'offered') undone.push({ type: 'interaction.assigned', at, agentId, interactionId: id, channel })
      undone.push({ ...back, excludeForMs: 1000 })
      continue
    }
    const row = rowOf.get(interactionId)
    if (row?.state !== 'queued') continue // it ended or went elsewhere: the log will say so
    changes.push({ row, command: { type: 'offer', agentId, expiresAt } })
    made.push(offer)
  }
  if (made.length > 0) await Promise.all([changeOffers(tx, changes), writeReceipts(tx, made)])
  return { undone, made }
}

/** Why each offer was made, for good. */
export async function writeReceipts(tx: Tx, made: readonly OfferDecision[]): Promise<void> {
  await tx.query(
    `INSERT INTO receipt (interaction_id, agent_id, decided_at, decision)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::jsonb[])`,
    [
      made.map(offer => offer.interactionId),
      made.map(offer => offer.agentId),
      made.map(offer => new Date(offer.at)),
      made.map(offer => JSON.stringify(offer.receipt)),
    ],
  )
}

/** Offers that nobody answered go back to their places, and the agents are asked no more until they say that they are there. */
async function expire(tx: Tx, expired: readonly ExpireOfferDecision[]): Promise<void> {
  const rows = await lockInteractions(
    tx,
    expired.map(({ interactionId }) => interactionId),
  )
  const agentOf = new Map(expired.map(({ interactionId, agentId }) => [interactionId, agentId]))
  const late = rows.filter(row => row.state === 'offered' && row.agentId === agentOf.get(row.id))
  await changeOffers(
    tx,
    late.map(row => ({ row, command: { type: 'expire', agentId: row.agentId ?? '' } })),
  )
  for (const { agentId } of late) await setPresence(tx, agentId ?? '', { state: 'notResponding' })
}

/** Offers of a router that is no more: their interactions go back to their places. */
export async function withdrawOffers(tx: Tx): Promise<void> {
  const offered = await tx.query<{ id: string }>("SELECT id FROM interaction WHERE state = 'offered'", [])
  const rows = await lockInteractions(
    tx,
    offered.map(({ id }) => id),
  )
  await changeOffers(
    tx,
    rows
      .filter(row => row.state === 'offered')
      .map(row => ({ row, command: { type: 'withdraw', agentId: row.agentId ?? '' } })),
  )
}

interface Held {
  id: string
  channel: Channel
  state: string
}

async function heldBy(tx: Tx, agentIds: string[]): Promise<(Held & { agentId: string })[]> {
  return tx.query<Held & { agentId: string }>(
    `SELECT id, channel, state, agent_id AS "agentId" FROM interaction
      WHERE agent_id = ANY ($1::uuid[]) AND state IN ('offered', 'active', 'wrapUp')`,
    [agentIds],
  )
}

/** The router's own rule of capacity, asked of the database at the last moment: what this channel may interrupt does not count. */
export function fits(held: readonly Held[], channel: Channel, agent: Capacities | undefined): boolean {
  if (!agent) return false
  const counted = held.filter(each => !agent.interrupts[each.channel]?.includes(channel))
  const load = counted.reduce((sum, each) => sum + (agent.weights[each.channel] ?? 0), 0)
  return load + (agent.weights[channel] ?? Number.POSITIVE_INFINITY) <= agent.capacity
}
