import {
  type Change,
  type Command,
  type Hold,
  type InteractionFacts,
  transition,
} from '@centrala/core/interaction/interaction.ts'
import { type Selectable, sql, type Updateable } from 'kysely'
import type { Tx } from './database.ts'
import { newId } from './new-id.ts'
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
  /** The row is made but not stored (`draftInteraction`): it is stored as the command leaves it. */
  draft?: boolean
  /** More for the event's data. */
  data?: Record<string, unknown>
}

/** The interaction, locked until the transaction ends, or undefined. */
export async function lockInteraction(tx: Tx, id: string): Promise<InteractionRow | undefined> {
  return tx.db.selectFrom('interaction').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** The interactions there are of these, locked until the transaction ends. Always in the order of their ids, so that two who lock many wait for each other in turn. */
export async function lockInteractions(tx: Tx, ids: readonly string[]): Promise<InteractionRow[]> {
  if (ids.length === 0) return []
  return tx.db
    .selectFrom('interaction')
    .selectAll()
    .where('id', '=', sql<string>`ANY (${ids}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute()
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
  const requirements = options.also?.requirements
  const columns = {
    ...options.also,
    ...Object.fromEntries(
      Object.entries(set).map(([name, value]) => [
        name,
        name.endsWith('At') && value !== null ? new Date(value as number) : value,
      ]),
    ),
    version: row.version + 1,
  }
  // The row is locked, so it is known what becomes of it: nothing waits for the database to say it.
  const interaction = {
    ...row,
    ...columns,
    requirements: requirements === undefined ? row.requirements : JSON.parse(requirements),
  } as InteractionRow
  // One open segment at a time: the former closes at the very moment the next begins.
  if (options.draft) {
    tx.send(...inserting(interaction))
    tx.send(
      "INSERT INTO segment (interaction_id, kind, started_at, ended_at, outcome) VALUES ($1, 'flow', $2, greatest($2, $3::timestamptz), $4)",
      [id, row.createdAt, at, close],
    )
  } else {
    const updating = tx.db.updateTable('interaction').set(columns).where('id', '=', id).compile()
    tx.send(updating.sql, updating.parameters as unknown[])
    tx.send(
      'UPDATE segment SET ended_at = greatest($2, started_at), outcome = $3 WHERE interaction_id = $1 AND ended_at IS NULL',
      [id, at, close],
    )
  }
  if (open)
    tx.send('INSERT INTO segment (interaction_id, kind, queue_id, agent_id, started_at) VALUES ($1, $2, $3, $4, $5)', [
      id,
      open.kind,
      open.queueId,
      open.agentId,
      at,
    ])
  const share = TAKES.has(command.type) && open?.agentId ? await shareOf(tx, open.agentId, row.channel) : undefined
  tell(tx, interaction, event, at, share === undefined ? options : { ...options, data: { ...options.data, share } })
  return { ok: true, interaction, event }
}

const TAKES: ReadonlySet<Command['type']> = new Set(['accept', 'assign'])

/** Thousandths of the agent's capacity that one interaction of this channel takes, by its profile; all of it where nothing is said. */
async function shareOf(tx: Tx, agentId: string, channel: string): Promise<number> {
  const [row] = await tx.query<{ share: number }>(
    `SELECT least(1000, round(1000 * coalesce((weights ->> $2)::float8, capacity) / greatest(1, capacity)))::int AS share
       FROM routing_profile WHERE id = (SELECT routing_profile_id FROM users WHERE id = $1)`,
    [agentId, channel],
  )
  return row?.share ?? 1000
}

/** An offer made or taken back. The row is as this transaction has just locked it. */
export interface OfferChange {
  row: InteractionRow
  command: Extract<Command, { type: 'offer' | 'expire' | 'withdraw' }>
}

/**
 * `changeInteraction` for many offers at once: one statement each for rows, closing and opening segments, and one event each. The rows must be in
 * the state that the command asks for.
 */
export async function changeOffers(tx: Tx, changes: readonly OfferChange[]): Promise<void> {
  if (changes.length === 0) return
  const at = new Date()
  const made = changes.map(({ row, command }) => {
    const result = transition(factsOf(row), command, at.getTime())
    if (!result.ok) throw new Error(`A locked interaction could not be changed: ${result.detail}`)
    const { set, close, open, event } = result.change
    const { state = row.state, agentId = null, offerExpiresAt = null } = set
    return {
      interaction: {
        ...row,
        state,
        agentId,
        offerExpiresAt: offerExpiresAt === null ? null : new Date(offerExpiresAt),
        version: row.version + 1,
      },
      close,
      open,
      event,
    }
  })
  const ids = made.map(({ interaction }) => interaction.id)
  const updating = tx.query(
    `UPDATE interaction i SET state = o.state, agent_id = o.agent, offer_expires_at = o.expires, version = version + 1
       FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[]) AS o (id, state, agent, expires) WHERE i.id = o.id AND i.tenant_id = current_tenant()`,
    [
      ids,
      made.map(({ interaction }) => interaction.state),
      made.map(({ interaction }) => interaction.agentId),
      made.map(({ interaction }) => interaction.offerExpiresAt),
    ],
  )
  const closing = tx.query(
    `UPDATE segment s SET ended_at = greatest($3, s.started_at), outcome = o.outcome
       FROM unnest($1::uuid[], $2::text[]) AS o (id, outcome) WHERE s.interaction_id = o.id AND s.tenant_id = current_tenant() AND s.ended_at IS NULL`,
    [ids, made.map(({ close }) => close), at],
  )
  const opening = tx.query(
    `INSERT INTO segment (interaction_id, kind, queue_id, agent_id, started_at)
     SELECT id, kind, queue, agent, $5 FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[]) AS o (id, kind, queue, agent) WHERE kind IS NOT NULL`,
    [
      ids,
      made.map(({ open }) => open?.kind ?? null),
      made.map(({ open }) => open?.queueId ?? null),
      made.map(({ open }) => open?.agentId ?? null),
      at,
    ],
  )
  await Promise.all([updating, closing, opening])
  for (const { interaction, event } of made) tell(tx, interaction, event, at, {})
}

function tell(
  tx: Tx,
  interaction: InteractionRow,
  event: Change['event'],
  at: Date,
  { actorId = null, data }: ChangeOptions,
): void {
  tx.emit({
    type: event.type,
    at,
    interactionId: interaction.id,
    conversationId: interaction.conversationId,
    customerId: interaction.customerId,
    queueId: event.queueId,
    userId: event.userId,
    actorId,
    data: {
      channel: interaction.channel,
      state: interaction.state,
      version: interaction.version,
      ...event.data,
      ...place(interaction),
      ...data,
    },
  })
}

/** All that the router needs to know of what waits, so that it lives by the log alone. */
function place(interaction: InteractionRow): Record<string, unknown> {
  if (interaction.state !== 'queued') return {}
  const { priority, routingWeight, requirements, preferredAgentId, queuedAt } = interaction
  const weight = routingWeight === 0 ? {} : { weight: routingWeight }
  return { priority, ...weight, requirements, preferredAgentId, queuedAt: queuedAt?.getTime() }
}

export interface NewInteraction {
  /** Where it was named before it is stored; default: a new one. */
  id?: string
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
  const made = newInteraction(tx, fresh)
  const [text, values] = inserting(made)
  // A customer who was merged away meanwhile is followed (follow_merge).
  const [stored] = await tx.query<Pick<InteractionRow, 'customerId'>>(
    `${text} RETURNING customer_id AS "customerId"`,
    values,
  )
  const interaction = { ...made, ...stored }
  openFlow(tx, interaction)
  tellOpened(tx, interaction)
  return interaction
}

/**
 * As `openInteraction`, without storing it: its first command does (`draft`), or `storeDraft`. Only where this transaction keeps the customer from being
 * merged away.
 */
export function draftInteraction(tx: Tx, fresh: NewInteraction): InteractionRow {
  const made = newInteraction(tx, fresh)
  tellOpened(tx, made)
  return made
}

export function storeDraft(tx: Tx, draft: InteractionRow): void {
  tx.send(...inserting(draft))
  openFlow(tx, draft)
}

function newInteraction(tx: Tx, fresh: NewInteraction): InteractionRow {
  return {
    tenantId: tx.tenantId,
    id: fresh.id ?? newId(),
    conversationId: fresh.conversationId,
    customerId: fresh.customerId,
    channel: fresh.channel,
    channelAccountId: fresh.channelAccountId,
    direction: fresh.direction,
    state: 'flow',
    queueId: fresh.queueId ?? null,
    agentId: null,
    priority: fresh.priority ?? 0,
    routingWeight: 0,
    language: fresh.language ?? null,
    requirements: [],
    preferredAgentId: fresh.preferredAgentId ?? null,
    context: fresh.context ?? {},
    createdAt: fresh.at ?? new Date(),
    queuedAt: null,
    offerExpiresAt: null,
    answeredAt: null,
    endedAt: null,
    closedAt: null,
    wrapUpDueAt: null,
    outcome: null,
    wrapUpCodeId: null,
    contactReasonId: null,
    wrapUpNote: null,
    customerWaitsSince: null,
    hold: null,
    version: 0,
  }
}

/** What of a new interaction is not at its default, after at most one command. */
const INSERTED = {
  id: 'id',
  conversationId: 'conversation_id',
  customerId: 'customer_id',
  channel: 'channel',
  channelAccountId: 'channel_account_id',
  direction: 'direction',
  state: 'state',
  queueId: 'queue_id',
  agentId: 'agent_id',
  priority: 'priority',
  routingWeight: 'routing_weight',
  language: 'language',
  requirements: 'requirements',
  preferredAgentId: 'preferred_agent_id',
  context: 'context',
  createdAt: 'created_at',
  queuedAt: 'queued_at',
  answeredAt: 'answered_at',
  endedAt: 'ended_at',
  closedAt: 'closed_at',
  outcome: 'outcome',
  version: 'version',
} as const satisfies Partial<Record<keyof InteractionRow, string>>
const INSERT = `INSERT INTO interaction (${Object.values(INSERTED).join(', ')}) VALUES (${Object.keys(INSERTED).map((_, i) => `$${i + 1}`)})`
const JSON_COLUMNS = new Set<string>(['requirements', 'context'])

function inserting(row: InteractionRow): [string, unknown[]] {
  const names = Object.keys(INSERTED) as (keyof typeof INSERTED)[]
  return [INSERT, names.map(name => (JSON_COLUMNS.has(name) ? JSON.stringify(row[name]) : row[name]))]
}

function openFlow(tx: Tx, { id, createdAt }: InteractionRow): void {
  tx.send("INSERT INTO segment (interaction_id, kind, started_at) VALUES ($1, 'flow', $2)", [id, createdAt])
}

function tellOpened(tx: Tx, interaction: InteractionRow): void {
  tx.emit({
    type: 'interaction.created',
    at: interaction.createdAt,
    interactionId: interaction.id,
    conversationId: interaction.conversationId,
    customerId: interaction.customerId,
    data: { channel: interaction.channel, direction: interaction.direction },
  })
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
