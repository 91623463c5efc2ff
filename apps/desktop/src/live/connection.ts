import {
  LIVE_PATH,
  LIVE_PING_SECONDS,
  type LiveEvent,
  type QueueCount,
  SIGNED_OUT,
  ToClient,
  type ToServer,
} from '@centrala/api/live.ts'
import type { VideoSignal } from '@centrala/api/webchat.ts'
import type { z } from 'zod'

/** `live`: everything arrives; `catchingUp`: connected, missed events on their way; `down`: since then, nothing. */
export type LiveState = { kind: 'live' } | { kind: 'catchingUp' } | { kind: 'down'; since: number }

export interface Typing {
  conversationId: string
  by: string
  typing: boolean
  text?: string | undefined
}

/** What is told of calls besides events, and kept nowhere: who speaks, letters as they are typed, video, and what a phone could not do. */
export type CallFrame = Extract<ToClient, { type: 'callNow' | 'callText' | 'video.signal' | 'phone' }>

export interface LiveHandlers {
  onState(state: LiveState): void
  onEvent(event: LiveEvent): void
  /** Too much was missed, or nothing is known yet: fetch every open screen again. */
  onResync(): void
  onTyping(typing: Typing): void
  onQueues(queues: z.output<typeof QueueCount>[]): void
  onCall(frame: CallFrame): void
  /** The server closed the connection because the session is over. */
  onSignedOut(): void
}

export interface Live {
  stop(): void
  /** Connects at once instead of waiting for the next attempt. */
  tryNow(): void
  /** Conversations open on the screen; replaces the former list. */
  watch(conversationIds: string[]): void
  typing(conversationId: string, typing: boolean): void
  video(callId: string, signal: VideoSignal): void
}

interface Socket extends EventTarget {
  readonly readyState: number
  send(data: string): void
  close(): void
}
export interface LiveWorld {
  open(): Socket
  now(): number
  random(): number
}

const browser: LiveWorld = {
  open: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}${LIVE_PATH}`),
  now: Date.now,
  random: Math.random,
}

const FIRST_RETRY_MS = 400
const LONGEST_RETRY_MS = 15_000

/**
 * Holds the live connection: says hello with the cursor of the last event seen, catches up after a drop, and tries again for
 * as long as it runs. A connection that no longer answers pings is dropped, since a dead Wi-Fi says nothing by itself.
 */
export function startLive(handlers: LiveHandlers, world: LiveWorld = browser): Live {
  let socket: Socket | undefined
  let cursor: string | null = null
  let watched: string[] = []
  let attempt = 0
  let heardAt = 0
  let downSince = world.now()
  let retry: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  const say = (message: ToServer) => {
    if (socket?.readyState === 1) socket.send(JSON.stringify(message))
  }
  const hear = (data: unknown) => {
    heardAt = world.now()
    const message = ToClient.safeParse(JSON.parse(String(data)))
    // A newer server may say more than this page understands.
    if (!message.success) return
    const said = message.data
    if (said.type === 'ready') {
      if (cursor === null) handlers.onResync()
      cursor = said.cursor
      attempt = 0
      handlers.onState({ kind: 'live' })
    } else if (said.type === 'resync') {
      cursor = said.cursor
      handlers.onResync()
    } else if (said.type === 'event') {
      cursor = said.event.cursor
      handlers.onEvent(said.event)
    } else if (said.type === 'typing') handlers.onTyping(said)
    else if (said.type === 'queues') handlers.onQueues(said.queues)
    else if (said.type !== 'pong' && said.type !== 'problem') handlers.onCall(said)
  }
  const connect = () => {
    clearTimeout(retry)
    const opened = world.open()
    socket = opened
    heardAt = world.now()
    opened.addEventListener('open', () => {
      heardAt = world.now()
      handlers.onState({ kind: 'catchingUp' })
      // First what is open, then where it left off: so nothing of an open conversation falls between the two.
      if (watched.length > 0) say({ type: 'watch', conversationIds: watched })
      say({ type: 'hello', cursor })
    })
    // What a connection given up still had on its way comes again with the next one.
    opened.addEventListener('message', event => opened === socket && hear((event as MessageEvent).data))
    opened.addEventListener('close', event => {
      if ((event as CloseEvent).code === SIGNED_OUT) handlers.onSignedOut()
      lost(opened)
    })
    opened.addEventListener('error', () => lost(opened))
  }
  const lost = (closed: Socket) => {
    if (closed !== socket || stopped) return
    socket = undefined
    if (attempt === 0) downSince = heardAt
    handlers.onState({ kind: 'down', since: downSince })
    const delay = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt)
    attempt += 1
    retry = setTimeout(connect, delay * (0.5 + world.random() / 2))
  }
  const drop = () => {
    const dead = socket
    if (!dead) return
    lost(dead)
    dead.close()
  }
  const beat = setInterval(() => {
    if (!socket) return
    if (world.now() - heardAt > LIVE_PING_SECONDS * 1500) {
      drop()
    } else if (world.now() - heardAt > LIVE_PING_SECONDS * 500) say({ type: 'ping' })
  }, 5000)
  const tryNow = () => {
    if (socket === undefined && !stopped) connect()
  }
  const wake = () => document.visibilityState === 'visible' && tryNow()
  if (typeof window !== 'undefined') {
    window.addEventListener('online', tryNow)
    window.addEventListener('offline', drop)
    document.addEventListener('visibilitychange', wake)
  }
  connect()

  return {
    tryNow,
    watch: conversationIds => {
      watched = conversationIds
      say({ type: 'watch', conversationIds })
    },
    typing: (conversationId, typing) => say({ type: 'typing', conversationId, typing }),
    video: (callId, signal) => say({ type: 'video.signal', callId, signal }),
    stop: () => {
      stopped = true
      clearTimeout(retry)
      clearInterval(beat)
      if (typeof window !== 'undefined') {
        window.removeEventListener('online', tryNow)
        window.removeEventListener('offline', drop)
        document.removeEventListener('visibilitychange', wake)
      }
      socket?.close()
    },
  }
}
