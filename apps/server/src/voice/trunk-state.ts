import type { VoiceConfig } from '@centrala/api/voice-config.ts'
import { statePhrase, told } from '@centrala/core/phrase/state-phrase.ts'
import type { Services } from '../services.ts'
import type { NodeState, VoiceNode } from './voice-node.ts'

type TrunkNow = NodeState['trunks'][number]
type PhoneNow = NodeState['deskPhones'][number]

const NO_NODE: Omit<TrunkNow, 'trunkId'> = { state: 'idle', ...told(statePhrase('trunk.noVoiceNode')) }
const RANK = { connected: 3, connecting: 2, failing: 1, idle: 0 }

/**
 * What nodes say of trunks and desk phones, kept in the database for whoever looks at them. Nodes say it every two seconds; only what changed is
 * written. A trunk that several nodes have is as well as at the node where it is best. Of several servers the one that routes the company writes.
 */
export class TrunkStates {
  private readonly services: Pick<Services, 'db' | 'log' | 'router'>
  private readonly nodes = new Map<string, { trunks: TrunkNow[]; deskPhones: PhoneNow[] }>()
  private tenantOf = new Map<string, string>()
  private readonly written = new Map<string, string>()
  /** Every trunk and phone that a node ever told of: `trunk <id>`, `phone <id>`. */
  private readonly known = new Set<string>()
  private stopped = false
  private writing: Promise<void> = Promise.resolve()

  constructor(services: Pick<Services, 'db' | 'log' | 'router'>) {
    this.services = services
  }

  configure(config: VoiceConfig): void {
    this.tenantOf = new Map(
      config.tenants.flatMap(({ tenantId, trunks, deskPhones }) =>
        [...trunks, ...deskPhones].map(({ id }) => [id, tenantId] as const),
      ),
    )
    // A changed trunk was set back to "not known yet": what nodes say next is news even if it is the same.
    for (const key of this.written.keys()) this.written.set(key, '')
  }

  told(node: VoiceNode): void {
    if (node.state) this.nodes.set(node.id, node.state)
    this.compare()
  }

  lost(nodeId: string): void {
    this.nodes.delete(nodeId)
    this.compare()
  }

  /** Nothing is written any more. */
  stop(): void {
    this.stopped = true
  }

  /** Until what was told is written. */
  settle(): Promise<void> {
    return this.writing
  }

  /** Writes what another server wrote until it went away. */
  takeUp(): void {
    if (this.known.size > this.written.size) this.compare()
  }

  private compare(): void {
    if (this.stopped) return
    const trunks = new Map<string, Omit<TrunkNow, 'trunkId'>>()
    const phones = new Map<string, PhoneNow>()
    for (const node of this.nodes.values()) {
      for (const { trunkId, ...now } of node.trunks) {
        const known = trunks.get(trunkId)
        if (!known || RANK[now.state] > RANK[known.state]) trunks.set(trunkId, now)
      }
      for (const phone of node.deskPhones)
        if (phone.registered || !phones.has(phone.deskPhoneId)) phones.set(phone.deskPhoneId, phone)
    }
    for (const id of trunks.keys()) this.known.add(`trunk ${id}`)
    for (const id of phones.keys()) this.known.add(`phone ${id}`)
    for (const key of this.known) {
      const [noun, id = ''] = key.split(' ')
      if (noun === 'trunk' && !trunks.has(id)) trunks.set(id, NO_NODE)
      if (noun === 'phone' && !phones.has(id))
        phones.set(id, { deskPhoneId: id, registered: false, userAgent: null, inCall: false })
    }
    for (const [id, { state, sentence, phrase }] of trunks)
      this.write(
        `trunk ${id}`,
        `UPDATE trunk SET state = $2, state_sentence = $3, state_phrase = $4, state_at = now()
          WHERE id = $1 AND (state, state_sentence, state_phrase) IS DISTINCT FROM ($2, $3, $4::jsonb)`,
        [id, state, sentence, phrase && JSON.stringify(phrase)],
      )
    for (const [id, { registered, userAgent }] of phones)
      this.write(
        `phone ${id}`,
        `UPDATE desk_phone SET registered = $2, user_agent = coalesce($3, user_agent),
                registered_at = CASE WHEN $2 AND NOT registered THEN now() ELSE registered_at END
          WHERE id = $1 AND (registered <> $2 OR user_agent IS DISTINCT FROM coalesce($3, user_agent))`,
        [id, registered, userAgent],
      )
  }

  /** One after the other; what cannot be written now is written when the node says it again. */
  private write(key: string, query: string, values: unknown[]): void {
    const tenantId = this.tenantOf.get(String(values[0]))
    const value = JSON.stringify(values)
    if (!tenantId || !this.services.router.owns(tenantId)) {
      this.written.delete(key) // whoever takes the company up again writes all of it
      return
    }
    if (this.written.get(key) === value) return
    this.written.set(key, value)
    const { db, log } = this.services
    this.writing = this.writing.then(async () => {
      try {
        await db.tenant(tenantId, tx => tx.query(query, values))
      } catch (error) {
        if (this.written.get(key) === value) this.written.delete(key)
        log.warn({ err: error }, 'the state of a trunk or desk phone could not be written')
      }
    })
  }
}
