import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CallCommand } from '@centrala/api/call-command.ts'
import type { CallFact } from '@centrala/api/call-fact.ts'
import type { VoiceConfig } from '@centrala/api/voice-config.ts'
import { type FromNode, type ToNode, VOICE_LINK_PATH } from '@centrala/api/voice-link.ts'
import { type WebSocket, WebSocketServer } from 'ws'

export const TOKEN = 'a token for benches only, which protects nothing'

export type Reply = { ok: true; sdp?: string } | { ok: false; code: string; detail: string }
export type NodeState = Extract<FromNode, { type: 'state' }>

/**
 * The server's half of the link without a database: it takes every fact at once, and joins whoever waits to the next of the agents. For what the node alone costs; the way through the real server is measured
 * by house.ts.
 */
export class LinkServer {
  readonly #config: VoiceConfig
  readonly #http: Server
  readonly #replies = new Map<number, (reply: Reply) => void>()
  #socket: WebSocket | null = null
  #commands = 0
  state: NodeState | null = null
  onFact: (callId: string, fact: CallFact) => void = () => {}

  private constructor(config: VoiceConfig) {
    this.#config = config
    this.#http = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(request.method === 'PUT' ? 201 : 404).end())
    })
    new WebSocketServer({ server: this.#http, path: VOICE_LINK_PATH }).on('connection', socket => {
      this.#socket = socket
      this.#send({ type: 'servers', self: 'bench', others: [] })
      socket.on('message', data => this.#heard(JSON.parse(String(data)) as FromNode))
    })
  }

  static async start(config: VoiceConfig): Promise<LinkServer> {
    const link = new LinkServer(config)
    await new Promise<void>(resolve => link.#http.listen(0, '127.0.0.1', resolve))
    return link
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`
  }

  command(command: CallCommand): Promise<Reply> {
    const id = ++this.#commands
    const reply = new Promise<Reply>(resolve => this.#replies.set(id, resolve))
    this.#send({ type: 'command', id, command })
    return reply
  }

  close(): void {
    this.#socket?.terminate()
    this.#http.closeAllConnections()
    this.#http.close()
  }

  #heard(frame: FromNode): void {
    if (frame.type === 'hello') this.#send({ type: 'config', config: this.#config })
    else if (frame.type === 'state') this.state = frame
    else if (frame.type === 'fact') {
      this.#send({ type: 'ack', callId: frame.callId, n: frame.n })
      this.onFact(frame.callId, frame.fact)
    } else if (frame.type === 'reply') {
      this.#replies.get(frame.id)?.(frame)
      this.#replies.delete(frame.id)
    } else if (frame.type === 'ask') this.#send({ type: 'told', id: frame.id, position: null, waitMs: null })
  }

  #send(frame: ToNode): void {
    this.#socket?.send(JSON.stringify(frame))
  }
}
