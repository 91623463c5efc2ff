import type { IncomingMessage } from 'node:http'
import { WEBCHAT_PING_SECONDS } from '@centrala/api/webchat.ts'
import type { StoredEvent } from '@centrala/store/event-log.ts'
import { WebSocketServer } from 'ws'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { requireOrigin } from './account.ts'
import { type Chat, chatsOf } from './chat.ts'
import { markAbsent, markLeft } from './departure.ts'
import { listenToVisitors } from './listen.ts'
import { placeOf } from './place.ts'
import { presentForVisitor } from './present-webchat.ts'
import { createRate } from './rate.ts'
import { createRooms } from './rooms.ts'
import { startVisitorCalls } from './visitor-calls.ts'
import { VisitorConnection } from './visitor-connection.ts'

export interface VisitorHub {
  /** How many widgets are connected. */
  connections(): number
  /** Ends all connections; resolves when nothing of theirs is going on any more. */
  close(): Promise<void>
}

/** A reload or a step to the next page takes a moment; only who is gone for longer has left. */
const LEAVING_MS = 8000
const PLACES_EVERY_MS = 2000
const FIRST_SWEEP_MS = 60_000
/** Larger frames are not even read: the connection ends with code 1009. */
const MOST_FRAME_BYTES = 1024 * 1024
/** Tabs that one browser may have open. */
const PER_VISITOR = 20

/** The live connections of visitors: admits them, tells them what happens in their chats, and notices when they have gone. */
export function startVisitorHub(services: Services): VisitorHub {
  const { db, events, hub, upgrades, log, env } = services
  const perAddress = env.WEBCHAT_PER_ADDRESS
  const rooms = createRooms<VisitorConnection>()
  const all = new Set<VisitorConnection>()
  const addresses = new Map<string, number>()
  const arrivals = createRate({ burst: perAddress, perSecond: perAddress / 60 })
  const server = new WebSocketServer({ noServer: true, maxPayload: MOST_FRAME_BYTES, perMessageDeflate: false })
  const leaving = new Map<string, NodeJS.Timeout>()
  const orders = new Map<string, Promise<void>>()
  const calls = startVisitorCalls(services)
  const listener = listenToVisitors(services, { calls, rooms, perVisitor: PER_VISITOR, stay })

  upgrades.add(/^\/api\/webchat\/([\w-]{8,64})\/live$/, async (request, socket, head, match) => {
    const address = addressOf(request, env.TRUST_PROXY)
    const busy = (addresses.get(address) ?? 0) >= perAddress
    const retryAfterSeconds = busy ? 30 : arrivals.take(address)
    if (retryAfterSeconds > 0)
      throw new Refusal(429, 'webchat.tooMany', 'Too many chats from this network at once. Try again in a moment.', {
        retryAfterSeconds,
      })
    const account = await services.webchat.byKey(match[1] ?? '')
    requireOrigin(services, account, request.headers)
    server.handleUpgrade(request, socket, head, opened => {
      const userAgent = request.headers['user-agent']?.slice(0, 300) ?? null
      admit(new VisitorConnection(opened, account, { address, userAgent }, listener))
    })
  })

  function admit(connection: VisitorConnection): void {
    all.add(connection)
    addresses.set(connection.address, (addresses.get(connection.address) ?? 0) + 1)
    connection.socket.on('close', () => {
      all.delete(connection)
      calls.left(connection)
      const left = (addresses.get(connection.address) ?? 1) - 1
      if (left > 0) addresses.set(connection.address, left)
      else addresses.delete(connection.address)
      if (connection.visitor) rooms.leave(connection.visitor.tokenHash, connection)
      if (connection.visitor?.customerId) rooms.leave(connection.visitor.customerId, connection)
      const { chat } = connection
      if (!chat) return
      rooms.leave(chat.conversationId, connection)
      if (chat.state !== 'none' && rooms.members(chat.conversationId).size === 0) goes(connection, chat)
    })
  }

  services.nodes.from(() => {
    const here = new Map<string, { chats: string[] }>()
    for (const { account, chat } of all) {
      if (!chat) continue
      const one = here.get(account.tenantId) ?? { chats: [] }
      here.set(account.tenantId, one)
      one.chats.push(chat.conversationId)
    }
    return here
  })

  function goes({ account }: VisitorConnection, chat: Chat): void {
    const timer = setTimeout(() => {
      leaving.delete(chat.conversationId)
      if (services.nodes.hasChat(account.tenantId, chat.conversationId)) return // they came back to another node
      const { graceSeconds, idleMinutes } = account.config
      db.tenant(account.tenantId, tx =>
        markLeft(tx, chat.interactionId, { graceSeconds, idleMinutes }, new Date(Date.now() - LEAVING_MS)),
      ).catch(error => log.warn({ err: error }, 'a visitor’s departure could not be written down'))
    }, LEAVING_MS)
    clearTimeout(leaving.get(chat.conversationId))
    leaving.set(chat.conversationId, timer)
  }

  function stay(conversationId: string): void {
    clearTimeout(leaving.get(conversationId))
    leaving.delete(conversationId)
  }

  // Batches are shown in the order of the log, each tenant's after the one before it.
  const unsubscribe = events.subscribe(batch => {
    const shown = batch.filter(event => concerns(event))
    for (const [tenantId, list] of Map.groupBy(shown, event => event.tenantId)) {
      const next = (orders.get(tenantId) ?? Promise.resolve())
        .then(() => show(tenantId, list))
        .catch(error => {
          log.warn({ err: error }, 'events could not be shown to visitors; their widgets come back and see everything')
          for (const { account, socket } of all) if (account.tenantId === tenantId) socket.close(1012, 'events missed')
        })
        .finally(() => {
          if (orders.get(tenantId) === next) orders.delete(tenantId)
        })
      orders.set(tenantId, next)
    }
  })

  function concerns(event: StoredEvent): boolean {
    const ids = [event.conversationId ?? '', ...customersOf(event)]
    return ids.some(id => rooms.members(id).size > 0)
  }

  async function show(tenantId: string, list: StoredEvent[]): Promise<void> {
    const wanted = list.filter(event => event.type === 'message.created' && isWanted(event))
    const moved = list.filter(event => event.type.startsWith('interaction.') && event.data.channel === 'chat')
    const conversationIds = [...new Set(moved.map(event => event.conversationId).filter(id => id !== null))]
    if (wanted.length + conversationIds.length > 0) {
      const [room] = wanted.flatMap(event => [...rooms.members(event.conversationId ?? '')])
      const [messages, chats] = await db.tenant(tenantId, tx =>
        Promise.all([
          room ? presentForVisitor(tx, room.account, 'm.id = ANY($1)', [wanted.map(e => e.data.messageId)]) : [],
          conversationIds.length > 0 ? chatsOf(tx, conversationIds) : [],
        ]),
      )
      const messageOf = new Map(messages.map(message => [message.id, message]))
      const chatOf = new Map(chats.map(chat => [chat.conversationId, chat]))
      for (const event of list) {
        const message = messageOf.get(String(event.data.messageId))
        if (event.type === 'message.created' && message) {
          const text = JSON.stringify({ type: 'message', message })
          for (const member of rooms.members(message.conversationId)) if (member.wants(message)) member.write(text)
        }
        const chat = event.type.startsWith('interaction.') ? chatOf.get(event.conversationId ?? '') : undefined
        if (chat) showChat(chat, event)
      }
    }
    for (const event of list) {
      if (event.type === 'message.read' && event.data.by === 'agent')
        for (const member of rooms.members(event.conversationId ?? ''))
          member.send({ type: 'status', messageId: String(event.data.messageId), status: 'read' })
      if (event.type === 'customer.merged')
        for (const id of customersOf(event)) for (const member of [...rooms.members(id)]) listener.reload(member)
    }
  }

  /** A visitor's own message goes back only to the other tabs. */
  function isWanted({ conversationId, data }: StoredEvent): boolean {
    if (data.channel !== 'chat' || data.internal) return false
    if (data.author !== 'customer') return true
    for (const member of rooms.members(conversationId ?? '')) if (!member.own.has(String(data.messageId))) return true
    return false
  }

  function showChat(chat: Chat, event: StoredEvent): void {
    for (const member of rooms.members(chat.conversationId)) {
      member.show(chat)
      if (chat.state === 'waiting') showPlace(member, chat)
    }
    // Begun in another tab: this one has not been in the conversation.
    if (event.type !== 'interaction.created') return
    for (const member of [...rooms.members(event.customerId ?? '')])
      if (member.chat?.conversationId !== chat.conversationId) listener.reload(member)
  }

  function showPlace(member: VisitorConnection, chat: Chat): void {
    placeOf(services, member.account.tenantId, chat)
      .then(place => {
        if (member.chat?.state === 'waiting') member.showPlace(place)
      })
      .catch(error => log.warn({ err: error }, 'a place in the queue could not be told'))
  }

  hub.onTyping((tenantId, conversationId, typing) => {
    for (const member of rooms.members(conversationId))
      if (member.account.tenantId === tenantId && member.chat?.state === 'active')
        member.send({ type: 'typing', typing, name: member.chat.agent?.name ?? null })
  })

  const places = setInterval(() => {
    const silentSince = Date.now() - WEBCHAT_PING_SECONDS * 2000
    for (const member of all) {
      if (member.heardAt < silentSince) member.socket.terminate()
      else if (member.chat?.state === 'waiting') showPlace(member, member.chat)
    }
  }, PLACES_EVERY_MS)

  // Who left while no server was there to notice, or with the node that they were connected to.
  let sweep: NodeJS.Timeout | undefined
  const sweepLater = () => {
    sweep ??= setTimeout(() => {
      sweep = undefined
      sweepAbsent().catch(error => log.warn({ err: error }, 'absent visitors could not be looked for'))
    }, FIRST_SWEEP_MS)
  }
  sweepLater()
  services.nodes.onLost(sweepLater)

  async function sweepAbsent(): Promise<void> {
    const { rows } = await db.log.query<{ id: string }>(
      `SELECT DISTINCT tenant_id AS id FROM channel_account WHERE channel = 'chat'`,
    )
    const present = [...all].flatMap(member => member.chat?.conversationId ?? [])
    for (const { id } of rows)
      if (services.router.owns(id)) await db.tenant(id, tx => markAbsent(tx, [...present, ...services.nodes.chats(id)]))
  }

  return {
    connections: () => all.size,
    async close() {
      clearInterval(places)
      clearTimeout(sweep)
      for (const timer of leaving.values()) clearTimeout(timer)
      unsubscribe()
      calls.close()
      server.close()
      await Promise.all([...all].map(member => member.stop(1012, 'server restarts')))
      await Promise.all(orders.values())
    },
  }
}

/** Of a merge: the one kept and the one merged away. */
function customersOf({ customerId, data }: StoredEvent): string[] {
  return [customerId, data.mergedId].filter(id => typeof id === 'string')
}

/** Behind a proxy that is trusted: the address that this very proxy saw, which is the last; what stands before it anybody can write. */
function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy
    ? String(request.headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)
        ?.trim()
    : ''
  return forwarded || request.socket.remoteAddress || 'unknown'
}
