import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CallCommand } from '@centrala/api/call-command.ts'
import type { VoiceConfig } from '@centrala/api/voice-config.ts'
import { type FromNode, VOICE_LINK_PATH } from '@centrala/api/voice-link.ts'
import type { StoredEvent } from '@centrala/store/event-log.ts'
import { type WebSocket, WebSocketServer } from 'ws'
import { takeFacts } from '../call/take-facts.ts'
import type { Services } from '../services.ts'
import { requireNode } from './bearer.ts'
import { CallNows } from './call-nows.ts'
import { tellPlace } from './caller-place.ts'
import { loadVoiceConfig } from './configuration/load-voice-config.ts'
import { FactInbox, type NumberedFact } from './fact-inbox.ts'
import { nodeRefusal } from './node-refusal.ts'
import { Phones } from './phones.ts'
import { TrunkStates } from './trunk-state.ts'
import { type Hello, parseFrame, type Reply, VoiceNode } from './voice-node.ts'

/** The voice nodes that are connected here, and all that passes over their links. */
export interface VoiceHub {
  phones: Phones
  nodes(): VoiceNode[]
  node(nodeId: string): VoiceNode | null
  /** Whether this server is the node's main one: its facts come here, and what its calls need is seen to here. */
  leads(nodeId: string): boolean
  /** The node that new work goes to: connected, not draining, the least busy. Null where there is none. */
  freeNode(): VoiceNode | null
  /** Sends a command and waits for the node's answer, and until the facts it told before are taken in. */
  command(nodeId: string, command: CallCommand): Promise<Reply>
  /** As `command`; a refusal of the node becomes one of ours (409, or 503 where there is no node). */
  demand(nodeId: string, command: CallCommand): Promise<Extract<Reply, { ok: true }>>
  /** Told when this server has become the main one of a node. */
  onLead(listener: (node: VoiceNode) => void): void
  /** When each node was last heard of, in this process. */
  heardAt(nodeId: string): number
  /** The call of an interaction that goes on, as far as it has been told here: so that an offer rings without asking the database. */
  callOf(interactionId: string): { id: string; nodeId: string } | null
  /** What is told of the call is taken in only after the returned function is called. Not for long: the node waits too. */
  hold(callId: string): () => void
  remember(interactionId: string, call: { id: string; nodeId: string }): void
  forget(interactionId: string): void
  /** Where the servers now are, to all nodes. */
  tellServers(): void
  stats(): { nodes: number; calls: number; lines: number; lagMs: number }
  close(): Promise<void>
}

/** An hour of a large node's state; recordings go by HTTP. */
const MOST_FRAME_BYTES = 4 * 1024 * 1024
const HELLO_MS = 10_000
const CONFIGURE_MS = 100
const CONFIGURE_AGAIN_MS = 1000
const SWEEP_MS = 1000

export function startVoiceHub(services: Services): VoiceHub {
  const { events, upgrades, log, env, keys } = services
  const nodes = new Map<string, VoiceNode>()
  const heard = new Map<string, number>()
  const calls = new Map<string, { id: string; nodeId: string }>()
  const phones = new Phones()
  const nows = new CallNows(services)
  const states = new TrunkStates(services)
  const leadListeners: ((node: VoiceNode) => void)[] = []
  const server = new WebSocketServer({ noServer: true, maxPayload: MOST_FRAME_BYTES, perMessageDeflate: false })
  let config: VoiceConfig | null = null
  let lagMs = 0

  const inbox = new FactInbox({
    take: (callId, facts) => takeFacts(services, callId, facts, nodeOf.get(callId) ?? ''),
    refuse,
    onTaken: ms => {
      lagMs = lagMs * 0.95 + ms * 0.05
    },
  })
  /** Which node told of a call last. */
  const nodeOf = new Map<string, string>()

  upgrades.add(new RegExp(`^${VOICE_LINK_PATH}$`), async (request, socket, head) => {
    requireNode(request.headers, keys.voiceNode)
    server.handleUpgrade(request, socket, head, admit)
  })

  function admit(socket: WebSocket): void {
    let node: VoiceNode | null = null
    const silent = setTimeout(() => {
      if (!node) socket.close(1008, 'say hello first')
    }, HELLO_MS)
    socket.on('error', () => socket.terminate())
    socket.send(JSON.stringify(servers()))
    socket.on('message', data => {
      const frame = parseFrame(String(data))
      if (!frame) {
        // Not what it said: that may be a customer's words.
        const [, type] = /"type":"(\w{1,40})"/.exec(String(data).slice(0, 500)) ?? []
        log.warn({ nodeId: node?.id, type }, 'a voice node said what is not understood; both must be of one version')
        return
      }
      if (frame.type === 'hello') node = node ? again(node, frame) : welcome(socket, frame)
      else if (node) hear(node, frame)
      else socket.close(1008, 'say hello first')
    })
    socket.on('close', () => {
      clearTimeout(silent)
      if (node && nodes.get(node.id) === node) {
        nodes.delete(node.id)
        phones.lost(node.id)
        nows.lost(node.id)
        states.lost(node.id)
        log.warn({ nodeId: node.id }, 'a voice node went away; its calls go on, and it comes back')
      }
    })
  }

  function welcome(socket: WebSocket, hello: Hello): VoiceNode {
    nodes.get(hello.nodeId)?.close(1008, 'replaced by a newer connection')
    const node = new VoiceNode(socket, hello)
    nodes.set(node.id, node)
    heard.set(node.id, Date.now())
    log.info({ nodeId: node.id, main: node.main, calls: hello.calls.length }, 'a voice node is connected')
    if (node.main) lead(node)
    else leave(node)
    return node
  }

  function again(node: VoiceNode, hello: Hello): VoiceNode {
    const led = node.main
    node.introducedAgain(hello)
    if (node.main && !led) lead(node)
    if (!node.main && led) leave(node)
    return node
  }

  function lead(node: VoiceNode): void {
    log.info({ nodeId: node.id }, 'the calls of a voice node are seen to by this server')
    if (config) node.send({ type: 'config', config })
    else configureIn(0)
    for (const listener of leadListeners) listener(node)
    services.nodes.changed()
  }

  /** Another server sees to its calls; what only that one can know is not known here. */
  function leave(node: VoiceNode): void {
    for (const [interactionId, call] of calls) if (call.nodeId === node.id) calls.delete(interactionId)
    phones.forgetGuests(node.hello.calls)
  }

  const servers = () => ({
    type: 'servers' as const,
    self: services.nodes.name,
    others: services.nodes.servers(),
  })

  function hear(node: VoiceNode, frame: Exclude<FromNode, { type: 'hello' }>): void {
    node.heardAt = Date.now()
    heard.set(node.id, node.heardAt)
    switch (frame.type) {
      case 'fact': {
        const { callId, n, at, fact } = frame
        nodeOf.set(callId, node.id)
        inbox.add(callId, { n, at: new Date(at), fact }, () => node.send({ type: 'ack', callId, n }))
        if (fact.type === 'ended') nodeOf.delete(callId)
        return
      }
      case 'reply':
        node.answered(frame)
        return
      case 'state':
        if (!node.told(frame)) return
        phones.told(node)
        nows.told(node)
        states.told(node)
        return
      case 'typing':
        nows.typing(frame)
        return
      case 'ask':
        tellPlace(services, frame.question.callId)
          .catch(() => ({ position: null, waitMs: null }))
          .then(place => node.send({ type: 'told', id: frame.id, ...place }))
        return
    }
  }

  /** Kept as it came, for somebody to look at; the link and the call go on. */
  async function refuse(callId: string, { n, at, fact }: NumberedFact, error: unknown): Promise<void> {
    log.error(
      { err: error, callId, n, fact: fact.type },
      'a fact of a call cannot be taken; it is kept in voice/refused-facts.jsonl',
    )
    const folder = join(env.DATA_DIR, 'voice')
    await mkdir(folder, { recursive: true })
    const line = JSON.stringify({ callId, n, at, fact, error: (error as Error).message })
    await appendFile(join(folder, 'refused-facts.jsonl'), `${line}\n`, { mode: 0o600 })
  }

  /** What the configuration now is, to the nodes that this server is the main one of. */
  async function configure(): Promise<void> {
    const fresh = await loadVoiceConfig(services)
    if (fresh.revision === config?.revision) return
    phones.configure(fresh)
    states.configure(fresh)
    config = fresh
    for (const node of nodes.values()) if (node.main) node.send({ type: 'config', config: fresh })
  }

  let soon: NodeJS.Timeout | undefined
  let reading: Promise<void> = Promise.resolve()
  let closed = false
  /** Changes come in handfuls. One reading comes after the other, so that none puts back what was before. */
  function configureIn(ms: number): void {
    if (closed) return
    soon ??= setTimeout(() => {
      soon = undefined
      reading = reading.then(configure).catch(error => {
        log.warn({ err: error }, 'the configuration of the phone cannot be read; trying again')
        configureIn(CONFIGURE_AGAIN_MS)
      })
    }, ms)
  }

  const unsubscribe = events.subscribe(batch => {
    for (const event of batch) if (event.type === 'call.ended') forgetEnded(event)
    if (batch.some(event => event.type === 'configuration.changed')) configureIn(CONFIGURE_MS)
  })
  configureIn(0)

  /** Its facts may have been taken by another server. */
  function forgetEnded({ tenantId, interactionId, data }: StoredEvent): void {
    const callId = String(data.callId)
    phones.setGuests(tenantId, callId, [])
    if (interactionId && calls.get(interactionId)?.id === callId) calls.delete(interactionId)
  }

  const sweep = setInterval(() => {
    for (const node of nodes.values()) if (node.silent) node.terminate()
    states.takeUp()
  }, SWEEP_MS)

  const led = () => [...nodes.values()].filter(node => node.main)

  async function command(nodeId: string, said: CallCommand): Promise<Reply> {
    const node = nodes.get(nodeId)
    if (!node)
      return {
        ok: false,
        code: 'node.gone',
        detail: 'The voice node of this call is not connected now. The call goes on; try again in a moment.',
      }
    const reply = await node.command(said)
    // What the node had told before it answered is known before we answer. Not for ever: the database may be away.
    if ('callId' in said) await Promise.race([inbox.settle(said.callId), new Promise(go => setTimeout(go, 1000))])
    return reply
  }

  return {
    phones,
    nodes: () => [...nodes.values()],
    node: nodeId => nodes.get(nodeId) ?? null,
    leads: nodeId => nodes.get(nodeId)?.main ?? false,
    tellServers() {
      const told = JSON.stringify(servers())
      // Also those who have not said hello yet: they were told how it was when they came.
      for (const socket of server.clients) if (socket.readyState === socket.OPEN) socket.send(told)
    },
    freeNode: () =>
      [...nodes.values()].filter(node => node.connected && !node.draining).sort((a, b) => a.load - b.load)[0] ?? null,
    command,
    async demand(nodeId, said) {
      const reply = await command(nodeId, said)
      if (reply.ok) return reply
      throw nodeRefusal(reply)
    },
    onLead: listener => leadListeners.push(listener),
    heardAt: nodeId => heard.get(nodeId) ?? 0,
    hold: callId => inbox.hold(callId),
    callOf: interactionId => calls.get(interactionId) ?? null,
    remember: (interactionId, call) => calls.set(interactionId, call),
    forget: interactionId => calls.delete(interactionId),
    stats: () => ({
      nodes: nodes.size,
      // Once in all the servers' figures together.
      calls: led().reduce((sum, node) => sum + (node.state?.calls.length ?? 0), 0),
      lines: led().reduce((sum, node) => sum + (node.state?.lines.length ?? 0), 0),
      lagMs,
    }),
    async close() {
      closed = true
      unsubscribe()
      clearTimeout(soon)
      clearInterval(sweep)
      nows.close()
      if (services.nodes.others() > 0) states.stop() // the nodes go on at another server, which says how they are
      for (const node of nodes.values()) node.close(1001, 'server stops')
      server.close()
      await inbox.stop()
      await states.settle()
    },
  }
}
