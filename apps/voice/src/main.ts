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
const { udp, tcp, tls } = wired.sipPorts
const ports = [udp && `UDP ${udp}`, tcp && `TCP ${tcp}`, tls && `TLS ${tls}`].filter(Boolean).join(', ')
process.stdout.write(`The voice node ${env.NODE_ID} takes calls on ${ports} of ${env.LISTEN_ADDRESS}.\n`)

let stopping = false
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  process.on(signal, async () => {
    // Asked twice: at once.
    if (stopping) process.exit(1)
    stopping = true
    await wired.drain()
    process.exit(0)
  })
