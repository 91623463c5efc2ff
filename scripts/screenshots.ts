// `npm run screenshots`: starts the demonstration in a folder of its own and takes the README's pictures of it in a real browser.
import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import { installBrowser } from './install-browser.ts'

const PORT = 24_730
const ORIGIN = `http://127.0.0.1:${PORT}`
const TARGET = new URL('../docs/screenshots/', import.meta.url).pathname
const PASSWORD = 'adria-demo-2026'

const folder = await mkdtemp(join(tmpdir(), 'centrala-screenshots-'))
await chmod(folder, 0o755)
await mkdir(TARGET, { recursive: true })
const server = spawn(process.execPath, ['apps/server/src/main.ts'], {
  env: {
    ...process.env,
    DATA_DIR: join(folder, 'data'),
    PORT: String(PORT),
    SIP_UDP_PORT: '24731',
    SIP_TCP_PORT: '24731',
    LOG_LEVEL: 'warn',
  },
  stdio: ['ignore', 'ignore', 'inherit'],
})
try {
  const until = Date.now() + 120_000
  while (
    !(await fetch(`${ORIGIN}/readyz`).then(
      answer => answer.ok,
      () => false,
    ))
  ) {
    if (Date.now() > until) throw new Error('The demonstration did not start.')
    await sleep(200)
  }
  const executablePath = await installBrowser()
  if (!executablePath) throw new Error('There is no browser to take pictures with.')
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--allow-loopback-in-peer-connection',
  ]
  const browser = await chromium.launch({ executablePath, args })
  await take(browser)
  await browser.close()
} finally {
  server.kill('SIGTERM')
  await new Promise(resolve => server.once('exit', resolve))
  await rm(folder, { recursive: true, force: true })
}

async function take(browser: Browser): Promise<void> {
  const shot = async (page: Page, name: string) => {
    await sleep(1200)
    await page.screenshot({ path: join(TARGET, `${name}.png`) })
    console.log(name)
  }
  const shop = await open(browser, 'light', 1280, 800)
  await shop.goto(`${ORIGIN}/demo`)
  await shop.getByRole('button', { name: /chat/i }).first().click()
  await shop.getByLabel(/name/i).first().fill('Tomás García')
  await shop
    .getByRole('button', { name: /start|begin/i })
    .last()
    .click()
  await shop.locator('textarea:visible').first().fill('Hi! Does the Velebit 2 tent fit two tall people?')
  await shop.keyboard.press('Enter')

  const agent = await signIn(browser, 'ana@demo.centrala.dev', 'light')
  await choosePresence(agent)
  for (let offers = 0; offers < 4; offers++) {
    await sleep(1200)
    await agent.keyboard.press('Alt+y')
  }
  await agent.getByText('Tomás García').first().click()
  const reply = agent.locator('textarea:visible, [contenteditable=true]:visible').first()
  await reply.click()
  await agent.keyboard.type('Yes: it is 225 cm long inside, and 140 cm wide.')
  await agent.keyboard.press('Enter')
  await shop.locator('textarea:visible').first().fill('Great, thank you!')
  await shop.keyboard.press('Enter')
  await shot(agent, 'agent')
  await shot(shop, 'widget')
  await agent.getByText('Grace Oyelaran').first().click()
  await shot(agent, 'agent-mail')

  const supervisor = await signIn(browser, 'sanja@demo.centrala.dev', 'dark')
  // Ana has her hands full: the call is given to Marko.
  const marko = await signIn(browser, 'marko@demo.centrala.dev', 'light')
  await marko.getByRole('button', { name: /^Phone ready/ }).waitFor()
  await shop.getByRole('button', { name: 'Call us' }).first().click()
  await shop.getByRole('region', { name: 'Call us' }).waitFor()
  await giveCall(supervisor, marko)
  await shop.getByText('You are in a call').waitFor()
  await marko.getByText('Tomás García').first().click()
  await sleep(8000)
  await shot(marko, 'call')
  await shot(shop, 'widget-call')
  await supervisor.goto(`${ORIGIN}/supervisor`)
  await shot(supervisor, 'supervisor-dark')
  await supervisor.goto(`${ORIGIN}/reports`)
  await supervisor.locator('canvas').first().waitFor()
  await shot(supervisor, 'reports-dark')
  const admin = await signIn(browser, 'admin@demo.centrala.dev', 'light')
  await admin.goto(`${ORIGIN}/admin/queues`)
  await shot(admin, 'admin')
  const phone = await signIn(browser, 'ana@demo.centrala.dev', 'light', 390, 844)
  await phone.getByText('Tomás García').first().click()
  await shot(phone, 'agent-phone')
}

async function open(browser: Browser, colorScheme: 'light' | 'dark', width: number, height: number): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale: 'en-GB',
    deviceScaleFactor: width < 500 ? 2 : 1,
    permissions: ['microphone', 'camera'],
  })
  return context.newPage()
}

async function signIn(
  browser: Browser,
  email: string,
  scheme: 'light' | 'dark',
  width = 1440,
  height = 900,
): Promise<Page> {
  const page = await open(browser, scheme, width, height)
  const headers = { origin: ORIGIN }
  // The demonstration's people have languages of their own; the pictures are in English.
  await page.request.post(`${ORIGIN}/api/auth/sign-in`, { data: { email, password: PASSWORD }, headers })
  await page.request.patch(`${ORIGIN}/api/me`, { data: { locale: 'en' }, headers })
  await page.goto(ORIGIN)
  await sleep(1500)
  return page
}

/** The only call there is becomes this person's. */
async function giveCall(supervisor: Page, agent: Page): Promise<void> {
  const headers = { origin: ORIGIN }
  const me = await (await agent.request.get(`${ORIGIN}/api/me`)).json()
  for (let tries = 0; tries < 50; tries++) {
    const { items } = await (await supervisor.request.get(`${ORIGIN}/api/interactions?channel=voice`)).json()
    const call = items.find((one: { state: string }) => one.state === 'queued')
    if (call) {
      const data = { agentId: me.id }
      await supervisor.request.post(`${ORIGIN}/api/interactions/${call.id}/reassign`, { data, headers })
      return
    }
    await sleep(200)
  }
  throw new Error('No call came into the queue.')
}

async function choosePresence(page: Page): Promise<void> {
  await page.evaluate(() =>
    fetch('/api/me/presence', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ state: 'available' }),
    }),
  )
}
