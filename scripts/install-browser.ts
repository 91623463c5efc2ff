import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const KNOWN = [
  process.env.CHROME_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The Chrome or Chromium of this machine, or null. */
export async function findBrowser(): Promise<string | null> {
  const known = KNOWN.find(path => path && existsSync(path))
  if (known) return known
  const { chromium } = await import('playwright-core')
  const own = chromium.executablePath()
  return own && existsSync(own) ? own : null
}

/** Finds a browser, or installs one: Debian's as root, otherwise Playwright's. Where neither can be had the browser tests fail and say so. */
export async function installBrowser(): Promise<string | null> {
  const found = await findBrowser()
  if (found) return found
  console.log('Installing a browser for the browser tests …')
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
  const debian = await findBrowser()
  if (debian) return debian
  spawnSync(process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium'], { stdio: 'inherit' })
  const own = await findBrowser()
  if (!own)
    console.error(
      'There is no Chrome or Chromium here and none could be installed. Install one, or set CHROME_PATH; the browser tests fail without.',
    )
  return own
}
