import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestServer } from './server.ts'
import { until } from './until.ts'

const MAIN = fileURLToPath(new URL('../apps/voice/src/main.ts', import.meta.url))

/** A voice node in a process of its own, as `npm start` runs one beside the server. */
export interface VoiceNode {
  id: string
  /** Its DATA_DIR. */
  folder: string
  /** Where trunks and desk phones reach it, by UDP at 127.0.0.1. */
  sipPort: number
  /** Ends it at once and without a word, as a power cut does. */
  kill(): Promise<void>
  /** Starts it again on what it had on disk. */
  start(): Promise<void>
  /** Ends it and takes its folder away. */
  close(): Promise<void>
}

/** The servers a node works for. */
export interface NodesServers {
  /** Where it finds the first one. */
  origin: string
  token: string
  /** Whether they know this node. */
  know(nodeId: string): Promise<boolean> | boolean
}

/** Starts a node for the server: SIP at `base`, media in the hundred above it. */
export function startVoiceNode(
  { origin, services }: TestServer,
  base: number,
  settings: Record<string, string> = {},
): Promise<VoiceNode> {
  const know = (id: string) => {
    const node = services.voice.node(id)
    return Boolean(node?.state && node.connected)
  }
  return startVoiceNodeOf({ origin, token: services.keys.voiceNode, know }, base, settings)
}

/** As `startVoiceNode`, for servers in processes of their own. */
export async function startVoiceNodeOf(
  servers: NodesServers,
  base: number,
  settings: Record<string, string> = {},
): Promise<VoiceNode> {
  const dataDir = await mkdtemp(join(tmpdir(), 'centrala-voice-'))
  const id = `voice-${base}`
  let child: ChildProcess | null = null
  let said = ''
  const gone = async (signal: NodeJS.Signals) => {
    const ending = child
    child = null
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const exited = new Promise(resolve => ending.once('exit', resolve))
    ending.kill(signal)
    await exited
  }
  const node: VoiceNode = {
    id,
    folder: dataDir,
    sipPort: base,
    kill: () => gone('SIGKILL'),
    async start() {
      said = ''
      const running = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          SERVER_URL: servers.origin,
          NODE_TOKEN: servers.token,
          NODE_ID: id,
          LISTEN_ADDRESS: '127.0.0.1',
          SIP_UDP_PORT: String(base),
          SIP_TCP_PORT: '0',
          MEDIA_PORT_FROM: String(base + 20),
          MEDIA_PORT_TO: String(base + 69),
          ICE_PORT_FROM: String(base + 70),
          ICE_PORT_TO: String(base + 119),
          DATA_DIR: dataDir,
          DRAIN_SECONDS: '0',
          // A run that was cut short leaves no process behind.
          ALONE_SECONDS: '20',
          LOG_LEVEL: process.env.TEST_LOG ?? 'warn',
          ...settings,
        },
      })
      child = running
      for (const stream of [running.stdout, running.stderr])
        stream.on('data', chunk => {
          said = (said + chunk).slice(-20_000)
          if (process.env.TEST_LOG) process.stderr.write(chunk)
        })
      await until(
        () => {
          if (running.exitCode !== null) throw new Error(`The voice node could not start: ${said}`)
          return servers.know(id)
        },
        () => `the voice node to be known to the server; it said: ${said}`,
        30_000,
      )
    },
    async close() {
      await gone('SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  await node.start()
  return node
}
