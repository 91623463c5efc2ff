import type { FlowShown } from '@centrala/api/flow.ts'
import { textsOf } from '@centrala/core/flow/flow-texts.ts'
import { phraseBeside } from '@centrala/core/phrase/state-phrase.ts'
import type { Tx } from '@centrala/store/database.ts'
import { found } from '../refusal.ts'
import { firstLanguages } from './wanted-texts.ts'

interface Row {
  id: string
  name: string
  definition: FlowShown['definition']
  version: number
  changedAt: Date
  speechSentence: string
  speechPhrase: FlowShown['speech']['phrase']
  numbers: (FlowShown['numbers'][number] & { language: string | null })[]
}

/** Flows by name, with the numbers that begin with them and what of them is not spoken yet; one with `id`. */
export async function presentFlows(tx: Tx, id: string | null = null): Promise<FlowShown[]> {
  const rows = await tx.query<Row>(
    `SELECT f.id, f.name, f.definition, f.version, f.changed_at AS "changedAt", f.speech_sentence AS "speechSentence",
            f.speech_phrase AS "speechPhrase",
            coalesce((SELECT jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'number', a.config->>'number',
                                                          'language', a.config->>'language') ORDER BY a.config->>'number')
                        FROM channel_account a
                       WHERE a.tenant_id = f.tenant_id AND a.channel = 'voice' AND a.config->>'flowId' = f.id::text), '[]') AS numbers
       FROM flow f WHERE $1::uuid IS NULL OR f.id = $1 ORDER BY fold(f.name), f.id`,
    [id],
  )
  if (rows.length === 0) return []
  const [tenant] = await tx.query<{ locale: string }>('SELECT locale FROM tenant')
  const spoken = new Set(
    (await tx.query<{ key: string }>(`SELECT language || '|' || text AS key FROM spoken_text`)).map(row => row.key),
  )
  return rows.map(({ changedAt, speechSentence, speechPhrase, numbers, ...row }) => {
    const begins = numbers.map(number => ({ flowId: row.id, language: number.language }))
    const texts = textsOf(row.definition, firstLanguages(row.id, begins, tenant?.locale ?? 'en'))
    const waiting = texts.filter(({ language, text }) => !spoken.has(`${language}|${text}`))
    return {
      ...row,
      changedAt: changedAt.toISOString(),
      numbers: numbers.map(({ language: _, ...number }) => number),
      speech: {
        total: texts.length,
        waiting,
        sentence: waiting.length > 0 ? speechSentence : '',
        phrase: waiting.length > 0 ? phraseBeside(speechSentence, speechPhrase) : null,
      },
    }
  })
}

export async function presentFlow(tx: Tx, id: string): Promise<FlowShown> {
  return found((await presentFlows(tx, id))[0], 'flow')
}
