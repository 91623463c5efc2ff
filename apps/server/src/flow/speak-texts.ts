import type { Flow } from '@centrala/core/flow/flow.ts'
import { type LanguageText, textsOf } from '@centrala/core/flow/flow-texts.ts'
import { inEnglish } from '@centrala/core/phrase/state-phrase.ts'
import type { Tx } from '@centrala/store/database.ts'
import { enqueue } from '@centrala/store/job-queue.ts'
import { readSpeech, speak, whySilent } from '../prompt/speak.ts'
import { storeSpoken } from '../prompt/store-audio.ts'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { type FlowRow, firstLanguages, type NumberRow, wantedTexts } from './wanted-texts.ts'

/** Voice nodes are told of new audio no more often than this: each telling is the whole configuration. */
const TELL_MS = 3000
/** After so many failures in a row nothing more is asked of the speech engine. */
const MOST_FAILURES = 3

/** Has what is not spoken yet be spoken soon. Called by whatever changes what callers may hear. */
export async function speakSoon(tx: Tx): Promise<void> {
  await enqueue(
    tx,
    'speakTexts',
    { tenantId: tx.tenantId },
    { key: `speakTexts ${tx.tenantId}`, serial: `speak ${tx.tenantId}`, maxAttempts: 6 },
  )
}

/** Has all texts of a flow be spoken again, as after a change of the voice. What was spoken before is heard until then. */
export async function speakAgain(tx: Tx, flowId: string): Promise<void> {
  await enqueue(tx, 'speakTexts', { tenantId: tx.tenantId, flowId }, { serial: `speak ${tx.tenantId}`, maxAttempts: 6 })
}

/**
 * Speaks one text after the other, each stored when it is done: a job that is cut off goes on where it was. Where the engine fails, the flows
 * say so; an endpoint that may be away for a moment is tried again with the job.
 */
export async function speakTexts(services: Services, tenantId: string, flowId: string | null): Promise<void> {
  const { db } = services
  const { settings, texts } = await db.tenant(tenantId, async tx => ({
    settings: await readSpeech(services, tx),
    texts: await missing(tx, flowId),
  }))
  if (texts.length === 0) return
  let why = await whySilent(settings)
  const silent = why !== null
  let failures = 0
  let toldAt = Date.now()
  for (const text of silent ? [] : texts) {
    try {
      const pcm = await speak(services, settings, text.text, text.language)
      const tell = Date.now() - toldAt > TELL_MS
      await db.tenant(tenantId, async tx => {
        await storeSpoken(services, tx, text, pcm)
        if (tell) told(tx)
      })
      if (tell) toldAt = Date.now()
      failures = 0
    } catch (error) {
      if (!(error instanceof Refusal && error.phrase)) throw error
      why = error.phrase
      if (++failures >= MOST_FAILURES) break
    }
  }
  const sentence = why ? inEnglish(why) : ''
  await db.tenant(tenantId, async tx => {
    await tx.query(
      `UPDATE flow SET speech_sentence = $1, speech_phrase = $2
        WHERE (speech_sentence, speech_phrase) IS DISTINCT FROM ($1, $2::jsonb)`,
      [sentence, why && JSON.stringify(why)],
    )
    told(tx)
  })
  if (failures > 0 && settings.engine === 'endpoint') throw new Error(sentence)
}

function told(tx: Tx): void {
  tx.emit({ type: 'configuration.changed', data: { noun: 'flow', id: null } })
}

/** Of one flow: all its texts. Else those of the tenant that are not spoken yet, the flows' first. */
async function missing(tx: Tx, flowId: string | null): Promise<LanguageText[]> {
  const flows = await tx.query<FlowRow>('SELECT id, definition FROM flow ORDER BY id')
  const numbers = await tx.query<NumberRow>(
    `SELECT config->>'flowId' AS "flowId", config->>'language' AS language
       FROM channel_account WHERE channel = 'voice' AND active ORDER BY id`,
  )
  const [tenant] = await tx.query<{ locale: string }>('SELECT locale FROM tenant')
  const locale = tenant?.locale ?? 'en'
  if (flowId) {
    const flow = flows.find(one => one.id === flowId)
    return flow ? textsOf(flow.definition as Flow, firstLanguages(flowId, numbers, locale)) : []
  }
  const spoken = await tx.query<{ key: string }>(`SELECT language || '|' || text AS key FROM spoken_text`)
  const known = new Set(spoken.map(row => row.key))
  return wantedTexts(flows, numbers, locale).filter(({ language, text }) => !known.has(`${language}|${text}`))
}
