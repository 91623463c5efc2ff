import {
  type MailboxCursor,
  type MailboxRunner,
  type MailboxStatus,
  runMailbox,
} from '@centrala/channels/email/imap-runner.ts'
import { inEnglish } from '@centrala/core/phrase/state-phrase.ts'
import { publicNetwork } from '../net/public-network.ts'
import type { Services } from '../services.ts'
import { loadMailbox } from './load-mailbox.ts'
import { storeMail } from './store-mail.ts'

const ROUND_MS = 5000

/**
 * Keeps every active mailbox of the tenants that this process routes connected; follows changes of settings. What is wrong with one stands on its channel
 * account, in a sentence, and it recovers by itself.
 */
export function runMailboxes(services: Services): () => Promise<void> {
  const { db, events, router, keys, log, env } = services
  const running = new Map<string, { settings: string; runner: MailboxRunner }>()
  /** What is told of each mailbox is stored one after the other, as it came. */
  const reporting = new Map<string, Promise<void>>()
  let round: Promise<void> | undefined
  let again = false
  let stopped = false

  async function adjust(): Promise<void> {
    const { rows } = await db.log.query<{ tenantId: string; id: string }>(
      `SELECT tenant_id AS "tenantId", id FROM channel_account WHERE channel = 'email' AND active`,
    )
    const wanted = new Set<string>()
    for (const { tenantId, id } of rows) {
      if (!router.owns(tenantId)) continue // another node's
      const mailbox = await db.tenant(tenantId, tx => loadMailbox(tx, keys, id))
      if (!mailbox?.account.config.imap || stopped) continue
      const key = `${tenantId}/${id}`
      wanted.add(key)
      const settings = JSON.stringify([mailbox.account.config, mailbox.account.secrets])
      const before = running.get(key)
      if (before?.settings === settings) continue
      await before?.runner.stop()
      const runner = runMailbox({
        account: { ...mailbox.account, ...publicNetwork(env) },
        loadCursor: () => cursorOf(tenantId, id),
        saveCursor: cursor => saveCursor(tenantId, id, cursor),
        store: (raw, { uid, uidValidity, internalDate }) =>
          storeMail(services, tenantId, id, raw, { uid, uidValidity, internalDate }),
        onStatus: status => {
          const before = reporting.get(key) ?? Promise.resolve()
          reporting.set(
            key,
            before
              .then(() => report(tenantId, id, status))
              .catch(error => log.warn({ err: error }, 'the state of a mailbox could not be stored')),
          )
        },
      })
      running.set(key, { settings, runner })
    }
    for (const [key, { runner }] of running) {
      if (wanted.has(key)) continue
      running.delete(key)
      await runner.stop()
    }
  }

  const cursorOf = (tenantId: string, id: string) =>
    db.tenant(tenantId, async tx => {
      const row = await tx.db.selectFrom('channelAccount').select('cursor').where('id', '=', id).executeTakeFirst()
      return row?.cursor && 'lastUid' in row.cursor ? (row.cursor as MailboxCursor) : null
    })

  async function saveCursor(tenantId: string, id: string, cursor: MailboxCursor): Promise<void> {
    await db.tenant(tenantId, tx =>
      tx.db
        .updateTable('channelAccount')
        .set({ cursor: JSON.stringify(cursor) })
        .where('id', '=', id)
        .execute(),
    )
  }

  async function report(tenantId: string, id: string, { state, phrase, since }: MailboxStatus): Promise<void> {
    const sentence = inEnglish(phrase)
    const statePhrase = JSON.stringify(phrase)
    await db.tenant(tenantId, async tx => {
      const changed = await tx.db
        .updateTable('channelAccount')
        .set({ state, stateSentence: sentence, statePhrase, stateAt: since })
        .where('id', '=', id)
        .where(eb =>
          eb.or([
            eb('state', '<>', state),
            eb('stateSentence', '<>', sentence),
            eb('statePhrase', 'is distinct from', statePhrase),
          ]),
        )
        .returning('name')
        .executeTakeFirst()
      if (changed)
        tx.emit({ type: 'channelAccount.stateChanged', data: { id, name: changed.name, state, sentence, phrase } })
    })
  }

  function look(): void {
    if (stopped) return
    if (round) {
      again = true // what has just changed may have been read before
      return
    }
    again = false
    round = adjust()
      .catch(error => log.warn({ err: error }, 'mailboxes could not be looked after; trying again'))
      .finally(() => {
        round = undefined
        if (again) look()
      })
  }

  const timer = setInterval(look, ROUND_MS)
  const unsubscribe = events.subscribe(batch => {
    if (batch.some(event => event.type === 'configuration.changed' && event.data.noun === 'channelAccount')) look()
  })
  look()
  return async () => {
    stopped = true
    clearInterval(timer)
    unsubscribe()
    await round
    await Promise.all([...running.values()].map(({ runner }) => runner.stop()))
  }
}
