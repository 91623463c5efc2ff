import { createSocket, type Socket } from 'node:dgram'
import nodeDataChannel from 'node-datachannel'
import { afterAll, expect, test, vi } from 'vitest'
import { createMedia } from '../src/endpoint/create-media.ts'

const connections: { close(): void }[] = []
afterAll(() => {
  for (const connection of connections) connection.close()
})

async function offer(): Promise<string> {
  const connection = new nodeDataChannel.PeerConnection('browser', {
    iceServers: [],
    bindAddress: '127.0.0.1',
    disableAutoNegotiation: true,
  })
  connections.push(connection)
  const audio = new nodeDataChannel.Audio('0', 'SendRecv')
  audio.addAudioCodec(8, 'PCMA/8000')
  connection.addTrack(audio)
  const gathered = new Promise<void>(resolve =>
    connection.onGatheringStateChange(state => state === 'complete' && resolve()),
  )
  connection.setLocalDescription('offer')
  await gathered
  return connection.localDescription()?.sdp ?? ''
}

function bind(socket: Socket, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, '127.0.0.1', resolve)
  })
}

test('a browser for which no port is left is told so, and is answered when one is', async () => {
  const media = createMedia({
    listenAddress: '127.0.0.1',
    ports: { from: 24_010, to: 24_013 },
    maxLegs: 3,
    ice: { portRange: { from: 24_014, to: 24_015 } },
  })
  // The library gives back a port some time after the connection is closed.
  const answered = () =>
    vi.waitFor(
      async () => {
        const leg = media.browserLeg({})
        return leg.answer(await offer()).catch(error => leg.close().then(() => Promise.reject(error)))
      },
      { timeout: 5000, interval: 20 },
    )
  const [first, second, third] = [media.browserLeg({}), media.browserLeg({}), media.browserLeg({})]
  expect(await first.answer(await offer())).toContain('a=candidate:')
  expect(await second.answer(await offer())).toContain('a=candidate:')
  await expect(third.answer(await offer())).rejects.toMatchObject({ code: 'media.noPorts', retryable: true })
  await third.close()
  await second.close()
  expect(await answered()).toContain('a=candidate:')
  await first.close()

  // A port of the range that another program has is passed over.
  const other = createSocket('udp4')
  await vi.waitFor(() => bind(other, 24_014), { timeout: 5000, interval: 20 })
  await expect(media.browserLeg({}).answer(await offer())).rejects.toMatchObject({ code: 'media.noPorts' })
  other.close()
  await media.close()
  expect(media.counts()).toMatchObject({ legs: 0, timers: 0 })
})
