import {
  changeChannelAccount,
  checkChannelAccount,
  createChannelAccount,
  deleteChannelAccount,
  getChannelAccount,
  listChannelAccounts,
  listChannelKinds,
  replaceChannelAccountKey,
  testChannelAccount,
} from '@centrala/api/channel-account.ts'
import { CHANNEL_MANIFESTS } from '@centrala/channels/index.ts'
import { z } from 'zod'
import { refuseTakenIntake } from '../channel-account/intake.ts'
import { checkNumber, speakForNumber } from '../channel-account/number.ts'
import { presentAccount, presentDetail, readAccount, readAccounts } from '../channel-account/present.ts'
import { probeAccount } from '../channel-account/probe.ts'
import {
  issuesOf,
  manifestOf,
  mergeSecrets,
  openSecrets,
  parseSettings,
  refuseMovedSecrets,
  sealSecrets,
} from '../channel-account/settings.ts'
import { mustExist, recordChange, unique, unused } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'

export const channelAccountRoutes = [
  handle(listChannelAccounts, async ({ work }) => ({
    items: (await work(tx => readAccounts(tx))).map(presentAccount),
  })),
  handle(getChannelAccount, async ({ services, params, work }) =>
    presentDetail(services, await work(tx => readAccount(tx, params.id))),
  ),
  handle(createChannelAccount, ({ services, context, body, work }) => {
    const { config, secrets } = parseSettings(manifestOf(body.channel), body.config, body.secrets)
    return work(async tx => {
      await mustExist(tx, 'brand', [body.brandId], 'brandId')
      await mustExist(tx, 'queue', [body.queueId], 'queueId')
      await refuseTakenIntake(services, tx, config, null)
      await checkNumber(services, tx, { channel: body.channel, config }, null)
      const values = {
        channel: body.channel,
        name: body.name,
        brandId: body.brandId,
        queueId: body.queueId,
        active: body.active,
        config: JSON.stringify(config),
        secrets: sealSecrets(services.keys.secrets, secrets),
      }
      const insert = tx.db.insertInto('channelAccount').values(values).returning('id').executeTakeFirstOrThrow()
      const { id } = await unique('name', insert)
      await speakForNumber(tx, body)
      const after = presentDetail(services, await readAccount(tx, id))
      await recordChange(tx, context, 'channelAccount', 'created', id, null, after)
      return after
    })
  }),
  handle(changeChannelAccount, ({ services, context, params, body, work }) =>
    work(async tx => {
      const stored = await readAccount(tx, params.id)
      const before = presentDetail(services, stored)
      const manifest = manifestOf(stored.channel)
      const known = openSecrets(services.keys.secrets, stored.secrets)
      const { config, secrets } = parseSettings(
        manifest,
        body.config ?? stored.config,
        mergeSecrets(known, body.secrets ?? {}),
      )
      refuseMovedSecrets(manifest, { config: stored.config, secrets: known }, config, body.secrets ?? {})
      await mustExist(tx, 'brand', [body.brandId], 'brandId')
      await mustExist(tx, 'queue', [body.queueId], 'queueId')
      await refuseTakenIntake(services, tx, config, params.id)
      await checkNumber(services, tx, { channel: stored.channel, config }, params.id)
      const { config: _config, secrets: _secrets, ...plain } = body
      const set = {
        ...plain,
        config: JSON.stringify(config),
        ...(body.secrets && { secrets: sealSecrets(services.keys.secrets, secrets) }),
        // The runner that reads it again says anew how it goes.
        state: 'idle',
        stateSentence: '',
        statePhrase: null,
        stateAt: new Date(),
      }
      await unique('name', tx.db.updateTable('channelAccount').set(set).where('id', '=', params.id).execute())
      await speakForNumber(tx, stored)
      const after = presentDetail(services, await readAccount(tx, params.id))
      const renewed = { ...after, ...(body.secrets && { secretsChanged: Object.keys(body.secrets).sort() }) }
      await recordChange(tx, context, 'channelAccount', 'changed', params.id, before, renewed)
      return after
    }),
  ),
  handle(deleteChannelAccount, ({ services, context, params, work }) =>
    work(async tx => {
      const before = presentDetail(services, await readAccount(tx, params.id))
      const deletion = tx.db.deleteFrom('channelAccount').where('id', '=', params.id).execute()
      const advice = 'Customers have written to it, and their history stays. Switch it off instead.'
      await unused('channelAccount', advice, deletion)
      await recordChange(tx, context, 'channelAccount', 'deleted', params.id, before, null)
      return {}
    }),
  ),
  handle(replaceChannelAccountKey, ({ services, context, params, work }) =>
    work(async tx => {
      const before = presentDetail(services, await readAccount(tx, params.id))
      await tx.query(`UPDATE channel_account SET key = encode(uuid_send(gen_random_uuid()), 'hex') WHERE id = $1`, [
        params.id,
      ])
      const after = presentDetail(services, await readAccount(tx, params.id))
      await recordChange(tx, context, 'channelAccount', 'changed', params.id, before, after)
      return after
    }),
  ),
  handle(checkChannelAccount, async ({ body }) => ({
    issues: issuesOf(manifestOf(body.channel), body.config, body.secrets),
  })),
  handle(testChannelAccount, async ({ services, context, body, work }) => {
    const manifest = manifestOf(body.channel)
    const stored = body.id ? await work(tx => readAccount(tx, body.id ?? '')) : null
    const known = stored ? openSecrets(services.keys.secrets, stored.secrets) : {}
    const settings = parseSettings(manifest, body.config, mergeSecrets(known, body.secrets))
    if (stored) refuseMovedSecrets(manifest, { config: stored.config, secrets: known }, settings.config, body.secrets)
    const id = stored?.id ?? crypto.randomUUID()
    const parts = await probeAccount(services, manifest, { id, tenantId: context.tenantId, ...settings })
    return { ok: parts.every(part => part.ok), parts }
  }),
  handle(listChannelKinds, async () => ({
    items: CHANNEL_MANIFESTS.map(manifest => ({
      channel: manifest.channel,
      config: z.toJSONSchema(manifest.config, { io: 'input' }) as Record<string, unknown>,
      secrets: z.toJSONSchema(manifest.secrets, { io: 'input' }) as Record<string, unknown>,
    })),
  })),
]
