import type { ServerToVisitor, VisitorToServer } from '@centrala/api/webchat.ts'
import { uploadTicket } from '@centrala/channels/webchat/verify.ts'
import { problemOf } from '../http/problem.ts'
import { endInteraction } from '../interaction/end-interaction.ts'
import { markRead } from '../message/mark-read.ts'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { type Chat, chatsOf, latestChat } from './chat.ts'
import { markBack } from './departure.ts'
import { openingOf } from './opening.ts'
import { placeOf } from './place.ts'
import { pageForVisitor } from './present-webchat.ts'
import { createRate } from './rate.ts'
import { rateChat } from './rate-chat.ts'
import { markDelivered } from './reading.ts'
import { receiveFromVisitor } from './receive-from-visitor.ts'
import type { Rooms } from './rooms.ts'
import { recogniseVisitor } from './visitor.ts'
import type { VisitorCalls } from './visitor-calls.ts'
import type { Listener, VisitorConnection } from './visitor-connection.ts'

export interface VisitorListener extends Listener {
  /** Shows everything anew, e.g. after another tab has begun a chat. */
  reload(connection: VisitorConnection): void
}

interface Place {
  calls: VisitorCalls
  rooms: Rooms<VisitorConnection>
  perVisitor: number
  /** Somebody is in the conversation (again). */
  stay(conversationId: string): void
}

type Said<Type extends VisitorToServer['type']> = Extract<VisitorToServer, { type: Type }>

const TICKET_SECONDS = 600
const LOOKS = new Set<VisitorToServer['type']>(['hello', 'history', 'page', 'rate', 'upload', 'end'])
/** What a visitor writes at once, and a second. */
const MESSAGES = { burst: 20, perSecond: 2 }

/** Does what visitors' frames ask for. Nothing is acknowledged before it is committed. */
export function listenToVisitors(services: Services, { calls, rooms, perVisitor, stay }: Place): VisitorListener {
  const { db, hub, env } = services
  const messages = createRate(MESSAGES)
  const beginnings = createRate({ burst: env.WEBCHAT_PER_ADDRESS, perSecond: env.WEBCHAT_PER_ADDRESS / 600 })

  async function hello(connection: VisitorConnection, said: Said<'hello'>): Promise<void> {
    const { account } = connection
    connection.page = said.page
    connection.locale = said.locale
    forget(connection)
    const visitor = await db.tenant(account.tenantId, tx => recogniseVisitor(tx, account, said, connection.address))
    if (rooms.members(visitor.tokenHash).size >= perVisitor) {
      connection.problem('webchat.tooManyTabs', 'The chat is open in too many tabs. Close some, then reload this page.')
      connection.socket.close(1008, 'too many tabs')
      return
    }
    connection.visitor = visitor
    rooms.join(visitor.tokenHash, connection)
    await showAll(connection)
    await calls.resume(connection)
  }

  function forget(connection: VisitorConnection): void {
    const { visitor, chat } = connection
    if (visitor) rooms.leave(visitor.tokenHash, connection)
    if (visitor?.customerId) rooms.leave(visitor.customerId, connection)
    if (chat) rooms.leave(chat.conversationId, connection)
    connection.visitor = null
    connection.chat = null
    connection.place = null
  }

  async function showAll(connection: VisitorConnection): Promise<void> {
    const { account } = connection
    const visitor = connection.visitor!
    const { tenantId } = account
    connection.hold()
    const ready = await db.tenant(tenantId, async tx => {
      const { open } = await openingOf(tx, account.queueId)
      let chat = await latestChat(tx, visitor.identityIds)
      if (visitor.customerId) rooms.join(visitor.customerId, connection)
      if (!chat) return { open, chat, messages: [], earlier: false }
      // In the room first, then the look: what is committed after the look comes as an event.
      enter(connection, chat)
      if (chat.state !== 'none' && chat.visitorLeftAt) await markBack(tx, chat.interactionId)
      const page = await pageForVisitor(tx, account, chat.conversationId)
      chat = (await chatsOf(tx, [chat.conversationId]))[0] ?? chat
      connection.chat = chat
      return { open, chat, ...page }
    })
    const { open, chat, messages, earlier } = ready
    const queue = chat?.state === 'waiting' ? await placeOf(services, tenantId, chat) : null
    connection.place = queue
    connection.release({
      type: 'ready',
      visitorToken: visitor.token,
      verified: visitor.externalId !== null,
      open,
      state: chat?.state ?? 'none',
      messages: messages.map(message =>
        message.author === 'customer' && message.status === 'stored' && chat?.state === 'active'
          ? { ...message, status: 'delivered' }
          : message,
      ),
      earlier,
      agent: chat?.agent ?? null,
      queue,
      survey: chat?.survey ?? null,
    } satisfies ServerToVisitor)
  }

  function reload(connection: VisitorConnection): void {
    if (connection.reloading) return
    connection.reloading = true
    connection.inOrder(async () => {
      connection.reloading = false
      if (!connection.visitor) return
      try {
        await showAll(connection)
      } catch (error) {
        services.log.warn({ err: error }, 'a widget was not shown anew; it is to come again')
        connection.socket.close(1012, 'come again')
      }
    })
  }

  function enter(connection: VisitorConnection, chat: Chat): void {
    if (connection.chat && connection.chat.conversationId !== chat.conversationId)
      rooms.leave(connection.chat.conversationId, connection)
    connection.chat = chat
    rooms.join(chat.conversationId, connection)
    stay(chat.conversationId)
  }

  async function receive(
    connection: VisitorConnection,
    said: { clientId: string; text: string; fileIds: string[]; fields: Record<string, string> },
  ): Promise<void> {
    const { account, chat, page, locale, userAgent, address } = connection
    const visitor = connection.visitor!
    const begins = !chat || chat.state === 'none'
    const wait = messages.take(visitor.tokenHash) || (begins ? beginnings.take(address) : 0)
    if (wait > 0) {
      connection.problem('webchat.tooFast', `That was too much at once. It is sent again in ${wait} s.`, {
        retryAfterSeconds: wait,
      })
      return
    }
    const place = { account, visitor, conversationId: chat?.conversationId ?? null, page, locale, userAgent }
    const received = await db.tenant(account.tenantId, tx => receiveFromVisitor(tx, { ...said, ...place }))
    const { messageId, createdAt, conversationId, customerId } = received
    if (messageId) connection.own.add(messageId)
    connection.send({ type: 'ack', clientId: said.clientId, messageId, createdAt: createdAt.toISOString() })
    if (begins || chat.conversationId !== conversationId) await showBegun(connection, conversationId, customerId)
    else if (chat.state === 'active' && messageId) connection.send({ type: 'status', messageId, status: 'delivered' })
  }

  /** In the room first, then the look; what has come as an event meanwhile is newer than the look. */
  async function showBegun(connection: VisitorConnection, conversationId: string, customerId: string): Promise<void> {
    const { tenantId } = connection.account
    const before = connection.chat
    if (before && before.conversationId !== conversationId) rooms.leave(before.conversationId, connection)
    rooms.join(customerId, connection)
    rooms.join(conversationId, connection)
    stay(conversationId)
    const { tokenHash, identityIds } = connection.visitor!
    for (const tab of rooms.members(tokenHash)) {
      if (tab === connection || !tab.visitor || tab.chat?.conversationId === conversationId) continue
      Object.assign(tab.visitor, { identityIds, customerId })
      reload(tab)
    }
    const [begun] = await db.tenant(tenantId, tx => chatsOf(tx, [conversationId]))
    if (!begun || connection.chat !== before) return
    connection.show(begun)
    if (begun.state !== 'waiting') return
    const place = await placeOf(services, tenantId, begun)
    if (connection.chat?.state === 'waiting') connection.showPlace(place)
  }

  async function act(connection: VisitorConnection, said: VisitorToServer): Promise<void> {
    const wait = LOOKS.has(said.type) ? connection.mayLook() : 0
    if (wait > 0)
      throw new Refusal(429, 'webchat.tooFast', `That was too often. Try again in ${wait} s.`, {
        retryAfterSeconds: wait,
      })
    if (said.type === 'hello') return hello(connection, said)
    const { account, chat, visitor } = connection
    if (!visitor) {
      connection.problem('hello.missing', 'Say hello first: who it is and where.')
      return
    }
    const { tenantId } = account
    switch (said.type) {
      case 'start':
        return receive(connection, { ...said, fileIds: [] })
      case 'message':
        return receive(connection, { ...said, fields: {} })
      case 'typing':
        if (chat && chat.state !== 'none')
          hub.customerTyping(
            tenantId,
            chat.conversationId,
            said.typing,
            account.config.sharesDraft ? said.text : undefined,
          )
        return
      case 'received':
        if (chat) await db.tenant(tenantId, tx => markDelivered(tx, chat.conversationId, said.messageId))
        return
      case 'read':
        if (chat) await db.tenant(tenantId, tx => markRead(tx, chat.conversationId, 'customer'))
        return
      case 'page':
        connection.page = said.page
        if (chat && chat.state !== 'none')
          await db.tenant(tenantId, async tx => {
            const page = JSON.stringify({ page: { url: said.page.url, title: said.page.title } })
            await tx.query('UPDATE interaction SET context = context || $2::jsonb WHERE id = $1', [
              chat.interactionId,
              page,
            ])
            const { interactionId, conversationId } = chat
            tx.emit({ type: 'conversation.changed', interactionId, conversationId, data: { visitor: 'page' } })
          })
        return
      case 'history': {
        const page = chat
          ? await db.tenant(tenantId, tx => pageForVisitor(tx, account, chat.conversationId, said.before))
          : { messages: [], earlier: false }
        return connection.send({ type: 'history', ...page })
      }
      case 'rate':
        await db.tenant(tenantId, tx => rateChat(tx, visitor.identityIds, said))
        return
      case 'upload': {
        if (!account.config.files) throw new Refusal(403, 'file.notTaken', 'Files are not taken in this chat.')
        if (!chat || chat.state === 'none')
          throw new Refusal(409, 'webchat.notOpen', 'Files are sent in an open chat. Begin one, then attach the file.')
        const until = Math.floor(Date.now() / 1000) + TICKET_SECONDS
        return connection.send({ type: 'upload', ticket: uploadTicket(account.signingKey, chat.conversationId, until) })
      }
      case 'end':
        if (chat && chat.state !== 'none')
          await db.tenant(tenantId, tx => endInteraction(tx, chat.interactionId, { outcome: 'handled', actorId: null }))
        return
      case 'call.start': {
        const wait = beginnings.take(connection.address)
        if (wait > 0)
          throw new Refusal(429, 'webchat.tooFast', `That was too often. Try again in ${wait} s.`, {
            retryAfterSeconds: wait,
          })
        await calls.start(connection, said)
        // For what the agent may write to them.
        if (visitor.customerId) rooms.join(visitor.customerId, connection)
        return
      }
      case 'call.end':
        return calls.end(connection)
      case 'video.signal':
        return calls.signal(connection, said.signal)
      case 'ping':
        return
    }
  }

  const listener = async (connection: VisitorConnection, said: VisitorToServer): Promise<void> => {
    try {
      await act(connection, said)
    } catch (error) {
      const { status, code, detail, retryAfterSeconds } = problemOf(error)
      if (status >= 500) services.log.error({ err: error }, 'a visitor’s frame failed')
      // What may succeed later keeps its place in the widget's outbox; what never will is given back by its id.
      const clientId = 'clientId' in said && status < 500 && status !== 429 ? { clientId: said.clientId } : {}
      const retry = status >= 500 || status === 429 ? { retryAfterSeconds: retryAfterSeconds ?? 2 } : {}
      connection.problem(code, detail, { ...clientId, ...retry })
      if (said.type === 'hello') connection.socket.close(1013, 'try again')
    }
  }
  return Object.assign(listener, { reload })
}
