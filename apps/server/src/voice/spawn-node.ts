import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'

const MAIN = fileURLToPath(new URL('../../../voice/src/main.ts', import.meta.url))
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** A node that ran so long did not fail at starting: the next pause is short again. */
const STEADY_MS = 60_000
const LOOK_MS = 1000
/** With the server everything stops: running calls have this long. */
const DRAIN_SECONDS = 10
/** A node whose server does not come back ends when its calls have. */
const ALONE_SECONDS = 60
/** Settings that do not help by being tried again: the node exits with this. */
const BAD_SETTINGS = 2

export interface SpawnNodeOptions {
  serverUrl: string
  token: string
  dataDir: string
  logLevel: string
  /** Where the node listens, unless LISTEN_ADDRESS says otherwise. */
  listenAddress: string
  log: Pick<Logger, 'info' | 'error'>
}

/**
 * The voice node that runs beside the server, in a process of its own, so that neither takes the other along. Started again when it dies; a server that was itself killed finds the node it had, with its calls. Its settings are
 * taken from the server's environment.
 */
export function spawnNode(options: SpawnNodeOptions): { stop(): Promise<void> } {
  let pid: number | null = null
  let pauseMs = FIRST_PAUSE_MS
  let timer: NodeJS.Timeout | undefined
  let stopping = false

  const start = () => {
    const running = runningNode(options.dataDir)
    if (running !== null) {
      options.log.info({ pid: running }, 'the voice node of before still runs')
      pid = running
      watch(running)
      return
    }
    const began = Date.now()
    const { NODE_OPTIONS: _, ...inherited } = process.env
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
      stdio: ['ignore', 'inherit', 'inherit'],
      // Ctrl-C in a terminal reaches the whole group: the server alone decides when the node stops.
      detached: true,
      env: {
        LISTEN_ADDRESS: options.listenAddress,
        SIP_PORT_SEARCH: '1',
        DRAIN_SECONDS: String(DRAIN_SECONDS),
        ALONE_SECONDS: String(ALONE_SECONDS),
        ...inherited,
        SERVER_URL: options.serverUrl,
        NODE_TOKEN: options.token,
        DATA_DIR: options.dataDir,
        LOG_LEVEL: options.logLevel,
      },
    })
    pid = child.pid ?? null
    child.on('error', error => options.log.error({ err: error }, 'the voice node could not be started'))
    child.on('exit', (code, signal) => {
      pid = null
      if (stopping) return
      if (code === BAD_SETTINGS) {
        options.log.error('the voice node does not understand its settings; the phone is off until they are mended')
        return
      }
      if (Date.now() - began > STEADY_MS) pauseMs = FIRST_PAUSE_MS
      options.log.error({ code, signal, againMs: pauseMs }, 'the voice node has died and is started again')
      timer = setTimeout(start, pauseMs)
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    })
  }
  /** A node that is no child of ours says nothing when it ends. */
  const watch = (running: number) => {
    timer = setTimeout(() => {
      if (isAlive(running)) watch(running)
      else if (!stopping) start()
    }, LOOK_MS)
  }
  start()

  return {
    async stop() {
      stopping = true
      clearTimeout(timer)
      if (pid === null) return
      const last = pid
      signal(last, 'SIGTERM')
      const until = Date.now() + (DRAIN_SECONDS + 8) * 1000
      while (isAlive(last)) {
        if (Date.now() > until) signal(last, 'SIGKILL')
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    },
  }
}

/** The process of this folder's node; null where there is none. A number that now belongs to another program is not it. */
function runningNode(dataDir: string): number | null {
  try {
    const pid = Number(readFileSync(join(dataDir, 'voice', 'node.pid'), 'utf8'))
    if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return null
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(MAIN) ? pid : null
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  return signal(pid, 0)
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
