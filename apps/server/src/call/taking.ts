import type { CallFact } from '@centrala/api/voice-link.ts'
import type { Command, Outcome } from '@centrala/core/interaction/interaction.ts'
import type { Tx } from '@centrala/store/database.ts'
import { type ChangeOptions, type InteractionRow, lockInteraction } from '@centrala/store/interaction-store.ts'
import type { CallTable } from '@centrala/store/schema.gen.ts'
import type { Selectable, Updateable } from 'kysely'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { endInteraction } from '../interaction/end-interaction.ts'
import { type Placing, routeInteraction } from '../interaction/route-interaction.ts'
import type { Services } from '../services.ts'

export type CallRow = Selectable<CallTable>

/** What is done once the facts are committed. */
export type After = () => void

/** The facts of one call while they are being taken: its row, locked, with what becomes of it. One UPDATE at the end carries it all. */
export class Taking {
  readonly tx: Tx
  readonly services: Services
  readonly call: CallRow
  readonly after: After[] = []
  /** Of the fact at hand. */
  at = new Date()
  n = 0
  private readonly wasParked: boolean
  private readonly changes: Updateable<CallTable> = {}
  private readonly events = new Map<string, Record<string, unknown>>()

  /** Legs that began with these facts. */
  readonly legs = new Map<string, Pick<FactOf<'legStarted'>, 'kind' | 'way' | 'userId'>>()
  /** The customer was made with the call: nobody knows them yet. */
  readonly stranger: boolean
  private row: InteractionRow | undefined

  /** @param interaction as it was locked, or made, just now */
  constructor(tx: Tx, services: Services, call: CallRow, interaction?: InteractionRow, stranger = false) {
    this.tx = tx
    this.services = services
    this.call = call
    this.row = interaction
    this.stranger = stranger
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

  /** What has just become of it. */
  changed(row: InteractionRow): void {
    this.row = row
  }

  /** Commands the interaction at the moment of the fact. */
  async command(command: Command, options: ChangeOptions = {}): Promise<void> {
    const row = await this.interaction()
    this.row = await commandInteraction(this.tx, row.id, command, { at: this.at, ...options, row })
  }

  /** Ends the interaction's talk at the moment of the fact. */
  async end(outcome: Outcome): Promise<void> {
    const row = await this.interaction()
    this.row = await endInteraction(this.tx, row.id, { outcome, actorId: null, at: this.at, row })
  }

  /** Puts the interaction into a queue at the moment of the fact. */
  async route(placing: Placing): Promise<void> {
    const { tx, at, stranger } = this
    this.row = await routeInteraction(tx, await this.interaction(), { at, stranger, ...placing, locked: true })
  }

  /** Adds to what the agent sees of the caller. */
  async addContext(values: Record<string, unknown>): Promise<void> {
    const row = await this.interaction()
    this.row = { ...row, context: { ...row.context, ...values }, version: row.version + 1 }
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
    this.tx.send('UPDATE interaction SET language = $2 WHERE id = $1', [row.id, language])
  }

  async finish(): Promise<void> {
    const { tx, call } = this
    const { pressed, monitors, ...plain } = this.changes
    if (Object.keys(this.changes).length === 0) return
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
