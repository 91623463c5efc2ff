import type { ChannelAccount, ChannelAccountDetail } from '@centrala/api/channel-account.ts'
import type { Channel } from '@centrala/core/channel/channel.ts'
import { phraseBeside } from '@centrala/core/phrase/state-phrase.ts'
import type { Tx } from '@centrala/store/database.ts'
import { found } from '../refusal.ts'
import type { Services } from '../services.ts'
import { openSecrets } from './settings.ts'

/** A row of `channel_account` as it is stored. */
export interface StoredAccount {
  id: string
  channel: Channel
  name: string
  brandId: string | null
  queueId: string | null
  key: string
  config: Record<string, unknown>
  secrets: Buffer | null
  active: boolean
  state: ChannelAccount['state']
  stateSentence: string
  statePhrase: ChannelAccount['statePhrase']
  stateAt: Date
  createdAt: Date
}

export async function readAccounts(tx: Tx, id: string | null = null): Promise<StoredAccount[]> {
  return tx.query<StoredAccount>(
    `SELECT id, channel, name, brand_id AS "brandId", queue_id AS "queueId", key, config, secrets, active, state,
            state_sentence AS "stateSentence", state_phrase AS "statePhrase", state_at AS "stateAt", created_at AS "createdAt"
       FROM channel_account WHERE $1::uuid IS NULL OR id = $1 ORDER BY fold(name), id`,
    [id],
  )
}

export async function readAccount(tx: Tx, id: string): Promise<StoredAccount> {
  return found((await readAccounts(tx, id))[0], 'channelAccount')
}

/** What everybody may see: no settings. */
export function presentAccount(account: StoredAccount): ChannelAccount {
  const address = account.config.fromAddress ?? account.config.number
  return {
    id: account.id,
    channel: account.channel,
    name: account.name,
    address: typeof address === 'string' ? address : null,
    brandId: account.brandId,
    queueId: account.queueId,
    active: account.active,
    state: account.state,
    stateSentence: account.stateSentence,
    statePhrase: phraseBeside(account.stateSentence, account.statePhrase),
    stateAt: account.stateAt.toISOString(),
  }
}

/** What an administrator may see: settings, and of the secrets only which are set. */
export function presentDetail(services: Services, account: StoredAccount): ChannelAccountDetail {
  const snippet = `<script src="${services.publicUrl}/widget.js" data-key="${account.key}" async></script>`
  return {
    ...presentAccount(account),
    key: account.key,
    snippet: account.channel === 'chat' ? snippet : null,
    config: account.config,
    secretsSet: Object.keys(openSecrets(services.keys.secrets, account.secrets)).sort(),
    createdAt: account.createdAt.toISOString(),
  }
}
