import { inEnglish, type StatePhrase, statePhrase, told } from '@centrala/core/phrase/state-phrase.ts'
import { GIVE_UP_MS, restMs, retryAt } from '@centrala/core/webhook/backoff.ts'
import { SIGNATURE_HEADER, sign } from '@centrala/core/webhook/signature.ts'
import type { Tx } from '@centrala/store/database.ts'
import { unseal } from '@centrala/store/secret.ts'
import { audit } from '../audit/audit.ts'
import { AddressRefused } from '../net/address.ts'
import type { Services } from '../services.ts'
import { giveUpWaiting } from './give-up.ts'
import { type Answer, openReceiver, type Receiver, type ReceiverOptions } from './post.ts'
import { enqueueDelivery } from './write-deliveries.ts'

/** A run ends after this long and goes on in another, so that one slow receiver does not hold a worker. */
const RUN_MS = 15_000
/** Longer than a run with its last request: after that another may take over. */
const LEASE = "interval '60 seconds'"
const BATCH = 50
const AT_ONCE = 8

interface Due {
  id: string
  payload: { type: string }
  attempts: number
}
interface Hook {
  url: string
}

/**
 * Makes the due deliveries of one hook. Each is taken with a lease before it is sent and settled after: at least once, and more
 * than once only if the process dies in between. A receiver that cannot be reached is left alone for a while as a whole; one
 * that has failed for three days is switched off.
 */
export async function deliver(
  services: Services,
  tenantId: string,
  webhookId: string,
  options: Partial<ReceiverOptions> = {},
): Promise<void> {
  const { db } = services
  const hook = await db.tenant(tenantId, tx => takeHook(tx, webhookId))
  if (!hook) return
  const deadline = Date.now() + RUN_MS
  let receiver: Receiver | undefined
  let unreachable: Answer | undefined
  try {
    receiver = await openReceiver(hook.url, { allowPrivate: services.env.ALLOW_PRIVATE_ADDRESSES, ...options })
  } catch (error) {
    if (!(error instanceof AddressRefused)) throw error
    unreachable = { ok: false, statusCode: null, phrase: error.phrase }
  }
  try {
    let failing = false
    do {
      const batch = await db.tenant(tenantId, tx => takeDue(tx, webhookId, hook.url))
      if (!batch || batch.due.length === 0) break
      const { due } = batch
      const secret = String(unseal(services.keys.secrets, batch.secret))
      const settled: { delivery: Due; answer: Answer }[] = []
      const waiting = [...due]
      const worker = async () => {
        for (let delivery = waiting.shift(); delivery && !unreachable; delivery = waiting.shift()) {
          const answer = (await receiver?.post(...signed(secret, delivery))) ?? unreachable
          if (!answer) return
          settled.push({ delivery, answer })
          if (answer.statusCode === null) unreachable = answer
        }
      }
      if (unreachable && due[0]) settled.push({ delivery: due[0], answer: unreachable })
      else await Promise.all(Array.from({ length: AT_ONCE }, worker))
      failing = await db.tenant(tenantId, tx => settle(tx, webhookId, due, settled))
    } while (!unreachable && Date.now() < deadline)
    await db.tenant(tenantId, tx => leaveHook(tx, webhookId, failing && unreachable !== undefined))
  } finally {
    await receiver?.close()
  }
}

function signed(secret: string, { id, payload }: Due): [body: string, headers: Record<string, string>] {
  const body = JSON.stringify(payload)
  return [
    body,
    { [SIGNATURE_HEADER]: sign(secret, Date.now(), body), 'centrala-event': payload.type, 'centrala-delivery': id },
  ]
}

/** Takes the hook for a run, unless it is switched off or somebody is at it; then the run is put off until they are done. */
async function takeHook(tx: Tx, id: string): Promise<Hook | undefined> {
  // The row is held from here on, so that whoever is at it cannot leave in between and have their next run overwritten by ours.
  const [hook] = await tx.query<Hook & { busyUntil: Date | null; isBusy: boolean }>(
    `SELECT url, busy_until AS "busyUntil", coalesce(busy_until > now(), false) AS "isBusy"
       FROM webhook WHERE id = $1 AND active FOR UPDATE`,
    [id],
  )
  if (!hook) return undefined
  if (hook.isBusy) {
    await enqueueDelivery(tx, id, hook.busyUntil)
    return undefined
  }
  await tx.query(`UPDATE webhook SET busy_until = now() + ${LEASE} WHERE id = $1`, [id])
  return hook
}

/** A handful of what is due, with the secret that signs it now; null where the hook has another address meanwhile, or was switched off. */
async function takeDue(tx: Tx, webhookId: string, url: string): Promise<{ secret: Buffer; due: Due[] } | null> {
  const [hook] = await tx.query<{ secret: Buffer }>(
    'SELECT secret FROM webhook WHERE id = $1 AND url = $2 AND active FOR SHARE',
    [webhookId, url],
  )
  if (!hook) return null
  const due = await tx.query<Due & Record<string, unknown>>(
    `UPDATE webhook_delivery d SET next_attempt_at = now() + ${LEASE}
       FROM (SELECT id FROM webhook_delivery WHERE webhook_id = $1 AND state = 'waiting' AND next_attempt_at <= now()
              ORDER BY event_xid, event_seq LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) due
      WHERE d.tenant_id = current_tenant() AND d.id = due.id RETURNING d.id, d.payload, d.attempts`,
    [webhookId],
  )
  return { secret: hook.secret, due }
}

/** Writes down what came of a batch. @returns whether the hook fails at present */
async function settle(
  tx: Tx,
  webhookId: string,
  taken: readonly Due[],
  settled: readonly { delivery: Due; answer: Answer }[],
): Promise<boolean> {
  const now = Date.now()
  const rows = settled.map(({ delivery, answer }) => {
    const again = answer.ok ? null : retryAt(delivery.attempts + 1, now, Math.random())
    return {
      id: delivery.id,
      state: answer.ok ? 'delivered' : again === null ? 'failed' : 'waiting',
      status: answer.statusCode,
      detail: inEnglish(answer.phrase),
      phrase: JSON.stringify(answer.phrase),
      next: new Date(again ?? now),
    }
  })
  await tx.query(
    `UPDATE webhook_delivery d
        SET state = r.state, attempts = d.attempts + 1, status_code = r.status, detail = r.detail, phrase = r.phrase,
            next_attempt_at = r.next,
            delivered_at = CASE WHEN r.state = 'delivered' THEN now() END
       FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::jsonb[], $6::timestamptz[])
            AS r (id, state, status, detail, phrase, next)
      WHERE d.tenant_id = current_tenant() AND d.id = r.id`,
    [
      rows.map(r => r.id),
      rows.map(r => r.state),
      rows.map(r => r.status),
      rows.map(r => r.detail),
      rows.map(r => r.phrase),
      rows.map(r => r.next),
    ],
  )
  const untouched = taken.filter(delivery => !settled.some(entry => entry.delivery === delivery)).map(({ id }) => id)
  await tx.query('UPDATE webhook_delivery SET next_attempt_at = now() WHERE id = ANY($1::uuid[])', [untouched])
  const works = settled.some(({ answer }) => answer.ok)
  const failure = settled.find(({ answer }) => !answer.ok)?.answer
  if (works || failure) {
    await tx.query(
      `UPDATE webhook SET failing_since = CASE WHEN $2 THEN NULL ELSE coalesce(failing_since, now()) END,
              state_sentence = CASE WHEN $2 THEN '' ELSE $3 END, state_phrase = CASE WHEN $2 THEN NULL ELSE $4::jsonb END
        WHERE id = $1`,
      [webhookId, works, failure ? inEnglish(failure.phrase) : '', failure ? JSON.stringify(failure.phrase) : null],
    )
  }
  return failure !== undefined && !works
}

/** Gives the hook back: to rest when it cannot be reached, for good after three days, and with the next run arranged. */
async function leaveHook(tx: Tx, id: string, unreachable: boolean): Promise<void> {
  const [hook] = await tx.query<Last & { failingSince: Date | null; active: boolean }>(
    `SELECT failing_since AS "failingSince", state_sentence AS sentence, state_phrase AS phrase, active
       FROM webhook WHERE id = $1 FOR UPDATE`,
    [id],
  )
  if (!hook) return
  const now = Date.now()
  const since = hook.failingSince?.getTime()
  if (hook.active && since !== undefined && now - since >= GIVE_UP_MS) return switchOff(tx, id, hook)
  const rest = unreachable && since !== undefined ? new Date(now + restMs(since, now)) : null
  await tx.query('UPDATE webhook SET busy_until = $2 WHERE id = $1', [id, rest])
  const [next] = await tx.query<{ at: Date | null }>(
    "SELECT min(next_attempt_at) AS at FROM webhook_delivery WHERE webhook_id = $1 AND state = 'waiting'",
    [id],
  )
  if (next?.at) await enqueueDelivery(tx, id, rest && rest > next.at ? rest : next.at)
}

/** What was told of a hook last; a row from before there were phrases has only the sentence. */
interface Last {
  sentence: string
  phrase: StatePhrase | null
}

async function switchOff(tx: Tx, id: string, last: Last): Promise<void> {
  const before = last.phrase ?? statePhrase('webhook.toldBefore', { said: last.sentence })
  const { sentence, phrase } = told(statePhrase('webhook.switchedOff', {}, [before]))
  await tx.query(
    'UPDATE webhook SET active = false, busy_until = NULL, state_sentence = $2, state_phrase = $3 WHERE id = $1',
    [id, sentence, JSON.stringify(phrase)],
  )
  await giveUpWaiting(tx, id, statePhrase('webhook.offMeanwhile'))
  const system = { userId: null, apiKeyId: null, address: 'system' }
  await audit(tx, system, 'webhook.switchedOff', { type: 'webhook', id }, { active: true }, { active: false, sentence })
  tx.emit({ type: 'configuration.changed', data: { noun: 'webhook', id } })
}
