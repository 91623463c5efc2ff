import { REPORT_EVENTS } from '@centrala/core/report/event.ts'
import { pruneStretches, rollUp } from '@centrala/store/report-store.ts'
import type { Services } from '../services.ts'
import { judgeContacts } from './judge-contacts.ts'

/** Events are gathered this long before the figures are brought up to date. */
const GATHER_MS = 500
/** Messages, most of the log, change no figure. */
const COUNTS: ReadonlySet<string> = new Set(REPORT_EVENTS)
const HOUR_MS = 3_600_000

/**
 * Keeps every tenant's rollups up with the event log: after new events, at the start for what was missed, and hourly for contacts that
 * have become seven days old. Any node may do it; a lock lets one at a time.
 */
export function keepRollups({ db, events, log }: Pick<Services, 'db' | 'events' | 'log'>): { stop(): Promise<void> } {
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> = Promise.resolve()
  let stopped = false

  async function work(): Promise<void> {
    for (const tenantId of waiting) {
      waiting.delete(tenantId)
      try {
        while (!stopped && (await db.tenant(tenantId, rollUp))) {}
      } catch (error) {
        if (stopped) return
        log.warn({ err: error, tenantId }, 'rollups could not be brought up to date; trying again')
        waiting.add(tenantId)
        return
      }
    }
  }
  function soon(): void {
    if (stopped || timer) return
    timer = setTimeout(() => {
      timer = undefined
      running = running.then(work).then(() => {
        if (waiting.size > 0) soon()
      })
    }, GATHER_MS)
  }
  async function everyone(): Promise<string[]> {
    const { rows } = await db.log.query<{ id: string }>('SELECT tenant_id AS id FROM tenant')
    return rows.map(row => row.id)
  }
  async function hourly(): Promise<void> {
    for (const tenantId of await everyone()) {
      if (stopped) return
      waiting.add(tenantId)
      while (await db.tenant(tenantId, tx => judgeContacts(tx, new Date()))) {}
      await db.tenant(tenantId, pruneStretches)
    }
    soon()
  }
  const round = () => {
    running = running.then(hourly).catch(error => {
      if (!stopped) log.warn({ err: error }, 'the hourly round of the reports failed; it comes again in an hour')
    })
  }

  const off = events.subscribe(batch => {
    for (const { tenantId, type } of batch) if (COUNTS.has(type)) waiting.add(tenantId)
    if (waiting.size > 0) soon()
  })
  const hours = setInterval(round, HOUR_MS)
  round()

  return {
    async stop() {
      stopped = true
      off()
      clearTimeout(timer)
      clearInterval(hours)
      await running
    },
  }
}
