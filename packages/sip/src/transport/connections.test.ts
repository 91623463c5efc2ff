import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Connections } from './connections.ts'
import { transportLimits } from './transport.ts'

let nowMs = 0
beforeEach(() => {
  nowMs = 0
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** One look, after so long. */
function look(ms: number): void {
  nowMs += ms
  vi.advanceTimersByTime(1000)
}

function open(pings: boolean): { table: Connections; seen: string[] } {
  const table = new Connections(
    transportLimits,
    () => {},
    () => false,
  )
  const seen: string[] = []
  table.add(
    {
      peer: { protocol: pings ? 'ws' : 'tcp', address: '127.0.0.1', port: 5060, connection: 'c1' },
      unsent: () => 0,
      partial: () => 0,
      write: async () => {},
      ...(pings && { ping: () => void seen.push('ping') }),
      destroy: () => {
        seen.push('destroyed')
        table.remove('c1')
      },
    },
    'made',
  )
  return { table, seen }
}

const standstillMs = 2 * transportLimits.idleTimeoutMs

test('a browser is asked before it is given up, also after the machine stood still for longer than it may be idle', () => {
  const { table, seen } = open(true)
  look(standstillMs)
  expect(seen).toEqual(['ping'])
  table.touch('c1', false)
  look(1000)
  expect(seen).toEqual(['ping'])
})

test('a browser that was asked and says nothing is given up', () => {
  const { seen } = open(true)
  look(standstillMs)
  look(1000)
  expect(seen).toEqual(['ping', 'destroyed'])
})

test('who cannot be asked is given up when idle for too long', () => {
  const { seen } = open(false)
  look(transportLimits.idleTimeoutMs)
  expect(seen).toEqual([])
  look(1000)
  expect(seen).toEqual(['destroyed'])
})
