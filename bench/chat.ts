// npm run bench:chat: visitors' messages from 2,000 open chats at 500 a second, all stored; how long until each is on its agent's screen.
// The load comes from this process; the server and PostgreSQL are others. Last line: one JSON object.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, createClient } from '@centrala/api/client.ts'
import { acceptOffer } from '@centrala/api/interaction.ts'
import { LIVE_PATH, type ToClient } from '@centrala/api/live.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { signIn } from '@centrala/api/sign-in.ts'
import { type ServerToVisitor, type VisitorSays, webchatLivePath } from '@centrala/api/webchat.ts'
import { createUser } from '@centrala/server/auth/account.ts'
import { rolePasswordOf } from '@centrala/server/wiring.ts'
import { type Database, openDatabase } from '@centrala/store/database.ts'
import { migrate, roleNames } from '@centrala/store/migrate.ts'
import { startPostgres } from '@centrala/store/postgres.ts'
import { WebSocket } from 'ws'
import { endWith, onInterrupt } from './interrupted.ts'

const quick = process.argv.includes('--quick')
const CHATS = Number(process.env.CHATS ?? (quick ? 500 : 2000))
const RATE = Number(process.env.RATE ?? 500)
const SECONDS = Number(process.env.SECONDS ?? (quick ? 15 : 60))
const AGENTS = Math.ceil(CHATS / 50)
const SECRET = 'a secret for benches only, which protects nothing'
const PORT = 24_710
const ORIGIN = `http://127.0.0.1:${PORT}`
const PASSWORD = 'seven bench stones in a row'

const folder = await mkdtemp(join(tmpdir(), 'centrala-bench-'))
await chmod(folder, 0o755) // PostgreSQL runs as an unprivileged user
const postgres = await startPostgres({ dir: join(folder, 'pg') })
const roles = roleNames('postgres')
await migrate(postgres.url, roles, rolePasswordOf(SECRET))
const db = openDatabase({ ownerUrl: postgres.url, roles, rolePassword: rolePasswordOf(SECRET) })
const say = (text: string) => console.error(text)
const server = spawn(process.execPath, ['apps/server/src/main.ts'], {
  env: {
    ...process.env,
    DATA_DIR: join(folder, 'data'),
    DATABASE_URL: postgres.url,
    SECRET_KEY: SECRET,
    PORT: String(PORT),
    HOST: '127.0.0.1',
    DEMO: '0',
    ADMIN_EMAIL: 'bench@example.com',
    LOG_LEVEL: 'warn',
    WEBCHAT_PER_ADDRESS: '100000',
  },
  stdio: ['ignore', 'ignore', 'inherit'],
})
onInterrupt(async () => {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})
endWith(server)
try {
  await until(
    () =>
      fetch(`${ORIGIN}/readyz`).then(
        answer => answer.ok,
        () => false,
      ),
    'the server',
    60_000,
  )
  await run()
} finally {
  server.kill('SIGTERM')
  await new Promise(resolve => server.once('exit', resolve))
  await db.close()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}

interface Seen {
  sentAt: number
  seenAt: number
}

async function run(): Promise<void> {
  say(`${CHATS} chats, ${AGENTS} agents, ${RATE} messages/s for ${SECONDS} s; ${cpus().length} cores`)
  const { tenantId, key } = await prepare(db)
  const sent = new Map<string, Seen>()
  let doubled = 0
  const onText = (text: string) => {
    const message = sent.get(text)
    if (!message) return
    if (message.seenAt > 0) doubled++
    else message.seenAt = performance.now()
  }
  const agents: Agent[] = []
  for (let index = 0; index < AGENTS; index++) agents.push(await openAgent(index, onText))
  const visitors: Visitor[] = []
  let refused = 0
  for (let index = 0; index < CHATS; index++) {
    visitors.push(await openVisitor(key, () => refused++))
    if (index % 250 === 249) say(`  ${index + 1} chats opened`)
  }
  await until(() => agents.reduce((sum, agent) => sum + agent.held, 0) >= CHATS, 'every chat to be answered', 180_000)
  say('  every chat has its agent; sending')

  const before = {
    server: cpuMs(server.pid ?? 0),
    postgres: postgresCpuMs(),
    own: process.cpuUsage(),
    at: performance.now(),
  }
  const total = RATE * SECONDS
  const began = performance.now()
  for (let index = 0; index < total; index++) {
    const due = began + (index * 1000) / RATE
    const wait = due - performance.now()
    if (wait > 1) await sleep(wait)
    const text = randomUUID()
    sent.set(text, { sentAt: performance.now(), seenAt: 0 })
    visitors[index % visitors.length]?.write(text)
  }
  const took = (performance.now() - began) / 1000
  await until(() => [...sent.values()].every(message => message.seenAt > 0), 'the last messages', 20_000).catch(
    () => {},
  )
  const used = cpuMs(server.pid ?? 0) - before.server
  const database = postgresCpuMs() - before.postgres
  const own = process.cpuUsage(before.own)
  const { rows } = await db.log.query(
    "SELECT count(*)::int AS n FROM event WHERE tenant_id = $1 AND type = 'message.created' AND data ->> 'author' = 'customer'",
    [tenantId],
  )
  const delays = [...sent.values()]
    .filter(message => message.seenAt > 0)
    .map(message => message.seenAt - message.sentAt)
    .sort((a, b) => a - b)
  const at = (share: number) =>
    Number((delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? Number.NaN).toFixed(1))
  const metrics = {
    open_chats: CHATS,
    messages_per_s: Number((total / took).toFixed(1)),
    screen_ms_p50: at(0.5),
    screen_ms_p99: at(0.99),
    lost: total - delays.length,
    doubled,
    server_cpu_ms_per_message: Number((used / total).toFixed(3)),
    postgres_cpu_ms_per_message: Number((database / total).toFixed(3)),
    load_cpu_ms_per_message: Number(((own.user + own.system) / 1000 / total).toFixed(3)),
    load_cores: Number(((own.user + own.system) / 1000 / (performance.now() - before.at)).toFixed(2)),
    server_cores: Number((used / (performance.now() - before.at)).toFixed(2)),
    screen_ms_max: at(1),
    stored_events: rows[0].n - CHATS,
    refused,
  }
  for (const agent of agents) agent.close()
  for (const visitor of visitors) visitor.close()
  console.log(
    JSON.stringify({
      bench: 'chat',
      metrics,
      machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
    }),
  )
}

async function prepare(database: Database): Promise<{ tenantId: string; key: string }> {
  const tenantId = randomUUID()
  const key = `bench-${randomUUID()}`
  const profileId = await database.tenant(tenantId, async tx => {
    await tx.db.insertInto('tenant').values({ tenantId, slug: 'bench', name: 'Bench' }).execute()
    const queue = await tx.db
      .insertInto('queue')
      .values({ name: 'Bench', offerSeconds: 60 })
      .returning('id')
      .executeTakeFirstOrThrow()
    const profile = await tx.db
      .insertInto('routingProfile')
      .values({ name: 'Bench', weights: '{"chat":1}' })
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx.db.insertInto('routingProfileQueue').values({ routingProfileId: profile.id, queueId: queue.id }).execute()
    await tx.db
      .insertInto('channelAccount')
      .values({ channel: 'chat', name: 'Bench', key, queueId: queue.id })
      .execute()
    return profile.id
  })
  for (let index = 0; index < AGENTS; index++) {
    await createUser(database, tenantId, {
      name: `Agent ${index}`,
      email: `agent-${index}@bench.example`,
      password: PASSWORD,
      roles: ['agent'],
      routingProfileId: profileId,
    })
  }
  await database.tenant(tenantId, async tx => tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }))
  await sleep(6000) // the router looks for new tenants every five seconds
  return { tenantId, key }
}

interface Agent {
  held: number
  close(): void
}

/** An agent's screen: accepts what is offered, sees what is written, pings. */
async function openAgent(index: number, onText: (text: string) => void): Promise<Agent> {
  const response = await fetch(`${ORIGIN}/api${signIn.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: ORIGIN },
    body: JSON.stringify({ email: `agent-${index}@bench.example`, password: PASSWORD }),
  })
  if (response.status === 429) {
    await sleep(1000 * Number(response.headers.get('retry-after') ?? 1)) // many sign-ins from one address
    return openAgent(index, onText)
  }
  if (!response.ok) throw new Error(await response.text())
  const cookie = response.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ')
  const client: Client = createClient({ origin: ORIGIN, headers: { cookie, origin: ORIGIN } })
  const socket = new WebSocket(`${ORIGIN.replace('http', 'ws')}${LIVE_PATH}`, { headers: { cookie, origin: ORIGIN } })
  const agent: Agent = { held: 0, close: () => socket.terminate() }
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send(JSON.stringify({ type: 'hello', cursor: null }))
  const ping = setInterval(() => socket.send(JSON.stringify({ type: 'ping' })), 15_000)
  socket.on('close', () => clearInterval(ping))
  socket.on('message', data => {
    const frame = JSON.parse(String(data)) as ToClient
    if (frame.type !== 'event') return
    const { event } = frame
    if (event.type === 'message.created' && event.message) onText(event.message.text)
    if (event.type === 'interaction.offered' && event.interaction?.agentId) {
      client.call(acceptOffer, { params: { id: event.interactionId ?? '' } }).then(
        () => agent.held++,
        error => say(String(error)),
      )
    }
  })
  await client.call(setMyPresence, { body: { state: 'available' } })
  return agent
}

interface Visitor {
  write(text: string): void
  close(): void
}

async function openVisitor(key: string, onProblem: () => void): Promise<Visitor> {
  const socket = new WebSocket(`${ORIGIN.replace('http', 'ws')}${webchatLivePath(key)}`)
  const tell = (frame: VisitorSays) => socket.send(JSON.stringify(frame))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const acknowledged = new Promise<void>(resolve => {
    socket.on('message', data => {
      const text = String(data)
      if (text.includes('"problem"')) {
        const frame = JSON.parse(text) as ServerToVisitor
        if (frame.type === 'problem') {
          onProblem()
          say(frame.detail)
        }
      }
      if (text.includes('"ready"')) tell({ type: 'start', clientId: randomUUID(), fields: {}, text: 'Hello' })
      if (text.includes('"ack"')) resolve()
    })
  })
  tell({ type: 'hello', page: { url: 'https://bench.example/', title: 'Bench', referrer: '' }, locale: 'en' })
  await acknowledged
  const ping = setInterval(() => tell({ type: 'ping' }), 20_000)
  socket.on('close', () => clearInterval(ping))
  return { write: text => tell({ type: 'message', clientId: randomUUID(), text }), close: () => socket.terminate() }
}

/** CPU of PostgreSQL: the postmaster and all its children, those that ended included. */
function postgresCpuMs(): number {
  const children = readdirSync('/proc').filter(name => /^\d+$/.test(name) && parentOf(name) === postgres.pid)
  const ended = readFileSync(`/proc/${postgres.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return children.reduce(
    (sum, pid) => sum + cpuMs(Number(pid)),
    cpuMs(postgres.pid) + (Number(ended[13]) + Number(ended[14])) * 10,
  )
}

function parentOf(pid: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
  } catch {
    return 0
  }
}

/** CPU that a process has used, in ms (Linux counts in hundredths of a second). */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function until(ask: () => Promise<boolean> | boolean, what: string, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs / 1000} s in vain for ${what}.`)
    await sleep(50)
  }
}
