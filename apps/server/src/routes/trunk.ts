import * as api from '@centrala/api/trunk.ts'
import { seal } from '@centrala/store/secret.ts'
import { recordChange, unique, unused } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'
import { badField } from '../refusal.ts'
import type { Services } from '../services.ts'
import { presentTrunk, presentTrunks } from '../trunk/present-trunk.ts'

export const trunkRoutes = [
  handle(api.listTrunks, async ({ work }) => ({ items: await work(tx => presentTrunks(tx)) })),
  handle(api.createTrunk, ({ services, context, body, work }) =>
    work(async tx => {
      const { name, config, password, active } = body
      const values = { name, config: JSON.stringify(config), secrets: sealPassword(services, password), active }
      const insert = tx.db.insertInto('trunk').values(values).returning('id').executeTakeFirstOrThrow()
      const { id } = await unique('name', insert)
      const after = await presentTrunk(tx, id)
      await recordChange(tx, context, 'trunk', 'created', id, null, audited(after))
      return after
    }),
  ),
  handle(api.changeTrunk, ({ services, context, params, body, work }) =>
    work(async tx => {
      const before = await presentTrunk(tx, params.id)
      // Whoever may change a trunk may not thereby have its password sent to a server of their own.
      const moved = body.config && (body.config.host !== before.config.host || body.config.port !== before.config.port)
      if (moved && before.passwordSet && body.password === undefined)
        throw badField('password', `Write it again, since it would go to another server (${body.config?.host}).`)
      const { name, config, password, active } = body
      const set = {
        ...(name !== undefined && { name }),
        ...(active !== undefined && { active }),
        ...(config && { config: JSON.stringify(config) }),
        ...(password !== undefined && { secrets: sealPassword(services, password) }),
        // The voice node that takes it up says anew how it goes.
        state: 'idle',
        stateSentence: '',
        statePhrase: null,
        stateAt: new Date(),
      }
      await unique('name', tx.db.updateTable('trunk').set(set).where('id', '=', params.id).execute())
      const after = await presentTrunk(tx, params.id)
      const renewed = { ...audited(after), ...(password !== undefined && { secretsChanged: ['password'] }) }
      await recordChange(tx, context, 'trunk', 'changed', params.id, audited(before), renewed)
      return after
    }),
  ),
  handle(api.deleteTrunk, ({ context, params, work }) =>
    work(async tx => {
      const before = await presentTrunk(tx, params.id)
      const deletion = tx.db.deleteFrom('trunk').where('id', '=', params.id).execute()
      await unused('trunk', 'Calls have come over it, and their history stays. Switch it off instead.', deletion)
      await recordChange(tx, context, 'trunk', 'deleted', params.id, audited(before), null)
      return {}
    }),
  ),
  handle(api.listNumbers, async ({ work }) => ({
    items: await work(tx =>
      tx.query<api.PhoneNumber>(
        `SELECT id, name, coalesce(config->>'number', '') AS number, config->>'language' AS language,
                config->>'flowId' AS "flowId", queue_id AS "queueId", brand_id AS "brandId", active
           FROM channel_account WHERE channel = 'voice' ORDER BY config->>'number', id`,
      ),
    ),
  })),
]

function sealPassword({ keys }: Services, password: string | null): Buffer | null {
  return password ? seal(keys.secrets, { password }) : null
}

/** What the audit log keeps: how it goes is no setting. */
function audited({ state, stateSentence, stateAt, openCalls, ...settings }: api.Trunk): object {
  return settings
}
