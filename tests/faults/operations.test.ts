import { createQueue } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import { findOrCreateCustomer } from '@centrala/server/customer/find-or-create-customer.ts'
import { commandInteraction } from '@centrala/server/interaction/command-interaction.ts'
import { endInteraction } from '@centrala/server/interaction/end-interaction.ts'
import { reassignInteraction } from '@centrala/server/interaction/reassign-interaction.ts'
import { transferInteraction } from '@centrala/server/interaction/transfer-interaction.ts'
import { finishWrapUp } from '@centrala/server/interaction/wrap-up.ts'
import { receiveMessage } from '@centrala/server/message/receive-message.ts'
import { setPresence } from '@centrala/server/presence/set-presence.ts'
import { leave } from '@centrala/server/presence/watch-presence.ts'
import { Refusal } from '@centrala/server/refusal.ts'
import { replayJournal } from '@centrala/server/routing/testing.ts'
import type { Tx } from '@centrala/store/database.ts'
import { sqlState } from '@centrala/store/errors.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../server.ts'
import { until } from '../until.ts'
import { judgeInteractions, mostLoad } from './judge.ts'

const OPERATIONS = Number(process.env.OPERATIONS ?? 10_000)
const WORKERS = 8
const AGENTS = 12
const WEIGHTS = { chat: 40, email: 30 }

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server?.close())

test.each([
  { given: 'the router alone gives work out', byHand: false },
  { given: 'supervisors give work out too', byHand: true },
])(
  'random operations by eight workers at once leave no interaction with two owners, forgotten or torn ($given)',
  async ({ byHand }) => {
    const { db, router } = server.services
    const tenant = await server.tenant()
    await router.adopt(tenant.id)
    const queueIds: string[] = []
    for (const name of ['Help', 'Sales'])
      queueIds.push(
        (
          await tenant.client.call(createQueue, {
            body: { name, offerSeconds: 5, wrapUpSeconds: name === 'Help' ? 30 : 0 },
          })
        ).id,
      )
    const { id: routingProfileId } = await tenant.client.call(createRoutingProfile, {
      body: {
        name: 'All',
        weights: WEIGHTS,
        interrupts: {},
        queues: queueIds.map(queueId => ({ queueId, priority: 0, delaySeconds: 0 })),
      },
    })
    const agentIds: string[] = []
    for (let index = 0; index < AGENTS; index++) agentIds.push((await tenant.user({ routingProfileId })).id)
    await db.tenant(tenant.id, async tx => tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }))
    const accountId = await db.tenant(tenant.id, async tx => {
      const values = { channel: 'chat', name: 'Shop', queueId: queueIds[0] ?? null }
      return (await tx.db.insertInto('channelAccount').values(values).returning('id').executeTakeFirstOrThrow()).id
    })

    let visitors = 0
    const any = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T
    const counts: Record<string, number> = {}
    const count = (what: string) => {
      counts[what] = (counts[what] ?? 0) + 1
    }
    const anyInteraction = async (tx: Tx, states: string[]) =>
      (
        await tx.query<{ id: string; agentId: string | null; state: string }>(
          `SELECT id, agent_id AS "agentId", state FROM interaction WHERE state = ANY ($1) ORDER BY random() LIMIT 1`,
          [states],
        )
      )[0]

    async function arrive(tx: Tx): Promise<void> {
      const address = `visitor-${visitors++}`
      const { customerId } = await findOrCreateCustomer(tx, { kind: 'visitor', address, verified: true })
      await receiveMessage(tx, {
        channel: any(['chat', 'email']),
        channelAccountId: accountId,
        customerId,
        conversationId: null,
        queueId: any(queueIds),
        message: { text: 'Hello', clientId: address },
      })
    }

    const operations: Record<string, (tx: Tx) => Promise<unknown>> = {
      arrive,
      async accept(tx) {
        const row = await anyInteraction(tx, ['offered'])
        // Mostly whoever was asked, sometimes somebody who was not.
        if (row)
          await commandInteraction(tx, row.id, {
            type: 'accept',
            agentId: Math.random() < 0.9 ? (row.agentId ?? '') : any(agentIds),
          })
      },
      async reject(tx) {
        const row = await anyInteraction(tx, ['offered'])
        if (row?.agentId) await commandInteraction(tx, row.id, { type: 'reject', agentId: row.agentId })
      },
      async end(tx) {
        const row = await anyInteraction(tx, ['active'])
        if (row) await endInteraction(tx, row.id, { outcome: 'handled', actorId: row.agentId })
      },
      async wrapUp(tx) {
        const row = await anyInteraction(tx, ['wrapUp'])
        if (row)
          await finishWrapUp(tx, row.id, row.agentId ?? '', { wrapUpCodeId: null, contactReasonId: null, note: null })
      },
      async giveUp(tx) {
        const row = await anyInteraction(tx, ['queued', 'offered', 'active'])
        if (row) await endInteraction(tx, row.id, { outcome: 'handled', actorId: null })
      },
      async transfer(tx) {
        const row = await anyInteraction(tx, ['active'])
        const agentId = Math.random() < 0.5 ? any(agentIds) : null
        if (row) await transferInteraction(tx, row.id, row.agentId ?? '', { queueId: any(queueIds), agentId, note: '' })
      },
      requeue: async tx => {
        const row = await anyInteraction(tx, ['queued', 'offered', 'active'])
        if (row) await reassignInteraction(tx, row.id, { agentId: null, queueId: any(queueIds) }, null)
      },
      presence: tx =>
        setPresence(tx, any(agentIds), {
          state: any(['available', 'available', 'available', 'away']),
          whenDone: Math.random() < 0.3,
        }),
      leave: tx => leave(tx, any(agentIds)),
      ...(byHand && {
        assign: async (tx: Tx) => {
          const row = await anyInteraction(tx, ['queued', 'offered', 'active'])
          if (row) await reassignInteraction(tx, row.id, { agentId: any(agentIds), queueId: null }, null)
        },
      }),
    }
    const weighted = Object.entries({
      ...{
        arrive: 24,
        accept: 24,
        reject: 4,
        end: 14,
        wrapUp: 10,
        giveUp: 3,
        transfer: 4,
        requeue: 3,
        presence: 12,
        leave: 2,
      },
      ...(byHand && { assign: 4 }),
    }).flatMap(([name, times]) => Array.from({ length: times }, () => name))

    async function operate(name: string): Promise<void> {
      try {
        await db.tenant(tenant.id, tx => operations[name]?.(tx) ?? Promise.resolve())
        count(name)
      } catch (error) {
        if (error instanceof Refusal) count('refused')
        else if (sqlState(error) === '40P01') count('deadlocked')
        else throw error
      }
    }
    const began = performance.now()
    await Promise.all(
      Array.from({ length: WORKERS }, async () => {
        for (let index = 0; index < OPERATIONS / WORKERS; index++) await operate(any(weighted))
      }),
    )
    const seconds = (performance.now() - began) / 1000

    // Everybody is there again and takes what comes: nothing may have been forgotten on the way.
    for (const agentId of agentIds) await db.tenant(tenant.id, tx => setPresence(tx, agentId, { state: 'available' }))
    const left = async () =>
      Number(
        (
          await server.owner.query("SELECT count(*) AS n FROM interaction WHERE tenant_id = $1 AND state <> 'ended'", [
            tenant.id,
          ])
        ).rows[0].n,
      )
    const waitingAtEnd = await left()
    let still = waitingAtEnd
    await until(
      async () => {
        for (const name of ['accept', 'end', 'wrapUp'])
          await Promise.all(Array.from({ length: 4 }, () => operate(name)))
        if (Math.random() < 0.05)
          for (const agentId of agentIds)
            await db.tenant(tenant.id, tx => setPresence(tx, agentId, { state: 'available' }))
        still = await left()
        return still === 0
      },
      'all that waits to be served',
      120_000,
    ).catch(() => {})
    await router.settle()
    await until(async () => (await replayJournal(db, tenant.id)).undecided === 0, 'the last turns').catch(() => {})
    const replayed = await replayJournal(db, tenant.id)
    const wrong = await judgeInteractions(server.owner, tenant.id)
    const load = await mostLoad(server.owner, tenant.id, WEIGHTS)
    const { rows: inverted } = await server.owner.query(
      `SELECT count(*)::int AS n FROM (SELECT (data ->> 'version')::int AS version, lag((data ->> 'version')::int) OVER (PARTITION BY interaction_id ORDER BY xid, seq) AS before
         FROM event WHERE tenant_id = $1 AND data ? 'version') e WHERE version < before`,
      [tenant.id],
    )
    console.log(
      JSON.stringify({
        faults: 'operations',
        byHand,
        per_s: Math.round(OPERATIONS / seconds),
        ...counts,
        left_to_drain: waitingAtEnd,
        forgotten: still,
        most_load: load,
        log_order_inversions: inverted[0].n,
        wrong: wrong.length,
        replayed,
      }),
    )
    expect(wrong).toEqual([])
    expect(replayed).toMatchObject({ different: 0, undecided: 0 })
    expect(still).toBe(0)
    expect(router.snapshot(tenant.id)).toMatchObject({ waiting: 0, offered: 0 })
    if (!byHand) expect(load).toBeLessThanOrEqual(100)
  },
  600_000,
)
