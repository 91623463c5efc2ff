import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildScreens } from './build-screens.ts'
import { installBrowser } from './install-browser.ts'
import { installFirefox } from './install-firefox.ts'
import { installPhones } from './install-phones.ts'

// Everything that the tests need, then all of them; the last line counts them.
await installBrowser()
if (process.env.FIREFOX === '1') installFirefox()
installPhones()
await buildScreens(step => console.log(`${step} …`))
const folder = await mkdtemp(join(tmpdir(), 'centrala-tests-'))
const report = join(folder, 'report.json')
const asked = process.argv.slice(2)
const projects = asked.some(arg => arg.startsWith('--project'))
  ? []
  : ['--project=unit', '--project=torture', '--project=system']
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const args = ['run', ...reporters, ...projects, ...asked]
const code = await new Promise<number>(resolve => {
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.on('exit', exit => resolve(exit ?? 1))
})
const {
  numPassedTests = 0,
  numFailedTests = 0,
  numPendingTests = 0,
  success = false,
} = JSON.parse(await readFile(report, 'utf8').catch(() => '{}')) as Record<string, number | boolean>
await rm(folder, { recursive: true, force: true })
// A file that could not even be loaded has no tests to count, and is a failure all the same.
const failed = Math.max(Number(numFailedTests), code === 0 && success ? 0 : 1)
console.log(`${numPassedTests} passed, ${failed} failed${numPendingTests ? `, ${numPendingTests} skipped` : ''}`)
process.exit(failed > 0 ? 1 : 0)
