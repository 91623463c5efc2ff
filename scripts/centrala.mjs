#!/usr/bin/env node
// `centrala <command>`: what `npm run <command>` does, from anywhere.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const COMMANDS = {
  start: ['start.mjs'],
  replay: ['run.mjs', 'replay.ts'],
  rollup: ['run.mjs', 'rollup.ts'],
}
const [command, ...rest] = process.argv.slice(2)
const script = Object.hasOwn(COMMANDS, command ?? '') ? COMMANDS[command] : undefined
if (!script) {
  process.stderr.write(`Say what to do: centrala ${Object.keys(COMMANDS).join(' | ')}\n`)
  process.exit(command ? 1 : 0)
}
const paths = script.map(file => fileURLToPath(new URL(file, import.meta.url)))
const child = spawn(process.execPath, [...paths, ...rest], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
