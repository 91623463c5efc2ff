import { ATTACKS } from '@centrala/channels/email/attacks.ts'
import { MAIL_CSP, sanitiseHtml } from '@centrala/channels/email/html.ts'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser } from '../../scripts/install-browser.ts'
import { until } from '../until.ts'

/** Mail HTML in the browser that people use, first without any wall but the sanitiser, then as the desktop shows it. */
const program = await findBrowser()
if (!program && process.env.CI)
  throw new Error('The mail HTML tests must run in CI: install chromium, or set CHROME_PATH')
if (!program) console.warn('Mail HTML tests are skipped: there is no Chromium. Install it, or set CHROME_PATH.')

let browser: Browser

beforeAll(async () => {
  if (!program) return
  browser = await chromium.launch({
    executablePath: program,
    args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  })
})

afterAll(() => browser?.close())

/** The control image, asked for last: once its request is seen, every request before it has been. */
const LAST = 'https://last.example/'

/**
 * Runs in the browser. Puts each mail into a frame of its own: written as a document, parsed as scripts do, mended once
 * more from its own text; then touches every element in every way that starts something.
 */
const PROVOKE = `async ([mails, frameAttributes]) => {
  for (const [index, mail] of mails.entries()) {
    const frame = document.createElement('iframe')
    frame.name = 'mail ' + index
    for (const [name, value] of Object.entries(frameAttributes)) frame.setAttribute(name, value)
    if ('sandbox' in frameAttributes) frame.srcdoc = mail
    document.body.append(frame)
    if ('sandbox' in frameAttributes) {
      await new Promise(resolve => (frame.onload = resolve))
      continue
    }
    const page = frame.contentDocument
    page.write('<!doctype html><body>' + mail)
    page.close()
    const place = page.body.appendChild(page.createElement('div'))
    place.innerHTML = mail
    place.innerHTML = String(place.innerHTML)
    for (const element of page.querySelectorAll('*')) {
      element.focus?.()
      for (const kind of ['mouseover', 'toggle', 'animationstart', 'copy']) element.dispatchEvent(new Event(kind))
      if (element.tagName !== 'A') element.click?.()
    }
  }
  new Image().src = '${LAST}'
}`

/** Shows mails, one frame each, and tells what they did: scripts run, requests made, frames led elsewhere. */
async function show(mails: string[], frameAttributes: object = {}): Promise<string[]> {
  const did: string[] = []
  let isOver = false
  const page: Page = await browser.newPage()
  await page.addInitScript("window.alert = () => console.log('alert in ' + window.name)")
  page.on('console', message => {
    if (message.text().startsWith('alert')) did.push(message.text())
  })
  await page.route('**/*', route => {
    const url = route.request().url()
    if (url === LAST) isOver = true
    else did.push(`request from ${route.request().frame().name()}: ${url}`)
    return route.abort()
  })
  await page.setContent('<!doctype html><body></body>')
  await page.evaluate(`(${PROVOKE})(${JSON.stringify([mails, frameAttributes])})`)
  await until(() => isOver, 'the control image to be asked for')
  for (const frame of page.frames()) if (/^http/.test(frame.url())) did.push(`a frame led to ${frame.url()}`)
  await page.close()
  return did
}

describe.skipIf(!program)('mail HTML in a real browser', () => {
  it('is harmful as it came: the test sees scripts and requests', async () => {
    const did = await show([
      '<img src="https://t.example/x" onerror="alert(1)">',
      '<details open ontoggle=alert(1)>x</details>',
    ])
    expect(did).toContain('request from mail 0: https://t.example/x')
    expect(did).toContain('alert in mail 1')
    expect((await show(ATTACKS)).length).toBeGreaterThan(20)
  })

  it('does nothing once cleaned, attack by attack', async () => {
    expect(await show(ATTACKS.map(attack => sanitiseHtml(attack).html))).toEqual([])
  })

  it('does nothing with all attacks in one mail, forwards and backwards', async () => {
    const mails = [ATTACKS.join(''), ATTACKS.toReversed().join('')]
    expect(await show(mails.map(mail => sanitiseHtml(mail).html))).toEqual([])
  })

  it('would do nothing even uncleaned, in the frame and under the policy in which it is shown', async () => {
    const policy = `<meta http-equiv="Content-Security-Policy" content="${MAIL_CSP}">`
    const mails = ATTACKS.map(attack => policy + attack)
    const did = await show(mails, { sandbox: 'allow-popups allow-popups-to-escape-sandbox' })
    expect(did).toEqual([])
  })
})
