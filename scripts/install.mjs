import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = `${root}/node_modules/.centrala-lock`

/**
 * Installs the dependencies when they are missing or the lock file has changed since; says so, since it takes a while.
 * Not by `npm ci`: that wants the programs of every platform in the lock file, also those that a registry does not have.
 */
export async function install() {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 20)
    fail(
      `This is Node ${process.versions.node}; Centrala needs Node 20 or newer to begin. Install it from nodejs.org and try again.`,
    )
  const lock = createHash('sha256')
    .update(readFileSync(`${root}/package-lock.json`))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  const began = Date.now()
  process.stdout.write('Installing what Centrala needs (a minute or two the first time) …\n')
  const code = await run('npm', [
    'install',
    '--no-save',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  if (code !== 0) fail('The installation failed; see above. Check the network to the npm registry and try again.')
  writeFileSync(stamp, lock)
  process.stdout.write(`Installed in ${Math.round((Date.now() - began) / 1000)} s.\n`)
}

function run(command, args) {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    })
    child.on('exit', code => resolve(code ?? 1))
    child.on('error', () => resolve(1))
  })
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
