import { randomUUID } from 'node:crypto'
import { type Client, createClient } from '@centrala/api/client.ts'
import { acceptOffer, endInteraction, explainWaiting, listMyInteractions } from '@centrala/api/interaction.ts'
import { LIVE_PATH, type ToClient } from '@centrala/api/live.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { createUser, hashPassword } from '@centrala/server/auth/account.ts'
import { commandInteraction } from '@centrala/server/interaction/command-interaction.ts'
import { replayJournal } from '@centrala/server/routing/testing.ts'
import { rolePasswordOf } from '@centrala/server/wiring.ts'
import { type Database, openDatabase } from '@centrala/store/database.ts'
import { openInteraction } from '@centrala/store/interaction-store.ts'
import { roleNames } from '@centrala/store/migrate.ts'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { WebSocket } from 'ws'
import { judgeInteractions, mostLoad } from '../faults/judge.ts'
import { cookieOf } from '../server.ts'
import { NODES_SECRET, type Nodes, type ServerNode, serverNodes } from '../server-node.ts'
import { until } from '../until.ts'

const PASSWORD = 'seven node stones in a row'
const AGENTS = 3

let cluster: Nodes
let db: Database
let owner: pg.Client
beforeAll(async () => {
  cluster = await serverNodes(inject('ownerUrl'), 2, 21_010)
  await cluster.nodes[0]?.start()
  db = openDatabase({
    ownerUrl: cluster.ownerUrl,
    roles: roleNames(cluster.prefix),
    rolePassword: rolePasswordOf(NODES_SECRET),
  })
  owner = new pg.Client(cluster.ownerUrl)
  await owner.connect()
}, 120_000)
afterAll(async () => {
  await owner?.end()
  await db?.close()
  await cluster?.remove()
}, 60_000)

/** A company with a queue that a call-like chat fills its agents with. */
async function company() {
  const tenantId = randomUUID()
  const made = await db.tenant(tenantId, async tx => {
    await tx.db
      .insertInto('tenant')
      .values({ tenantId, slug: `company-${randomUUID().slice(0, 8)}`, name: 'Company' })
      .execute()
    const queue = { name: 'Help', offerSeconds: 60, wrapUpSeconds: 0 }
    const { id: queueId } = await tx.db.insertInto('queue').values(queue).returning('id').executeTakeFirstOrThrow()
    const profile = { name: 'All', weights: JSON.stringify({ chat: 100 }), interrupts: '{}' }
    const { id: routingProfileId } = await tx.db
      .insertInto('routingProfile')
      .values(profile)
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx.db.insertInto('routingProfileQueue').values({ routingProfileId, queueId }).execute()
    const customer = await tx.db
      .insertInto('customer')
      .values({ name: 'Eva' })
      .returning('id')
      .executeTakeFirstOrThrow()
    return { queueId, routingProfileId, customerId: customer.id }
  })
  const hash = await hashPassword(PASSWORD)
  const emails = ['supervisor', 'ana', 'iva', 'marko'].map(name => `${name}-${tenantId.slice(0, 8)}@nodes.example`)
  for (const [index, email] of emails.entries())
    await createUser(db, tenantId, {
      name: email,
      email,
      password: PASSWORD,
      hash,
      roles: index === 0 ? ['supervisor'] : ['agent'],
      ...(index > 0 && { routingProfileId: made.routingProfileId }),
    })
  await db.tenant(tenantId, async tx => tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }))
  const arrive = () =>
    db.tenant(tenantId, async tx => {
      const { customerId, queueId } = made
      const { id } = await tx.db
        .insertInto('conversation')
        .values({ customerId })
        .returning('id')
        .executeTakeFirstOrThrow()
      const fresh = {
        conversationId: id,
        customerId,
        channel: 'chat',
        channelAccountId: null,
        direction: 'inbound',
      } as const
      const interaction = await openInteraction(tx, fresh)
      await commandInteraction(tx, interaction.id, { type: 'queue', queueId })
      return interaction.id
    })
  return { tenantId, emails, arrive }
}

async function person(node: ServerNode, email: string): Promise<{ client: Client; offers: string[]; close(): void }> {
  const cookie = await cookieOf(node.origin, email, PASSWORD)
  const client = createClient({ origin: node.origin, headers: { cookie, origin: node.origin } })
  const offers: string[] = []
  const socket = new WebSocket(`${node.origin.replace('http', 'ws')}${LIVE_PATH}`, {
    headers: { cookie, origin: node.origin },
  })
  let ready = false
  socket.on('error', () => {})
  socket.on('message', data => {
    const message = JSON.parse(String(data)) as ToClient
    if (message.type === 'ready') ready = true
    if (message.type === 'event' && message.event.type === 'interaction.offered')
      offers.push(message.event.interactionId ?? '')
  })
  socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', cursor: null })))
  await until(() => ready, 'the screen')
  return { client, offers, close: () => socket.terminate() }
}

const holderOf = async (tenantId: string) =>
  String((await owner.query('SELECT holder FROM router_lease WHERE tenant_id = $1', [tenantId])).rows[0]?.holder ?? '')
const placesAt = async (client: Client, ids: string[]) => {
  const places: (number | null)[] = []
  for (const id of ids) places.push((await client.call(explainWaiting, { params: { id } })).position)
  return places
}
const held = async (client: Client, state: string) =>
  (await client.call(listMyInteractions)).items.filter(item => item.state === state).map(item => item.id)

test('when the node that routes is killed, another goes on within ten seconds: everybody in their place, no offer doubled, and who sits at it notices nothing else', async () => {
  const [first, second] = cluster.nodes as [ServerNode, ServerNode]
  const { tenantId, emails, arrive } = await company()
  await until(async () => (await holderOf(tenantId)).endsWith(first.folder), 'the first node to route the company')
  await second.start()

  // Agents at the second node get what the first one decides.
  const supervisor = await person(second, emails[0] ?? '')
  const atFirst = await person(first, emails[0] ?? '')
  const agents = []
  for (const email of emails.slice(1)) {
    const agent = await person(second, email)
    await agent.client.call(setMyPresence, { body: { state: 'available' } })
    agents.push(agent)
  }
  const ids: string[] = []
  for (let count = 0; count < 15; count++) ids.push(await arrive())
  for (const { client, offers } of agents) {
    await until(() => offers.length > 0, 'an offer on the screen at the other node')
    await client.call(acceptOffer, { params: { id: offers[0] ?? '' } })
  }
  expect(agents.map(({ offers }) => offers[0]).sort()).toEqual(ids.slice(0, AGENTS).sort())
  expect(await holderOf(tenantId)).toMatch(first.folder)

  // Both nodes tell the same places, the one that routes and the other.
  const waiting = ids.slice(AGENTS)
  const places = waiting.map((_, index) => index + 1)
  await until(
    async () => String(await placesAt(atFirst.client, waiting)) === String(places),
    'the places at the first node',
  )
  await until(
    async () => String(await placesAt(supervisor.client, waiting)) === String(places),
    'the places at the second node',
  )
  // One is being offered just when it happens.
  const [busy, free] = [agents.slice(1), agents[0]]
  await free?.client.call(endInteraction, { params: { id: free.offers[0] ?? '' }, body: {} })
  await until(() => free?.offers.length === 2, 'the next offer')

  await first.kill()
  const killedAt = Date.now()
  for (const { client } of busy)
    for (const id of await held(client, 'active')) await client.call(endInteraction, { params: { id }, body: {} })
  await until(() => busy.every(({ offers }) => offers.length === 2), 'offers by the second node', 15_000)
  const tookMs = Date.now() - killedAt
  expect(await holderOf(tenantId)).toMatch(second.folder)
  expect(tookMs).toBeLessThan(10_000)

  // The three who had waited longest have their offers, each one; the others stand where they stood.
  const offered = (await Promise.all(agents.map(({ client }) => held(client, 'offered')))).flat()
  expect(offered.sort()).toEqual(waiting.slice(0, AGENTS).sort())
  expect(await placesAt(supervisor.client, waiting.slice(AGENTS))).toEqual(places.slice(0, -AGENTS))
  const { rows: gone } = await owner.query("SELECT 1 FROM presence WHERE tenant_id = $1 AND state = 'offline'", [
    tenantId,
  ])
  expect(gone).toEqual([])
  expect(await judgeInteractions(owner, tenantId)).toEqual([])
  expect(await mostLoad(owner, tenantId, { chat: 100 })).toBeLessThanOrEqual(100)

  // The one that was killed comes back and answers from the journal.
  await first.start()
  const again = await person(first, emails[0] ?? '')
  expect(await placesAt(again.client, waiting.slice(AGENTS))).toEqual(places.slice(0, -AGENTS))
  expect(await holderOf(tenantId)).toMatch(second.folder)
  expect(await replayJournal(db, tenantId)).toMatchObject({ different: 0, undecided: 0, stretches: 2 })
  for (const { close } of [supervisor, again, ...agents]) close()
  console.log(JSON.stringify({ nodes: 'failover', next_offer_ms: tookMs }))
}, 120_000)

test('companies live on different nodes', async () => {
  const made: string[] = []
  for (let count = 0; count < 3; count++) made.push((await company()).tenantId)
  const holders = async () => {
    const { rows } = await owner.query<{ holder: string }>('SELECT holder FROM router_lease WHERE expires_at > now()')
    return cluster.nodes.map(({ folder }) => rows.filter(({ holder }) => holder.endsWith(folder)).length)
  }
  const { rows } = await owner.query('SELECT 1 FROM tenant')
  await until(
    async () => (await holders()).every(count => count >= Math.floor(rows.length / 2)),
    'an even share',
    60_000,
  )
}, 90_000)
