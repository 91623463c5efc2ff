/**
 * Measures whole calls at the SIP level: `npm run bench:sip-calls` (`--quick`: a few seconds). INVITE, 100, 200, ACK, BYE, 200 over UDP on loopback between two processes, without media. The last line is one JSON object.
 *
 * - Calls set up and ended per second, and what a call costs each side in CPU.
 * - What a finished call keeps in memory until its transactions have lingered (32 s).
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { createSipEndpoint, type SipEndpoint } from '@centrala/sip/endpoint/endpoint.ts'
import { endWith } from './interrupted.ts'

const quiet = (): void => {}
const log = { debug: quiet, info: quiet, warn: console.warn, error: console.error }

interface Usage {
  readonly cpuMs: number
  readonly heapBytes: number
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  globalThis.gc?.()
  return { cpuMs: (user + system) / 1000, heapBytes: process.memoryUsage().heapUsed }
}

function endpoint(): Promise<SipEndpoint> {
  return createSipEndpoint({ listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }], userAgent: 'bench', log })
}

async function called(): Promise<void> {
  const sip = await endpoint()
  sip.onInvite(invite => void invite.answer('v=0\r\n'))
  process.on('message', () => process.send?.(usage()))
  process.send?.(sip.listening[0]?.port)
}

async function calling(): Promise<void> {
  const total = process.argv.includes('--quick') ? 3000 : 20_000
  const child = fork(process.argv[1] ?? '', ['called'], { execArgv: ['--expose-gc'] })
  endWith(child)
  const [port] = (await once(child, 'message')) as [number]
  const there = async (): Promise<Usage> => {
    child.send('usage')
    const [answer] = (await once(child, 'message')) as [Usage]
    return answer
  }
  const sip = await endpoint()
  let failed = 0
  const call = async (): Promise<void> => {
    const uri = `sip:bob@127.0.0.1:${port}`
    const result = await sip.invite({ uri, from: 'sip:alice@127.0.0.1', sdp: 'v=0\r\n' }).answered
    if (result.ok) await result.session.bye()
    else failed++
  }
  const run = async (calls: number): Promise<void> => {
    let left = calls
    const line = async (): Promise<void> => {
      while (left-- > 0) await call()
    }
    await Promise.all(Array.from({ length: 30 }, line))
  }
  await run(1000)
  const [ours, theirs] = [usage(), await there()]
  const startedAt = performance.now()
  await run(total)
  const seconds = (performance.now() - startedAt) / 1000
  const [oursAfter, theirsAfter] = [usage(), await there()]
  const metrics = {
    call_setups_per_s: Math.round(total / seconds),
    failed,
    caller_cpu_ms_per_call: round((oursAfter.cpuMs - ours.cpuMs) / total),
    called_cpu_ms_per_call: round((theirsAfter.cpuMs - theirs.cpuMs) / total),
    bytes_per_lingering_call: Math.round((theirsAfter.heapBytes - theirs.heapBytes) / total),
  }
  child.disconnect()
  child.kill()
  await sip.close()
  console.log(
    JSON.stringify({
      bench: 'sip-calls',
      metrics,
      machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
    }),
  )
}

const round = (value: number): number => Number(value.toFixed(3))

await (process.argv[2] === 'called' ? called() : calling())
