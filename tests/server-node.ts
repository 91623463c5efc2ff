import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { until } from './until.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
export const NODES_SECRET = 'a secret for tests of several nodes only, which protects nothing'

/** A server as a process of its own, one of several on one database. */
export interface ServerNode {
  origin: string
  /** As the database knows it: the end of the lease's holder. */
  folder: string
  start(): Promise<void>
  /** kill -9 */
  kill(): Promise<void>
  stop(): Promise<void>
}

export interface Nodes {
  ownerUrl: string
  /** Of roleNames. */
  prefix: string
  nodes: ServerNode[]
  remove(): Promise<void>
}

/** An empty database and so many server nodes for it, on ports from `firstPort` on; none is started. */
export async function serverNodes(serverUrl: string, count: number, firstPort: number): Promise<Nodes> {
  const prefix = `nodes_${randomUUID().slice(0, 8)}`
  const admin = async (sql: string) => {
    const client = new pg.Client(serverUrl)
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
  await admin(`CREATE DATABASE ${prefix}`)
  const url = new URL(serverUrl)
  url.pathname = `/${prefix}`
  const folder = await mkdtemp(join(tmpdir(), 'centrala-nodes-'))
  const nodes = Array.from({ length: count }, (_, index) =>
    serverNode(join(folder, `node-${index}`), join(folder, 'blobs'), firstPort + index, url.href),
  )
  return {
    ownerUrl: url.href,
    prefix,
    nodes,
    async remove() {
      await Promise.all(nodes.map(node => node.kill()))
      await admin(`DROP DATABASE ${prefix} WITH (FORCE)`)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function serverNode(folder: string, blobs: string, port: number, databaseUrl: string): ServerNode {
  const origin = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise(resolve => child?.once('exit', resolve))
    child.kill(signal)
    await gone
  }
  return {
    origin,
    folder,
    async start() {
      let said = ''
      const started = spawn(process.execPath, ['tests/server-node-main.ts'], {
        cwd: ROOT,
        env: {
          ...process.env,
          NODE_ENV: 'production',
          DATA_DIR: folder,
          BLOB_DIR: blobs,
          DATABASE_URL: databaseUrl,
          SECRET_KEY: NODES_SECRET,
          PORT: String(port),
          HOST: '127.0.0.1',
          VOICE: '0',
          LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal',
          WEBCHAT_PER_ADDRESS: '100000',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', chunk => {
          said = (said + chunk).slice(-5000)
          if (process.env.LOG_LEVEL) process.stderr.write(chunk)
        })
      await until(
        () =>
          fetch(`${origin}/readyz`).then(
            answer => answer.ok,
            () => {
              if (started.exitCode !== null) throw new Error(`The server ended: ${said}`)
              return false
            },
          ),
        'a server node to answer',
        180_000,
      ).catch(error => {
        throw new Error(`${error.message} It said: ${said}`)
      })
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}
