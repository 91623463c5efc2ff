// Runs a TypeScript file under the pinned Node, whatever Node started npm: `node scripts/run.mjs file.ts [args]`.
import { spawn } from 'node:child_process'
import { pinnedNode } from './pinned-node.mjs'

const child = spawn(pinnedNode(), process.argv.slice(2), { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
