import { createSocket } from 'node:dgram'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMedia } from '../src/endpoint/create-media.ts'
import type { Media, RtpLeg } from '../src/endpoint/media.ts'
import { audioOf, createPhone, type Phone, shareOf, until } from './phone.ts'

let media: Media
let phone: Phone
let leg: RtpLeg

beforeAll(async () => {
  media = createMedia({ listenAddress: '127.0.0.1', ports: { from: 24_000, to: 24_009 } })
  phone = await createPhone({ tone: 440 })
  leg = await media.rtpLeg({})
  leg.answer(phone.sdp())
  phone.aim(leg.local.port)
  media.room().join(leg, { hears: [leg.id] })
  await until(() => phone.packets.length > 5)
})
afterAll(async () => {
  await phone.close()
  await media.close()
})

/** Sends 5,000 packets a second for two seconds, and measures what the far end hears of itself meanwhile. */
async function flood(from: string, port: number, packet: Buffer): Promise<{ audible: number; packets: number }> {
  const socket = createSocket('udp4')
  await new Promise<void>(resolve => socket.bind(0, from, resolve))
  const timer = setInterval(() => {
    for (let i = 0; i < 50; i++) socket.send(packet, port, '127.0.0.1')
  }, 10)
  const heard = await phone.listen(2000)
  clearInterval(timer)
  await new Promise<void>(resolve => socket.close(() => resolve()))
  return { audible: shareOf(440, audioOf(heard)), packets: heard.length }
}

const rtp = Buffer.alloc(172, 0x55)
rtp.set([0x80, 8])
const rtcp = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 1])

test.each([
  ['RTP from a foreign address', '127.0.0.7', 0, rtp],
  ['RTP from another port of the same address', '127.0.0.1', 0, rtp],
  ['RTCP from a foreign address', '127.0.0.7', 1, rtcp],
  ['RTCP from another port of the same address', '127.0.0.1', 1, rtcp],
  ['no RTP at all', '127.0.0.1', 0, Buffer.alloc(1400)],
])('a flood of %s takes nothing of the call', async (_what, from, offset, packet) => {
  const before = leg.quality()
  const { audible, packets } = await flood(from, leg.local.port + offset, packet)
  expect(audible).toBeGreaterThan(0.9)
  expect(packets).toBeGreaterThan(90)
  expect(leg.quality().lost - before.lost).toBeLessThan(3)
})

test('a flood of digits does not silence those who are told them for longer than a moment', async () => {
  const [flooder, victim] = [await createPhone({ tone: null }), await createPhone({ tone: 0 })]
  const [from, to] = [await media.rtpLeg({}), await media.rtpLeg({})]
  from.answer(flooder.sdp())
  to.answer(victim.sdp({ event: false }))
  flooder.aim(from.local.port)
  victim.aim(to.local.port)
  const room = media.room()
  room.join(from)
  room.join(to)
  const event = Buffer.from([0x80, 0xe5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 5, 0x8a, 3, 0x20])
  for (let n = 0; n < 400; n++) {
    event.writeUInt16BE(n, 2)
    event.writeUInt32BE(n * 960, 4)
    flooder.send(Buffer.from(event))
    if (n % 4 === 3) await new Promise(resolve => setTimeout(resolve, 20))
  }
  flooder.tone = 440
  await until(() => flooder.packets.length > 0 && victim.packets.length > 0)
  const began = performance.now()
  while (shareOf(440, audioOf(await victim.listen(300))) < 0.9) expect(performance.now() - began).toBeLessThan(5000)
  await Promise.all([flooder.close(), victim.close(), room.close(), from.close(), to.close()])
}, 20_000)
