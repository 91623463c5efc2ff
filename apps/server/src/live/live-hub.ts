import type { IncomingMessage } from 'node:http'
import {
  LIVE_PATH,
  LIVE_PING_SECONDS,
  type LiveEvent,
  SIGNED_OUT,
  type ToClient,
  ToServer,
} from '@centrala/api/live.ts'
import type { VideoSignal } from '@centrala/api/webchat.ts'
import {
  type Cursor,
  compareCursors,
  formatCursor,
  parseCursor,
  readTenantEvents,
  type StoredEvent,
} from '@centrala/store/event-log.ts'
import { type WebSocket, WebSocketServer } from 'ws'
import { isSameOrigin } from '../auth/same-origin.ts'
import type { Context } from '../http/context.ts'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { concerns } from './audience.ts'
import { enrich } from './enrich.ts'
import type { Relay } from './relay.ts'
import { Room } from './room.ts'

/** The live connections of screens. */
export interface LiveHub {
  /** How many screens a person has open. */
  screensOf(tenantId: string, userId: string): number
  /** Told when a person's first screen opens or last one closes. */
  onScreens(listener: (tenantId: string, userId: string, screens: number) => void): void
  /** Told when an agent writes in a conversation. */
  onTyping(listener: (tenantId: string, conversationId: string, typing: boolean) => void): void
  /** Shows everyone who has the conversation open, at any server, that the customer is writing. */
  customerTyping(tenantId: string, conversationId: string, typing: boolean, text?: string): void
  /** Sends to every screen here that has the conversation open. */
  watching(tenantId: string, conversationId: string, message: ToClient): void
  /** Told when an agent's browser has something for the visitor's in a call from a widget. */
  onVideoSignal(listener: (tenantId: string, userId: string, callId: string, signal: VideoSignal) => void): void
  /** Sends to all screens of a person, at any server. */
  toPerson(tenantId: string, userId: string, message: ToClient): void
  /** Takes what other servers tell, and tells them. */
  join(relay: Relay): void
  /** Sends to the screens of a tenant here for which `make` gives a message. */
  send(tenantId: string, make: (context: Context) => ToClient | null): void
  /**
   * As `send`, for what a thousand screens are told again and again: a few at a time, so that nothing urgent waits for all of them. What one `make`
   * gives to many is encoded once.
   */
  spread(tenantId: string, make: (context: Context) => ToClient | null): Promise<void>
  tenants(): Iterable<string>
  /** Who has a screen open here. */
  people(tenantId: string): string[]
  close(): void
}

export interface Screen {
  socket: WebSocket
  context: Context
  watched: Set<string>
  /** Null until the hello has been answered; then the place up to which it has been served. */
  cursor: Cursor | null
  /** A hello is being answered; catching up is work, so each waits for the one before it. */
  greeting: Promise<void>
  /** What happened while it is being caught up. */
  held: LiveEvent[]
  allowance: number
  heardAt: number
}

/** Beyond this a reader does not read: it is let go, and comes back with its cursor. */
const MOST_UNSENT_BYTES = 4 * 1024 * 1024
const MOST_MISSED = 2000
/** Messages a second that a screen may send, and how many at once. */
const RATE = 30
const BURST = 100
/** Screens that one person may have open: far beyond what people use. */
const MOST_SCREENS = 100
/** Screens that are written to without letting others go first: half a millisecond. */
const AT_ONCE = 25

export function startLiveHub(services: Services): LiveHub {
  const { db, events, upgrades, log } = services
  const rooms = new Map<string, Room>()
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, perMessageDeflate: false })
  const screenListeners: Parameters<LiveHub['onScreens']>[0][] = []
  const typingListeners: Parameters<LiveHub['onTyping']>[0][] = []
  const videoListeners: Parameters<LiveHub['onVideoSignal']>[0][] = []
  let relay: Relay | undefined
  const gathered = new Map<string, StoredEvent[]>()
  let showing: Promise<void> | undefined

  upgrades.add(new RegExp(`^${LIVE_PATH}$`), async (request, socket, head) => {
    requireOwnPage(request, services.publicUrl)
    const context = await services.authenticate({
      headers: request.headers,
      ip: request.socket.remoteAddress ?? '',
    } as never)
    if (!context) throw new Refusal(401, 'session.missing', 'Sign in, or send an API key as "Authorization: Bearer …".')
    if (context.userId && screensOf(context.tenantId, context.userId) >= MOST_SCREENS)
      throw new Refusal(429, 'live.tooMany', 'You have too many screens open. Close some, then load this page again.')
    server.handleUpgrade(request, socket, head, opened => admit(opened, context))
  })

  // Who may do less than a moment ago, or nothing, must come in anew: a browser does so by itself.
  services.auth.onAccessChanged(({ kind, id }) => {
    for (const room of rooms.values())
      for (const { socket, context } of room.screens)
        if ([context.session?.id, context.userId, context.apiKeyId, context.tenantId].includes(id))
          socket.close(kind === 'sessionEnded' ? SIGNED_OUT : 1008, kind)
  })

  function admit(socket: WebSocket, context: Context): void {
    const screen: Screen = {
      socket,
      context,
      watched: new Set(),
      cursor: null,
      greeting: Promise.resolve(),
      held: [],
      allowance: BURST,
      heardAt: Date.now(),
    }
    const room = rooms.get(context.tenantId) ?? new Room()
    rooms.set(context.tenantId, room)
    room.add(screen)
    tellScreens(context)
    socket.on('message', data =>
      hear(screen, String(data)).catch(error => {
        log.warn({ err: error }, 'live connection failed')
        socket.close(1011, 'try again')
      }),
    )
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      room.delete(screen)
      if (room.screens.size === 0) rooms.delete(context.tenantId)
      tellScreens(context)
    })
  }

  function tellScreens({ tenantId, userId }: Context): void {
    if (userId) for (const listener of screenListeners) listener(tenantId, userId, screensOf(tenantId, userId))
  }

  function screensOf(tenantId: string, userId: string): number {
    return rooms.get(tenantId)?.ofUser(userId).size ?? 0
  }

  async function hear(screen: Screen, text: string): Promise<void> {
    const now = Date.now()
    screen.allowance = Math.min(BURST, screen.allowance + ((now - screen.heardAt) / 1000) * RATE) - 1
    screen.heardAt = now
    if (screen.allowance < 0) {
      say(screen, {
        type: 'problem',
        code: 'live.flood',
        detail: 'Too many messages at once. Connect again and send fewer.',
      })
      screen.socket.close(1008, 'flood')
      return
    }
    const message = parse(text)
    if (!message)
      return say(screen, {
        type: 'problem',
        code: 'live.malformed',
        detail: 'This message was not understood. See /api/docs for those that are.',
      })
    switch (message.type) {
      case 'ping':
        return say(screen, { type: 'pong' })
      case 'watch':
        rooms
          .get(screen.context.tenantId)
          ?.watch(screen, screen.context.permissions.has('conversation.read') ? message.conversationIds : [])
        return
      case 'typing':
        if (!screen.context.permissions.has('inbox.handle')) return
        for (const listener of typingListeners)
          listener(screen.context.tenantId, message.conversationId, message.typing)
        relay?.tell({ ...message, tenantId: screen.context.tenantId })
        return
      case 'video.signal': {
        const { userId, tenantId, permissions } = screen.context
        if (!userId || !permissions.has('inbox.handle')) return
        for (const listener of videoListeners) listener(tenantId, userId, message.callId, message.signal)
        relay?.tell({ type: 'video', tenantId, userId, callId: message.callId, signal: message.signal })
        return
      }
      case 'hello':
        screen.greeting = screen.greeting.then(() => greet(screen, message.cursor ? parseCursor(message.cursor) : null))
        return screen.greeting
    }
  }

  async function greet(screen: Screen, since: Cursor | null): Promise<void> {
    if (screen.socket.readyState !== screen.socket.OPEN) return
    const { tenantId } = screen.context
    const now = events.cursor() // what comes after this reaches the screen through `held`
    screen.held = []
    if (since && compareCursors(since, now) < 0) {
      const missed = await db.tenant(tenantId, tx => readTenantEvents(tx, since, now, MOST_MISSED + 1))
      if (missed.length > MOST_MISSED) {
        say(screen, {
          type: 'resync',
          cursor: formatCursor(now),
          reason: 'Too much has happened since; load the page’s data again.',
        })
      } else {
        const shown = await enrich(db, tenantId, missed)
        for (const event of shown)
          if (concerns(screen.context, screen.watched, event)) say(screen, { type: 'event', event })
        say(screen, { type: 'ready', cursor: formatCursor(now) })
      }
    } else {
      say(screen, { type: 'ready', cursor: formatCursor(now) })
    }
    screen.cursor = now
    const held = screen.held
    screen.held = []
    for (const event of held) deliver(screen, event, undefined)
  }

  // Events are shown in the order of the log. What happens while a batch is being shown is gathered and shown in one go: the busier, the cheaper.
  const unsubscribe = events.subscribe(batch => {
    for (const event of batch) {
      if (!rooms.has(event.tenantId)) continue
      const list = gathered.get(event.tenantId)
      if (list) list.push(event)
      else gathered.set(event.tenantId, [event])
    }
    if (!showing) showing = showGathered().finally(() => (showing = undefined))
  })

  async function showGathered(): Promise<void> {
    for (let [next] = gathered; next; [next] = gathered) {
      const [tenantId, list] = next
      gathered.delete(tenantId)
      await show(tenantId, list).catch(error => {
        log.warn({ err: error }, 'events could not be shown; the screens come back with their cursors')
        for (const screen of rooms.get(tenantId)?.screens ?? []) screen.socket.close(1012, 'events missed')
      })
    }
  }

  async function show(tenantId: string, list: StoredEvent[]): Promise<void> {
    const room = rooms.get(tenantId)
    if (!room) return
    for (const event of await enrich(db, tenantId, list)) {
      let encoded: string | undefined
      let written = 0
      for (const screen of room.audience(event)) {
        if (!concerns(screen.context, screen.watched, event)) continue
        encoded ??= JSON.stringify({ type: 'event', event } satisfies ToClient)
        deliver(screen, event, encoded)
        if (++written % AT_ONCE === 0) await othersFirst()
      }
    }
  }

  function deliver(screen: Screen, event: LiveEvent, encoded: string | undefined): void {
    if (screen.cursor === null) {
      if (screen.held.length < MOST_MISSED) screen.held.push(event)
      else screen.socket.close(1013, 'behind')
      return
    }
    const place = parseCursor(event.cursor)
    if (!place || compareCursors(place, screen.cursor) <= 0) return // seen while catching up
    screen.cursor = place
    write(screen, encoded ?? JSON.stringify({ type: 'event', event } satisfies ToClient))
  }

  function say(screen: Screen, message: ToClient): void {
    write(screen, JSON.stringify(message))
  }

  function watching(tenantId: string, conversationId: string, message: ToClient): void {
    for (const screen of rooms.get(tenantId)?.watching(conversationId) ?? []) say(screen, message)
  }

  function toPerson(tenantId: string, userId: string, message: ToClient): void {
    for (const screen of rooms.get(tenantId)?.ofUser(userId) ?? []) say(screen, message)
  }

  function write(screen: Screen, text: string): void {
    if (screen.socket.bufferedAmount > MOST_UNSENT_BYTES) {
      screen.socket.terminate() // reads nothing: it comes back with its cursor
      return
    }
    screen.socket.send(text)
  }

  const sweep = setInterval(() => {
    const silentSince = Date.now() - LIVE_PING_SECONDS * 2000
    for (const room of rooms.values())
      for (const screen of room.screens) if (screen.heardAt < silentSince) screen.socket.terminate()
  }, 5000)

  return {
    screensOf,
    onScreens: listener => screenListeners.push(listener),
    onTyping: listener => typingListeners.push(listener),
    customerTyping(tenantId, conversationId, typing, text) {
      const message: ToClient = {
        type: 'typing',
        conversationId,
        by: 'customer',
        typing,
        ...(text !== undefined && { text }),
      }
      watching(tenantId, conversationId, message)
      relay?.tell({ type: 'watching', tenantId, conversationId, message })
    },
    watching,
    toPerson(tenantId, userId, message) {
      toPerson(tenantId, userId, message)
      relay?.tell({ type: 'person', tenantId, userId, message })
    },
    join(fresh) {
      relay = fresh
      fresh.onWord(word => {
        if (word.type === 'person') toPerson(word.tenantId, word.userId, word.message)
        if (word.type === 'watching') watching(word.tenantId, word.conversationId, word.message)
        if (word.type === 'typing')
          for (const listener of typingListeners) listener(word.tenantId, word.conversationId, word.typing)
        if (word.type === 'video')
          for (const listener of videoListeners) listener(word.tenantId, word.userId, word.callId, word.signal)
      })
    },
    onVideoSignal: listener => videoListeners.push(listener),
    send(tenantId, make) {
      for (const screen of rooms.get(tenantId)?.screens ?? []) {
        const message = make(screen.context)
        if (message) say(screen, message)
      }
    },
    async spread(tenantId, make) {
      const encoded = new Map<ToClient, string>()
      let done = 0
      for (const screen of rooms.get(tenantId)?.screens ?? []) {
        const message = make(screen.context)
        if (message) {
          const text = encoded.get(message) ?? JSON.stringify(message)
          encoded.set(message, text)
          write(screen, text)
        }
        if (++done % AT_ONCE === 0) await othersFirst()
      }
    },
    tenants: () => rooms.keys(),
    people: tenantId => [...(rooms.get(tenantId)?.screens ?? [])].flatMap(screen => screen.context.userId ?? []),
    close() {
      clearInterval(sweep)
      unsubscribe()
      for (const room of rooms.values()) for (const screen of room.screens) screen.socket.close(1001, 'server stops')
      server.close()
    },
  }
}

/** Lets what has come meanwhile be dealt with. */
function othersFirst(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

function parse(text: string): ToServer | null {
  try {
    const parsed = ToServer.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** A browser sends the cookie with a WebSocket from any site; only our own pages may use it. Programs that are no browser name no origin. */
function requireOwnPage(request: IncomingMessage, publicUrl: string): void {
  if (request.headers.origin === undefined || request.headers.authorization) return
  if (!isSameOrigin(request, publicUrl))
    throw new Refusal(403, 'origin.refused', 'Live connections are opened from this installation’s own pages only.')
}
