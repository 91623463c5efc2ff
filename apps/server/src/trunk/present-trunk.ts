import type { Trunk } from '@centrala/api/trunk.ts'
import { phraseBeside } from '@centrala/core/phrase/state-phrase.ts'
import type { Tx } from '@centrala/store/database.ts'
import { found } from '../refusal.ts'

type Row = Omit<Trunk, 'stateAt'> & { stateAt: Date }

/** Trunks in the order in which they are tried, without their passwords; one with `id`. */
export async function presentTrunks(tx: Tx, id: string | null = null): Promise<Trunk[]> {
  const rows = await tx.query<Row>(
    `SELECT t.id, t.name, t.config, t.secrets IS NOT NULL AS "passwordSet", t.active, t.state,
            t.state_sentence AS "stateSentence", t.state_phrase AS "statePhrase", t.state_at AS "stateAt",
            (SELECT count(*) FROM call c WHERE c.tenant_id = t.tenant_id AND c.trunk_id = t.id AND c.state <> 'ended') AS "openCalls"
       FROM trunk t WHERE $1::uuid IS NULL OR t.id = $1
      ORDER BY (t.config->>'priority')::int, fold(t.name), t.id`,
    [id],
  )
  return rows.map(row => ({
    ...row,
    statePhrase: phraseBeside(row.stateSentence, row.statePhrase),
    stateAt: row.stateAt.toISOString(),
  }))
}

export async function presentTrunk(tx: Tx, id: string): Promise<Trunk> {
  return found((await presentTrunks(tx, id))[0], 'trunk')
}
