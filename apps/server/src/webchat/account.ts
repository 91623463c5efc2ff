import type { IncomingHttpHeaders } from 'node:http'
import {
  type WebchatAccount as ChannelView,
  isAllowedOrigin,
  webchatConfig,
  webchatSecrets,
} from '@centrala/channels/webchat/account.ts'
import { unseal } from '@centrala/store/secret.ts'
import { notFound, Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'

/** A configured widget with what the visitor's connection needs of it. */
export interface WebchatAccount extends ChannelView {
  key: string
  /** What the widget calls itself: its title, else the brand's name, else the tenant's. */
  title: string
  brandId: string | null
  queueId: string | null
}

export interface WebchatAccounts {
  /** The active account of a public key; 404 where there is none. */
  byKey(key: string): Promise<WebchatAccount>
}

const KEEP_MS = 60_000
const KEEP_MOST = 10_000

/** Accounts by key, kept for a minute and forgotten as soon as their tenant changes its configuration. */
export function webchatAccounts(services: Services): WebchatAccounts {
  const kept = new Map<string, { account: Promise<WebchatAccount>; until: number; tenantId: string | null }>()
  services.events.subscribe(events => {
    for (const event of events) {
      if (event.type !== 'configuration.changed') continue
      for (const [key, entry] of kept) if (!entry.tenantId || entry.tenantId === event.tenantId) kept.delete(key)
    }
  })
  return {
    byKey(key) {
      const now = Date.now()
      const known = kept.get(key)
      if (known && known.until > now) return known.account
      if (kept.size >= KEEP_MOST) kept.clear()
      const entry = { account: load(services, key), until: now + KEEP_MS, tenantId: null as string | null }
      kept.set(key, entry)
      entry.account.then(
        account => {
          entry.tenantId = account.tenantId
        },
        () => {
          if (kept.get(key) === entry) kept.delete(key)
        },
      )
      return entry.account
    },
  }
}

async function load(services: Services, key: string): Promise<WebchatAccount> {
  const { rows } = await services.db.log.query<{ tenantId: string; id: string }>(
    `SELECT tenant_id AS "tenantId", id FROM channel_account WHERE key = $1 AND channel = 'chat' AND active`,
    [key],
  )
  const place = rows[0]
  if (!place) throw notFound('webchat')
  const row = await services.db.tenant(place.tenantId, tx =>
    tx.db
      .selectFrom('channelAccount')
      .innerJoin('tenant', 'tenant.tenantId', 'channelAccount.tenantId')
      .leftJoin('brand', 'brand.id', 'channelAccount.brandId')
      .select(['channelAccount.config', 'channelAccount.secrets', 'channelAccount.brandId', 'channelAccount.queueId'])
      .select(['tenant.name as tenantName', 'brand.name as brandName'])
      .where('channelAccount.id', '=', place.id)
      .executeTakeFirstOrThrow(),
  )
  const config = webchatConfig.parse(row.config)
  return {
    ...place,
    key,
    config,
    secrets: webchatSecrets.parse(row.secrets ? unseal(services.keys.secrets, row.secrets) : {}),
    signingKey: services.keys.signing,
    title: config.title || row.brandName || row.tenantName,
    brandId: row.brandId,
    queueId: row.queueId,
  }
}

/**
 * Refuses a page that may not carry the widget. The demonstration page and others of this very installation always may. Every browser
 * tells the origin with a WebSocket and with requests to another site; a program can write any, and gains nothing by it.
 */
export function requireOrigin(services: Services, account: WebchatAccount, headers: IncomingHttpHeaders): void {
  const { origin } = headers
  const own = !origin || isOwn(services, origin, headers.host)
  if (own || isAllowedOrigin(account.config.allowedOrigins, origin)) return
  throw new Refusal(
    403,
    'origin.notAllowed',
    `The chat may not be used from ${origin}. Add this origin to the sites of the web chat under Administration → Channels.`,
  )
}

function isOwn(services: Services, origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === host || origin === new URL(services.publicUrl).origin
  } catch {
    return false
  }
}
