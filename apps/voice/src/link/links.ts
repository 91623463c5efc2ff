import type { CallCommand } from '@centrala/api/call-command.ts'
import type { VoiceConfig } from '@centrala/api/voice-config.ts'
import type { FromNode, ToNode } from '@centrala/api/voice-link.ts'
import type { Logger } from 'pino'
import type { NumberedFact } from './journal.ts'
import { Link, type Place, type Reply } from './link.ts'

type State = Extract<FromNode, { type: 'state' }>
type Hello = Extract<FromNode, { type: 'hello' }>
type Servers = Extract<ToNode, { type: 'servers' }>

export interface LinksOptions {
  /** Where a server is found first: one server's own address, or one that leads to any of them. */
  serverUrl: string
  /** Other addresses that were good before: where the first server is gone, one of them knows the rest. */
  known: readonly string[]
  onKnown(urls: readonly string[]): void
  token: string
  log: Logger
  hello(): Omit<Hello, 'main'>
  /** In parts. */
  state(): Iterable<State>
  /** Facts that no server has acknowledged, call by call in order: sent again whenever a link becomes the main one. */
  unsent(): Iterable<{ callId: string; facts: readonly NumberedFact[] }>
  /** Resolves when a server has stored what was told of this call up to now, or it takes too long. */
  settled(callId: string): Promise<void>
  onConfig(config: VoiceConfig): void
  onAck(callId: string, n: number): void
  onCommand(command: CallCommand): Promise<Reply>
}

/**
 * The connections to all servers of the installation. One of them is the main one: facts and questions go there, and the configuration comes from there. When it breaks another takes its place at once, and is told
 * again what was not acknowledged. Commands are taken from all: whoever gives one may rely on what was told before the answer being stored.
 */
export class Links {
  readonly #options: LinksOptions
  /** By address. */
  readonly #links = new Map<string, Link>()
  readonly #refused = new Set<string>()
  #main: Link | null = null
  #closed = false

  constructor(options: LinksOptions) {
    this.#options = options
    for (const url of [options.serverUrl, ...options.known]) if (this.#mayUse(url)) this.#open(url)
  }

  /** Whether any server hears us. */
  get up(): boolean {
    return this.#up().length > 0
  }

  /** Where files are fetched and sent. */
  get serverUrl(): string {
    return this.#main?.url ?? this.#options.serverUrl
  }

  /** Sent at once when the main link is up; else the journal's copy goes when there is one. */
  fact(callId: string, fact: NumberedFact): void {
    this.#main?.fact(callId, fact)
  }

  /** Whoever reads along may be at any server. */
  typing(callId: string, author: 'customer' | 'agent', text: string): void {
    for (const link of this.#up()) link.typing(callId, author, text)
  }

  /** Tells the state now, not only at the next beat. */
  tell(): void {
    for (const link of this.#up()) link.tell()
  }

  /** Null where no server is there, or it is slow. */
  askPlace(callId: string): Promise<Place | null> {
    return this.#main?.askPlace(callId) ?? Promise.resolve(null)
  }

  close(): void {
    this.#closed = true
    for (const link of this.#links.values()) link.close()
  }

  #up(): Link[] {
    return [...this.#links.values()].filter(link => link.up)
  }

  #open(url: string): void {
    if (this.#links.has(url)) return
    const { token, log, hello, state, settled, onConfig, onAck, onCommand } = this.#options
    const link: Link = new Link({
      serverUrl: url,
      token,
      log,
      hello: () => ({ ...hello(), main: link === this.#main }),
      state,
      onServers: servers => this.#heardOf(link, servers),
      onDown: () => this.#lost(link),
      onConfig,
      onAck,
      onCommand: async command => {
        const reply = await onCommand(command)
        // The main server takes our facts and our reply in the order in which they come; others learn of the facts by the database.
        if (link !== this.#main && this.#main && 'callId' in command) await settled(command.callId)
        return reply
      },
    })
    this.#links.set(url, link)
  }

  #drop(url: string): void {
    this.#links.get(url)?.close()
    this.#links.delete(url)
  }

  #heardOf(link: Link, { self, others }: Servers): void {
    const twin = this.#up().find(other => other !== link && other.server === self)
    if (twin) {
      this.#drop(link.url) // one server, two addresses
      return
    }
    if (!link.up) {
      this.#main ??= link
      link.introduce(link === this.#main ? this.#options.unsent() : [])
    }
    for (const { name, url } of others)
      if (!this.#up().some(({ server }) => server === name) && this.#mayUse(url)) this.#open(url)
    if (link !== this.#main) return
    const told = new Set([this.#options.serverUrl, ...others.map(({ url }) => url)])
    for (const [url, other] of this.#links) if (!other.up && !told.has(url)) this.#drop(url)
    this.#options.onKnown([...this.#links.keys()].filter(url => url !== this.#options.serverUrl))
  }

  #lost(link: Link): void {
    if (this.#closed) return
    if (link === this.#main) {
      this.#main = this.#up()[0] ?? null
      this.#main?.introduce(this.#options.unsent())
    }
    if (!this.up) this.#open(this.#options.serverUrl)
  }

  /** The token and what is said of calls go by TLS everywhere, or nowhere. */
  #mayUse(url: string): boolean {
    const { serverUrl, log } = this.#options
    if (!serverUrl.startsWith('https:') || url.startsWith('https:')) return true
    if (!this.#refused.has(url))
      log.warn(
        { url },
        'another server is not linked: its address is without TLS. Set NODE_URL there to one with https',
      )
    this.#refused.add(url)
    return false
  }
}
