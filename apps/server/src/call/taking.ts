import type { CallFact } from '@centrala/api/call-fact.ts'
import type { Command, Outcome } from '@centrala/core/interaction/interaction.ts'
import type { Tx } from '@centrala/store/database.ts'
import {
  type ChangeOptions,
  type InteractionRow,
  lockInteraction,
  storeDraft,
} from '@centrala/store/interaction-store.ts'
import type { CallTable } from '@centrala/store/schema.gen.ts'
import type { Selectable, Updateable } from 'kysely'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { endInteraction, type QueueRow } from '../interaction/end-interaction.ts'
import { type Placing, routeInteraction, type Stranger } from '../interaction/route-interaction.ts'
import type { Services } from '../services.ts'
import { outcomeOf } from './outcome-of.ts'

export type CallRow = Selectable<CallTable>

/** What is done once the facts are committed. */
export type After = () => void

/** What has just been read, so that it need not be asked again. */
export interface Known {
  /** Locked. */
  interaction?: InteractionRow
  /** The interaction's. */
  queue?: QueueRow
  legs?: Map<string, Leg>
  begun?: Beginning
}

/** A call that has just begun: nothing of it is stored yet. */
export interface Beginning {
  /** Made, but not stored; absent where the interaction was there before the call. */
  interaction?: InteractionRow
  /** The customer was made with the call: what the queue of these facts makes of them. */
  stranger: (Stranger & { queueId: string }) | null
}

export type Leg = Pick<FactOf<'legStarted'>, 'legId' | 'kind' | 'way' | 'userId' | 'address'> & {
  startedAt: Date
  answeredAt: Date | null
  endedAt: Date | null
}

/** The legs of a call, by their ids, in the order in which they began. */
export async function readLegs(tx: Tx, callId: string): Promise<Map<string, Leg>> {
  const legs = await tx.query<Leg>(
    `SELECT id AS "legId", kind, way, user_id AS "userId", address, started_at AS "startedAt", answered_at AS "answeredAt", ended_at AS "endedAt"
       FROM leg WHERE call_id = $1 ORDER BY started_at`,
    [callId],
  )
  return new Map(legs.map(leg => [leg.legId, leg]))
}

/**
 * The facts of one call while they are being taken: its row, locked, with what becomes of it. One statement at the end carries it all; of a call that has
 * just begun, one for each of interaction, call and legs.
 */
export class Taking {
  readonly tx: Tx
  readonly services: Services
  readonly call: CallRow
  readonly after: After[] = []
  /** Of the fact at hand. */
  at = new Date()
  n = 0
  private readonly wasParked: boolean
  private changes: Updateable<CallTable> = {}
  private readonly events = new Map<string, Record<string, unknown>>()

  private readonly stranger: Beginning['stranger']
  private row: InteractionRow | undefined
  private readonly queue: QueueRow | undefined
  /** The interaction is made, but not stored. */
  private draft: boolean
  /** Legs of a call that is not stored; null once it is. */
  private beginning: Map<string, Leg> | null
  private known: Promise<Map<string, Leg>> | undefined

  /**
   * @param interaction as it was locked just now, if it was
   * @param legs as they were read just now, if they were
   */
  constructor(tx: Tx, services: Services, call: CallRow, { interaction, queue, legs, begun }: Known = {}) {
    this.tx = tx
    this.services = services
    this.call = call
    this.row = interaction ?? begun?.interaction
    this.queue = queue
    this.stranger = begun?.stranger ?? null
    this.draft = begun?.interaction !== undefined
    this.beginning = begun ? new Map() : null
    const there = this.beginning ?? legs
    if (there) this.known = Promise.resolve(there)
    this.wasParked = call.state === 'parked'
  }

  set(values: Updateable<CallTable>): void {
    Object.assign(this.call, values)
    Object.assign(this.changes, values)
  }

  /** The log is told once of each kind, whatever came together. */
  tell(type: string, data: Record<string, unknown> = {}): void {
    this.events.set(type, { ...this.events.get(type), ...data })
  }

  /** The interaction, locked, as it is now. */
  async interaction(): Promise<InteractionRow> {
    this.row ??= await lockInteraction(this.tx, this.call.interactionId)
    if (!this.row) throw new Error(`The interaction ${this.call.interactionId} of a call is not there.`)
    return this.row
  }

  /** The call is over: what becomes of the interaction. */
  async close(): Promise<void> {
    const row = await this.interaction()
    const outcome = outcomeOf(this.call, row)
    if (outcome) await this.end(outcome)
  }

  /** Commands the interaction at the moment of the fact. */
  async command(command: Command, options: ChangeOptions = {}): Promise<void> {
    const { draft } = this
    const row = await this.interaction()
    this.row = await commandInteraction(this.tx, row.id, command, { at: this.at, ...options, row, draft })
    this.draft = false
  }

  /** Ends the interaction's talk at the moment of the fact. */
  async end(outcome: Outcome): Promise<void> {
    const row = await this.interaction()
    const { queue } = this
    this.row = await endInteraction(this.tx, row.id, {
      outcome,
      actorId: null,
      at: this.at,
      row,
      ...(queue && { queue }),
    })
  }

  /** Puts the interaction into a queue at the moment of the fact. */
  async route(placing: Placing): Promise<void> {
    const { tx, at, draft } = this
    const stranger = this.stranger?.queueId === placing.queueId ? this.stranger : null
    this.row = await routeInteraction(tx, await this.interaction(), { at, ...placing, stranger, locked: true, draft })
    this.draft = false
  }

  /** Who is, and was, in the call. */
  legs(): Promise<Map<string, Leg>> {
    this.known ??= readLegs(this.tx, this.call.id)
    return this.known
  }

  async legStarted({ legId, kind, way, userId, address }: FactOf<'legStarted'>): Promise<void> {
    const leg = { legId, kind, way, userId, address, startedAt: this.at, answeredAt: null, endedAt: null }
    if (!this.beginning) this.storeLeg(leg)
    const there = await this.known
    if (!there?.has(legId)) there?.set(legId, leg)
  }

  async legAnswered(legId: string): Promise<Leg | undefined> {
    const leg = (await this.legs()).get(legId)
    if (!leg) return undefined
    leg.answeredAt = this.at
    if (!this.beginning) this.tx.send('UPDATE leg SET answered_at = $2 WHERE id = $1', [legId, this.at])
    return leg
  }

  /** Stores what is only in memory: to be called before anything else is asked or written of a call that has just begun. */
  store(): void {
    if (this.draft && this.row) storeDraft(this.tx, this.row)
    this.draft = false
    if (!this.beginning) return
    const { call } = this
    // Numbers and trunks may have been removed while the call waited for us to hear of it.
    this.tx.send(
      `INSERT INTO call (id, interaction_id, node_id, direction, way, state, from_address, to_address, private, number_id, trunk_id, user_id, started_at, price_per_minute, pressed, last_fact)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (SELECT id FROM channel_account WHERE id = $10), (SELECT id FROM trunk WHERE id = $11), $12, $13, $14, $15, $16)`,
      [
        call.id,
        call.interactionId,
        call.nodeId,
        call.direction,
        call.way,
        call.state,
        call.fromAddress,
        call.toAddress,
        call.private,
        call.numberId,
        call.trunkId,
        call.userId,
        call.startedAt,
        call.pricePerMinute,
        JSON.stringify(call.pressed),
        call.lastFact,
      ],
    )
    for (const leg of this.beginning.values()) this.storeLeg(leg)
    this.beginning = null
    this.changes = {}
  }

  private storeLeg({ legId, kind, way, userId, address, startedAt, answeredAt }: Leg): void {
    this.tx.send(
      `INSERT INTO leg (id, call_id, kind, way, user_id, address, started_at, answered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [legId, this.call.id, kind, way, userId, address, startedAt, answeredAt],
    )
  }

  /** Adds to what the agent sees of the caller. */
  async addContext(values: Record<string, unknown>): Promise<void> {
    const row = await this.interaction()
    this.row = { ...row, context: { ...row.context, ...values }, version: row.version + 1 }
    if (this.draft) return
    this.tx.send('UPDATE interaction SET context = context || $2::jsonb, version = version + 1 WHERE id = $1', [
      row.id,
      JSON.stringify(values),
    ])
  }

  async dropContext(name: string): Promise<void> {
    const row = await this.interaction()
    const { [name]: _, ...rest } = row.context
    this.row = { ...row, context: rest }
    this.tx.send('UPDATE interaction SET context = context - $2::text WHERE id = $1', [row.id, name])
  }

  /** In which language the caller wants to be served. */
  async speak(language: string): Promise<void> {
    const row = await this.interaction()
    this.row = { ...row, language }
    if (this.draft) return
    this.tx.send('UPDATE interaction SET language = $2 WHERE id = $1', [row.id, language])
  }

  async finish(): Promise<void> {
    const { tx, call } = this
    this.store()
    const { pressed, monitors, ...plain } = this.changes
    if (Object.keys(this.changes).length > 0) {
      const updating = tx.db
        .updateTable('call')
        .set({
          ...plain,
          ...(pressed !== undefined && { pressed: JSON.stringify(pressed) }),
          ...(monitors !== undefined && { monitors: JSON.stringify(monitors) }),
        })
        .where('id', '=', call.id)
        .compile()
      tx.send(updating.sql, updating.parameters as unknown[])
    }
    if (this.events.has('call.started') || this.events.has('call.ended')) this.events.delete('call.changed')
    if (this.events.size === 0) return
    const { conversationId, customerId, agentId } = this.row ?? (await this.about())
    // Parked calls are anybody's to pick up: everybody sees them come and go.
    const parked = this.wasParked || call.state === 'parked'
    for (const [type, data] of this.events)
      tx.emit({
        type,
        interactionId: call.interactionId,
        conversationId,
        customerId,
        userId: agentId,
        data: { callId: call.id, state: call.state, ...(parked && { parked }), ...data },
      })
  }

  private async about(): Promise<Pick<InteractionRow, 'conversationId' | 'customerId' | 'agentId'>> {
    return this.tx.db
      .selectFrom('interaction')
      .select(['conversationId', 'customerId', 'agentId'])
      .where('id', '=', this.call.interactionId)
      .executeTakeFirstOrThrow()
  }
}

export type FactOf<Type extends CallFact['type']> = Extract<CallFact, { type: Type }>
