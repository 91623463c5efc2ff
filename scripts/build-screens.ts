import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
/** Each screen, and the folders its bundle is made of. */
const SCREENS: Record<string, string[]> = {
  desktop: ['apps/desktop', 'packages/api', 'packages/core'],
  widget: ['apps/widget', 'packages/api', 'packages/core'],
}

const LOCK = join(ROOT, 'node_modules', '.building-screens')
/** A build that takes longer was killed in the middle. */
const LONGEST_MS = 180_000

/** Builds the desktop and the widget where their sources have changed since the last build. Of two who come at once, the second waits for the first. */
export async function buildScreens(progress: (step: string) => void): Promise<void> {
  while (!(await lock())) {
    const began = await stat(LOCK).catch(() => null)
    if (began && Date.now() - began.mtimeMs > LONGEST_MS) await rm(LOCK, { recursive: true, force: true })
    else await sleep(100)
  }
  try {
    await buildChanged(progress)
  } finally {
    await rm(LOCK, { recursive: true, force: true })
  }
}

/** Whether it is ours now; false: somebody else builds. */
async function lock(): Promise<boolean> {
  try {
    await mkdir(LOCK)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

async function buildChanged(progress: (step: string) => void): Promise<void> {
  for (const [name, folders] of Object.entries(SCREENS)) {
    const app = join(ROOT, 'apps', name)
    if (!existsSync(join(app, 'vite.config.ts'))) continue
    const stampFile = join(app, 'dist', '.sources')
    const now = await fingerprint(folders)
    if ((await readFile(stampFile, 'utf8').catch(() => '')) === now) continue
    progress(`Building the ${name}`)
    await vite(app)
    await writeFile(stampFile, now)
  }
}

/** Names, sizes and times of the sources: quick, and different whenever one was saved. */
async function fingerprint(folders: string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of folders) await visit(join(ROOT, folder), hash)
  return hash.digest('hex')
}

async function visit(folder: string, hash: ReturnType<typeof createHash>): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'dist') await visit(path, hash)
    } else if (!entry.name.endsWith('.test.ts')) {
      const { size, mtimeMs } = await stat(path)
      hash.update(`${relative(ROOT, path)} ${size} ${mtimeMs}\n`)
    }
  }
}

function vite(app: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
      // A test run that builds them has another NODE_ENV; what is shipped is always the same.
      { cwd: app, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'production' } },
    )
    let said = ''
    child.stdout.on('data', chunk => (said += chunk))
    child.stderr.on('data', chunk => (said += chunk))
    child.on('error', reject)
    child.on('exit', code =>
      code === 0 ? resolve() : reject(new Error(`Building ${relative(ROOT, app)} failed:\n${said}`)),
    )
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildScreens(step => console.log(`${step} …`))
