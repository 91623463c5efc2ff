import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const KNOWN = [
  process.env.FIREFOX_PATH,
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/snap/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
]

/** The Firefox of this machine, as Mozilla or Debian makes it, or null. */
export function findFirefox(): string | null {
  return KNOWN.find(path => path && existsSync(path)) ?? null
}

/** Finds Firefox, or installs Debian's as root; elsewhere it says what is missing. */
export function installFirefox(): void {
  if (findFirefox()) return
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Firefox for the browser tests …')
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'firefox-esr'], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
  if (!findFirefox())
    console.error('There is no Firefox here. Install it, or set FIREFOX_PATH; the tests in Firefox fail without.')
}
