import { randomUUID } from 'node:crypto'
import { createChannelAccount } from '@centrala/api/channel-account.ts'
import { acceptOffer, listMyInteractions } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { createQueue } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import { createSurvey } from '@centrala/api/survey.ts'
import { type ServerToVisitor, type VisitorSays, webchatLivePath } from '@centrala/api/webchat.ts'
import { WebSocket } from 'ws'
import type { TestServer, TestTenant, TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'

type Heard<Type extends ServerToVisitor['type']> = Extract<ServerToVisitor, { type: Type }>
type Hello = Partial<Omit<Extract<VisitorSays, { type: 'hello' }>, 'type'>>

/** A visitor's connection, for tests: says frames and waits for those that come. */
export interface TestVisitor {
  socket: WebSocket
  heard: ServerToVisitor[]
  say(frame: VisitorSays): void
  raw(data: string | Buffer): void
  /** The next frame of this type that has not been waited for yet. */
  hear<Type extends ServerToVisitor['type']>(type: Type, withinMs?: number): Promise<Heard<Type>>
  hello(with_?: Hello): Promise<Heard<'ready'>>
  /** Writes and waits until it is acknowledged. */
  write(text: string, clientId?: string): Promise<Heard<'ack'>>
  closed: Promise<{ code: number; reason: string }>
  close(): Promise<void>
}

export async function connectVisitor(
  server: Pick<TestServer, 'origin'>,
  key: string,
  headers: Record<string, string> = {},
): Promise<TestVisitor> {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${webchatLivePath(key)}`, { headers })
  const heard: ServerToVisitor[] = []
  const waited = new Set<ServerToVisitor>()
  socket.on('message', data => heard.push(JSON.parse(String(data))))
  const closed = new Promise<{ code: number; reason: string }>(resolve =>
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
  )
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('unexpected-response', (_, response) => {
      let body = ''
      response.on('data', chunk => {
        body += chunk
      })
      response.on('end', () => reject(Object.assign(new Error(body), { problem: JSON.parse(body) })))
    })
    socket.on('error', reject)
  })
  const visitor: TestVisitor = {
    socket,
    heard,
    closed,
    say: frame => socket.send(JSON.stringify(frame)),
    raw: data => socket.send(data),
    async hear(type, withinMs) {
      const frame = await until(
        () => heard.find(each => each.type === type && !waited.has(each)),
        () => `a frame "${type}" among ${JSON.stringify(heard.slice(-5))}`,
        withinMs,
      )
      waited.add(frame)
      return frame as Heard<typeof type>
    },
    hello(with_ = {}) {
      visitor.say({ type: 'hello', page: PAGE, locale: 'en', ...with_ })
      return visitor.hear('ready')
    },
    async write(text, clientId = randomUUID()) {
      visitor.say({ type: 'message', clientId, text })
      return until(
        () => heard.find((each): each is Heard<'ack'> => each.type === 'ack' && each.clientId === clientId),
        () => `an acknowledgement among ${JSON.stringify(heard.slice(-5))}`,
      )
    },
    async close() {
      socket.close()
      await closed
    },
  }
  return visitor
}

export const PAGE = {
  url: 'https://shop.example.com/cart',
  title: 'Cart',
  referrer: 'https://search.example.com/',
}
export const IDENTITY_SECRET = 'a secret for tests only, which signs nobody in'

export interface ChatDesk {
  tenant: TestTenant
  queueId: string
  accountId: string
  key: string
  ana: TestUser
  connect(headers?: Record<string, string>): Promise<TestVisitor>
  /** Ana is available, gets the offer and accepts it. */
  answer(): Promise<{ interactionId: string; conversationId: string }>
}

/** A tenant with a widget, a queue with a survey, and an agent who serves it. */
export async function chatDesk(
  server: TestServer,
  { config = {}, queue = {} }: { config?: Record<string, unknown>; queue?: Record<string, unknown> } = {},
): Promise<ChatDesk> {
  const tenant = await server.tenant()
  await server.services.router.adopt(tenant.id)
  const { id: surveyId } = await tenant.client.call(createSurvey, {
    body: { name: 'After the chat', question: { en: 'How did we do?' } },
  })
  const { id: queueId } = await tenant.client.call(createQueue, { body: { name: 'Help', surveyId, ...queue } })
  const { id: routingProfileId } = await tenant.client.call(createRoutingProfile, {
    body: { name: 'Everything', weights: { chat: 25 }, queues: [{ queueId, priority: 0, delaySeconds: 0 }] },
  })
  const account = await tenant.client.call(createChannelAccount, {
    body: { channel: 'chat', name: 'Shop', queueId, config, secrets: { identitySecret: IDENTITY_SECRET } },
  })
  const ana = await tenant.user({ name: 'Ana', routingProfileId })
  await server.services.db.tenant(tenant.id, async tx => {
    tx.emit({ type: 'configuration.changed', data: { noun: 'user', id: ana.id } })
  })
  return {
    tenant,
    queueId,
    accountId: account.id,
    key: account.key,
    ana,
    connect: headers => connectVisitor(server, account.key, headers),
    async answer() {
      await ana.client.call(setMyPresence, { body: { state: 'available' } })
      const offer = await until(
        async () => (await ana.client.call(listMyInteractions)).items.find(item => item.state === 'offered'),
        'an offer to Ana',
      )
      await ana.client.call(acceptOffer, { params: { id: offer.id } })
      return { interactionId: offer.id, conversationId: offer.conversationId }
    },
  }
}
