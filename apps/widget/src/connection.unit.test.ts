import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createConnection } from './connection.ts'

let opened: FakeSocket[]
let page: EventTarget & { setTimeout?: unknown; setInterval?: unknown }
let online: boolean[]

class FakeSocket {
  static readonly OPEN = 1
  readyState = 0
  sent: string[] = []
  onopen?: () => void
  onmessage?: (event: { data: string }) => void
  onclose?: (event: { code: number }) => void
  constructor() {
    opened.push(this)
  }
  send(data: string) {
    this.sent.push(data)
  }
  /** On a dead network nobody agrees to close. */
  close() {
    this.readyState = 2
  }
  ready() {
    this.readyState = 1
    this.onopen?.()
    this.onmessage?.({ data: '{"type":"ready"}' })
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  opened = []
  online = []
  page = Object.assign(new EventTarget(), { setTimeout, setInterval })
  vi.stubGlobal('window', page)
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
  vi.stubGlobal('WebSocket', FakeSocket)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function start() {
  const heard: string[] = []
  const connection = createConnection({
    url: 'ws://chat.example.com/',
    hello: () => ({ type: 'ping' }),
    heard: frame => heard.push(frame.type),
    changed: is => online.push(is),
  })
  connection.start()
  return { connection, heard }
}

test('a server that never says a word is given up and tried again', async () => {
  start()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(online).toEqual([false])
  expect(opened).toHaveLength(2)
  opened[1]?.ready()
  expect(online.at(-1)).toBe(true)
})

test('without a network the visitor is told at once, and what was on its way comes by the next connection alone', async () => {
  const { heard } = start()
  opened[0]?.ready()
  page.dispatchEvent(new Event('offline'))
  expect(online).toEqual([true, false])
  opened[0]?.onmessage?.({ data: '{"type":"pong"}' })
  expect(heard).toEqual(['ready'])
  page.dispatchEvent(new Event('online'))
  expect(opened).toHaveLength(2)
})

test('a connection gone dead without a word is replaced, though nobody agrees to close it', async () => {
  start()
  opened[0]?.ready()
  await vi.advanceTimersByTimeAsync(80_000)
  expect(opened.length).toBeGreaterThan(1)
})
