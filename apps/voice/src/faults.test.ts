import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from './testing/deadline.ts'
import { Party } from './testing/party.ts'
import { NUMBER, testConfig } from './testing/test-config.ts'
import { testSettings } from './testing/test-node.ts'
import { TestServer } from './testing/test-server.ts'

const BASE = 23_300
const MAIN = join(import.meta.dirname, 'main.ts')
const { config, ids } = testConfig({ trunkPort: BASE + 1 })
let server: TestServer
let caller: Party
let dataDir: string
let child: ChildProcess | null = null

beforeAll(async () => {
  server = await new TestServer(config).start()
  caller = await Party.open({ port: BASE + 1, mediaPorts: [BASE + 60, BASE + 79] })
  dataDir = await mkdtemp(join(tmpdir(), 'centrala-voice-'))
})
afterEach(async () => {
  await gone('SIGKILL')
  // Nobody is there any more to confirm it.
  for (const line of caller.lines) void line.hangUp()
})
afterAll(async () => {
  await caller?.close()
  await server?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

/** The node as a process of its own, as it runs in earnest. */
async function run(more: Record<string, string> = {}): Promise<void> {
  server.hello = null
  child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, ...testSettings(server, BASE, dataDir, more) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const running = child
  await until(() => running.exitCode === null && server.hello, 'node at the server', 15_000)
}

/** Ends the process, and waits for it. */
async function gone(signal: NodeJS.Signals): Promise<number | null> {
  const running = child
  if (!running || running.exitCode !== null || running.signalCode !== null) return running?.exitCode ?? null
  running.kill(signal)
  await until(() => running.exitCode !== null || running.signalCode !== null, 'end of the process', 10_000)
  child = null
  return running.exitCode
}

/** A customer calls, and the server knows of it. */
async function waiting() {
  const known = server.facts.size
  const customer = await caller.reach(BASE, NUMBER)
  await until(() => server.facts.size > known, 'call at the server')
  await server.fact('queued')
  return { customer, callId: server.callId }
}

/** A customer and an agent have talked for a while, and are recorded. */
async function recorded() {
  const { customer, callId } = await waiting()
  const ana = await Party.open({ port: BASE + 2, mediaPorts: [BASE + 80, BASE + 89] })
  await ana.register(BASE, 'ana')
  await server.command({ type: 'connect', callId, userId: ids.ana, lineId: null, record: 'always' })
  const agent = await ana.line()
  customer.say(440)
  await agent.hears(440)
  const { recordingId } = await server.fact('recordingStarted')
  await customer.listens(2500)
  return { callId, recordingId, customer, agent, ana }
}

describe('a voice node', () => {
  it('answers and queues callers while the server is away, and tells it all afterwards', async () => {
    await run()
    const first = await caller.reach(BASE, NUMBER)
    await server.fact('queued')
    const { callId } = server
    await server.stop()
    const second = await caller.reach(BASE, NUMBER)
    await until(() => second.level > 0.01, 'music')
    expect(first.session.state).toBe('established')
    await second.hangUp()
    await server.start()
    await until(() => server.hello, 'node back at the server')
    expect(server.hello?.calls).toEqual([callId])
    await until(() => server.facts.size === 2, 'the call made meanwhile')
    expect((await server.fact('ended')).by).toBe('customer')
    expect(await server.command({ type: 'hangUp', callId, by: 'supervisor', userId: null })).toMatchObject({ ok: true })
    await first.ended()
    await server.fact('ended', undefined, { callId })
    await until(async () => (await readdir(join(dataDir, 'voice', 'calls'))).length === 0, 'end of every journal')
  })

  it('killed in mid-call finishes the call truthfully when it starts again, and keeps what was recorded', async () => {
    await run()
    const { callId, recordingId, ana } = await recorded()
    await gone('SIGKILL')
    await run()
    expect(await server.fact('ended', undefined, { callId })).toMatchObject({ by: 'nodeLost' })
    const kept = await server.fact('recordingEnded', fact => fact.recordingId === recordingId, { callId })
    expect(kept.durationMs).toBeGreaterThan(1000)
    expect(kept.peaks[0].some(peak => peak > 5)).toBe(true)
    expect(server.recordings.get(recordingId)?.length).toBeGreaterThan(8000)
    await ana.close()
  })

  it('asked to stop while a recording cannot be stored keeps it, and stores it after its next start', async () => {
    await run()
    const { callId, recordingId, ana } = await recorded()
    server.storing = false
    await server.command({ type: 'hangUp', callId, by: 'agent', userId: ids.ana })
    await server.fact('ended', undefined, { callId })
    child?.kill('SIGTERM')
    const stopping = child
    await until(() => stopping?.exitCode !== null, 'end of the process', 15_000)
    expect(await readdir(join(dataDir, 'voice', 'calls', callId))).toContain(`${recordingId}.g711`)
    server.storing = true
    await run()
    await server.fact('recordingEnded', fact => fact.recordingId === recordingId, { callId, ms: 10_000 })
    expect(server.recordings.get(recordingId)?.length).toBeGreaterThan(8000)
    await until(async () => (await readdir(join(dataDir, 'voice', 'calls'))).length === 0, 'end of every journal')
    await ana.close()
  })

  it('whose disk is full in mid-call goes on with it, and keeps what was recorded for a better day', async ({
    skip,
  }) => {
    const calls = join(dataDir, 'voice', 'calls')
    await mkdir(calls, { recursive: true })
    // A file system of its own, which only root may make.
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', calls]).status !== 0) return skip()
    try {
      await run()
      const { callId, recordingId, customer, agent, ana } = await recorded()
      await writeFile(join(calls, 'full'), Buffer.alloc(1_000_000)).catch(() => {})
      await customer.listens(1500)
      await agent.hears(440)
      const second = await caller.reach(BASE, NUMBER)
      await until(() => second.level > 0.01, 'music')
      await second.hangUp()
      await server.command({ type: 'hangUp', callId, by: 'agent', userId: ids.ana })
      await server.fact('ended', undefined, { callId })
      await gone('SIGTERM')
      await rm(join(calls, 'full'))
      await run()
      await server.fact('recordingEnded', fact => fact.recordingId === recordingId, { callId, ms: 10_000 })
      expect(server.recordings.get(recordingId)?.length).toBeGreaterThan(8000)
      await ana.close()
    } finally {
      await gone('SIGKILL')
      spawnSync('umount', [calls])
    }
  })

  it('that is full refuses with 503 and says when to come again, and goes on with its calls', async () => {
    await run({ MAX_CALLS: '1' })
    const customer = await caller.reach(BASE, NUMBER)
    const refused = await caller.call(BASE, NUMBER)
    expect(refused).toMatchObject({ ok: false, status: 503 })
    expect(refused.ok ? null : refused.retryAfterSeconds).toBeGreaterThan(0)
    expect(customer.session.state).toBe('established')
    await until(() => customer.level > 0.01, 'music')
  })

  it('asked to stop lets running calls finish, refuses new ones, and leaves nothing untold', async () => {
    await run({ DRAIN_SECONDS: '20' })
    const { customer, callId } = await waiting()
    const running = child
    running?.kill('SIGTERM')
    await until(() => server.state?.draining, 'word of it')
    expect(await caller.call(BASE, NUMBER)).toMatchObject({ ok: false, status: 503 })
    expect(customer.session.state).toBe('established')
    await customer.hangUp()
    await until(() => running?.exitCode !== null, 'end of the process', 10_000)
    expect(running?.exitCode).toBe(0)
    expect(await server.fact('ended', undefined, { callId })).toMatchObject({ by: 'customer' })
    expect(await readdir(join(dataDir, 'voice', 'calls'))).toEqual([])
  })

  it('asked to stop hangs up what has not ended in time', async () => {
    await run({ DRAIN_SECONDS: '1' })
    const { customer, callId } = await waiting()
    child?.kill('SIGTERM')
    await customer.ended(8000)
    expect(await server.fact('ended', undefined, { callId })).toMatchObject({ by: 'system', reason: 'nodeStopped' })
  })
})
