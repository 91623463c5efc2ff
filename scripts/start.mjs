// `npm start`: installs what is missing, builds the screens when their sources changed, then runs the server under the pinned Node.
import { spawn } from 'node:child_process'
import { install } from './install.mjs'
import { pinnedNode } from './pinned-node.mjs'

await install()
const root = new URL('..', import.meta.url)
const child = spawn(
  pinnedNode(),
  ['--disable-warning=ExperimentalWarning', 'apps/server/src/main.ts', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)
// Ctrl-C reaches the child by the terminal; a signal to npm alone is handed on. Either way we wait for its orderly end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill('SIGTERM'))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
