import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMedia } from '../src/endpoint/create-media.ts'
import type { Media, RtpLeg } from '../src/endpoint/media.ts'
import { soundFile } from '../src/play/sound.ts'
import { beepSound, progressSound, silence } from '../src/play/tone-sound.ts'
import { writeWav } from '../src/wav/write.ts'
import { audioOf, createPhone, type Phone, peakOf, shareOf, until } from './phone.ts'

let media: Media
const phones: Phone[] = []

beforeEach(() => {
  media = createMedia({ listenAddress: '127.0.0.1', ports: { from: 22_600, to: 22_699 } })
})
afterEach(async () => {
  await media.close()
  await Promise.all(phones.splice(0).map(phone => phone.close()))
})

async function call(id: string, tone: number | null = 0): Promise<{ phone: Phone; leg: RtpLeg }> {
  const phone = await createPhone({ tone })
  phones.push(phone)
  const leg = await media.rtpLeg({ id, side: id })
  const answer = leg.answer(phone.sdp())
  if (!answer.ok) throw new Error(answer.reason)
  phone.aim(leg.local.port)
  return { phone, leg }
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
const wav = (hz: number, ms: number, rate: number): Uint8Array =>
  writeWav({
    sampleRate: rate,
    channels: [
      Int16Array.from({ length: (rate * ms) / 1000 }, (_, i) => 8000 * Math.sin((2 * Math.PI * hz * i) / rate)),
    ],
  })

test('sounds of any rate play one after the other, then the call goes on', async () => {
  const { phone, leg } = await call('customer')
  const room = media.room()
  room.join(leg)
  await until(() => phone.packets.length > 3)
  phone.packets.length = 0
  const playback = room.play('customer', [
    soundFile('first', wav(600, 400, 44_100)),
    silence(200),
    soundFile('second', wav(1100, 400, 16_000)),
  ])
  expect(await playback.done).toBe('finished')
  const heard = audioOf(phone.packets)
  expect(shareOf(600, heard.subarray(400, 3000))).toBeGreaterThan(0.9)
  expect(peakOf(heard.subarray(3800, 4400))).toBeLessThan(20)
  expect(shareOf(1100, heard.subarray(5300, 7500))).toBeGreaterThan(0.9)
  expect(room.feed('customer')).toBe('none')
})

test('a file that is no sound is refused with what is the matter', () => {
  expect(() => soundFile('menu.wav', Buffer.from('MP3'))).toThrow(/menu\.wav: This is no WAV file/)
})

test('stopping at a key press ends a prompt at once', async () => {
  const { phone, leg } = await call('customer')
  const room = media.room()
  room.join(leg)
  await until(() => leg.quality().packetsReceived > 3)
  const playback = room.play('customer', progressSound('ringback'), { loop: true })
  leg.onDigit(() => playback.stop())
  await until(() => playback.positionMs > 100)
  phone.press(1)
  expect(await playback.done).toBe('stopped')
  expect(playback.positionMs).toBeLessThan(3000)
})

test('a member that leaves or closes ends what is played to it alone', async () => {
  const first = await call('first')
  const second = await call('second')
  const room = media.room()
  room.join(first.leg)
  room.join(second.leg)
  const toFirst = room.play('first', beepSound(), { loop: true })
  const toBoth = room.play(['first', 'second'], beepSound(), { loop: true })
  const toAll = room.play('room', beepSound(), { loop: true })
  await first.leg.close()
  expect(await toFirst.done).toBe('stopped')
  expect(room.members.map(member => member.id)).toEqual(['second'])
  expect(media.counts().playbacks).toBe(2)
  await room.close()
  expect(await Promise.all([toBoth.done, toAll.done])).toEqual(['stopped', 'stopped'])
  expect(second.leg.closed).toBe(false)
  expect(await room.play('second', beepSound()).done).toBe('stopped')
})

test('a leg that joins another room leaves the first', async () => {
  const caller = await call('caller', 440)
  const agent = await call('agent', 700)
  const first = media.room()
  const second = media.room()
  first.join(caller.leg)
  first.join(agent.leg)
  second.join(caller.leg)
  expect([first.members.length, second.members.length]).toEqual([1, 1])
  await pause(100)
  expect(peakOf(audioOf(await agent.phone.listen(300)))).toBeLessThan(20)
})

test('a new leg takes the place of an old one: rules, music and recording side', async () => {
  const caller = await call('caller', 440)
  const old = await call('old', 700)
  const fresh = await call('fresh', 1000)
  const boss = await call('boss', 1700)
  const room = media.room()
  room.join(caller.leg)
  room.join(old.leg)
  room.join(boss.leg, { heardBy: ['old'] })
  room.play('old', progressSound('busy'), { loop: true })
  room.replace(old.leg, fresh.leg)
  await old.leg.close()
  expect(room.members.map(member => member.id).sort()).toEqual(['boss', 'caller', 'fresh'])
  await until(() => fresh.phone.packets.length > 20)
  await pause(300)
  const [toFresh, toCaller] = (await Promise.all([fresh, caller].map(one => one.phone.listen(1000)))).map(audioOf)
  expect(shareOf(1700, toFresh!)).toBeGreaterThan(0.1)
  expect(shareOf(440, toFresh!)).toBeGreaterThan(0.1)
  expect(shareOf(425, toFresh!)).toBeGreaterThan(0.01)
  expect(shareOf(1000, toCaller!)).toBeGreaterThan(0.9)
})

test('a conference of eight hears everybody, nobody hears themselves, digits reach all', async () => {
  const tones = [310, 450, 590, 730, 870, 1010, 1150, 1290]
  const calls: { phone: Phone; leg: RtpLeg }[] = []
  for (const tone of tones) calls.push(await call(`m${tone}`, tone))
  const room = media.room()
  for (const { leg } of calls) room.join(leg)
  await until(() => calls.every(({ phone }) => phone.packets.length > 30))
  const heard = (await Promise.all(calls.map(({ phone }) => phone.listen(1000)))).map(audioOf)
  for (const [i, pcm] of heard.entries()) {
    for (const [j, tone] of tones.entries()) {
      if (i === j) expect(shareOf(tone, pcm)).toBeLessThan(0.03)
      else expect(shareOf(tone, pcm)).toBeGreaterThan(0.04)
    }
  }
  calls[0]!.phone.press(9)
  await until(() => calls.slice(1).every(({ phone }) => phone.packets.some(packet => packet.type === 101)))
})

test('a listener that throws is reported and hurts nobody', async () => {
  const faults: string[] = []
  const own = createMedia({
    listenAddress: '127.0.0.1',
    ports: { from: 22_700, to: 22_709 },
    onFault: fault => faults.push(fault.code),
  })
  const leg = await own.rtpLeg({ id: 'x' })
  const told: string[] = []
  leg.onDigit(() => {
    throw new Error('mine')
  })
  leg.onDigit(digit => told.push(digit))
  leg.digit('5')
  expect([faults, told]).toEqual([['listener'], ['5']])
  let closed = 0
  leg.onClose(() => closed++)
  await own.close()
  expect(closed).toBe(1)
  await expect(own.rtpLeg({})).rejects.toMatchObject({ code: 'media.closed' })
})
