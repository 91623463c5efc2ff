// A voice node as apps/voice/src/main.ts starts it, that also says what it holds when it is asked: for the soak.
import { readEnv } from '@centrala/voice/env.ts'
import { wire } from '@centrala/voice/wiring.ts'

export interface Holdings {
  /** What must be as before when all calls are over. */
  counts: Record<string, number>
  /** After a collection, in bytes. */
  heap: number
}

const read = readEnv(process.env)
if (!read.ok) throw new Error(read.sentences.join(' '))
const { node, drain } = await wire(read.env)

process.on('message', () => {
  globalThis.gc?.()
  const sip = node.sip.counts()
  const media = node.media.counts()
  const resources = process.getActiveResourcesInfo()
  const holdings: Holdings = {
    counts: {
      'sip transactions': sip.transactions,
      'sip dialogs': sip.dialogs,
      'sip timers': sip.timers,
      'media ports': media.ports,
      'media legs': media.legs,
      'media rooms': media.rooms,
      'media recordings': media.recordings,
      'media playbacks': media.playbacks,
      'media members ticking': media.ticking,
      'media timers': media.timers,
      calls: node.calls.size,
      journals: node.journals.size,
      'UDP sockets': resources.filter(name => name === 'UDPWrap').length,
      timeouts: resources.filter(name => name === 'Timeout').length,
      'file requests': resources.filter(name => name === 'FSReqPromise').length,
    },
    heap: process.memoryUsage().heapUsed,
  }
  process.send?.(holdings)
})
process.on('SIGTERM', () => void drain().then(() => process.exit(0)))
