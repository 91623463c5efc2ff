// A server node reduced to what routes, in a process of its own: reads the log, decides, commits. Or the plain way: claims work by SQL.
// argv: the database's owner URL, the tenant. Speaks with its parent by messages.

import { startEventPump } from '@centrala/server/live/event-pump.ts'
import { startRouterOwner } from '@centrala/server/routing/router-owner.ts'
import type { Services } from '@centrala/server/services.ts'
import { rolePasswordOf } from '@centrala/server/wiring.ts'
import { openDatabase } from '@centrala/store/database.ts'
import { roleNames } from '@centrala/store/migrate.ts'
import { pino } from 'pino'
import { claimAll } from './skip-locked.ts'

export type ToNode =
  | { type: 'report' }
  | { type: 'claim'; agentIds: string[]; calls: number; workers: number }
  | { type: 'stop' }
export type FromNode =
  | { type: 'ready' }
  | { type: 'report'; offers: number; lastAt: number; cpuMs: number; now: number }
  | { type: 'claimed'; made: number; tookMs: number; cpuMs: number }

const [, , ownerUrl = '', secret = '', how = ''] = process.argv
const db = openDatabase({ ownerUrl, roles: roleNames('postgres'), rolePassword: rolePasswordOf(secret), poolSize: 10 })
const tell = (message: FromNode) => process.send?.(message)
const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

let offers = 0
let lastAt = 0
let stop = async () => {}
if (how === 'router') {
  const log = pino({ level: 'warn' })
  const events = await startEventPump(db, log)
  const phones = { onChange: () => () => {}, isReachable: () => true, isGuest: () => false, isScreenless: () => false }
  const nodes = { name: 'bench', others: () => 0, onPhone: () => {}, hasPhone: () => false, isGuest: () => false }
  const env = { ROUTING_JOURNAL_DAYS: 30 }
  const services = { db, events, log, env, nodes, voice: { phones } } as unknown as Services
  const router = await startRouterOwner(services)
  router.onCallOffer(() => made => {
    if (!made) return
    offers++
    lastAt = Date.now()
  })
  await router.settle()
  stop = async () => {
    await router.stop()
    await events.stop()
  }
}
process.on('message', async (message: ToNode) => {
  switch (message.type) {
    case 'report':
      tell({ type: 'report', offers, lastAt, cpuMs: cpuMs(), now: Date.now() })
      return
    case 'claim': {
      const before = cpuMs()
      const began = performance.now()
      const made = await claimAll(db, how, message)
      tell({ type: 'claimed', made, tookMs: performance.now() - began, cpuMs: cpuMs() - before })
      return
    }
    case 'stop':
      await stop()
      await db.close()
      process.exit(0)
  }
})
tell({ type: 'ready' })
