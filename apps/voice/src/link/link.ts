import type { Socket } from 'node:net'
import type { CallCommand, NodeRefusal } from '@centrala/api/call-command.ts'
import type { VoiceConfig } from '@centrala/api/voice-config.ts'
import { type FromNode, NODE_STATE_SECONDS, ToNode, VOICE_LINK_PATH } from '@centrala/api/voice-link.ts'
import type { Logger } from 'pino'
import { WebSocket } from 'ws'
import type { NumberedFact } from './journal.ts'

export type Reply = { ok: true; sdp?: string } | { ok: false; code: NodeRefusal; detail: string }
export interface Place {
  position: number | null
  waitMs: number | null
}

type State = Extract<FromNode, { type: 'state' }>

type Servers = Extract<ToNode, { type: 'servers' }>

export interface LinkOptions {
  serverUrl: string
  token: string
  log: Logger
  hello(): Extract<FromNode, { type: 'hello' }>
  /** In parts. */
  state(): Iterable<State>
  /** Who the server at the other end is, and where the others are; told first of all, and when it changes. */
  onServers(said: Servers): void
  onDown(): void
  onConfig(config: VoiceConfig): void
  onAck(callId: string, n: number): void
  onCommand(command: CallCommand): Promise<Reply>
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5000
const ASK_MS = 1000
const GATHER_MS = 100
/** Between two parts of a large state: time for calls. */
const PART_MS = 5
/** A server that says nothing, not even a pong, for so long is taken to be gone. */
const SILENT_MS = 10_000

/** The connection to one server. It is away now and then; nothing here waits for it. */
export class Link {
  readonly #options: LinkOptions
  /** Who is at the other end, once it has said so. */
  server: string | null = null
  #introduced = false
  #socket: WebSocket | null = null
  /** What lies under the socket. */
  #stream: Socket | null = null
  #pauseMs = FIRST_PAUSE_MS
  #retry: NodeJS.Timeout | undefined
  #beat: NodeJS.Timeout | undefined
  #gathering: NodeJS.Timeout | undefined
  #toTell = false
  /** What is still to be told of a state. */
  #parts: Iterator<State> | null = null
  #heardAt = 0
  #closed = false
  #complained = false
  #asked = 0
  readonly #asks = new Map<number, (place: Place | null) => void>()

  constructor(options: LinkOptions) {
    this.#options = options
    this.#connect()
    this.#beat = setInterval(() => this.#keep(), NODE_STATE_SECONDS * 1000)
  }

  get url(): string {
    return this.#options.serverUrl
  }

  /** Whether the server knows us and hears what we say. */
  get up(): boolean {
    return this.#introduced && this.#socket?.readyState === WebSocket.OPEN
  }

  /** Says who we are and how it goes; again where what we are to this server has changed. */
  introduce(facts: Iterable<{ callId: string; facts: readonly NumberedFact[] }>): void {
    this.#introduced = true
    this.#send(this.#options.hello())
    for (const { callId, facts: waiting } of facts) for (const fact of waiting) this.fact(callId, fact)
    this.#tellState()
  }

  /** Sent at once when the link is up; else the journal's copy goes at the next connection. */
  fact(callId: string, { n, at, fact }: NumberedFact): void {
    this.#send({ type: 'fact', callId, n, at, fact })
  }

  typing(callId: string, author: 'customer' | 'agent', text: string): void {
    this.#send({ type: 'typing', callId, author, text })
  }

  /** Tells the state now, not only at the next beat. What changes right after it is told together: a thousand phones that register again would else cost a million lines. */
  tell(): void {
    if (this.#gathering || this.#parts) {
      this.#toTell = true
      return
    }
    this.#toTell = false
    this.#tellState()
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined
      if (this.#toTell) this.tell()
    }, GATHER_MS)
  }

  #tellState(): void {
    const parts = this.#options.state()[Symbol.iterator]()
    this.#parts = parts
    const next = () => {
      if (this.#parts !== parts) return
      const { value, done } = parts.next()
      if (!done) this.#send(value)
      if (!done && value.more) {
        setTimeout(next, PART_MS)
        return
      }
      this.#parts = null
      if (this.#toTell && !this.#gathering) this.tell()
    }
    next()
  }

  /** Null where the server is away or slow: the caller hears nothing then rather than something wrong. */
  askPlace(callId: string): Promise<Place | null> {
    if (!this.up) return Promise.resolve(null)
    const id = ++this.#asked
    return new Promise(resolve => {
      const late = setTimeout(() => answer(null), ASK_MS)
      const answer = (place: Place | null) => {
        clearTimeout(late)
        this.#asks.delete(id)
        resolve(place)
      }
      this.#asks.set(id, answer)
      this.#send({ type: 'ask', id, question: { type: 'place', callId } })
    })
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    clearInterval(this.#beat)
    clearTimeout(this.#gathering)
    this.#parts = null
    this.#socket?.close(1000)
  }

  #connect(): void {
    const { serverUrl, token, log } = this.#options
    const socket = new WebSocket(`${serverUrl.replace(/^http/, 'ws')}${VOICE_LINK_PATH}`, {
      headers: { authorization: `Bearer ${token}` },
      handshakeTimeout: 5000,
      maxPayload: 64 * 1024 * 1024,
      perMessageDeflate: false,
    })
    this.#socket = socket
    socket.on('upgrade', response => {
      this.#stream = response.socket
    })
    socket.on('open', () => {
      this.#pauseMs = FIRST_PAUSE_MS
      this.#heardAt = Date.now()
      this.#complained = false
      log.info({ serverUrl }, 'connected to a server')
    })
    socket.on('message', data => this.#heard(String(data)))
    socket.on('pong', () => {
      this.#heardAt = Date.now()
    })
    // A failed handshake says so by `error`, and always closes.
    socket.on('error', error => log.debug({ reason: error.message }, 'the link to the server failed'))
    socket.on('close', code => {
      if (this.#socket !== socket) return
      this.#socket = null
      this.#introduced = false
      for (const answer of this.#asks.values()) answer(null)
      if (this.#closed) return
      if (this.#heardAt > 0) log.warn({ code, serverUrl }, 'a server is away; calls go on')
      else if (!this.#complained) log.warn({ code, serverUrl }, 'a server is not reached; it is tried again and again')
      this.#complained = true
      this.#heardAt = 0
      this.#options.onDown()
      this.#retry = setTimeout(() => this.#connect(), this.#pauseMs * (0.5 + Math.random()))
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
    })
  }

  #keep(): void {
    const socket = this.#socket
    if (!socket || socket.readyState !== WebSocket.OPEN) return
    if (Date.now() - this.#heardAt > SILENT_MS) socket.terminate()
    else {
      socket.ping()
      if (this.up) this.tell()
    }
  }

  #heard(text: string): void {
    this.#heardAt = Date.now()
    const { log } = this.#options
    const parsed = ToNode.safeParse(parse(text))
    if (!parsed.success) {
      log.error({ issues: parsed.error.issues.slice(0, 5) }, 'the server sent something that is not understood')
      this.#refuse(text)
      return
    }
    const frame = parsed.data
    if (frame.type === 'servers') {
      this.server = frame.self
      this.#options.onServers(frame)
    } else if (frame.type === 'ack') this.#options.onAck(frame.callId, frame.n)
    else if (frame.type === 'config') this.#options.onConfig(frame.config)
    else if (frame.type === 'told') this.#asks.get(frame.id)?.({ position: frame.position, waitMs: frame.waitMs })
    else void this.#command(frame.id, frame.command)
  }

  async #command(id: number, command: CallCommand): Promise<void> {
    let reply: Reply
    try {
      reply = await this.#options.onCommand(command)
    } catch (error) {
      this.#options.log.error({ err: error, command: command.type }, 'a command failed')
      reply = { ok: false, code: 'failed', detail: 'The voice node could not do this. Its log says why.' }
    }
    this.#send({ type: 'reply', id, ...reply })
  }

  /** A command we cannot read still has somebody waiting for its reply. */
  #refuse(text: string): void {
    const frame = parse(text) as { type?: unknown; id?: unknown } | null
    if (frame?.type === 'command' && typeof frame.id === 'number')
      this.#send({
        type: 'reply',
        id: frame.id,
        ok: false,
        code: 'notUnderstood',
        detail: 'The voice node does not know this command. Server and node must be of the same version.',
      })
  }

  /** What is said in one turn of the event loop leaves in one piece: the server takes a call's first facts, from its start to the queue, in one transaction. */
  #send(frame: FromNode): void {
    const socket = this.#socket
    if (!this.#introduced || socket?.readyState !== WebSocket.OPEN) return
    const stream = this.#stream
    if (stream && stream.writableCorked === 0) {
      stream.cork()
      setImmediate(() => stream.uncork())
    }
    socket.send(JSON.stringify(frame))
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
