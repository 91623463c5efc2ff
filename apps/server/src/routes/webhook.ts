import { randomBytes } from 'node:crypto'
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhookDeliveries,
  listWebhooks,
  redeliverWebhook,
  replaceWebhookSecret,
  testWebhook,
  type WebhookPayload,
} from '@centrala/api/webhook.ts'
import { statePhrase, told } from '@centrala/core/phrase/state-phrase.ts'
import { SIGNATURE_HEADER, sign } from '@centrala/core/webhook/signature.ts'
import { seal, unseal } from '@centrala/store/secret.ts'
import { recordChange, unique } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'
import { AddressRefused, resolvePublic } from '../net/address.ts'
import { badField, badFieldSaying, found } from '../refusal.ts'
import type { Services } from '../services.ts'
import { giveUpWaiting } from '../webhook/give-up.ts'
import { postOnce } from '../webhook/post.ts'
import { presentDeliveries, presentWebhook, presentWebhooks } from '../webhook/present.ts'
import { enqueueDelivery, startFromNow } from '../webhook/write-deliveries.ts'

export const webhookRoutes = [
  handle(listWebhooks, async ({ work }) => ({ items: await work(tx => presentWebhooks(tx)) })),
  handle(getWebhook, ({ params, work }) => work(tx => presentWebhook(tx, params.id))),
  handle(createWebhook, async ({ services, context, body, work }) => {
    await checkUrl(services, body.url)
    const secret = newSecret()
    return work(async tx => {
      await startFromNow(tx)
      const values = { ...body, secret: seal(services.keys.secrets, secret) }
      const insert = tx.db.insertInto('webhook').values(values).returning('id').executeTakeFirstOrThrow()
      const { id } = await unique('name', insert)
      const after = await presentWebhook(tx, id)
      await recordChange(tx, context, 'webhook', 'created', id, null, after)
      return { ...after, secret }
    })
  }),
  handle(changeWebhook, async ({ services, context, params, body, work }) => {
    if (body.url) await checkUrl(services, body.url)
    return work(async tx => {
      const before = await presentWebhook(tx, params.id)
      const isSwitched = body.active !== undefined && body.active !== before.active
      if (isSwitched && body.active) {
        await startFromNow(tx)
        await giveUpWaiting(tx, params.id, statePhrase('webhook.tooOld'), '3 days')
      }
      // A new address, or being switched on again, is a new beginning.
      const fresh =
        isSwitched || body.url ? { failingSince: null, busyUntil: null, stateSentence: '', statePhrase: null } : {}
      if (Object.keys({ ...body, ...fresh }).length > 0) {
        const update = tx.db
          .updateTable('webhook')
          .set({ ...body, ...fresh })
          .where('id', '=', params.id)
          .execute()
        await unique('name', update)
      }
      await enqueueDelivery(tx, params.id)
      const after = await presentWebhook(tx, params.id)
      await recordChange(tx, context, 'webhook', 'changed', params.id, before, after)
      return after
    })
  }),
  handle(deleteWebhook, ({ context, params, work }) =>
    work(async tx => {
      const before = await presentWebhook(tx, params.id)
      await tx.db.deleteFrom('webhook').where('id', '=', params.id).execute()
      await recordChange(tx, context, 'webhook', 'deleted', params.id, before, null)
      return {}
    }),
  ),
  handle(replaceWebhookSecret, ({ services, context, params, work }) =>
    work(async tx => {
      const before = await presentWebhook(tx, params.id)
      const secret = newSecret()
      const sealed = seal(services.keys.secrets, secret)
      await tx.db.updateTable('webhook').set({ secret: sealed }).where('id', '=', params.id).execute()
      await recordChange(tx, context, 'webhook', 'changed', params.id, {}, { secret: 'replaced' })
      return { ...before, secret }
    }),
  ),
  handle(testWebhook, async ({ services, context, params, work }) => {
    const hook = found(
      await work(tx => tx.db.selectFrom('webhook').selectAll().where('id', '=', params.id).executeTakeFirst()),
      'webhook',
    )
    const payload: WebhookPayload = {
      id: `test.${Date.now()}`,
      type: 'webhook.tested',
      at: new Date().toISOString(),
      tenantId: context.tenantId,
      interactionId: null,
      conversationId: null,
      customerId: null,
      queueId: null,
      userId: null,
      actorId: context.userId,
      data: {},
    }
    const body = JSON.stringify(payload)
    const secret = String(unseal(services.keys.secrets, hook.secret))
    const headers = { [SIGNATURE_HEADER]: sign(secret, Date.now(), body), 'centrala-event': payload.type }
    const { ok, statusCode, phrase } = await postOnce(hook.url, body, headers, {
      allowPrivate: services.env.ALLOW_PRIVATE_ADDRESSES,
    })
    return { ok, statusCode, ...told(phrase) }
  }),
  handle(listWebhookDeliveries, ({ params, query, work }) =>
    work(async tx => {
      await presentWebhook(tx, params.id)
      const items = await presentDeliveries(tx, params.id, query)
      const last = items.at(query.limit - 1)
      return { items: items.slice(0, query.limit), next: items.length > query.limit && last ? last.id : null }
    }),
  ),
  handle(redeliverWebhook, ({ context, params, work }) =>
    work(async tx => {
      const hook = await presentWebhook(tx, params.id)
      if (!hook.active) throw badField('active', 'The web hook is switched off. Switch it on first.')
      const [row] = await tx.query(
        `UPDATE webhook_delivery SET state = 'waiting', attempts = 0, next_attempt_at = now(), delivered_at = NULL
          WHERE id = $1 AND webhook_id = $2 AND (state <> 'waiting' OR attempts > 0) RETURNING id`,
        [params.deliveryId, params.id],
      )
      const [delivery] = await presentDeliveries(tx, params.id, { id: params.deliveryId, limit: 1 })
      const present = found(delivery, 'webhookDelivery')
      if (row) {
        await tx.query('UPDATE webhook SET busy_until = NULL WHERE id = $1', [params.id])
        await enqueueDelivery(tx, params.id)
        await recordChange(tx, context, 'webhook', 'changed', params.id, {}, { redelivered: params.deliveryId })
      }
      return present
    }),
  ),
]

const newSecret = () => `whsec_${randomBytes(32).toString('base64url')}`

/** Refuses at once what would never be delivered. A name that is not known yet may be known later. */
async function checkUrl(services: Services, url: string): Promise<void> {
  const { username, hostname } = new URL(url)
  if (username) throw badField('url', 'Write the address without user and password; the signature proves who sends.')
  try {
    await resolvePublic(hostname, { allowPrivate: services.env.ALLOW_PRIVATE_ADDRESSES })
  } catch (error) {
    if (error instanceof AddressRefused && error.code === 'address.private') throw badFieldSaying('url', error.phrase)
    if (!(error instanceof AddressRefused)) throw error
  }
}
