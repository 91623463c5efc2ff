import {
  type Change,
  type Command,
  type Hold,
  type InteractionFacts,
  transition,
} from '@centrala/core/interaction/interaction.ts'
import type { Selectable, Updateable } from 'kysely'
import type { Tx } from './database.ts'
import type { InteractionTable } from './schema.gen.ts'

export type InteractionRow = Selectable<InteractionTable>

export type Changed =
  | { ok: true; interaction: InteractionRow; event: Change['event'] }
  | { ok: false; code: string; detail: string }

export interface ChangeOptions {
  at?: Date
  /** Who commands it; null: the system or the customer. */
  actorId?: string | null
  /** Columns to set besides, e.g. the wrap-up code. */
  also?: Updateable<InteractionTable>
  /** The interaction as this transaction has just locked it, unchanged since: it need not be read again. */
  row?: InteractionRow
  /** More for the event's data. */
  data?: Record<string, unknown>
}

/** The interaction, locked until the transaction ends, or undefined. */
export async function lockInteraction(tx: Tx, id: string): Promise<InteractionRow | undefined> {
  return tx.db.selectFrom('interaction').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/**
 * Carries out one command on an interaction: row, segments and event in this transaction, decided by the pure state machine on the locked
 * row. Two who command at once are served one after the other, and the second sees what the first has done.
 */
export async function changeInteraction(
  tx: Tx,
  id: string,
  command: Command,
  options: ChangeOptions = {},
): Promise<Changed> {
  const row = options.row ?? (await lockInteraction(tx, id))
  if (!row) return { ok: false, code: 'interaction.notFound', detail: 'There is no such interaction.' }
  const at = options.at ?? new Date()
  const result = transition(factsOf(row), command, at.getTime())
  if (!result.ok) return result
  const { set, close, open, event } = result.change
  const columns: Updateable<InteractionTable> = {
    ...options.also,
    ...Object.fromEntries(
      Object.entries(set).map(([name, value]) => [
        name,
        name.endsWith('At') && value !== null ? new Date(value as number) : value,
      ]),
    ),
    version: row.version + 1,
  }
  const updating = tx.db
    .updateTable('interaction')
    .set(columns)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  // One open segment at a time: the former closes at the very moment the next begins. Sent together, one round trip.
  const closing = tx.query(
    'UPDATE segment SET ended_at = greatest($2, started_at), outcome = $3 WHERE interaction_id = $1 AND ended_at IS NULL',
    [id, at, close],
  )
  const opening = open
    ? tx.query(
        'INSERT INTO segment (interaction_id, kind, queue_id, agent_id, started_at) VALUES ($1, $2, $3, $4, $5)',
        [id, open.kind, open.queueId, open.agentId, at],
      )
    : undefined
  const [interaction] = await Promise.all([updating, closing, opening])
  tx.emit({
    type: event.type,
    at,
    interactionId: id,
    conversationId: row.conversationId,
    customerId: row.customerId,
    queueId: event.queueId,
    userId: event.userId,
    actorId: options.actorId ?? null,
    data: {
      channel: row.channel,
      state: interaction.state,
      version: interaction.version,
      ...event.data,
      ...place(interaction),
      ...options.data,
    },
  })
  return { ok: true, interaction, event }
}

/** All that the router needs to know of what waits, so that it lives by the log alone. */
function place(interaction: InteractionRow): Record<string, unknown> {
  if (interaction.state !== 'queued') return {}
  const { priority, requirements, preferredAgentId, queuedAt } = interaction
  return { priority, requirements, preferredAgentId, queuedAt: queuedAt?.getTime() }
}

export interface NewInteraction {
  conversationId: string
  customerId: string
  channel: string
  channelAccountId: string | null
  direction: 'inbound' | 'outbound'
  queueId?: string | null
  priority?: number
  language?: string | null
  context?: Record<string, unknown>
  preferredAgentId?: string | null
  at?: Date
}

/** Opens an interaction in its flow; it reaches a queue or an agent by a command. */
export async function openInteraction(tx: Tx, fresh: NewInteraction): Promise<InteractionRow> {
  const { at = new Date(), context = {}, ...columns } = fresh
  const interaction = await tx.db
    .insertInto('interaction')
    .values({ ...columns, context: JSON.stringify(context), state: 'flow', createdAt: at })
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx.query("INSERT INTO segment (interaction_id, kind, started_at) VALUES ($1, 'flow', $2)", [interaction.id, at])
  tx.emit({
    type: 'interaction.created',
    at,
    interactionId: interaction.id,
    conversationId: interaction.conversationId,
    customerId: interaction.customerId,
    data: { channel: interaction.channel, direction: interaction.direction },
  })
  return interaction
}

/** The interaction of this conversation on this channel whose talk has not ended, if any; it cannot end before this transaction does. */
export async function openInteractionOf(
  tx: Tx,
  conversationId: string,
  channel: string,
): Promise<InteractionRow | undefined> {
  return tx.db
    .selectFrom('interaction')
    .selectAll()
    .where('conversationId', '=', conversationId)
    .where('channel', '=', channel)
    .where('state', 'in', ['flow', 'queued', 'offered', 'active'])
    .forNoKeyUpdate()
    .executeTakeFirst()
}

function factsOf(row: InteractionRow): InteractionFacts {
  return {
    id: row.id,
    state: row.state as InteractionFacts['state'],
    channel: row.channel,
    queueId: row.queueId,
    agentId: row.agentId,
    queuedAt: row.queuedAt?.getTime() ?? null,
    answeredAt: row.answeredAt?.getTime() ?? null,
    offerExpiresAt: row.offerExpiresAt?.getTime() ?? null,
    hold: row.hold as Hold | null,
  }
}
