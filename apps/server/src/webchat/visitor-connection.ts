import {
  type QueuePlace,
  type ServerToVisitor,
  VisitorToServer,
  WEBCHAT_LIMITS,
  type WebchatMessage,
} from '@centrala/api/webchat.ts'
import type { WebSocket } from 'ws'
import type { WebchatAccount } from './account.ts'
import type { Chat } from './chat.ts'
import { createRate } from './rate.ts'
import type { Visitor } from './visitor.ts'

/** Beyond this a reader does not read: it is let go, and finds everything when it comes back. */
const MOST_UNSENT_BYTES = 1024 * 1024
/** Frames a connection may send at once, and a second. */
const FRAMES = { burst: 80, perSecond: 20 }
/** The same for those that make the server look things up. */
const LOOKS = { burst: 20, perSecond: 1 }

/** What a connection hands the frames it understood to. Refusals are thrown. */
export type Listener = (connection: VisitorConnection, said: VisitorToServer) => Promise<void>

/** One open widget: reads frames one after the other, and knows what has been shown to it. */
export class VisitorConnection {
  readonly socket: WebSocket
  readonly account: WebchatAccount
  /** Network address, for the limits. */
  readonly address: string
  readonly userAgent: string | null
  visitor: Visitor | null = null
  /** What the widget was last told of its chat. */
  chat: Chat | null = null
  place: QueuePlace | null = null
  page = { url: '', title: '', referrer: '' }
  locale: string | null = null
  heardAt = Date.now()
  /** The visitor's own messages that came by this connection: they need not be sent back. */
  readonly own = new Set<string>()
  private readonly frames = createRate(FRAMES)
  private readonly looks = createRate(LOOKS)
  private readonly hear: Listener
  /** It will be shown everything anew when its turn comes. */
  reloading = false
  private order: Promise<void> = Promise.resolve()
  private held: string[] | null = null
  private stopped = false

  constructor(
    socket: WebSocket,
    account: WebchatAccount,
    from: { address: string; userAgent: string | null },
    hear: Listener,
  ) {
    this.socket = socket
    this.account = account
    this.address = from.address
    this.userAgent = from.userAgent
    this.hear = hear
    socket.on('message', (data, isBinary) => this.receive(data as Buffer, isBinary))
    socket.on('error', () => socket.terminate())
    // What was said and not yet begun is not acknowledged either: the widget says it again.
    socket.on('close', () => {
      this.stopped = true
    })
  }

  /** After all that was said or asked before. `work` does not throw. */
  inOrder(work: () => Promise<void>): void {
    this.order = this.order.then(() => (this.stopped ? undefined : work()))
  }

  /** Hears no more; resolves when what had begun is done. */
  async stop(code: number, reason: string): Promise<void> {
    this.stopped = true
    this.socket.close(code, reason)
    await this.order
  }

  /** From now on everything waits until `release`: what happens while the present state is being read comes after it. */
  hold(): void {
    this.held ??= []
  }

  release(ready: ServerToVisitor): void {
    const held = this.held ?? []
    this.held = null
    this.send(ready)
    for (const text of held) this.write(text)
  }

  send(message: ServerToVisitor): void {
    this.write(JSON.stringify(message))
  }

  /** A frame that was encoded once for several. */
  write(text: string): void {
    if (this.held) {
      this.held.push(text)
      return
    }
    if (this.socket.readyState !== this.socket.OPEN) return
    if (this.socket.bufferedAmount > MOST_UNSENT_BYTES) {
      this.socket.terminate()
      return
    }
    this.socket.send(text)
  }

  problem(code: string, detail: string, more: { clientId?: string; retryAfterSeconds?: number } = {}): void {
    const text = JSON.stringify({ type: 'problem', code, detail, ...more } satisfies ServerToVisitor)
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(text)
  }

  /** Tells what has changed since the chat was last shown. */
  show(chat: Chat): void {
    const before = this.chat
    this.chat = chat
    const was = before?.interactionId === chat.interactionId ? before.state : 'none'
    if (chat.state === 'active' && chat.agent?.name !== before?.agent?.name) {
      this.place = null
      this.send({ type: 'agent', name: chat.agent?.name ?? null })
    }
    if (was === 'active' && chat.state === 'waiting') this.send({ type: 'agent', name: null })
    if (was !== 'none' && chat.state === 'none') {
      this.place = null
      this.send({ type: 'ended', survey: chat.survey })
    }
  }

  showPlace(place: QueuePlace): void {
    if (JSON.stringify(place) === JSON.stringify(this.place)) return
    this.place = place
    this.send({ type: 'queue', ...place })
  }

  /** Whether it may make the server look something up now; 0, or the seconds until it may. */
  mayLook(): number {
    return this.looks.take('')
  }

  wants(message: Pick<WebchatMessage, 'id'>): boolean {
    return !this.own.has(message.id)
  }

  private receive(data: Buffer, isBinary: boolean): void {
    this.heardAt = Date.now()
    if (this.frames.take('') > 0) {
      this.problem('webchat.flood', 'Too many messages at once. Connect again and send fewer.')
      this.socket.close(1008, 'flood')
      return
    }
    if (data.length > WEBCHAT_LIMITS.frameBytes) {
      this.problem(
        'frame.tooLarge',
        'This is more than 64 KiB at once. Write at most 10,000 characters, or send a file.',
      )
      return
    }
    const said = isBinary ? null : parse(data.toString('utf8'))
    if (!said) {
      this.problem('frame.malformed', 'This is not a JSON object in a text frame. See the documentation of web chat.')
      return
    }
    const parsed = VisitorToServer.safeParse(said)
    if (!parsed.success) {
      const { clientId } = said
      const [issue] = parsed.error.issues
      const where = issue?.path.join('.')
      this.problem(
        'frame.invalid',
        `This was not understood. ${where ? `${where}: ` : ''}${issue?.message ?? ''}`,
        typeof clientId === 'string' && clientId.length <= 64 ? { clientId } : {},
      )
      return
    }
    if (parsed.data.type === 'ping') this.send({ type: 'pong' })
    else this.inOrder(() => this.hear(this, parsed.data))
  }
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
