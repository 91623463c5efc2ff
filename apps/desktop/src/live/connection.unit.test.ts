import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type LiveState, startLive } from './connection.ts'

class FakeSocket extends EventTarget {
  readyState = 0
  sent: unknown[] = []
  send(data: string) {
    this.sent.push(JSON.parse(data))
  }
  close() {
    this.readyState = 3
    this.dispatchEvent(new Event('close'))
  }
  open() {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }
  hear(message: unknown) {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }
}

const event = (cursor: string) => ({
  type: 'event',
  event: {
    cursor,
    at: '2026-05-01T10:00:00.000Z',
    type: 'configuration.changed',
    interactionId: null,
    conversationId: null,
    customerId: null,
    queueId: null,
    userId: null,
    actorId: null,
    data: {},
  },
})

function begin() {
  const sockets: FakeSocket[] = []
  const states: LiveState[] = []
  const seen: string[] = []
  let resyncs = 0
  const live = startLive(
    {
      onState: state => states.push(state),
      onEvent: one => seen.push(one.cursor),
      onResync: () => {
        resyncs += 1
      },
      onTyping: () => undefined,
      onQueues: () => undefined,
      onCall: () => undefined,
      onSignedOut: () => undefined,
    },
    {
      open: () => {
        const socket = new FakeSocket()
        sockets.push(socket)
        return socket
      },
      now: Date.now,
      random: () => 1,
    },
  )
  return { live, sockets, states, seen, resyncs: () => resyncs, last: () => sockets.at(-1) as FakeSocket }
}

describe('the live connection', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('is not live by what an answer of a connection given up says', async () => {
    const { live, states, last } = begin()
    last().open()
    const given = last()
    given.dispatchEvent(new Event('error'))
    given.hear({ type: 'ready', cursor: '5' })
    expect(states.at(-1)).toMatchObject({ kind: 'down' })
    live.stop()
  })

  test('asks after a drop for what came after the last event it saw', () => {
    const { live, last, seen, states } = begin()
    last().open()
    last().hear({ type: 'ready', cursor: '5' })
    last().hear(event('6'))
    last().close()
    expect(states.at(-1)?.kind).toBe('down')
    vi.advanceTimersByTime(20_000)
    last().open()
    expect(last().sent[0]).toEqual({ type: 'hello', cursor: '6' })
    expect(states.at(-1)?.kind).toBe('catchingUp')
    last().hear(event('7'))
    last().hear({ type: 'ready', cursor: '7' })
    expect(seen).toEqual(['6', '7'])
    expect(states.at(-1)?.kind).toBe('live')
    live.stop()
  })

  test('fetches everything again on the first connection and when told to', () => {
    const { live, last, resyncs } = begin()
    last().open()
    last().hear({ type: 'ready', cursor: '5' })
    expect(resyncs()).toBe(1)
    last().hear({ type: 'resync', cursor: '900', reason: 'too far behind' })
    expect(resyncs()).toBe(2)
    last().close()
    vi.advanceTimersByTime(20_000)
    last().open()
    expect(last().sent[0]).toEqual({ type: 'hello', cursor: '900' })
    live.stop()
  })

  test('drops a connection that no longer answers and says since when', () => {
    const { live, last, sockets, states } = begin()
    last().open()
    last().hear({ type: 'ready', cursor: '5' })
    const heardAt = Date.now()
    vi.advanceTimersByTime(40_000)
    expect(states.at(-1)).toEqual({ kind: 'down', since: heardAt })
    expect(sockets[0]?.sent).toContainEqual({ type: 'ping' })
    live.stop()
  })

  test('keeps trying, more and more slowly, and at once when asked', () => {
    const { live, last, sockets } = begin()
    for (let drop = 0; drop < 6; drop++) {
      last().close()
      vi.advanceTimersByTime(15_000)
    }
    expect(sockets.length).toBe(7)
    last().close()
    live.tryNow()
    expect(sockets.length).toBe(8)
    live.stop()
  })

  test('does not trip over messages of a newer server', () => {
    const { live, last, seen } = begin()
    last().open()
    last().hear({ type: 'fireworks', colour: 'red' })
    last().hear({ type: 'ready', cursor: '5' })
    last().hear(event('6'))
    expect(seen).toEqual(['6'])
    live.stop()
  })
})
