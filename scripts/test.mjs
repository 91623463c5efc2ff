// `npm test`: installs what is missing (the browser and, as root on Debian, the mail servers too), then runs every test under the pinned Node.
import { spawn } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install } from './install.mjs'
import { pinnedNode } from './pinned-node.mjs'

await install()
const root = fileURLToPath(new URL('..', import.meta.url))
const env = {
  ...process.env,
  PATH: [dirname(pinnedNode()), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
}
const child = spawn(pinnedNode(), ['scripts/test.ts', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
