// Bridged calls through a whole voice node: callers by a trunk, agents at desk phones or in browsers, G.711 both ways. What a call costs, and how many one process holds.
import { randomUUID } from 'node:crypto'
import { ha1 } from '@centrala/sip/digest/digest.ts'
import { NUMBER, PASSWORD, testConfig } from '@centrala/voice/testing/test-config.ts'
import { CrowdClient } from './crowd-client.ts'
import { LinkServer, TOKEN } from './link.ts'
import { cpuMs, type Node, residentMb, startNode } from './node.ts'
import type { Heard } from './talk.ts'

export type Kind = 'plain' | 'recorded' | 'browser'

export interface Bridged extends Heard {
  calls: number
  kind: Kind
  cpuMsPerCallSecond: number
  crowdCpuMsPerCallSecond: number
  /** Of one core. */
  nodeLoad: number
  crowdLoad: number
  residentMb: number
}

const FIRST = Number(process.env.BENCH_PORTS ?? 25_000) // two at once need ports of their own
export const PORTS = {
  sip: FIRST,
  provider: FIRST + 10,
  desk: FIRST + 20,
  http: FIRST + 80,
  media: { from: 37_000, to: 39_000 },
}
const WARM_MS = 2500

/** A node with a company of so many agents, nobody but this bench behind it, and the people who call. */
export class Bridge {
  readonly node: Node
  readonly crowd: CrowdClient
  readonly #link: LinkServer
  readonly #kind: Kind
  readonly #tenantId: string
  readonly #agents: string[]
  readonly #lines: (string | null)[] = []
  #next = 0

  private constructor(options: {
    node: Node
    crowd: CrowdClient
    link: LinkServer
    kind: Kind
    tenantId: string
    agents: string[]
  }) {
    this.node = options.node
    this.crowd = options.crowd
    this.#link = options.link
    this.#kind = options.kind
    this.#tenantId = options.tenantId
    this.#agents = options.agents
    this.#link.onFact = (callId, fact) => {
      if (fact.type === 'queued') this.#join(callId)
    }
  }

  static async open(kind: Kind, agents: number, execArgv: string[] = []): Promise<Bridge> {
    const phones = Array.from({ length: agents }, (_, i) => ({
      id: randomUUID(),
      userId: randomUUID(),
      username: `agent-${i}`,
      extension: null,
      ha1Md5: ha1('MD5', `agent-${i}`, 'centrala', PASSWORD),
      ha1Sha256: ha1('SHA-256', `agent-${i}`, 'centrala', PASSWORD),
    }))
    const { config, tenant } = testConfig({
      trunkPort: PORTS.provider,
      change: tenant => {
        tenant.deskPhones = phones
        tenant.limits.maxCalls = 10_000
      },
    })
    const link = await LinkServer.start(config)
    const node = await startNode({ serverUrl: link.url, token: TOKEN, sipPort: PORTS.sip, execArgv })
    await until(() => link.state !== null, 'the node')
    const crowd = await CrowdClient.start({
      nodePort: PORTS.sip,
      providerPort: PORTS.provider,
      deskPort: PORTS.desk,
      mediaPorts: PORTS.media,
    })
    if (kind !== 'browser')
      await crowd.ask(
        'register',
        phones.map(({ username }) => username),
        PASSWORD,
      )
    const { tenantId } = tenant
    return new Bridge({ node, crowd, link, kind, tenantId, agents: phones.map(({ userId }) => userId) })
  }

  /** So many calls more. Browsers are opened first, as an agent's desktop is open before the first call. */
  async add(calls: number): Promise<void> {
    if (this.#kind === 'browser') await this.#openBrowsers(calls)
    const joined = this.#kind !== 'browser'
    const { answered, failures } = await this.crowd.ask('call', { calls, number: NUMBER, audio: 'talk', joined })
    if (answered < calls) throw new Error(`Of ${calls} calls ${answered} came about: ${JSON.stringify(failures)}`)
  }

  async measure(calls: number, seconds: number): Promise<Bridged> {
    // Sockets are connected within two seconds of the first packet, and the optimising compiler is done.
    await sleep(WARM_MS)
    const before = cpuMs(this.node.pid)
    const began = performance.now()
    const measuring = this.crowd.ask('measure', seconds)
    await sleep(seconds * 1000)
    const used = cpuMs(this.node.pid) - before
    const took = (performance.now() - began) / 1000
    const heard = await measuring
    return {
      ...heard,
      calls,
      kind: this.#kind,
      cpuMsPerCallSecond: round(used / calls / took),
      crowdCpuMsPerCallSecond: round(heard.cpuMs / calls / seconds),
      nodeLoad: round(used / took / 1000),
      crowdLoad: round(heard.cpuMs / seconds / 1000),
      residentMb: Math.round(residentMb(this.node.pid)),
    }
  }

  /** Calls set up, joined and ended as fast as it goes. */
  async setUps(seconds: number): Promise<{ perSecond: number; nodeCpuMs: number; crowdCpuMs: number }> {
    await this.crowd.ask('setUp', { seconds: 2, rows: 20, number: NUMBER })
    const before = cpuMs(this.node.pid)
    const { calls, seconds: took, cpuMs: crowd } = await this.crowd.ask('setUp', { seconds, rows: 20, number: NUMBER })
    const used = cpuMs(this.node.pid) - before
    return { perSecond: round(calls / took), nodeCpuMs: round(used / calls), crowdCpuMs: round(crowd / calls) }
  }

  async close(): Promise<void> {
    await this.crowd.stop()
    await this.node.stop()
    this.#link.close()
  }

  #join(callId: string): void {
    const at = this.#next++ % this.#agents.length
    const userId = this.#agents[at] ?? ''
    const record = this.#kind === 'recorded' ? 'always' : 'never'
    void this.#link.command({ type: 'connect', callId, userId, lineId: this.#lines[at] ?? null, record })
  }

  async #openBrowsers(count: number): Promise<void> {
    const row = async (): Promise<void> => {
      while (this.#lines.length < count + this.#next) {
        const at = this.#lines.push(null) - 1
        this.#lines[at] = await this.#openLine(this.#agents[at] ?? '')
      }
    }
    await Promise.all(Array.from({ length: 5 }, row))
  }

  /** Tried again as the desktop does: as the offering side the library sometimes loses its own transport before the answer is there. */
  async #openLine(userId: string): Promise<string> {
    for (let tries = 0; tries < 5; tries++) {
      const lineId = randomUUID()
      const { index, offer } = await this.crowd.ask('browserOffer')
      const reply = await this.#link.command({
        type: 'openLine',
        tenantId: this.#tenantId,
        userId,
        lineId,
        sdp: offer,
      })
      if (reply.ok && (await this.crowd.ask('browserAccept', index, reply.sdp ?? ''))) return lineId
      await this.#link.command({ type: 'closeLine', lineId })
    }
    throw new Error('A browser could not be connected.')
  }
}

export const MOST_LOSS = 0.001
export const MOST_DELAY_MS = 20

/** Raises the number of calls until loss or delay is too much; a bad step is measured a second time, for something else may have had the machine. */
export async function mostCalls(
  kind: Kind,
  { step, most, seconds, say }: { step: number; most: number; seconds: number; say(figures: Bridged): void },
): Promise<{ most: number; steps: Bridged[] }> {
  const bridge = await Bridge.open(kind, most)
  const steps: Bridged[] = []
  let held = 0
  try {
    for (let calls = step; calls <= most; calls += step) {
      await bridge.add(step)
      let figures = await bridge.measure(calls, seconds)
      say(figures)
      if (!isGood(figures)) {
        figures = await bridge.measure(calls, seconds)
        say(figures)
      }
      steps.push(figures)
      if (!isGood(figures)) break
      held = calls
    }
  } finally {
    await bridge.close()
  }
  return { most: held, steps }
}

export function isGood({ lossRatio, delayMsP99 }: Bridged): boolean {
  return lossRatio < MOST_LOSS && delayMsP99 < MOST_DELAY_MS
}

async function until(ask: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!ask()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}.`)
    await sleep(20)
  }
}

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
const round = (value: number): number => Math.round(value * 1000) / 1000
