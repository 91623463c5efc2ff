import { createHash } from 'node:crypto'
import { trunkConfig } from '@centrala/api/trunk.ts'
import type { TenantVoice, VoiceConfig } from '@centrala/api/voice-config.ts'
import { unseal } from '@centrala/store/secret.ts'
import type { Services } from '../../services.ts'
import { readTenantVoice, type TenantRow } from './read-tenant-voice.ts'

type Needs = Pick<Services, 'db' | 'keys' | 'log'>

/** So many tenants are read at a time. */
const AT_ONCE = 4

/**
 * All that voice nodes need to know, of every tenant, with the passwords of trunks: for nodes alone. `revision` is the hash of the rest: the same
 * configuration has the same revision on every server.
 */
export async function loadVoiceConfig(services: Needs): Promise<VoiceConfig> {
  const { rows } = await services.db.log.query<TenantRow>(
    `SELECT tenant_id AS "tenantId", slug, locale, time_zone AS "timeZone" FROM tenant ORDER BY tenant_id`,
  )
  const tenants: TenantVoice[] = []
  for (let at = 0; at < rows.length; at += AT_ONCE)
    tenants.push(...(await Promise.all(rows.slice(at, at + AT_ONCE).map(row => loadTenantVoice(services, row)))))
  const revision = createHash('sha256').update(JSON.stringify(tenants)).digest('hex')
  return { revision, tenants }
}

async function loadTenantVoice(services: Needs, tenant: TenantRow): Promise<TenantVoice> {
  const { trunks, ...rest } = await services.db.tenant(tenant.tenantId, tx => readTenantVoice(tx, tenant))
  return {
    ...tenant,
    ...rest,
    trunks: trunks.flatMap(({ id, name, config, secrets }) => {
      const parsed = trunkConfig.safeParse(config)
      if (!parsed.success) {
        services.log.warn(
          { trunkId: id, error: parsed.error.message },
          'the settings of a trunk are not understood; it is left out',
        )
        return []
      }
      return [{ id, name, ...parsed.data, password: passwordOf(services, id, secrets) }]
    }),
  }
}

function passwordOf({ keys, log }: Needs, trunkId: string, sealed: Buffer | null): string | null {
  if (!sealed) return null
  try {
    return (unseal(keys.secrets, sealed) as { password?: string }).password ?? null
  } catch (error) {
    log.warn({ err: error, trunkId }, 'the password of a trunk cannot be read; write it again')
    return null
  }
}
