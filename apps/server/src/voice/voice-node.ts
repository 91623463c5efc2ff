import type { CallCommand } from '@centrala/api/call-command.ts'
import { FromNode, NODE_STATE_SECONDS, type ToNode } from '@centrala/api/voice-link.ts'
import type { WebSocket } from 'ws'

export type Hello = Extract<FromNode, { type: 'hello' }>
export type NodeState = Extract<FromNode, { type: 'state' }>

/** What a node answers to a command; where it does not answer, the server answers for it. */
export type Reply = { ok: true; sdp?: string | undefined } | { ok: false; code: string; detail: string }

/** A WebRTC answer gathers addresses first; everything else is done at once. */
const REPLY_MS = 5000
/** Silent for so long the connection is dead: the node comes back by a new one. */
const SILENT_MS = NODE_STATE_SECONDS * 1000 * 3
/** Beyond this the node does not read. */
const MOST_UNSENT_BYTES = 32 * 1024 * 1024

/** One connection of a voice node. */
export class VoiceNode {
  private introduction: Hello
  /** Since when its facts come here; what it had not told before, it tells then. */
  mainAt = Date.now()
  state: NodeState | null = null
  /** When it last told all of it. */
  toldAt = 0
  heardAt = Date.now()
  private readonly socket: WebSocket
  private readonly asked = new Map<number, (reply: Reply) => void>()
  private commands = 0
  /** What has come of a state that is told in parts. */
  private parts: NodeState[] = []

  constructor(socket: WebSocket, hello: Hello) {
    this.socket = socket
    this.introduction = hello
    socket.on('close', () => {
      for (const answer of this.asked.values())
        answer({ ok: false, code: 'node.gone', detail: 'The voice node went away. Try again in a moment.' })
      this.asked.clear()
    })
  }

  /** What the node last said of itself. */
  get hello(): Hello {
    return this.introduction
  }

  /** It has said hello again: this link is the main one now, or is it no longer. */
  introducedAgain(hello: Hello): void {
    if (hello.main && !this.main) this.mainAt = Date.now()
    this.introduction = hello
    this.parts = []
  }

  get id(): string {
    return this.hello.nodeId
  }

  /** Whether the node tells its facts here, and what its calls need is seen to here. */
  get main(): boolean {
    return this.hello.main
  }

  get connected(): boolean {
    return this.socket.readyState === this.socket.OPEN
  }

  /** Runs calls but takes no new ones. */
  get draining(): boolean {
    return this.state?.draining ?? false
  }

  get load(): number {
    return this.state?.load ?? 0
  }

  get silent(): boolean {
    return Date.now() - this.heardAt > SILENT_MS
  }

  send(frame: ToNode): void {
    if (!this.connected) return
    if (this.socket.bufferedAmount > MOST_UNSENT_BYTES) {
      this.socket.terminate()
      return
    }
    this.socket.send(JSON.stringify(frame))
  }

  async command(command: CallCommand): Promise<Reply> {
    if (!this.connected)
      return { ok: false, code: 'node.gone', detail: 'The voice node is not connected. Try again in a moment.' }
    const id = ++this.commands
    const askedAt = Date.now()
    const { promise, resolve } = Promise.withResolvers<Reply>()
    const late = setTimeout(() => {
      this.asked.delete(id)
      resolve(
        this.heardAt < askedAt
          ? { ok: false, code: 'node.gone', detail: 'The voice node is out of reach. Try again in a moment.' }
          : {
              ok: false,
              code: 'node.silent',
              detail: 'The voice node did not answer in time. Look at the call again.',
            },
      )
    }, REPLY_MS)
    this.asked.set(id, reply => {
      clearTimeout(late)
      resolve(reply)
    })
    this.send({ type: 'command', id, command })
    return promise
  }

  /** Takes a part of the state; true when it was the last, so that `state` is new. */
  told(part: NodeState): boolean {
    this.parts.push(part)
    if (part.more) return false
    const parts = this.parts
    this.parts = []
    this.toldAt = Date.now()
    this.state = {
      ...part,
      calls: parts.flatMap(({ calls }) => calls),
      lines: parts.flatMap(({ lines }) => lines),
      trunks: parts.flatMap(({ trunks }) => trunks),
      deskPhones: parts.flatMap(({ deskPhones }) => deskPhones),
    }
    return true
  }

  answered(reply: Extract<FromNode, { type: 'reply' }>): void {
    const answer = this.asked.get(reply.id)
    this.asked.delete(reply.id)
    answer?.(reply)
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason)
  }

  terminate(): void {
    this.socket.terminate()
  }
}

/** A frame of a node, or null when it is none. */
export function parseFrame(text: string): FromNode | null {
  try {
    const parsed = FromNode.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
