import { createSocket, type Socket } from 'node:dgram'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { UdpSocket } from '../src/rtp/udp-socket.ts'
import { UdpSockets } from '../src/rtp/udp-sockets.ts'
import { until } from './phone.ts'

const PORT = 22_720
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A stranger's socket, and what it was sent. */
async function peer(port = 0): Promise<{ socket: Socket; port: number; heard: string[] }> {
  const socket = createSocket('udp4')
  const heard: string[] = []
  socket.on('message', packet => heard.push(String(packet)))
  await new Promise<void>(resolve => socket.bind(port, '127.0.0.1', resolve))
  closing.push(() => new Promise(resolve => socket.close(() => resolve())))
  return { socket, port: socket.address().port, heard }
}

describe.each([
  ['system calls of our own', { portable: false, kind: 'kernel' }],
  ['Node.js', { portable: true, kind: 'node' }],
] as const)('UDP sockets by %s', (_name, { portable, kind }) => {
  const sockets = new UdpSockets({ portable })

  function open(port = PORT): { socket: UdpSocket; heard: string[]; from: number[]; faults: Error[] } {
    const faults: Error[] = []
    const socket = sockets.open(port, '127.0.0.1', fault => faults.push(fault))
    if (socket instanceof Error) throw socket
    const heard: string[] = []
    const from: number[] = []
    socket.onPacket = (packet, _nowMs, address, port) => {
      heard.push(`${address} ${packet}`)
      from.push(port)
    }
    closing.push(() => socket.close())
    return { socket, heard, from, faults }
  }

  test('are what they are said to be', () => {
    expect(sockets.kind).toBe(kind)
  })

  test('hear everybody, say who spoke, and answer', async () => {
    const { socket, heard, from } = open()
    const [one, other] = [await peer(), await peer()]
    one.socket.send('one', PORT, '127.0.0.1')
    other.socket.send('other', PORT, '127.0.0.1')
    await until(() => heard.length === 2)
    expect(heard.sort()).toEqual(['127.0.0.1 one', '127.0.0.1 other'])
    expect(from.sort()).toEqual([one.port, other.port].sort())
    socket.sendTo(Buffer.from('to one'), one.port, '127.0.0.1')
    socket.sendTo(Buffer.from('to other'), other.port, '127.0.0.1')
    await until(() => one.heard.length === 1 && other.heard.length === 1)
    expect([one.heard, other.heard]).toEqual([['to one'], ['to other']])
  })

  test('hear nobody but whom they are connected to, until they are not', async () => {
    const { socket, heard } = open()
    const [far, stranger] = [await peer(), await peer()]
    expect(socket.connect(far.port, '127.0.0.1')).toBe(true)
    stranger.socket.send('stranger', PORT, '127.0.0.1')
    far.socket.send('far', PORT, '127.0.0.1')
    await until(() => heard.length > 0)
    socket.send(Buffer.from('hello'))
    await until(() => far.heard.length > 0)
    expect(heard).toEqual(['127.0.0.1 far'])
    socket.disconnect()
    stranger.socket.send('again', PORT, '127.0.0.1')
    await until(() => heard.length > 1)
    expect(heard[1]).toBe('127.0.0.1 again')
  })

  test('take a burst whole and in order', async () => {
    const { heard } = open()
    const far = await peer()
    const burst = Array.from({ length: 60 }, (_, i) => String(i))
    for (const text of burst) far.socket.send(text, PORT, '127.0.0.1')
    await until(() => heard.length === burst.length)
    expect(heard).toEqual(burst.map(text => `127.0.0.1 ${text}`))
  })

  test('hear a packet of nothing, and one that is far too long, and go on', async () => {
    const { heard } = open()
    const far = await peer()
    for (const packet of [Buffer.alloc(0), Buffer.alloc(9000, 'a'), Buffer.from('after')])
      far.socket.send(packet, PORT, '127.0.0.1')
    await until(() => heard.length === 3)
    expect(heard[0]).toBe('127.0.0.1 ')
    expect(heard[2]).toBe('127.0.0.1 after')
  })

  test('make no fault of a far end that is not there', async () => {
    const { socket, heard, faults } = open()
    const gone = await peer()
    socket.connect(gone.port, '127.0.0.1')
    await closing.pop()!()
    for (let i = 0; i < 5; i++) {
      socket.send(Buffer.from('anybody?'))
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    const back = await peer(gone.port)
    back.socket.send('here', PORT, '127.0.0.1')
    await until(() => heard.length > 0)
    expect(faults).toEqual([])
  })

  test('refuse a port that is taken, and give it back when closed', async () => {
    const { socket } = open()
    expect(sockets.open(PORT, '127.0.0.1', () => {})).toMatchObject({ code: 'EADDRINUSE' })
    await socket.close()
    open()
  })

  test('refuse an address that is not of this machine', () => {
    expect(sockets.open(PORT, '192.0.2.1', () => {})).toMatchObject({ code: 'EADDRNOTAVAIL' })
    expect(sockets.running).toBe(false)
  })

  test('may be closed by the packet that they are handing over', async () => {
    const [one, other] = [open(PORT), open(PORT + 2)]
    let told = 0
    one.socket.onPacket = other.socket.onPacket = () => {
      told++
      void one.socket.close()
      void other.socket.close()
    }
    const far = await peer()
    for (const port of [PORT, PORT + 2]) far.socket.send('end', port, '127.0.0.1')
    await until(() => told > 0)
    one.socket.send(Buffer.from('nothing'))
    expect(sockets.running).toBe(false)
    expect(told).toBe(1)
  })
})

test('sockets that nobody spoke to for a while hear the next packet at once', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const sockets = new UdpSockets()
  const socket = sockets.open(PORT, '127.0.0.1', () => {})
  if (socket instanceof Error) throw socket
  closing.push(() => socket.close())
  const far = await peer()
  closing.push(async () => void vi.useRealTimers())
  let heard = 0
  socket.onPacket = () => heard++
  // Longer than it takes them to look less often.
  vi.advanceTimersByTime(600)
  // By the loop: it is there when it is sent.
  await new Promise(resolve => far.socket.send('hello', PORT, '127.0.0.1', resolve))
  vi.advanceTimersByTime(10)
  // Where the sockets are those of Node.js, it tells by itself.
  await until(() => heard === 1)
})
