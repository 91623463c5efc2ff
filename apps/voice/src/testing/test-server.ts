import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CallCommand } from '@centrala/api/call-command.ts'
import type { CallFact } from '@centrala/api/call-fact.ts'
import type { VoiceConfig } from '@centrala/api/voice-config.ts'
import { FromNode, type ToNode, VOICE_LINK_PATH } from '@centrala/api/voice-link.ts'
import { type WebSocket, WebSocketServer } from 'ws'
import type { NumberedFact } from '../link/journal.ts'
import { until } from './deadline.ts'

/** As it comes over the wire. */
type Reply = { ok: true; sdp?: string | undefined } | { ok: false; code: string; detail: string }

export const TOKEN = 'a token for tests only'

/** The server's half of the link, over real sockets: it keeps what the node tells and sends what a test wishes. */
export class TestServer {
  readonly facts = new Map<string, NumberedFact[]>()
  readonly recordings = new Map<string, Buffer>()
  readonly audio = new Map<string, Buffer>()
  readonly typed: string[] = []
  state: Extract<FromNode, { type: 'state' }> | null = null
  hello: Extract<FromNode, { type: 'hello' }> | null = null
  /** Facts are taken and acknowledged; off: they are taken and nothing is said. */
  acknowledging = true
  /** Recordings are stored; off: 503. */
  storing = true
  place = { position: 3 as number | null, waitMs: 250_000 as number | null }
  config: VoiceConfig
  /** As it calls itself, and which others it tells of. */
  name = 'test'
  others: { name: string; url: string }[] = []
  /** Connections that said hello, ever. */
  hellos = 0
  #socket: WebSocket | null = null
  #sockets: WebSocketServer | null = null
  #http = createServer()
  #away = false
  #commands = 0
  readonly #replies = new Map<number, (reply: Reply) => void>()
  port = 0

  constructor(config: VoiceConfig) {
    this.config = config
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Listens; after `stop` it is there again, at the former port. */
  async start(): Promise<this> {
    if (this.#away) {
      this.#away = false
      return this
    }
    this.#http = createServer((request, response) => {
      void this.#serve(request).then(({ status, body }) => response.writeHead(status).end(body))
    })
    this.#sockets = new WebSocketServer({ server: this.#http, path: VOICE_LINK_PATH })
    this.#sockets.on('connection', (socket, request) => {
      if (request.headers.authorization !== `Bearer ${TOKEN}`) return socket.close(4401)
      this.#socket = socket
      this.tellServers()
      socket.on('message', data => this.#heard(FromNode.parse(JSON.parse(String(data)))))
    })
    this.#http.on('connection', socket => this.#away && socket.destroy())
    this.#http.unref()
    await new Promise<void>(resolve => this.#http.listen(0, '127.0.0.1', resolve))
    this.port = (this.#http.address() as AddressInfo).port
    return this
  }

  /** Away: every connection is cut, and nobody is answered. The port stays ours, or somebody else could be given it meanwhile. */
  async stop(): Promise<void> {
    this.#away = true
    for (const client of this.#sockets?.clients ?? []) client.terminate()
    this.#socket = null
    this.hello = null
    this.#http.closeAllConnections()
  }

  configure(config: VoiceConfig): void {
    this.config = config
    this.#send({ type: 'config', config })
  }

  /** Whether the node is there and has been told the configuration. */
  async ready(): Promise<void> {
    await until(() => this.hello && this.state, 'node at the server')
  }

  tellServers(): void {
    this.#send({ type: 'servers', self: this.name, others: this.others })
  }

  command(command: CallCommand): Promise<Reply> {
    const id = ++this.#commands
    const reply = new Promise<Reply>(resolve => this.#replies.set(id, resolve))
    this.#send({ type: 'command', id, command })
    return reply
  }

  /** The facts of the only call, or of this one. */
  of(callId?: string): CallFact[] {
    const list = callId === undefined ? [...this.facts.values()].at(-1) : this.facts.get(callId)
    return (list ?? []).map(({ fact }) => fact)
  }

  get callId(): string {
    return [...this.facts.keys()].at(-1) ?? ''
  }

  /** The first fact of this kind of a call (the last that began), when it comes. */
  fact<Type extends CallFact['type']>(
    type: Type,
    wanted: (fact: Extract<CallFact, { type: Type }>) => boolean = () => true,
    options: { callId?: string; ms?: number } = {},
  ): Promise<Extract<CallFact, { type: Type }>> {
    return until(
      () =>
        this.of(options.callId).find(
          (fact): fact is Extract<CallFact, { type: Type }> =>
            fact.type === type && wanted(fact as Extract<CallFact, { type: Type }>),
        ),
      `fact ${type}; there were ${this.of(options.callId).map(fact => fact.type)}`,
      options.ms,
    )
  }

  #heard(frame: FromNode): void {
    if (frame.type === 'hello') {
      this.hello = frame
      this.hellos++
      if (frame.main) this.#send({ type: 'config', config: this.config })
    } else if (frame.type === 'state') this.state = frame
    else if (frame.type === 'fact') this.#take(frame)
    else if (frame.type === 'reply') this.#replies.get(frame.id)?.(frame)
    else if (frame.type === 'typing') this.typed.push(frame.text)
    else this.#send({ type: 'told', id: frame.id, ...this.place })
  }

  /** Each number once, in order; a gap is an error that the test must see. */
  #take({ callId, n, at, fact }: Extract<FromNode, { type: 'fact' }>): void {
    const list = this.facts.get(callId) ?? []
    this.facts.set(callId, list)
    if (n === list.length + 1) list.push({ n, at, fact })
    else if (n > list.length) throw new Error(`Fact ${n} of a call came after ${list.length}.`)
    if (this.acknowledging) this.#send({ type: 'ack', callId, n })
  }

  #send(frame: ToNode): void {
    this.#socket?.send(JSON.stringify(frame))
  }

  async #serve(request: IncomingMessage): Promise<{ status: number; body?: Buffer }> {
    const id = request.url?.split('/').at(-1) ?? ''
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return { status: 401 }
    if (request.method === 'PUT') {
      if (!this.storing) return { status: 503 }
      this.recordings.set(id, Buffer.concat(chunks))
      return { status: 201 }
    }
    const audio = this.audio.get(id)
    return audio ? { status: 200, body: audio } : { status: 404 }
  }
}
