import { readFile } from 'node:fs/promises'
import type { FromNode } from '@centrala/api/voice-link.ts'
import { createMedia } from '@centrala/media/endpoint/create-media.ts'
import { createSipEndpoint, type Guard, type Peer, type SipEndpoint } from '@centrala/sip/endpoint/endpoint.ts'
import { toTag } from '@centrala/sip/message/accessors.ts'
import type { Listen } from '@centrala/sip/transport/transport.ts'
import { type Logger, pino } from 'pino'
import { Lines } from './agent/lines.ts'
import { recall } from './agent/recall.ts'
import type { Call } from './call/call.ts'
import { Calls } from './call/calls.ts'
import { obey } from './call/commands.ts'
import { handTo } from './call/consult.ts'
import type { LegKind } from './call/leg.ts'
import { customerAlone, legGone } from './call/leg-gone.ts'
import { Dialling } from './dial/dialling.ts'
import type { Env } from './env.ts'
import { Sounds } from './flow/sounds.ts'
import { Guarding } from './guard/guarding.ts'
import { Configuration } from './link/configuration.ts'
import { Journals } from './link/journals.ts'
import { KnownServers } from './link/known-servers.ts'
import { finishLeftovers } from './link/leftovers.ts'
import { Links } from './link/links.ts'
import type { VoiceNode } from './node.ts'
import { Colleagues } from './phone/colleagues.ts'
import { contactUri, Phones } from './phone/phones.ts'
import { takeDeskCall } from './phone/take-desk-call.ts'
import { CallRecorder } from './record/record-call.ts'
import { Uploads } from './record/uploads.ts'
import { takeTrunkCall } from './trunk/take-call.ts'
import { Trunks } from './trunk/trunks.ts'

export interface WiredNode {
  readonly node: VoiceNode
  readonly sipPorts: Record<'udp' | 'tcp' | 'tls' | 'ws' | 'wss', number | null>
  /** No new calls; running ones may finish within DRAIN_SECONDS, then they are hung up. Resolves when their facts have reached the server, or cannot. */
  drain(): Promise<void>
  close(): Promise<void>
}

const PORTS_TRIED = 50
/** Below the 30 s after which common NATs forget a UDP flow. */
const KEEP_ALIVE_MS = 25_000
const KEEP_ALIVE_TURNS = 100
/** How long the last facts may take to the server before they stay on disk. */
const FLUSH_MS = 5000

/** Puts a voice node together. */
export async function wire(env: Env): Promise<WiredNode> {
  const log: Logger = pino({ level: env.LOG_LEVEL, base: { node: env.NODE_ID } })
  const config = await Configuration.open(`${env.DATA_DIR}/voice`)
  const journals = new Journals(env.DATA_DIR, log)
  const servers = new KnownServers(env.DATA_DIR)
  let links: Links | null = null
  const server = { serverUrl: () => links?.serverUrl ?? env.SERVER_URL, token: env.NODE_TOKEN, log }
  const uploads = new Uploads(server)
  await finishLeftovers(journals, uploads, log)
  const media = createMedia({
    listenAddress: env.LISTEN_ADDRESS,
    ...(env.PUBLIC_ADDRESS && { publicAddress: env.PUBLIC_ADDRESS }),
    ports: { from: env.MEDIA_PORT_FROM, to: env.MEDIA_PORT_TO },
    portableSockets: env.MEDIA_PORTABLE_SOCKETS,
    ice: {
      servers: env.ICE_SERVERS,
      ...((env.ICE_PUBLIC_ADDRESS ?? env.PUBLIC_ADDRESS) && {
        publicAddress: env.ICE_PUBLIC_ADDRESS ?? env.PUBLIC_ADDRESS ?? '',
      }),
      ...(env.ICE_PORT_FROM && env.ICE_PORT_TO && { portRange: { from: env.ICE_PORT_FROM, to: env.ICE_PORT_TO } }),
      tcp: env.ICE_TCP,
    },
    log: mediaLog(log),
    onFault: fault => log.error({ fault }, 'the media engine reports a fault'),
  })

  // The rooms know each other by this; later ones are given what earlier ones made.
  const node = {
    env,
    log,
    media,
    config,
    journals,
    uploads,
    draining: false,
    calls: new Calls(env.MAX_CALLS),
    dialling: new Dialling(),
    sounds: new Sounds({ ...server, dataDir: env.DATA_DIR, config }),
    recorderOf: (call: Call) => new CallRecorder(call),
    legGone,
    customerAlone,
    handTo,
    recall,
  } as unknown as { -readonly [Key in keyof VoiceNode]: VoiceNode[Key] }
  node.guarding = new Guarding({
    trusted: address => node.trunks?.knows(address) ?? false,
    isPhone: peer => node.phones?.isAt(peer) ?? false,
  })
  const judge: Guard = (request, peer) => {
    const verdict = node.guarding.judge(request, peer)
    const proves = (request.method === 'INVITE' || request.method === 'REGISTER') && toTag(request) === null
    if (verdict !== 'pass' || !proves || isFromTrunk(node, peer)) return verdict
    return node.phones?.challenge(request, peer) ?? verdict
  }
  node.sip = await listen(env, judge, node.guarding, log)
  const sipPorts = portsOf(node.sip)
  node.trunks = new Trunks(node.sip, config, log)
  node.phones = new Phones(config, node.guarding, env.NODE_TOKEN)
  node.colleagues = new Colleagues(node)
  node.lines = new Lines({
    media,
    graceMs: env.LINE_GRACE_SECONDS * 1000,
    onChange: () => node.link.tell(),
    onPresence: call => call.arrange(),
    onLost: (call, leg) => node.legGone(call, leg, { by: 'timeout', reason: 'the line was lost', q850: null }),
  })
  links = new Links({
    serverUrl: env.SERVER_URL,
    known: servers.urls,
    onKnown: urls => servers.keep(urls),
    token: env.NODE_TOKEN,
    log,
    hello: () => ({
      type: 'hello',
      nodeId: env.NODE_ID,
      publicAddress: env.PUBLIC_ADDRESS ?? env.LISTEN_ADDRESS,
      sipPorts,
      maxCalls: env.MAX_CALLS,
      configRevision: config.revision,
      calls: [...node.calls].map(call => call.id),
      lines: node.lines.ids(),
    }),
    state: () => stateOf(node),
    unsent: () => journals.unsent(),
    settled: callId => journals.settled(callId),
    onConfig: next => config.set(next),
    onAck: (callId, n) => journals.acknowledge(callId, n),
    onCommand: command => {
      if ('lineId' in command && command.lineId) node.lines.use(command.lineId)
      return obey(node, command)
    },
  })
  node.link = links
  journals.send = (callId, fact) => node.link.fact(callId, fact)
  node.phones.onChange = () => node.link.tell()

  node.sip.onRegister(register => guarded(log, node.phones.register(register)))
  node.sip.onInvite(invite => {
    const taken = isFromTrunk(node, invite.peer) ? takeTrunkCall(node, invite) : takeDeskCall(node, invite)
    guarded(
      log,
      taken.finally(() => invite.state === 'waiting' && invite.refuse({ status: 500, q850: 41 })),
    )
  })

  let turn = 0
  const keepAlive = setInterval(
    () =>
      node.phones.keepAlive(
        turn++,
        KEEP_ALIVE_TURNS,
        binding => void node.sip.options(contactUri(binding), { peer: binding.peer }),
      ),
    KEEP_ALIVE_MS / KEEP_ALIVE_TURNS,
  )

  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    clearInterval(keepAlive)
    for (const call of [...node.calls]) call.end('system', { status: null, q850: 41, reason: 'nodeStopped' })
    node.colleagues.close()
    await node.lines.closeAll()
    await node.trunks.stop()
    await journals.flushed(node.link.up ? FLUSH_MS : 0)
    uploads.stop()
    node.link.close()
    await node.sip.close()
    await media.close()
    await config.flushed()
    await servers.flushed()
    await journals.close()
  }
  return {
    node,
    sipPorts,
    close,
    async drain() {
      node.draining = true
      node.link.tell()
      const until = Date.now() + env.DRAIN_SECONDS * 1000
      while (node.calls.size > 0 && Date.now() < until) await new Promise(resolve => setTimeout(resolve, 50))
      await close()
    },
  }
}

/** A phone of ours may sit behind the same address as a provider; it registered from its very port. */
function isFromTrunk(node: Pick<VoiceNode, 'trunks' | 'phones'>, peer: Peer): boolean {
  return (node.trunks?.knows(peer.address) ?? false) && !node.phones.isAt(peer)
}

function guarded(log: Logger, work: Promise<void>): void {
  work.catch(error => log.error({ err: error }, 'a call or registration failed'))
}

/** Listens on the ports of the settings; where SIP_PORT_SEARCH allows, on the next free ones. */
async function listen(env: Env, judge: Guard, guarding: Guarding, log: Logger): Promise<SipEndpoint> {
  const tls =
    env.SIP_TLS_PORT === 0 && env.SIP_WSS_PORT === 0
      ? null
      : { key: await readFile(env.SIP_TLS_KEY ?? ''), cert: await readFile(env.SIP_TLS_CERT ?? '') }
  for (let offset = 0; ; offset++) {
    const at = (port: number) => (port === 0 ? 0 : port + offset)
    const places: Listen[] = []
    const address = env.LISTEN_ADDRESS
    if (env.SIP_UDP_PORT !== 0) places.push({ protocol: 'udp', address, port: at(env.SIP_UDP_PORT) })
    if (env.SIP_TCP_PORT !== 0) places.push({ protocol: 'tcp', address, port: at(env.SIP_TCP_PORT) })
    if (tls && env.SIP_TLS_PORT !== 0) places.push({ protocol: 'tls', address, port: at(env.SIP_TLS_PORT), ...tls })
    if (env.SIP_WS_PORT !== 0) places.push({ protocol: 'ws', address, port: at(env.SIP_WS_PORT) })
    if (tls && env.SIP_WSS_PORT !== 0) places.push({ protocol: 'wss', address, port: at(env.SIP_WSS_PORT), ...tls })
    try {
      return await createSipEndpoint({
        listen: places,
        ...(env.PUBLIC_ADDRESS && { publicAddress: { address: env.PUBLIC_ADDRESS } }),
        userAgent: 'Centrala',
        log: mediaLog(log),
        guard: judge,
        // A stranger who sends nonsense would only learn that we are here.
        answerMalformed: peer => guarding.knows(peer.address),
      })
    } catch (error) {
      if (!env.SIP_PORT_SEARCH || offset >= PORTS_TRIED) throw error
    }
  }
}

function portsOf(sip: SipEndpoint): WiredNode['sipPorts'] {
  const port = (protocol: string) => sip.listening.find(place => place.protocol === protocol)?.port ?? null
  return { udp: port('udp'), tcp: port('tcp'), tls: port('tls'), ws: port('ws'), wss: port('wss') }
}

/** Of calls, lines and phones, so many each in one part of a state: a millisecond's work. */
const PART = 100

function* stateOf(node: VoiceNode): Generator<State> {
  const calls = [...node.calls]
  const lines = node.lines.states()
  const deskPhones = node.phones.states(userId => node.colleagues.isBusy(userId))
  const end = Math.max(calls.length, lines.length, deskPhones.length, 1)
  for (let from = 0; from < end; from += PART) {
    const part = <T>(list: T[]) => list.slice(from, from + PART)
    yield {
      type: 'state',
      ...(from + PART < end && { more: true as const }),
      draining: node.draining,
      load: node.calls.load,
      calls: part(calls).map(nowOf),
      lines: part(lines),
      trunks: from === 0 ? node.trunks.states() : [],
      deskPhones: part(deskPhones),
    }
  }
}

type State = Extract<FromNode, { type: 'state' }>

function nowOf(call: Call): State['calls'][number] {
  return {
    callId: call.id,
    tenantId: call.tenantId,
    legs: [...call.legs.values()].map(leg => ({
      legId: leg.id,
      kind: leg.kind satisfies LegKind,
      userId: leg.userId,
      quality: leg.quality(),
    })),
  }
}

function mediaLog(log: Logger) {
  return {
    debug: (fields: object, text: string) => log.debug(fields, text),
    info: (fields: object, text: string) => log.debug(fields, text),
    warn: (fields: object, text: string) => log.warn(fields, text),
    error: (fields: object, text: string) => log.error(fields, text),
  }
}
