import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '../until.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const SECRET = 'a secret for fault tests only, which protects nothing'

/** A real server process on its own embedded PostgreSQL, to be killed and started again. */
export interface Installation {
  origin: string
  mailPort: number
  /** Seconds from each start until it answered. */
  starts: number[]
  /** Times that the server ended without having been killed, with its last words. */
  ownEnds: string[]
  ownerUrl(): Promise<string>
  start(): Promise<void>
  killServer(): Promise<void>
  /** kill -9 of the PostgreSQL postmaster; false where none ran just then. */
  killDatabase(): Promise<boolean>
  /** Stops everything in order and removes the folder. */
  remove(): Promise<void>
}

export async function install(firstPort: number): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'centrala-faults-'))
  await chmod(folder, 0o755) // PostgreSQL runs as an unprivileged user
  const port = await freePort(firstPort)
  const mailPort = await freePort(port + 1)
  const origin = `http://127.0.0.1:${port}`
  const data = join(folder, 'postgres', 'data')
  let child: ChildProcess | undefined
  let wanted = false
  let said = ''

  const postmaster = async () => (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')

  const installation: Installation = {
    origin,
    mailPort,
    starts: [],
    ownEnds: [],
    async ownerUrl() {
      const [lines, password] = await Promise.all([
        postmaster(),
        readFile(join(folder, 'postgres', 'owner-password'), 'utf8'),
      ])
      return `postgres://centrala_owner:${password.trim()}@127.0.0.1:${lines[3]}/postgres`
    },
    async start() {
      const began = performance.now()
      said = ''
      wanted = true
      const started = spawn(process.execPath, ['apps/server/src/main.ts'], {
        cwd: ROOT,
        env: {
          ...process.env,
          NODE_ENV: 'production',
          DATA_DIR: folder,
          SECRET_KEY: SECRET,
          PORT: String(port),
          HOST: '127.0.0.1',
          SMTP_INTAKE_PORT: String(mailPort),
          DEMO: '0',
          ADMIN_EMAIL: 'admin@example.com',
          LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal',
          WEBCHAT_PER_ADDRESS: '100000',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', chunk => {
          said = (said + chunk).slice(-20_000)
          if (process.env.LOG_LEVEL) process.stderr.write(chunk)
        })
      started.once('exit', code => {
        if (child === started && wanted) installation.ownEnds.push(`code ${code}: ${said.slice(-2000)}`)
      })
      await until(
        () =>
          fetch(`${origin}/readyz`).then(
            answer => answer.ok || (started.exitCode !== null && wanted),
            () => started.exitCode !== null,
          ),
        `the server to answer; it said: ${said}`,
        120_000,
      )
      installation.starts.push((performance.now() - began) / 1000)
    },
    async killServer() {
      wanted = false
      await end(child, 'SIGKILL')
    },
    async killDatabase() {
      const pid = Number((await postmaster().catch(() => []))[0])
      if (!pid || !isPostgres(pid)) return false
      process.kill(pid, 'SIGKILL')
      return true
    },
    async remove() {
      wanted = false
      await end(child, 'SIGTERM')
      await installation.killDatabase()
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
  return installation
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill(signal)
  await gone
}

function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
  } catch {
    return false
  }
}

async function freePort(from: number): Promise<number> {
  for (let port = from; ; port++) {
    const free = await new Promise<boolean>(resolve => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free) return port
  }
}
