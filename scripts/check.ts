// `npm run check`: format and lint, floors, types, unit tests. Under a minute; run it before every commit.
import { spawn } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const PATH = [dirname(process.execPath), join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter)

const CHECKS: [string, string, string[]][] = [
  ['format and lint', 'biome', ['check', '--error-on-warnings', '.']],
  ['floors', process.execPath, ['scripts/check-floors.ts']],
  ['types', 'tsc', ['-p', 'tsconfig.json']],
  ['types of tests', 'tsc', ['-p', 'tests/tsconfig.json']],
  ['types of desktop', 'tsc', ['-p', 'apps/desktop/tsconfig.json']],
  ['types of widget', 'tsc', ['-p', 'apps/widget/tsconfig.json']],
  ['unit tests', 'vitest', ['run', '--project', 'unit', '--silent']],
]

let failed = 0
const waiting = [...CHECKS]
/** Two at a time: the type checks keep one core busy, the tests the other. */
await Promise.all([work(() => waiting.pop()), work(() => waiting.shift())])
if (failed > 0) process.exit(1)

async function work(next: () => (typeof CHECKS)[number] | undefined): Promise<void> {
  for (let check = next(); check; check = next()) {
    const [name, command, args] = check
    const began = Date.now()
    const { code, said } = await run(command, args)
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`)
    if (code === 0) continue
    failed++
    console.log(said)
  }
}

function run(command: string, args: string[]): Promise<{ code: number; said: string }> {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, PATH },
      shell: process.platform === 'win32',
    })
    let said = ''
    child.stdout.on('data', chunk => (said += chunk))
    child.stderr.on('data', chunk => (said += chunk))
    child.on('error', error => resolve({ code: 1, said: String(error) }))
    child.on('exit', code => resolve({ code: code ?? 1, said }))
  })
}
