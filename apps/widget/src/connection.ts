import type { ServerToVisitor, VisitorSays } from '@centrala/api/webchat.ts'

export interface Connection {
  /** Sends if the connection is there; what must arrive is kept in the outbox until it is acknowledged. */
  say(frame: VisitorSays): boolean
  /** Connects now, if it is not connected. */
  start(): void
  stop(): void
}

export interface ConnectionOptions {
  url: string
  /** What to say first on each connection. */
  hello(): VisitorSays
  heard(frame: ServerToVisitor): void
  changed(online: boolean): void
}

const PING_MS = 25_000
const SLOWEST_MS = 30_000
/** How long the server may take for its first word on a new connection. */
const FIRST_WORD_MS = 15_000

/** A live connection that comes back by itself, later and later, and at once when the network or the visitor returns. */
export function createConnection({ url, hello, heard, changed }: ConnectionOptions): Connection {
  let socket: WebSocket | null = null
  let wanted = false
  let tries = 0
  let retry = 0
  let ping = 0
  let heardAt = 0

  function connect(): void {
    clearTimeout(retry)
    const opening = new WebSocket(url)
    socket = opening
    // A browser waits for minutes where nobody answers.
    const silent = setTimeout(() => lost(opening), FIRST_WORD_MS)
    opening.onopen = () => {
      heardAt = Date.now()
      opening.send(JSON.stringify(hello()))
      ping = window.setInterval(() => {
        if (Date.now() - heardAt > PING_MS * 2) lost(opening)
        else opening.send('{"type":"ping"}')
      }, PING_MS)
    }
    opening.onmessage = ({ data }) => {
      // What a connection given up still had on its way comes again with the next one.
      if (socket !== opening) return
      clearTimeout(silent)
      heardAt = Date.now()
      const frame = JSON.parse(String(data)) as ServerToVisitor
      if (frame.type === 'ready') {
        tries = 0
        changed(true)
      }
      heard(frame)
    }
    opening.onclose = ({ code }) => {
      clearTimeout(silent)
      lost(opening, code)
    }
  }

  /** Gives a connection up without waiting for the other side to agree. */
  function lost(given: WebSocket, code?: number): void {
    if (socket !== given) return
    clearInterval(ping)
    socket = null
    given.close()
    changed(false)
    if (!wanted) return
    // 1008: the server asked for less. Everything else may be a moment's trouble.
    const patience = code === 1008 ? SLOWEST_MS : Math.min(SLOWEST_MS, 500 * 2 ** tries++)
    retry = window.setTimeout(connect, patience * (0.5 + Math.random()))
  }

  function now(): void {
    if (wanted && !socket && document.visibilityState === 'visible') {
      tries = 0
      connect()
    }
  }
  window.addEventListener('online', now)
  window.addEventListener('offline', () => socket && lost(socket))
  document.addEventListener('visibilitychange', now)

  return {
    say(frame) {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(frame))
      return true
    },
    start() {
      wanted = true
      if (!socket) connect()
    },
    stop() {
      wanted = false
      clearTimeout(retry)
      socket?.close()
    },
  }
}
