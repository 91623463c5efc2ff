import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  getCall,
  hangUp,
  holdCall,
  listCalls,
  listOpenCalls,
  monitorCall,
  openLine,
  resumeCall,
} from '@centrala/api/call.ts'
import { createChannelAccount } from '@centrala/api/channel-account.ts'
import { type Client, createClient } from '@centrala/api/client.ts'
import { createDeskPhone } from '@centrala/api/desk-phone.ts'
import { setDialRules } from '@centrala/api/dial-rule.ts'
import { acceptOffer } from '@centrala/api/interaction.ts'
import { LIVE_PATH, type ToClient, type ToServer } from '@centrala/api/live.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { createQueue, DEFAULT_VOICE } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import { createTrunk, listTrunks } from '@centrala/api/trunk.ts'
import { listUsers } from '@centrala/api/user.ts'
import { createUser, hashPassword } from '@centrala/server/auth/account.ts'
import { nodeToken } from '@centrala/server/voice/node-token.ts'
import { connectVisitor } from '@centrala/server/webchat/testing.ts'
import { rolePasswordOf } from '@centrala/server/wiring.ts'
import { type Database, openDatabase } from '@centrala/store/database.ts'
import { roleNames } from '@centrala/store/migrate.ts'
import { Browser } from '@centrala/voice/testing/browser.ts'
import { Party } from '@centrala/voice/testing/party.ts'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { WebSocket } from 'ws'
import { judgeInteractions } from '../faults/judge.ts'
import { cookieOf } from '../server.ts'
import { NODES_SECRET, type Nodes, type ServerNode, serverNodes } from '../server-node.ts'
import { until } from '../until.ts'
import { startVoiceNodeOf, type VoiceNode } from '../voice-node.ts'

const PASSWORD = 'nine harbour lights in fog'
const NUMBER = '+38512345678'
const BASE = 30_100
/** Everybody is a tone of their own. */
const TONE = { caller: 440, ana: 700, iva: 1000, visitor: 1630 }
/** So long after the death of a server commands may be refused. */
const AWAY_MS = 3000

let cluster: Nodes
let first: ServerNode
let second: ServerNode
let db: Database
let owner: pg.Client
let voice: VoiceNode
let provider: Party
let centre: Awaited<ReturnType<typeof company>>

beforeAll(async () => {
  cluster = await serverNodes(inject('ownerUrl'), 2, 30_010)
  ;[first, second] = cluster.nodes as [ServerNode, ServerNode]
  await first.start()
  db = openDatabase({
    ownerUrl: cluster.ownerUrl,
    roles: roleNames(cluster.prefix),
    rolePassword: rolePasswordOf(NODES_SECRET),
  })
  owner = new pg.Client(cluster.ownerUrl)
  await owner.connect()
  provider = await Party.open({ port: BASE + 1, mediaPorts: [BASE + 130, BASE + 159] })
  centre = await company()
  await second.start()
}, 120_000)
afterAll(async () => {
  await provider?.close()
  await voice?.close()
  await owner?.end()
  await db?.close()
  await cluster?.remove()
}, 60_000)

/** A company by the first server's doors: a trunk, a number, a widget that may call, two agents and a supervisor. */
async function company() {
  const tenantId = randomUUID()
  await db.tenant(tenantId, tx =>
    tx.db
      .insertInto('tenant')
      .values({ tenantId, slug: `phone-${tenantId.slice(0, 8)}`, name: 'Company' })
      .execute(),
  )
  const hash = await hashPassword(PASSWORD)
  const user = async (name: string, roles: ('admin' | 'agent' | 'supervisor')[], routingProfileId?: string) => {
    const email = `${name}-${tenantId.slice(0, 8)}@nodes.example`
    await createUser(db, tenantId, {
      name,
      email,
      password: PASSWORD,
      hash,
      roles,
      ...(routingProfileId && { routingProfileId }),
    })
    return email
  }
  const admin = await user('admin', ['admin'])
  const client = await clientAt(first, admin)
  const queue = await client.call(createQueue, {
    body: {
      name: 'Help',
      offerSeconds: 60,
      wrapUpSeconds: 0,
      voice: {
        ...DEFAULT_VOICE,
        announcePosition: false,
        announceEverySeconds: 3600,
        callbackAfterSeconds: 0,
        record: 'always',
      },
    },
  })
  const profile = await client.call(createRoutingProfile, {
    body: { name: 'Phone', weights: { voice: 100 }, queues: [{ queueId: queue.id, priority: 0, delaySeconds: 0 }] },
  })
  await client.call(createChannelAccount, {
    body: {
      channel: 'voice',
      name: 'Main',
      queueId: queue.id,
      config: { number: NUMBER, language: 'en', flowId: null },
    },
  })
  const widget = await client.call(createChannelAccount, {
    body: { channel: 'chat', name: 'Shop', queueId: queue.id, config: { calls: true } },
  })
  const [ana, iva, sanja] = [
    await user('ana', ['agent'], profile.id),
    await user('iva', ['agent'], profile.id),
    await user('sanja', ['supervisor']),
  ]
  await db.tenant(tenantId, async tx => tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }))
  const config = {
    mode: 'address' as const,
    host: '127.0.0.1',
    port: provider.port,
    callerId: { default: NUMBER, header: 'from' as const, allowed: [NUMBER] },
  }
  await client.call(setDialRules, { body: { rules: [{ prefix: '385', allow: true, pricePerMinute: 0.05 }] } })
  await client.call(createTrunk, { body: { name: 'Provider', config } })
  const { items } = await client.call(listUsers, { query: { limit: 50 } })
  const userId = items.find(user => user.email === iva)?.id ?? ''
  const desk = await client.call(createDeskPhone, { body: { name: 'Desk', userId } })
  const deskPhone = { username: desk.phone.username, password: desk.password }
  return { tenantId, admin, ana, iva, sanja, deskPhone, widgetKey: widget.key }
}

async function clientAt(server: ServerNode, email: string): Promise<Client> {
  const cookie = await cookieOf(server.origin, email, PASSWORD)
  return createClient({ origin: server.origin, headers: { cookie, origin: server.origin } })
}

/** Somebody at a server, with their screen and their browser's sound. */
async function personAt(server: ServerNode, email: string) {
  const cookie = await cookieOf(server.origin, email, PASSWORD)
  const headers = { cookie, origin: server.origin }
  const client = createClient({ origin: server.origin, headers })
  const heard: ToClient[] = []
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${LIVE_PATH}`, { headers })
  socket.on('message', data => heard.push(JSON.parse(String(data))))
  await new Promise(resolve => socket.once('open', resolve))
  socket.send(JSON.stringify({ type: 'hello', cursor: null }))
  await until(() => heard.some(({ type }) => type === 'ready'), 'the screen')
  const lineId = randomUUID()
  const browser = await Browser.open(
    async sdp => (await client.call(openLine, { body: { lineId, nodeId: null, sdp } })).sdp,
  )
  let taken = 0
  return {
    client,
    lineId,
    browser,
    heard,
    say: (message: ToServer) => socket.send(JSON.stringify(message)),
    /** The call offered on this screen, which is accepted. */
    async accept(): Promise<string> {
      const id = await until(() => {
        const offers = heard.flatMap(one =>
          one.type === 'event' && one.event.type === 'interaction.offered' ? (one.event.interactionId ?? []) : [],
        )
        return offers[taken]
      }, 'an offer on the screen')
      taken++
      await client.call(acceptOffer, { params: { id } })
      return id
    },
    close() {
      socket.terminate()
      browser.vanish()
    },
  }
}

const voiceNodeAt = (server: ServerNode, base: number) =>
  startVoiceNodeOf(
    {
      origin: server.origin,
      token: nodeToken(NODES_SECRET, undefined),
      know: async () => (await linked(first)) && (await linked(second)),
    },
    base,
  )
const trunkConnected = (client: Client) =>
  until(
    async () => (await client.call(listTrunks)).items.every(trunk => trunk.state === 'connected'),
    'the trunk to be connected',
  )
const linked = async (server: ServerNode) =>
  /centrala_voice_nodes 1\b/.test(await fetch(`${server.origin}/metrics`).then(answer => answer.text()))
const talking = (client: Client, interactionId: string) =>
  until(
    async () =>
      (await client.call(listCalls, { params: { id: interactionId } })).items.find(call => call.state === 'talking'),
    'the call to be talked on',
  )
/** The server that routes a company. */
async function routerOf(tenantId: string): Promise<ServerNode> {
  return until(async () => {
    const { rows } = await owner.query<{ holder: string }>(
      'SELECT holder FROM router_lease WHERE tenant_id = $1 AND expires_at > now()',
      [tenantId],
    )
    return cluster.nodes.find(({ folder }) => rows[0]?.holder.endsWith(folder))
  }, 'a server to route the company')
}
/** The server that a voice node tells its facts. */
const leaderOf = (nodeId: string) =>
  until(async () => {
    const { rows } = await owner.query<{ node: string }>(
      "SELECT node FROM server_node WHERE $1 = ANY (voice_node_ids) AND seen_at > now() - interval '10 seconds' ORDER BY seen_at DESC",
      [nodeId],
    )
    return rows[0]?.node
  }, 'a server to say that it has the node')
/** Facts that the node has told of a call, and the number of the last that is stored. */
async function facts(callId: string) {
  const text = await readFile(join(voice.folder, 'voice/calls', callId, 'facts.jsonl'), 'utf8').catch(() => '')
  const told = text.trim().split('\n').length
  const { rows } = await owner.query<{ stored: number }>('SELECT last_fact AS stored FROM call WHERE id = $1', [callId])
  return { told, stored: Number(rows[0]?.stored) }
}

test('whoever sits at another server than the voice node’s has a phone all the same, and keeps it when that server is killed', async () => {
  const { tenantId, admin, ana, iva, sanja, widgetKey } = centre
  voice = await voiceNodeAt(first, BASE)
  await trunkConnected(await clientAt(second, admin))
  expect(await leaderOf(voice.id)).toMatch(first.folder)
  const began = Date.now()

  // A call comes in at the node whose facts go to the first server; Ana's screen and sound are at the second.
  const agent = await personAt(second, ana)
  agent.browser.say(TONE.ana)
  await agent.client.call(setMyPresence, { body: { state: 'available' } })
  const caller = await provider.reach(voice.sipPort, NUMBER)
  caller.say(TONE.caller)
  const interactionId = await agent.accept()
  const { id: callId } = await talking(agent.client, interactionId)
  await Promise.all([caller.hears(TONE.ana), agent.browser.hears(TONE.caller)])
  const params = { id: callId }
  expect((await agent.client.call(holdCall, { params })).state).toBe('held')
  await caller.hearsNot(TONE.ana)
  expect((await agent.client.call(resumeCall, { params, body: { lineId: agent.lineId } })).state).toBe('talking')
  await caller.hears(TONE.ana)

  // A supervisor there sees it and listens.
  const supervisor = await personAt(second, sanja)
  const sees = (id: string) =>
    until(
      () => supervisor.heard.some(one => one.type === 'callNow' && one.calls.some(call => call.callId === id)),
      'the live list of calls',
    )
  expect((await supervisor.client.call(listOpenCalls, { query: {} })).items.map(call => call.id)).toEqual([callId])
  await sees(callId)
  await supervisor.client.call(monitorCall, { params, body: { mode: 'listen', lineId: supervisor.lineId } })
  await Promise.all([supervisor.browser.hears(TONE.caller), supervisor.browser.hears(TONE.ana)])

  // A visitor calls from a widget there, and Iva answers.
  const colleague = await personAt(second, iva)
  colleague.browser.say(TONE.iva)
  await colleague.client.call(setMyPresence, { body: { state: 'available' } })
  const visitor = await connectVisitor(second, widgetKey)
  await visitor.hello()
  const page = await Browser.open(async sdp => {
    visitor.say({ type: 'call.start', sdp, fields: { name: 'Marko' } })
    return (await visitor.hear('call.answer')).sdp
  })
  page.say(TONE.visitor)
  const webId = await colleague.accept()
  const web = await talking(colleague.client, webId)
  await Promise.all([page.hears(TONE.iva), colleague.browser.hears(TONE.visitor)])

  await first.kill()
  const killedAt = Date.now()
  // Nobody hears of it …
  await caller.listens(500)
  await Promise.all([caller.hears(TONE.ana, 1000), agent.browser.hears(TONE.caller, 1000), page.hears(TONE.iva, 1000)])
  // … and commands go on.
  const held = await until(
    () => agent.client.call(holdCall, { params }).catch(() => null),
    'a command to be followed after the death of the server',
    AWAY_MS,
  )
  const commandMs = Date.now() - killedAt
  expect(held.state).toBe('held')
  expect((await agent.client.call(resumeCall, { params, body: { lineId: agent.lineId } })).state).toBe('talking')
  await caller.hears(TONE.ana)
  supervisor.heard.length = 0
  await Promise.all([sees(callId), sees(web.id)])

  await until(async () => (await leaderOf(voice.id)).endsWith(second.folder), 'the second server to have the facts')
  // What was told is stored to the last fact.
  for (const id of [callId, web.id])
    await until(async () => {
      const { told, stored } = await facts(id)
      return told > 5 && told === stored
    }, 'every fact to be stored')
  await agent.client.call(hangUp, { params })
  await caller.ended()
  visitor.say({ type: 'call.end' })
  await until(async () => {
    const calls = await Promise.all([callId, web.id].map(id => agent.client.call(getCall, { params: { id } })))
    return calls.every(call => call.state === 'ended' && call.recordings.every(({ state }) => state === 'stored'))
  }, 'both calls to be over and their recordings stored')

  const { rows: legs } = await owner.query(
    `SELECT kind, count(*)::int AS legs, bool_and(ended_at IS NOT NULL) AS "areOver" FROM leg WHERE call_id = $1 GROUP BY 1 ORDER BY 1`,
    [callId],
  )
  expect(legs).toEqual(['agent', 'customer', 'supervisor'].map(kind => ({ kind, legs: 1, areOver: true })))
  const { rows: events } = await owner.query(
    `SELECT type, count(*)::int AS events FROM event WHERE tenant_id = $1 AND data ->> 'callId' = $2 AND type IN ('call.started', 'call.ended') GROUP BY 1 ORDER BY 1`,
    [tenantId, callId],
  )
  expect(events).toEqual([
    { type: 'call.ended', events: 1 },
    { type: 'call.started', events: 1 },
  ])
  const { rows: ends } = await owner.query('SELECT ended_by FROM call WHERE tenant_id = $1 ORDER BY started_at', [
    tenantId,
  ])
  expect(ends.map(row => row.ended_by)).toEqual(['agent', 'customer'])
  expect(await judgeInteractions(owner, tenantId)).toEqual([])
  for (const { client } of [agent, colleague]) await client.call(setMyPresence, { body: { state: 'offline' } })
  page.vanish()
  await visitor.close()
  for (const person of [agent, supervisor, colleague]) person.close()
  console.log(JSON.stringify({ nodes: 'phone', command_after_kill_ms: commandMs, took_ms: Date.now() - began }))
}, 90_000)

test('a desk phone rings and browsers show each other pictures, whichever server routes, has the node or the people', async () => {
  await voice.close()
  await first.start()
  const { tenantId, admin, ana, iva, deskPhone, widgetKey } = centre
  const router = await routerOf(tenantId)
  const other = router === first ? second : first
  voice = await voiceNodeAt(other, BASE + 200)
  expect(await leaderOf(voice.id)).toMatch(other.folder)
  await trunkConnected(await clientAt(second, admin))

  // Routed by one server; the other has the node.
  const desk = await Party.open({ mediaPorts: [BASE + 360, BASE + 379] })
  await desk.register(voice.sipPort, deskPhone.username, deskPhone.password)
  const colleague = await clientAt(router, iva)
  await colleague.call(setMyPresence, { body: { state: 'available' } })
  const caller = await provider.reach(voice.sipPort, NUMBER)
  caller.say(TONE.caller)
  const phone = await desk.line()
  phone.say(TONE.iva)
  await Promise.all([caller.hears(TONE.iva), phone.hears(TONE.caller)])
  await caller.hangUp()
  await phone.ended()
  expect(desk.invites).toHaveLength(1)
  await colleague.call(setMyPresence, { body: { state: 'offline' } })

  // Who asked to be called back is called, by one of the servers.
  const patient = await provider.reach(voice.sipPort, NUMBER)
  await until(async () => {
    if (patient.session.state !== 'ended') await patient.leg.sendDigits('1')
    return patient.session.state === 'ended'
  }, 'the callback to be taken down')
  const agent = await personAt(other, ana)
  agent.browser.say(TONE.ana)
  await agent.client.call(setMyPresence, { body: { state: 'available' } })
  const lines = provider.lines.length
  const callbackId = await agent.accept()
  const back = await until(() => provider.lines[lines], 'the customer to be called back')
  await back.hears(TONE.ana)
  const { id: backId } = await talking(agent.client, callbackId)
  await agent.client.call(hangUp, { params: { id: backId } })
  await back.ended()
  expect(provider.invites).toHaveLength(1)
  expect(agent.heard.filter(({ type }) => type === 'phone')).toEqual([])

  // The visitor is at one server, the agent at the other.
  const visitor = await connectVisitor(router, widgetKey)
  await visitor.hello()
  const page = await Browser.open(async sdp => {
    visitor.say({ type: 'call.start', sdp, fields: {} })
    return (await visitor.hear('call.answer')).sdp
  })
  const interactionId = await agent.accept()
  const { id: callId } = await talking(agent.client, interactionId)
  await until(
    () => visitor.heard.some(frame => frame.type === 'call.state' && frame.state === 'talking'),
    'the visitor to see the agent',
  )
  const offer = { kind: 'description', type: 'offer', sdp: 'ž'.repeat(20_000) } as const
  agent.say({ type: 'video.signal', callId, signal: offer })
  expect(await visitor.hear('video.signal')).toMatchObject({ signal: offer })
  const answer = { ...offer, type: 'answer' } as const
  visitor.say({ type: 'video.signal', signal: answer })
  await until(
    () =>
      agent.heard.some(
        one => one.type === 'video.signal' && one.callId === callId && one.signal.kind === 'description',
      ),
    'the visitor’s picture at the agent',
  )
  await agent.client.call(hangUp, { params: { id: callId } })
  page.vanish()
  await visitor.close()
  agent.close()
  await desk.close()
}, 90_000)
