import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'

const MAIN = fileURLToPath(new URL('../../../voice/src/main.ts', import.meta.url))
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** A node that ran so long did not fail at starting: the next pause is short again. */
const STEADY_MS = 60_000
/** With the server everything stops: running calls have this long. */
const DRAIN_SECONDS = 10
/** Settings that do not help by being tried again (env.ts of the node exits with it). */
const BAD_SETTINGS = 2

export interface SpawnNodeOptions {
  serverUrl: string
  token: string
  dataDir: string
  logLevel: string
  /** Where the node listens, unless LISTEN_ADDRESS says otherwise. */
  listenAddress: string
  log: Logger
}

/** The voice node that runs beside the server, in a process of its own, so that neither takes the other along. Started again when it dies. Its settings are taken from the server's environment. */
export function spawnNode(options: SpawnNodeOptions): { stop(): Promise<void> } {
  let child: ChildProcess | null = null
  let pauseMs = FIRST_PAUSE_MS
  let timer: NodeJS.Timeout | undefined
  let stopping = false

  const start = () => {
    const began = Date.now()
    const { NODE_OPTIONS: _, ...inherited } = process.env
    child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
      stdio: ['ignore', 'inherit', 'inherit'],
      // Ctrl-C in a terminal reaches the whole group: the server alone decides when the node stops.
      detached: true,
      env: {
        LISTEN_ADDRESS: options.listenAddress,
        SIP_PORT_SEARCH: '1',
        DRAIN_SECONDS: String(DRAIN_SECONDS),
        ...inherited,
        SERVER_URL: options.serverUrl,
        NODE_TOKEN: options.token,
        DATA_DIR: options.dataDir,
        LOG_LEVEL: options.logLevel,
      },
    })
    child.on('error', error => options.log.error({ err: error }, 'the voice node could not be started'))
    child.on('exit', (code, signal) => {
      child = null
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
  start()
  // However this process ends, its node does not stay behind.
  const last = () => child?.kill('SIGKILL')
  process.once('exit', last)

  return {
    async stop() {
      stopping = true
      clearTimeout(timer)
      process.removeListener('exit', last)
      const running = child
      if (!running) return
      const gone = new Promise(resolve => running.once('exit', resolve))
      running.kill('SIGTERM')
      const late = setTimeout(() => running.kill('SIGKILL'), (DRAIN_SECONDS + 8) * 1000)
      await gone
      clearTimeout(late)
    },
  }
}
