import { randomUUID } from 'node:crypto'
import type { CallCommand } from '@centrala/api/call-command.ts'
import type { CallFact } from '@centrala/api/call-fact.ts'
import { createQueue } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import type { VoiceConfig } from '@centrala/api/voice-config.ts'
import {
  type FromNode,
  NODE_STATE_SECONDS,
  RECORDING_PATH,
  type ToNode,
  VOICE_LINK_PATH,
} from '@centrala/api/voice-link.ts'
import { WebSocket } from 'ws'
import type { TestServer, TestTenant, TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'

type Reply = { ok: true; sdp?: string } | { ok: false; code: string; detail: string }
type CommandOf<Type extends CallCommand['type']> = Extract<CallCommand, { type: Type }>
type Line = Extract<FromNode, { type: 'state' }>['lines'][number]
type Started = Extract<CallFact, { type: 'started' }>

/** A voice node without a telephone behind it: it speaks the link's words over a real WebSocket, and does what the test says. */
export interface TestNode {
  id: string
  commands: CallCommand[]
  config: VoiceConfig | null
  /** Numbers of acknowledged facts, by call. */
  acked: Map<string, number[]>
  lines: Line[]
  deskPhones: { deskPhoneId: string; registered: boolean; userAgent: string | null; inCall: boolean }[]
  /** Calls it says are alive, with their tenants. */
  calls: Map<string, string>
  /** What it answers to commands; by default that all is well. */
  reply: (command: CallCommand) => Reply
  say(frame: FromNode): void
  /** Says hello, again where it is connected: with this server as its main one, or another. */
  introduce(main: boolean): void
  state(): void
  /** Tells a fact under the call's next number and waits until it is acknowledged. */
  tell(callId: string, ...facts: CallFact[]): Promise<void>
  /** Tells a fact under a number of one's own choice, and waits for nothing. */
  raw(callId: string, n: number, fact: CallFact): void
  /** The next command of this type that has not been waited for. */
  hear<Type extends CallCommand['type']>(type: Type, withinMs?: number): Promise<CommandOf<Type>>
  /** A browser of this person is connected. */
  line(tenantId: string, userId: string): string
  ask(callId: string): Promise<{ position: number | null; waitMs: number | null }>
  putRecording(tenantId: string, recordingId: string, audio: Buffer): Promise<Response>
  /** The link breaks, and comes back. */
  cut(): Promise<void>
  connect(): Promise<void>
  close(): Promise<void>
}

export async function startTestNode(server: TestServer, id = `node-${randomUUID().slice(0, 8)}`): Promise<TestNode> {
  const { voiceNode } = server.services.keys
  const numbers = new Map<string, number>()
  const heard = new Set<CallCommand>()
  const told = new Map<number, { position: number | null; waitMs: number | null }>()
  let asked = 0
  let socket: WebSocket | undefined
  let beat: NodeJS.Timeout | undefined

  const node: TestNode = {
    id,
    commands: [],
    config: null,
    acked: new Map(),
    lines: [],
    deskPhones: [],
    calls: new Map(),
    reply: command =>
      ['openLine', 'tryLine', 'webCall'].includes(command.type) ? { ok: true, sdp: 'v=0 answer' } : { ok: true },
    say(frame) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
    },
    introduce: main =>
      node.say({
        type: 'hello',
        nodeId: id,
        main,
        publicAddress: '127.0.0.1',
        sipPorts: { udp: 5060, tcp: null, tls: null, ws: null, wss: null },
        maxCalls: 100,
        configRevision: null,
        calls: [...node.calls.keys()],
        lines: node.lines.map(line => line.lineId),
      }),
    state: () =>
      node.say({
        type: 'state',
        draining: false,
        load: 0,
        calls: [...node.calls].map(([callId, tenantId]) => ({ callId, tenantId, legs: [] })),
        lines: node.lines,
        trunks: [],
        deskPhones: node.deskPhones,
      }),
    raw(callId, n, fact) {
      node.say({ type: 'fact', callId, n, at: Date.now(), fact })
    },
    async tell(callId, ...facts) {
      for (const fact of facts) {
        const n = (numbers.get(callId) ?? 0) + 1
        numbers.set(callId, n)
        if (fact.type === 'started') node.calls.set(callId, fact.tenantId)
        if (fact.type === 'ended') node.calls.delete(callId)
        node.raw(callId, n, fact)
      }
      const last = numbers.get(callId) ?? 0
      await until(() => node.acked.get(callId)?.includes(last), `fact ${last} to be acknowledged`)
    },
    async hear(type, withinMs) {
      const command = await until(
        () => node.commands.find(each => each.type === type && !heard.has(each)),
        () => `the command "${type}" among ${JSON.stringify(node.commands.slice(-6))}`,
        withinMs,
      )
      heard.add(command)
      return command as CommandOf<typeof type>
    },
    line(tenantId, userId) {
      const lineId = randomUUID()
      node.lines.push({ lineId, tenantId, userId, connected: true, quality: null })
      node.state()
      return lineId
    },
    async ask(callId) {
      const id = ++asked
      node.say({ type: 'ask', id, question: { type: 'place', callId } })
      return until(() => told.get(id), 'the place in the queue')
    },
    putRecording: (tenantId, recordingId, audio) =>
      fetch(server.origin + RECORDING_PATH.replace(':tenantId', tenantId).replace(':recordingId', recordingId), {
        method: 'PUT',
        headers: { authorization: `Bearer ${voiceNode}`, 'content-type': 'audio/wav' },
        body: new Uint8Array(audio),
      }),
    async cut() {
      const closed = new Promise(resolve => socket?.once('close', resolve))
      socket?.terminate()
      await closed
    },
    async connect() {
      const opened = new WebSocket(`${server.origin.replace('http', 'ws')}${VOICE_LINK_PATH}`, {
        headers: { authorization: `Bearer ${voiceNode}` },
      })
      opened.on('message', data => hear(JSON.parse(String(data))))
      await new Promise<void>((resolve, reject) => {
        opened.once('open', resolve)
        opened.once('error', reject)
      })
      socket = opened
      node.introduce(true)
      node.state()
      await until(() => server.services.voice.node(id)?.state, 'the node to be known')
    },
    async close() {
      clearInterval(beat)
      const closed = new Promise(resolve => socket?.once('close', resolve))
      socket?.close()
      await closed
    },
  }

  function hear(frame: ToNode): void {
    switch (frame.type) {
      case 'config':
        node.config = frame.config
        return
      case 'ack': {
        const list = node.acked.get(frame.callId) ?? []
        list.push(frame.n)
        node.acked.set(frame.callId, list)
        return
      }
      case 'command': {
        node.commands.push(frame.command)
        const reply = node.reply(frame.command)
        if (frame.command.type === 'openLine' && reply.ok) {
          const { lineId, tenantId, userId } = frame.command
          node.lines = [
            ...node.lines.filter(line => line.lineId !== lineId),
            { lineId, tenantId, userId, connected: true, quality: null },
          ]
        }
        node.say({ type: 'reply', id: frame.id, ...reply })
        return
      }
      case 'told':
        told.set(frame.id, { position: frame.position, waitMs: frame.waitMs })
    }
  }

  await node.connect()
  beat = setInterval(() => node.state(), NODE_STATE_SECONDS * 1000)
  return node
}

export interface PhoneDesk {
  tenant: TestTenant
  queueId: string
  otherQueueId: string
  /** A number customers dial, of the queue. */
  numberId: string
  ana: TestUser
  iva: TestUser
  supervisor: TestUser
  node: TestNode
  started(more?: Partial<Started>): Started
  queued(queueId?: string): CallFact
  /** A caller who waits in the queue. */
  arrive(more?: Partial<Started>): Promise<string>
  interactionOf(callId: string): Promise<{
    id: string
    conversationId: string
    customerId: string
    state: string
    agentId: string | null
    queueId: string | null
    outcome: string | null
    context: Record<string, unknown>
    language: string | null
  }>
}

/** A tenant with a number, two queues, two agents who take calls, a supervisor, and the node. */
export async function phoneDesk(
  server: TestServer,
  node: TestNode,
  queue: Record<string, unknown> = {},
): Promise<PhoneDesk> {
  const tenant = await server.tenant()
  const { db, router } = server.services
  await router.adopt(tenant.id)
  const { id: queueId } = await tenant.client.call(createQueue, {
    body: { name: 'Calls', offerSeconds: 30, wrapUpSeconds: 60, ...queue },
  })
  const { id: otherQueueId } = await tenant.client.call(createQueue, { body: { name: 'Invoices' } })
  const { id: routingProfileId } = await tenant.client.call(createRoutingProfile, {
    body: {
      name: 'Phone',
      weights: { voice: 100 },
      queues: [
        { queueId, priority: 0, delaySeconds: 0 },
        { queueId: otherQueueId, priority: 0, delaySeconds: 0 },
      ],
    },
  })
  const numberId = await db.tenant(tenant.id, async tx => {
    const config = JSON.stringify({ number: '+38512345678', language: 'hr', flowId: null })
    const { id } = await tx.db
      .insertInto('channelAccount')
      .values({ channel: 'voice', name: 'Main number', queueId, config })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  })
  const [ana, iva, supervisor] = [
    await tenant.user({ name: 'Ana', routingProfileId }),
    await tenant.user({ name: 'Iva', routingProfileId }),
    await tenant.user({ roles: ['supervisor'], name: 'Sanja' }),
  ]
  await db.tenant(tenant.id, async tx => tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }))
  let callers = 0
  const desk: PhoneDesk = {
    tenant,
    queueId,
    otherQueueId,
    numberId,
    ana,
    iva,
    supervisor,
    node,
    started: (more = {}) => ({
      type: 'started',
      tenantId: tenant.id,
      direction: 'inbound',
      way: 'phone',
      from: `+3859120000${String(++callers).padStart(2, '0')}`,
      fromName: null,
      private: false,
      to: '+38512345678',
      numberId,
      trunkId: null,
      divertedFrom: null,
      userId: null,
      interactionId: null,
      ...more,
    }),
    queued: (id = queueId) => ({ type: 'queued', queueId: id, priority: 0, language: 'hr', attributes: {} }),
    async arrive(more) {
      const callId = randomUUID()
      await node.tell(callId, desk.started(more), desk.queued())
      return callId
    },
    interactionOf: callId =>
      db.tenant(tenant.id, tx =>
        tx.db
          .selectFrom('call')
          .innerJoin('interaction', 'interaction.id', 'call.interactionId')
          .select(['interaction.id', 'interaction.conversationId', 'interaction.customerId', 'interaction.state'])
          .select(['interaction.agentId', 'interaction.queueId', 'interaction.outcome', 'interaction.language'])
          .select(['interaction.context'])
          .where('call.id', '=', callId)
          .executeTakeFirstOrThrow(),
      ) as never,
  }
  return desk
}
