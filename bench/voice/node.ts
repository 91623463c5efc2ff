import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endWith } from '../interrupted.ts'

const MAIN = join(import.meta.dirname, '../../apps/voice/src/main.ts')

/** A voice node as `npm run voice` starts it, in a process of its own. */
export interface Node {
  readonly pid: number
  readonly sipPort: number
  readonly dataDir: string
  readonly child: ChildProcess
  stop(): Promise<void>
}

export interface NodeOptions {
  serverUrl: string
  token: string
  sipPort: number
  settings?: Record<string, string>
  /** More arguments for Node.js: `--cpu-prof`. */
  execArgv?: string[]
  /** Another program around the same node; it is given a channel for messages. */
  main?: string
}

export async function startNode({
  serverUrl,
  token,
  sipPort,
  settings = {},
  execArgv = [],
  main = MAIN,
}: NodeOptions): Promise<Node> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-voice-'))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...execArgv, main], {
    stdio: main === MAIN ? ['ignore', 'ignore', 'inherit'] : ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      SERVER_URL: serverUrl,
      NODE_TOKEN: token,
      NODE_ID: `bench-${sipPort}`,
      LISTEN_ADDRESS: '127.0.0.1',
      SIP_UDP_PORT: String(sipPort),
      SIP_TCP_PORT: '0',
      MEDIA_PORT_FROM: '30000',
      MEDIA_PORT_TO: '33999',
      ICE_PORT_FROM: '34000',
      ICE_PORT_TO: '35999',
      DATA_DIR: dataDir,
      MAX_CALLS: '5000',
      SILENT_SECONDS: '86400',
      DRAIN_SECONDS: '0',
      ALONE_SECONDS: '30',
      LOG_LEVEL: process.env.BENCH_LOG ?? 'error',
      ...settings,
    },
  })
  endWith(child)
  const exited = new Promise(resolve => child.once('exit', resolve))
  return {
    pid: child.pid ?? 0,
    sipPort,
    dataDir,
    child,
    async stop() {
      child.kill('SIGTERM')
      await exited
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** CPU that a process and its threads have used, in ms (Linux counts in hundredths of a second). */
export function cpuMs(pid: number): number {
  const fields = stat(pid)
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Memory of a process, in MB. */
export function residentMb(pid: number): number {
  return (Number(stat(pid)[21]) * 4096) / 1e6
}

function stat(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  } catch {
    return []
  }
}
