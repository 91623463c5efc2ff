// A whole installation for the ring measures: PostgreSQL, the server and a voice node, each a process; two companies, each with a number, a queue and agents who have a desk phone and a screen.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LIVE_PATH } from '@centrala/api/live.ts'
import { ADDRESS_HEADER, createEngine } from '@centrala/server/auth/engine.ts'
import { rolePasswordOf } from '@centrala/server/wiring.ts'
import { ha1 } from '@centrala/sip/digest/digest.ts'
import { type Database, openDatabase } from '@centrala/store/database.ts'
import { migrate, roleNames } from '@centrala/store/migrate.ts'
import { startPostgres } from '@centrala/store/postgres.ts'
import { deriveKey } from '@centrala/store/secret.ts'
import { WebSocket } from 'ws'
import { endWith, onInterrupt } from '../interrupted.ts'
import { PORTS } from './bridged.ts'
import { TOKEN } from './link.ts'
import { type Node, startNode } from './node.ts'

const SECRET = 'a secret for benches only, which protects nothing'
export const ORIGIN = `http://127.0.0.1:${PORTS.http}`
export const PASSWORD = 'seven bench stones in a row'
const MAIN = join(import.meta.dirname, '../../apps/server/src/main.ts')

export interface Company {
  tenantId: string
  number: string
  usernames: string[]
  userIds: string[]
  /** Cookies of the agents' sessions. */
  cookies: string[]
}

export interface House {
  readonly db: Database
  readonly node: Node
  readonly serverPid: number
  readonly postgresPid: number
  readonly companies: Company[]
  /** Opens every agent's screen, as an agent at work has it. */
  openScreens(): Promise<void>
  stop(): Promise<void>
}

export interface HouseOptions {
  execArgv?: { server?: string[]; node?: string[] }
  /** More settings of the node. */
  settings?: Record<string, string>
  /** Another program than apps/voice around the same node. */
  nodeMain?: string
  queue?: { offerSeconds?: number; record?: 'never' | 'always' }
}

/** Starts everything, with a company for each number of agents. */
export async function startHouse(sizes: number[], options: HouseOptions = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-house-'))
  await chmod(folder, 0o755) // PostgreSQL runs as an unprivileged user
  const postgres = await startPostgres({ dir: join(folder, 'pg') })
  const forget = onInterrupt(async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const roles = roleNames('postgres')
  await migrate(postgres.url, roles, rolePasswordOf(SECRET))
  const db = openDatabase({ ownerUrl: postgres.url, roles, rolePassword: rolePasswordOf(SECRET) })
  const engine = createEngine({
    pool: db.auth,
    publicUrl: ORIGIN,
    secret: deriveKey(SECRET, 'sessions').toString('base64url'),
    onSessionEnded: () => {},
  })
  const companies: Company[] = []
  for (const [i, agents] of sizes.entries())
    companies.push(await makeCompany(db, engine, `+3851555010${i}`, agents, options.queue))
  const server = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...(options.execArgv?.server ?? []), MAIN],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env.PATH,
        DATA_DIR: join(folder, 'data'),
        DATABASE_URL: postgres.url,
        SECRET_KEY: SECRET,
        NODE_TOKEN: TOKEN,
        PORT: String(PORTS.http),
        HOST: '127.0.0.1',
        PUBLIC_URL: ORIGIN,
        DEMO: '0',
        ADMIN_EMAIL: 'bench@example.com',
        LOG_LEVEL: process.env.BENCH_LOG ?? 'error',
        VOICE: '0',
      },
    },
  )
  endWith(server)
  await until(() => answers(`${ORIGIN}/readyz`), 'the server', 60_000)
  const node = await startNode({
    serverUrl: ORIGIN,
    token: TOKEN,
    sipPort: PORTS.sip,
    ...(options.execArgv?.node && { execArgv: options.execArgv.node }),
    ...(options.nodeMain && { main: options.nodeMain }),
    settings: { MEDIA_PORT_FROM: '30000', MEDIA_PORT_TO: '36900', ...options.settings },
  })
  const screens: Screen[] = []
  return {
    db,
    node,
    serverPid: server.pid ?? 0,
    postgresPid: postgres.pid,
    companies,
    async openScreens() {
      for (const cookie of companies.flatMap(({ cookies }) => cookies)) screens.push(await openScreen(cookie))
    },
    async stop() {
      for (const screen of screens) screen.close()
      await node.stop()
      await ended(server)
      await db.close()
      await postgres.stop()
      forget()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Straight into the tables, before the server starts: a thousand people by the API would take longer than the bench. */
async function makeCompany(
  db: Database,
  engine: ReturnType<typeof createEngine>,
  number: string,
  agents: number,
  { offerSeconds = 300, record = 'never' }: HouseOptions['queue'] = {},
): Promise<Company> {
  const tenantId = randomUUID()
  const hash = (algorithm: 'MD5' | 'SHA-256', name: string) => ha1(algorithm, name, 'centrala', PASSWORD)
  const people = Array.from({ length: agents }, (_, i) => {
    const username = `agent-${number.slice(-3)}-${i}`
    return {
      id: randomUUID(),
      accountId: randomUUID(),
      email: `${username}@bench.example`,
      username,
      md5: hash('MD5', username),
      sha: hash('SHA-256', username),
    }
  })
  await db.auth.query(
    `INSERT INTO auth.sign_in_account (id, name, email)
     SELECT "accountId", username, email FROM jsonb_to_recordset($1) AS p("accountId" text, username text, email text)`,
    [JSON.stringify(people)],
  )
  await db.tenant(tenantId, async tx => {
    await tx.db
      .insertInto('tenant')
      .values({ tenantId, slug: `bench${number.slice(-3)}`, name: 'Bench' })
      .execute()
    const queue = await tx.db
      .insertInto('queue')
      .values({
        name: 'Bench',
        offerSeconds,
        wrapUpSeconds: 0,
        abandonSeconds: 0,
        voice: JSON.stringify({ record, announcePosition: false, announceWait: false }),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const profile = await tx.db
      .insertInto('routingProfile')
      .values({ name: 'Bench', weights: '{"voice":100}' })
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx.db.insertInto('routingProfileQueue').values({ routingProfileId: profile.id, queueId: queue.id }).execute()
    await tx.db
      .insertInto('channelAccount')
      .values({
        channel: 'voice',
        name: number,
        queueId: queue.id,
        config: JSON.stringify({ number, language: 'en', flowId: null }),
      })
      .execute()
    const config = {
      mode: 'address',
      host: '127.0.0.1',
      port: PORTS.provider,
      maxCalls: 0,
      maxCallsPerSecond: 1000,
      callerId: { default: number, header: 'from', allowed: [number] },
    }
    await tx.db
      .insertInto('trunk')
      .values({ name: 'Provider', config: JSON.stringify(config) })
      .execute()
    await tx.db.insertInto('callLimits').values({ maxCalls: 10_000 }).execute()
    const crowd = `jsonb_to_recordset($1) AS p(id uuid, "accountId" text, email text, username text, md5 text, sha text)`
    const list = [JSON.stringify(people)]
    await tx.query(
      `INSERT INTO users (id, account_id, name, email, roles, routing_profile_id)
       SELECT id, "accountId", username, email, '{agent}', '${profile.id}' FROM ${crowd}`,
      list,
    )
    await tx.query(`INSERT INTO presence (user_id, state) SELECT id, 'available' FROM ${crowd}`, list)
    await tx.query(
      `INSERT INTO desk_phone (user_id, name, username, ha1_md5, ha1_sha256) SELECT id, 'Desk', username, md5, sha FROM ${crowd}`,
      list,
    )
  })
  const cookies: string[] = Array.from({ length: agents }, () => '')
  let next = 0
  const row = async (): Promise<void> => {
    for (let at = next++; at < people.length; at = next++) {
      const { headers } = await engine.api.startSession({
        body: { accountId: people[at]?.accountId ?? '', tenantId, identityProviderId: null },
        headers: new Headers({ [ADDRESS_HEADER]: '127.0.0.1' }),
        returnHeaders: true,
      })
      cookies[at] = headers
        .getSetCookie()
        .map(line => line.split(';')[0])
        .join('; ')
    }
  }
  await Promise.all(Array.from({ length: 4 }, row))
  return {
    tenantId,
    number,
    usernames: people.map(({ username }) => username),
    userIds: people.map(({ id }) => id),
    cookies,
  }
}

interface Screen {
  close(): void
}

async function openScreen(cookie: string): Promise<Screen> {
  const socket = new WebSocket(`${ORIGIN.replace('http', 'ws')}${LIVE_PATH}`, { headers: { cookie, origin: ORIGIN } })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send(JSON.stringify({ type: 'hello', cursor: null }))
  const ping = setInterval(() => socket.send(JSON.stringify({ type: 'ping' })), 15_000)
  socket.on('error', () => {})
  socket.on('close', () => clearInterval(ping))
  return { close: () => socket.terminate() }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exited = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGTERM')
  await exited
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    answer => answer.ok,
    () => false,
  )
}

export async function until(ask: () => Promise<boolean> | boolean, what: string, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs / 1000} s in vain for ${what}.`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
