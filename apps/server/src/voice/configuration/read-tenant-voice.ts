import { DEFAULT_VOICE, type VoiceSettings } from '@centrala/api/queue.ts'
import type { TenantVoice } from '@centrala/api/voice-config.ts'
import type { Flow } from '@centrala/core/flow/flow.ts'
import type { Hours } from '@centrala/core/hours/hours.ts'
import type { Tx } from '@centrala/store/database.ts'
import { callLimits } from '../../call/dial-rules.ts'
import { emergencyOf } from '../../call/emergency.ts'
import { wantedTexts } from '../../flow/wanted-texts.ts'
import type { StoredVariant } from '../../prompt/present-prompt.ts'

export interface TenantRow {
  tenantId: string
  slug: string
  locale: string
  timeZone: string
}

interface StoredTrunk {
  id: string
  name: string
  config: unknown
  secrets: Buffer | null
}

/** A tenant's part of the configuration, its secrets still closed. */
export interface StoredVoice extends Omit<TenantVoice, keyof TenantRow | 'trunks'> {
  trunks: StoredTrunk[]
}

/** Reads it in one transaction: what refers to one another fits together. In a stable order, since its hash is compared. */
export async function readTenantVoice(tx: Tx, tenant: TenantRow): Promise<StoredVoice> {
  const trunks = await tx.query<StoredTrunk>('SELECT id, name, config, secrets FROM trunk WHERE active ORDER BY id')
  const numbers = await tx.query<TenantVoice['numbers'][number]>(
    `SELECT id, name, config->>'number' AS number, brand_id AS "brandId", config->>'language' AS language,
            config->>'flowId' AS "flowId", queue_id AS "queueId"
       FROM channel_account WHERE channel = 'voice' AND active AND config ? 'number' ORDER BY id`,
  )
  const deskPhones = await tx.query<TenantVoice['deskPhones'][number]>(
    `SELECT p.id, p.user_id AS "userId", p.username, p.extension, p.ha1_md5 AS "ha1Md5", p.ha1_sha256 AS "ha1Sha256"
       FROM desk_phone p JOIN users u ON u.tenant_id = p.tenant_id AND u.id = p.user_id AND u.deactivated_at IS NULL ORDER BY p.id`,
  )
  const queues = await tx.query<{ id: string; name: string; hoursId: string | null; voice: Partial<VoiceSettings> }>(
    'SELECT id, name, hours_id AS "hoursId", voice FROM queue WHERE archived_at IS NULL ORDER BY id',
  )
  const flows = await tx.query<{ id: string; definition: Flow }>('SELECT id, definition FROM flow ORDER BY id')
  const hours = await tx.query<Hours & { id: string }>(
    'SELECT id, time_zone AS "timeZone", weekly, country, closures FROM hours ORDER BY id',
  )
  const prompts = await tx.query<{ id: string; variants: Record<string, StoredVariant> }>(
    'SELECT id, variants FROM prompt ORDER BY id',
  )
  const dialRules = await tx.query<TenantVoice['dialRules'][number]>(
    'SELECT prefix, allow, price_per_minute AS "pricePerMinute" FROM dial_rule ORDER BY prefix',
  )
  const { recordingDays: _, ...limits } = await callLimits(tx)
  const wanted = new Set(wantedTexts(flows, numbers, tenant.locale).map(({ language, text }) => `${language}|${text}`))
  const spoken = await tx.query<{ key: string; audioId: string; durationMs: number }>(
    `SELECT s.language || '|' || s.text AS key, s.audio_id AS "audioId", a.duration_ms AS "durationMs"
       FROM spoken_text s JOIN prompt_audio a ON a.tenant_id = s.tenant_id AND a.id = s.audio_id
      ORDER BY s.language, s.text_hash`,
  )
  return {
    trunks,
    numbers,
    deskPhones,
    queues: queues.map(({ voice, ...queue }) => ({ ...DEFAULT_VOICE, ...voice, ...queue })),
    flows: Object.fromEntries(flows.map(flow => [flow.id, flow.definition])),
    hours: Object.fromEntries(hours.map(({ id, ...rest }) => [id, rest])),
    prompts: prompts.map(({ id, variants }) => ({
      id,
      audio: Object.fromEntries(
        Object.entries(variants)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([language, { audioId, durationMs }]) => [language, { audioId, durationMs }]),
      ),
    })),
    spoken: Object.fromEntries(
      spoken.filter(({ key }) => wanted.has(key)).map(({ key, audioId, durationMs }) => [key, { audioId, durationMs }]),
    ),
    dialRules,
    emergencyNumbers: (await emergencyOf(tx)).numbers,
    limits,
  }
}
