/**
 * `npm run bench:web`: how long the desktop's screens take to open on a cold cache, and how long what people do there takes to be seen,
 * in a real browser against the demonstration; and the widget's size. Last line: one JSON object.
 *
 * A screen is open when its content stands (not a spinner). An interaction lasts from the key or click to the next frame painted after
 * it (Event Timing, W3C): the browser rounds to 8 ms and tells only those of 16 ms and more; shorter ones count as 16.
 */
import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { installBrowser } from '../scripts/install-browser.ts'
import { endWith, onInterrupt } from './interrupted.ts'

const quick = process.argv.includes('--quick')
const OPENINGS = quick ? 5 : 25
const ROUNDS = quick ? 5 : 25
const PORT = 24_740
const ORIGIN = `http://127.0.0.1:${PORT}`
const PASSWORD = 'adria-demo-2026'
const SHORTEST_TOLD_MS = 16

interface Screen {
  name: string
  path: string
  who: string
  /** Stands once the screen is of use. */
  content: string
}
const SCREENS: Screen[] = [
  { name: 'desktop', path: '/', who: 'ana@demo.centrala.dev', content: 'a[href^="/inbox/"]' },
  { name: 'supervisor', path: '/supervisor', who: 'sanja@demo.centrala.dev', content: 'main table tbody tr' },
  { name: 'reports', path: '/reports', who: 'sanja@demo.centrala.dev', content: 'main canvas' },
  { name: 'admin', path: '/admin/queues', who: 'admin@demo.centrala.dev', content: 'main table tbody tr, main li a' },
]

/** Runs in the page: notes every key and click, and how long each interaction took where the browser tells it. */
const WATCH = `
  globalThis.watching = { seen: new Map(), keys: 0 }
  for (const type of ['keydown', 'pointerdown']) document.addEventListener(type, () => watching.keys++, true)
  new PerformanceObserver(list => {
    for (const { interactionId: id, duration } of list.getEntries())
      if (id > 0) watching.seen.set(id, Math.max(watching.seen.get(id) ?? 0, duration))
  }).observe({ type: 'event', durationThreshold: ${SHORTEST_TOLD_MS}, buffered: true })`

const loadBefore = loadavg()[0] ?? 0
const folder = await mkdtemp(join(tmpdir(), 'centrala-bench-'))
await chmod(folder, 0o755) // PostgreSQL runs as an unprivileged user
const server = spawn(process.execPath, ['apps/server/src/main.ts'], {
  env: { ...process.env, DATA_DIR: join(folder, 'data'), PORT: String(PORT), VOICE: '0', LOG_LEVEL: 'warn' },
  stdio: ['ignore', 'ignore', 'inherit'],
})
onInterrupt(() => rm(folder, { recursive: true, force: true }))
endWith(server)
try {
  await ready()
  const executablePath = await installBrowser()
  if (!executablePath) throw new Error('There is no browser to measure with.')
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync']
  const browser = await chromium.launch({ executablePath, args })
  await measure(browser)
  await browser.close()
} finally {
  server.kill('SIGTERM')
  await new Promise(resolve => server.once('exit', resolve))
  await rm(folder, { recursive: true, force: true })
}

async function measure(browser: Browser): Promise<void> {
  const metrics: Record<string, number> = {}
  // First of all: then the agent's desktop has something to open with.
  const lasted = await interactions(browser)
  metrics.interactions = lasted.length
  metrics.interaction_ms_p50 = quantile(lasted, 0.5)
  metrics.interaction_ms_p99 = quantile(lasted, 0.99)
  console.log(
    `${lasted.length} interactions: median ${metrics.interaction_ms_p50} ms, p99 ${metrics.interaction_ms_p99} ms`,
  )
  for (const screen of SCREENS) {
    const signedIn = await stateOf(browser, screen.who)
    const took: number[] = []
    for (let index = 0; index < OPENINGS; index++) took.push(await opening(browser, signedIn, screen))
    metrics[`${screen.name}_open_ms_p50`] = Math.round(quantile(took, 0.5))
    metrics[`${screen.name}_open_ms_p95`] = Math.round(quantile(took, 0.95))
    console.log(
      `${screen.name} opens in ${metrics[`${screen.name}_open_ms_p50`]} ms (p95 ${metrics[`${screen.name}_open_ms_p95`]})`,
    )
  }
  const widget = Buffer.from(await (await fetch(`${ORIGIN}/widget.js`)).arrayBuffer())
  metrics.widget_gzip_bytes = gzipSync(widget, { level: 9 }).length
  const machine = {
    cpu: cpus()[0]?.model.trim(),
    cores: cpus().length,
    node: process.version,
    browser: browser.version(),
    load_before: loadBefore,
    quick,
  }
  console.log(JSON.stringify({ bench: 'web', metrics, machine }))
}

type State = Awaited<ReturnType<BrowserContext['storageState']>>

async function stateOf(browser: Browser, email: string): Promise<State> {
  const context = await browser.newContext()
  const headers = { origin: ORIGIN }
  await context.request.post(`${ORIGIN}/api/auth/sign-in`, { data: { email, password: PASSWORD }, headers })
  await context.request.patch(`${ORIGIN}/api/me`, { data: { locale: 'en' }, headers })
  const state = await context.storageState()
  await context.close()
  return state
}

/** Milliseconds from asking for the address to the content, in a browser that has nothing of it yet. */
async function opening(browser: Browser, storageState: State, { path, content }: Screen): Promise<number> {
  const context = await browser.newContext({ storageState, viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  const began = performance.now()
  await page.goto(`${ORIGIN}${path}`, { waitUntil: 'commit' })
  await page.locator(content).first().waitFor()
  const took = performance.now() - began
  await context.close()
  return took
}

/** What an agent and a supervisor do all day: choose conversations, write, open and close what there is; milliseconds each. */
async function interactions(browser: Browser): Promise<number[]> {
  const agent = await watched(browser, 'ana@demo.centrala.dev', '/')
  await agent.evaluate(() =>
    fetch('/api/me/presence', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ state: 'available' }),
    }),
  )
  for (let offers = 0; offers < 4; offers++) {
    await sleep(1200)
    await agent.keyboard.press('Alt+y')
  }
  for (let round = 0; round < ROUNDS; round++) {
    await agent.keyboard.press('Alt+ArrowDown')
    await sleep(150)
    const reply = agent.locator('textarea:visible, [contenteditable=true]:visible').first()
    if (await reply.count()) {
      await reply.click()
      await agent.keyboard.type('A few words.', { delay: 30 })
      await reply.fill('')
    }
    await agent.keyboard.press('Control+k')
    await sleep(150)
    await agent.keyboard.type('res', { delay: 60 })
    await agent.keyboard.press('Escape')
    await sleep(150)
  }
  const supervisor = await watched(browser, 'sanja@demo.centrala.dev', '/supervisor')
  for (let round = 0; round < ROUNDS; round++)
    for (const place of ['/reports', '/supervisor', '/search']) {
      await supervisor.locator(`a[href="${place}"]`).first().click()
      await sleep(200)
    }
  return [...(await lastedOn(agent)), ...(await lastedOn(supervisor))]
}

async function watched(browser: Browser, email: string, path: string): Promise<Page> {
  const context = await browser.newContext({
    storageState: await stateOf(browser, email),
    viewport: { width: 1440, height: 900 },
  })
  const page = await context.newPage()
  await page.addInitScript(WATCH)
  await page.goto(`${ORIGIN}${path}`)
  await sleep(1500)
  return page
}

async function lastedOn(page: Page): Promise<number[]> {
  await sleep(500)
  const { told, keys } = await page.evaluate<{ told: number[]; keys: number }>(
    '({ told: [...watching.seen.values()], keys: watching.keys })',
  )
  return [...told, ...Array<number>(Math.max(0, keys - told.length)).fill(SHORTEST_TOLD_MS)]
}

async function ready(): Promise<void> {
  const until = Date.now() + 120_000
  for (;;) {
    const answers = await fetch(`${ORIGIN}/readyz`).then(
      answer => answer.ok,
      () => false,
    )
    if (answers) return
    if (Date.now() > until) throw new Error('The demonstration did not start.')
    await sleep(200)
  }
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
