import { createSocket } from 'node:dgram'
import { expect, test } from 'vitest'
import { Sweep } from '../src/endpoint/sweep.ts'
import { UdpSockets } from '../src/rtp/udp-sockets.ts'
import { until } from './phone.ts'

test('after a standstill, what came meanwhile is read before anybody is looked at', async () => {
  const socket = createSocket('udp4')
  let heard = 0
  socket.on('message', () => heard++)
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  // Sends in the middle of our standstill, as another machine does.
  const far = new UdpSockets().open(22_760, '127.0.0.1', () => {})
  if (far instanceof Error) throw far
  const sweep = new Sweep()
  const looks: number[] = []
  // One for each part of a second.
  for (let i = 0; i < 20; i++) sweep.add({ second: () => looks.push(heard) })
  // Behind the loop's turn to read: the timers come next.
  setImmediate(() => {
    far.sendTo(Buffer.from('still here'), socket.address().port, '127.0.0.1')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  })
  await until(() => looks.length > 0)
  expect(looks[0]).toBe(1)
  sweep.stop()
  await far.close()
  await new Promise<void>(resolve => socket.close(resolve))
})
