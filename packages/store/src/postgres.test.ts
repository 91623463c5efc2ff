import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningPostgres, startPostgres } from './postgres.ts'

let dir: string
let server: RunningPostgres
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'centrala-postgres-'))
  await chmod(dir, 0o755)
  server = await startPostgres({ dir: join(dir, 'cluster') })
})
afterAll(async () => {
  await server.stop()
  await rm(dir, { recursive: true, force: true })
})

async function ask<T>(sql: string): Promise<T> {
  const client = new pg.Client(server.url)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows[0] as T
  } finally {
    await client.end()
  }
}

test('a killed postmaster comes back in its place with everything committed', async () => {
  await ask('CREATE TABLE kept (n int)')
  await ask('INSERT INTO kept VALUES (42)')
  const before = server.pid
  process.kill(before, 'SIGKILL')
  const until = Date.now() + 20_000
  let row: { n: number } | undefined
  while ((!row || server.pid === before) && Date.now() < until) {
    row = await ask<{ n: number }>('SELECT n FROM kept').catch(() => undefined)
    await sleep(50)
  }
  expect(row).toEqual({ n: 42 })
  expect(server.pid).not.toBe(before)
})

test('a cluster that a killed process left running is taken over', async () => {
  const folder = join(dir, 'orphaned')
  const script = `const { startPostgres } = await import(${JSON.stringify(new URL('./postgres.ts', import.meta.url).href)})
    const { pid } = await startPostgres({ dir: ${JSON.stringify(folder)} }); console.log('up', pid); setInterval(() => {}, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(owner.stdout, 'data')
  const orphan = Number(/up (\d+)/.exec(String(said))?.[1])
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  expect(() => process.kill(orphan, 0)).not.toThrow() // still running, nobody's
  const again = await startPostgres({ dir: folder })
  expect(() => process.kill(orphan, 0)).toThrow()
  await again.stop()
})
