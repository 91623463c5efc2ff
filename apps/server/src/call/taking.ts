import type { CallFact } from '@centrala/api/voice-link.ts'
import type { Tx } from '@centrala/store/database.ts'
import { type InteractionRow, lockInteraction } from '@centrala/store/interaction-store.ts'
import type { CallTable } from '@centrala/store/schema.gen.ts'
import type { Selectable, Updateable } from 'kysely'
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

  private fresh: InteractionRow | undefined

  /** @param interaction as it was locked just now, if it was */
  constructor(tx: Tx, services: Services, call: CallRow, interaction?: InteractionRow) {
    this.tx = tx
    this.services = services
    this.call = call
    this.fresh = interaction
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

  /** The interaction, locked. */
  async interaction(): Promise<InteractionRow> {
    const row = this.fresh ?? (await lockInteraction(this.tx, this.call.interactionId))
    this.fresh = undefined // whoever asks goes on to change it
    if (!row) throw new Error(`The interaction ${this.call.interactionId} of a call is not there.`)
    return row
  }

  /** Adds to what the agent sees of the caller. */
  async addContext(values: Record<string, unknown>): Promise<void> {
    this.fresh = undefined
    await this.tx.query('UPDATE interaction SET context = context || $2::jsonb, version = version + 1 WHERE id = $1', [
      this.call.interactionId,
      JSON.stringify(values),
    ])
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
      .execute()
    if (this.events.has('call.started') || this.events.has('call.ended')) this.events.delete('call.changed')
    if (this.events.size === 0) {
      await updating
      return
    }
    const [[about]] = await Promise.all([
      tx.query<{ conversationId: string; customerId: string; agentId: string | null }>(
        'SELECT conversation_id AS "conversationId", customer_id AS "customerId", agent_id AS "agentId" FROM interaction WHERE id = $1',
        [call.interactionId],
      ),
      updating,
    ])
    // Parked calls are anybody's to pick up: everybody sees them come and go.
    const parked = this.wasParked || call.state === 'parked'
    for (const [type, data] of this.events)
      tx.emit({
        type,
        interactionId: call.interactionId,
        conversationId: about?.conversationId ?? null,
        customerId: about?.customerId ?? null,
        userId: about?.agentId ?? null,
        data: { callId: call.id, state: call.state, ...(parked && { parked }), ...data },
      })
  }
}

export type FactOf<Type extends CallFact['type']> = Extract<CallFact, { type: Type }>
