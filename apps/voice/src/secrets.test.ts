import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Flow } from '@centrala/core/flow/flow.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from './testing/deadline.ts'
import { Party } from './testing/party.ts'
import { NUMBER, PASSWORD, testConfig } from './testing/test-config.ts'
import { testSettings } from './testing/test-node.ts'
import { TestServer, TOKEN } from './testing/test-server.ts'

const BASE = 27_200
const TRUNK_PASSWORD = 'trunk-password-71'
const CARD = '4929867530911111'
const flow: Flow = {
  start: 'card',
  steps: {
    card: {
      type: 'ask',
      says: [],
      name: 'cardNumber',
      minDigits: 16,
      maxDigits: 16,
      endKey: '#',
      timeoutSeconds: 20,
      retries: 0,
      sensitive: true,
      next: 'mailbox',
      otherwise: 'bye',
    },
    mailbox: { type: 'voicemail', queueId: 'queue', says: [], maxSeconds: 30, next: 'bye' },
    bye: { type: 'end', says: [] },
  },
}
const { config } = testConfig({
  trunkPort: BASE + 1,
  flow,
  change: ({ trunks }) => {
    const [trunk] = trunks
    if (!trunk) return
    trunk.username = 'adria'
    trunk.password = TRUNK_PASSWORD
    trunks.push({ ...trunk, id: crypto.randomUUID(), name: 'Registered', mode: 'register', port: BASE + 2 })
  },
})
let server: TestServer
let caller: Party
let phone: Party
let dataDir: string
let child: ChildProcess
let said = ''

beforeAll(async () => {
  server = await new TestServer(config).start()
  caller = await Party.open({ port: BASE + 1, mediaPorts: [BASE + 60, BASE + 79] })
  phone = await Party.open({ port: BASE + 3, mediaPorts: [BASE + 80, BASE + 89] })
  dataDir = await mkdtemp(join(tmpdir(), 'centrala-voice-'))
  child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { PATH: process.env.PATH, ...testSettings(server, BASE, dataDir, { LOG_LEVEL: 'trace' }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (said += chunk))
  await until(() => server.hello && server.state, 'node at the server', 15_000)
})
afterAll(async () => {
  for (const line of caller.lines) void line.hangUp()
  child?.kill('SIGKILL')
  await caller?.close()
  await phone?.close()
  await server?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

/** Every file below a folder, with what is in it. */
async function files(folder: string): Promise<{ path: string; mode: number; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries
      .filter(entry => entry.isFile())
      .map(async entry => {
        const path = join(entry.parentPath, entry.name)
        return { path, mode: (await stat(path)).mode & 0o777, text: await readFile(path, 'latin1') }
      }),
  )
}

it('keeps what a caller keys in secret from logs, facts and disk, and passwords where only the node reads them', async () => {
  server.acknowledging = false
  await phone.register(BASE, 'ana')
  const customer = await caller.reach(BASE, NUMBER)
  await server.fact('legAnswered')
  await customer.leg.sendDigits(CARD)
  expect(await server.fact('entered', undefined, { ms: 15_000 })).toMatchObject({ name: 'cardNumber', digits: null })
  await server.fact('recordingStarted', undefined, { ms: 20_000 })
  customer.say(440)
  await customer.listens(600)
  const kept = await files(dataDir)
  expect(kept.some(({ path }) => path.endsWith('facts.jsonl'))).toBe(true)
  // Clocks and random ids have digits of their own.
  const written = [said, JSON.stringify(server.of()), ...kept.map(({ text }) => text)]
    .join('\n')
    .replaceAll(/"(time|at)":\d{13}/g, '')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '')
  for (let at = 0; at + 6 <= CARD.length; at++) expect(written).not.toContain(CARD.slice(at, at + 6))

  expect(said).not.toContain(TRUNK_PASSWORD)
  expect(said).not.toContain(PASSWORD)
  expect(said).not.toContain(TOKEN)
  for (const phoneConfig of config.tenants[0]?.deskPhones ?? []) expect(said).not.toContain(phoneConfig.ha1Md5)
  const withPassword = kept.filter(({ text }) => text.includes(TRUNK_PASSWORD))
  expect(withPassword.map(({ path }) => path.split('/').at(-1))).toEqual(['config.json'])
  expect(kept.filter(({ text }) => text.includes(TOKEN))).toEqual([])
  for (const { path, mode } of kept)
    if (!path.endsWith('node.pid')) expect({ path, open: mode & 0o077 }).toEqual({ path, open: 0 })
  await customer.hangUp()
})
