import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** What the tests of the phone call with, and the file by which each is known to be there. */
const PROGRAMS: Record<string, readonly string[]> = {
  'espeak-ng': ['/usr/bin/espeak-ng', '/usr/local/bin/espeak-ng', '/opt/homebrew/bin/espeak-ng'],
  'sip-tester': ['/usr/bin/sipp', '/usr/local/bin/sipp', '/opt/homebrew/bin/sipp'],
  baresip: ['/usr/bin/baresip', '/usr/local/bin/baresip', '/opt/homebrew/bin/baresip'],
  libspandsp2: ['/usr/lib/x86_64-linux-gnu/libspandsp.so.2', '/usr/lib/aarch64-linux-gnu/libspandsp.so.2'],
}

const missingPhones = () => Object.keys(PROGRAMS).filter(name => !PROGRAMS[name]?.some(existsSync))

/** Installs, on Debian as root, the programs that the tests of the phone call with; elsewhere it says which to install. */
export function installPhones(): void {
  if (missingPhones().length === 0) return
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log(`Installing ${missingPhones().join(', ')} for the tests of the phone …`)
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missingPhones()], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
  const missing = missingPhones()
  if (missing.length > 0)
    console.error(
      `The tests of the phone want ${missing.join(', ')}. Install them; the tests that need them fail without.`,
    )
}
