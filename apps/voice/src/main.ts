import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readEnv } from './env.ts'
import { type WiredNode, wire } from './wiring.ts'

const read = readEnv(process.env)
if (!read.ok) {
  for (const sentence of read.sentences) process.stderr.write(`${sentence}\n`)
  process.exit(2)
}
const { env } = read

let wired: WiredNode
try {
  wired = await wire(env)
} catch (error) {
  const { message, cause } = error as Error
  const taken = `${message} ${cause instanceof Error ? cause.message : ''}`.includes('EADDRINUSE')
  const sentence = taken
    ? `A SIP port is taken (UDP ${env.SIP_UDP_PORT}, TCP ${env.SIP_TCP_PORT}). Stop what uses it, or set SIP_UDP_PORT and SIP_TCP_PORT.`
    : message
  process.stderr.write(`The voice node could not start. ${sentence}\n`)
  process.exit(1)
}
const ports = Object.entries(wired.sipPorts)
  .flatMap(([protocol, port]) => (port === null ? [] : `${protocol.toUpperCase()} ${port}`))
  .join(', ')
process.stdout.write(`The voice node ${env.NODE_ID} takes calls on ${ports} of ${env.LISTEN_ADDRESS}.\n`)

// Who it is, for a server that was started again and finds its node still in the middle of calls.
const pidFile = join(env.DATA_DIR, 'voice', 'node.pid')
mkdirSync(join(env.DATA_DIR, 'voice'), { recursive: true, mode: 0o700 })
writeFileSync(pidFile, String(process.pid))

let stopping = false
async function stop(): Promise<void> {
  // Asked twice: at once.
  if (stopping) process.exit(1)
  stopping = true
  await wired.drain()
  rmSync(pidFile, { force: true })
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)

if (env.ALONE_SECONDS > 0) {
  let togetherAt = Date.now()
  setInterval(() => {
    const { link, calls } = wired.node
    if (link.up || calls.size > 0) togetherAt = Date.now()
    else if (Date.now() - togetherAt > env.ALONE_SECONDS * 1000 && !stopping) void stop()
  }, 1000).unref()
}
