import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { buildScreens } from '../../scripts/build-screens.ts'
import { findBrowser } from '../../scripts/install-browser.ts'
import type { TestServer, TestUser } from '../server.ts'

const program = await findBrowser()
/** Why the browser tests cannot run here, or null. In CI that is a failure. */
export const browserMissing = program ? null : 'There is no Chromium. Install it, or set CHROME_PATH.'
if (browserMissing && process.env.CI) throw new Error(browserMissing)
if (browserMissing) console.warn(`Browser tests are skipped: ${browserMissing}`)

export const BROWSER_ARGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
].concat(['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-audio-output'])
/** How long a page may take on a busy machine. */
export const PATIENCE_MS = 20_000

export async function launch(): Promise<Browser> {
  await buildScreens(() => {})
  return chromium.launch({ executablePath: program ?? '', args: BROWSER_ARGS })
}

export interface OpenOptions extends BrowserContextOptions {
  /** Run in each page before its own scripts. */
  initScript?: string
}

/** A person's own browser, signed in by the cookie of their session. */
export async function browserOf(
  browser: Browser,
  server: TestServer,
  user: TestUser | null,
  { initScript, ...options }: OpenOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1360, height: 860 }, ...options })
  context.setDefaultTimeout(PATIENCE_MS)
  if (initScript) await context.addInitScript(initScript)
  if (user)
    await context.addCookies(
      user.cookie.split('; ').map(cookie => {
        const [name = '', ...value] = cookie.split('=')
        return { name, value: value.join('='), url: server.origin }
      }),
    )
  return context
}

/** Opens a place of the desktop and tells what its console complains of. */
export async function openDesk(
  browser: Browser,
  server: TestServer,
  user: TestUser,
  path = '/inbox',
  options: OpenOptions = {},
): Promise<Page & { complaints: string[] }> {
  const context = await browserOf(browser, server, user, options)
  const page = Object.assign(await context.newPage(), { complaints: [] as string[] })
  page.on('console', message => message.type() === 'error' && page.complaints.push(message.text()))
  page.on('pageerror', error => page.complaints.push(String(error)))
  await page.goto(server.origin + path)
  return page
}

/** A company's own site, on another origin, with the chat widget in it. */
export async function startSite(server: TestServer, key: string): Promise<{ origin: string; close(): Promise<void> }> {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
    <style>button, input { all: unset; font-size: 60px !important } * { color: red }</style></head>
    <body><h1>Shop</h1><script src="${server.origin}/widget.js" data-key="${key}"></script></body></html>`
  const site: Server = createServer((request, response) => {
    const found = request.url === '/favicon.ico' ? 404 : 200
    response.writeHead(found, { 'content-type': 'text/html; charset=utf-8' }).end(found === 200 ? html : '')
  })
  await new Promise<void>(resolve => site.listen(0, '127.0.0.1', resolve))
  const { port } = site.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      site.closeAllConnections()
      await new Promise(resolve => site.close(resolve))
    },
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Resolves when nothing on the page moves or changes colour any more. */
async function still(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const frame = () => new Promise(requestAnimationFrame)
    const running = () => document.getAnimations().filter(one => one.effect?.getComputedTiming().endTime < Infinity)
    await frame()
    // The end of one colour's change may be the beginning of another's, further in.
    do {
      await Promise.allSettled(running().map(one => one.finished))
      await frame()
    } while (running().length > 0)
  })()`)
}

/** What would stop somebody who does not see or use a mouse, by axe-core: serious and critical findings. */
export async function barriers(page: Page): Promise<string[]> {
  await still(page)
  await page.evaluate(AXE)
  return page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(result => result.violations
       .filter(one => one.impact === 'serious' || one.impact === 'critical')
       .flatMap(one => one.nodes.slice(0, 3).map(node => one.id + ' at ' + node.target.join(' ') + ': ' + node.html.slice(0, 160)
         + ' ' + (node.any[0]?.message ?? ''))))`,
  )
}

/** A page in light, in dark and on a phone: without barriers, and never wider than the screen. @returns what is wrong */
export async function looks(page: Page, name: string): Promise<string[]> {
  const before = page.viewportSize()
  const wrong: string[] = []
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: theme })
    await still(page)
    await shoot(page, `${name}-${theme}`)
    wrong.push(...(await barriers(page)).map(one => `${theme}: ${one}`))
  }
  await page.setViewportSize({ width: 390, height: 844 })
  await shoot(page, `${name}-phone`)
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  if (width > 390) wrong.push(`phone: ${width} px wide`)
  if (before) await page.setViewportSize(before)
  return wrong
}

/** Keeps what the page looked like where `SHOTS` names a folder: for whoever must find out why a test failed. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` }).catch(() => {})
}
