import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMedia } from '../src/endpoint/create-media.ts'
import type { Media, RtpLeg, RtpLegOptions } from '../src/endpoint/media.ts'
import { Source } from '../src/play/source.ts'
import { calmly } from '../src/schedule/testing/calmly.ts'
import { audioOf, createPhone, type Heard, type Phone, type PhoneOptions, peakOf, shareOf, until } from './phone.ts'

let media: Media
const phones: Phone[] = []

beforeEach(() => {
  media = createMedia({ listenAddress: '127.0.0.1', ports: { from: 22_000, to: 22_199 } })
})
afterEach(async () => {
  await media.close()
  await Promise.all(phones.splice(0).map(phone => phone.close()))
})

/** A phone talking to a leg of ours. */
async function call(
  id: string,
  options: PhoneOptions = {},
  legOptions: RtpLegOptions = {},
): Promise<{ phone: Phone; leg: RtpLeg }> {
  const phone = await createPhone(options)
  phones.push(phone)
  const leg = await media.rtpLeg({ id, side: id, ...legOptions })
  const answer = leg.answer(phone.sdp())
  if (!answer.ok) throw new Error(answer.reason)
  phone.aim(leg.local.port)
  return { phone, leg }
}

async function heardBy(phone: Phone, ms = 600): Promise<Int16Array> {
  return audioOf(await phone.listen(ms))
}

/** Sequence numbers without a hole, timestamps in step, one source. */
function expectUnbroken(packets: readonly Heard[]): void {
  expect(packets.length).toBeGreaterThan(10)
  const audio = packets.filter(packet => packet.type !== 101)
  for (let i = 1; i < packets.length; i++) {
    expect((packets[i]!.sequence - packets[i - 1]!.sequence) & 0xffff).toBe(1)
    expect(packets[i]!.ssrc).toBe(packets[0]!.ssrc)
  }
  for (let i = 1; i < audio.length; i++) {
    const step = (audio[i]!.timestamp - audio[i - 1]!.timestamp) | 0
    expect(step).toBeGreaterThanOrEqual(160)
    // A machine that stalls leaves a gap, which the timestamps must show; they never jump.
    expect(step).toBeLessThanOrEqual(8000)
  }
}

const music = new Source(
  'music',
  Int16Array.from({ length: 8000 }, (_, i) => 6000 * Math.sin((i * 2 * Math.PI * 1300) / 8000)),
)

describe('two members', () => {
  test('hear each other by relay, packet for packet', async () => {
    const caller = await call('customer', { tone: 440 })
    const agent = await call('agent', { tone: 700 })
    const room = media.room()
    room.join(caller.leg)
    room.join(agent.leg)
    expect([room.feed('customer'), room.feed('agent')]).toEqual(['relay', 'relay'])
    await until(() => caller.phone.packets.length > 20 && agent.phone.packets.length > 20)
    const packets = await agent.phone.listen(600)
    expectUnbroken(packets)
    expect(shareOf(440, audioOf(packets))).toBeGreaterThan(0.9)
    expect(shareOf(700, await heardBy(caller.phone))).toBeGreaterThan(0.9)
  })

  test('of A-law and µ-law hear each other without a mixer', async () => {
    const caller = await call('customer', { tone: 440, codec: 'PCMU' })
    const agent = await call('agent', { tone: 700, codec: 'PCMA' })
    const room = media.room()
    room.join(caller.leg)
    room.join(agent.leg)
    expect([caller.leg.codec, agent.leg.codec, room.feed('agent')]).toEqual(['PCMU', 'PCMA', 'relay'])
    await until(() => agent.phone.packets.length > 20)
    expect(shareOf(440, await heardBy(agent.phone))).toBeGreaterThan(0.9)
    expect(shareOf(700, await heardBy(caller.phone))).toBeGreaterThan(0.9)
  })

  test('notice nothing in numbers or times when a third listens in and leaves again', async () => {
    const caller = await call('customer', { tone: 440 })
    const agent = await call('agent', { tone: 700 })
    const third = await call('third', { tone: 1000 })
    const room = media.room()
    room.join(caller.leg)
    room.join(agent.leg)
    const { packets } = agent.phone
    const heard = (count: number) => until(() => packets.length >= count)
    await calmly(async () => {
      room.leave(third.leg)
      packets.length = 0
      await heard(20)
      packets.length = 0
      await heard(20)
      room.join(third.leg)
      expect(room.feed('agent')).toBe('mix')
      const joined = packets.length
      await heard(joined + 35)
      const left = packets.length
      room.leave(third.leg)
      expect(room.feed('agent')).toBe('relay')
      await heard(left + 25)
      expectUnbroken(packets)
      const middle = audioOf(packets.slice(joined + 15, left))
      expect(shareOf(440, middle)).toBeGreaterThan(0.3)
      expect(shareOf(1000, middle)).toBeGreaterThan(0.3)
      // The caller's voice has no hole while it changes from relay to mix and back.
      for (let i = 0; i + 8 <= packets.length; i += 8)
        expect(peakOf(audioOf(packets.slice(i, i + 8)))).toBeGreaterThan(3000)
    })
  })
})

describe('rules', () => {
  test('a listener is heard by nobody, a whisper by the agent alone, a barge by all', async () => {
    const caller = await call('customer', { tone: 440 })
    const agent = await call('agent', { tone: 700 })
    const boss = await call('boss', { tone: 1000 })
    const room = media.room()
    room.join(caller.leg)
    room.join(agent.leg)
    room.join(boss.leg, { hears: 'all', heardBy: [] })
    expect([room.feed('customer'), room.feed('agent'), room.feed('boss')]).toEqual(['relay', 'relay', 'mix'])
    await until(() => boss.phone.packets.length > 20)
    let [toBoss, toAgent, toCaller] = await Promise.all([boss, agent, caller].map(one => heardBy(one.phone)))
    expect(shareOf(440, toBoss!)).toBeGreaterThan(0.3)
    expect(shareOf(700, toBoss!)).toBeGreaterThan(0.3)
    expect(shareOf(1000, toAgent!)).toBeLessThan(0.01)
    expect(shareOf(1000, toCaller!)).toBeLessThan(0.01)

    room.rules('boss', { hears: 'all', heardBy: ['agent'] })
    await new Promise(resolve => setTimeout(resolve, 300))
    ;[toBoss, toAgent, toCaller] = await Promise.all([boss, agent, caller].map(one => heardBy(one.phone)))
    expect(shareOf(1000, toAgent!)).toBeGreaterThan(0.3)
    expect(shareOf(440, toAgent!)).toBeGreaterThan(0.3)
    expect(shareOf(1000, toCaller!)).toBeLessThan(0.01)
    expect(shareOf(700, toCaller!)).toBeGreaterThan(0.9)

    room.rules('boss', {})
    await new Promise(resolve => setTimeout(resolve, 300))
    toCaller = await heardBy(caller.phone)
    expect(shareOf(1000, toCaller)).toBeGreaterThan(0.3)
    expect(shareOf(700, toCaller)).toBeGreaterThan(0.3)
  })

  test('on hold the customer hears music alone and the agent nothing', async () => {
    const caller = await call('customer', { tone: 440 })
    const agent = await call('agent', { tone: 700 })
    const room = media.room()
    room.join(caller.leg)
    room.join(agent.leg)
    await until(() => caller.phone.packets.length > 20)
    room.rules('customer', { hears: [], heardBy: [] })
    const hold = room.play('customer', music, { loop: true })
    expect([room.feed('customer'), room.feed('agent')]).toEqual(['play', 'none'])
    await new Promise(resolve => setTimeout(resolve, 100))
    const [toCaller, toAgent] = await Promise.all([heardBy(caller.phone, 1500), heardBy(agent.phone, 600)])
    expect(shareOf(1300, toCaller!)).toBeGreaterThan(0.9)
    expect(shareOf(700, toCaller!)).toBeLessThan(0.01)
    expect(toAgent!.length).toBeGreaterThan(2000)
    expect(peakOf(toAgent!)).toBeLessThan(20)
    hold.stop()
    expect(await hold.done).toBe('stopped')
    room.rules('customer', {})
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(shareOf(700, await heardBy(caller.phone))).toBeGreaterThan(0.9)
  })

  test('of a muted member nothing is heard', async () => {
    const caller = await call('customer', { tone: 440 })
    const agent = await call('agent', { tone: 700 })
    const room = media.room()
    room.join(caller.leg)
    room.join(agent.leg)
    agent.leg.mute(true)
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(peakOf(await heardBy(caller.phone))).toBeLessThan(20)
    expect(shareOf(440, await heardBy(agent.phone))).toBeGreaterThan(0.9)
    agent.leg.mute(false)
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(shareOf(700, await heardBy(caller.phone))).toBeGreaterThan(0.9)
  })
})

test('a prompt plays over the voices and ends by itself', async () => {
  const caller = await call('customer', { tone: 440 })
  const agent = await call('agent', { tone: 700 })
  const room = media.room()
  room.join(caller.leg)
  room.join(agent.leg)
  caller.phone.packets.length = 0
  const playback = room.play('room', music)
  expect(await playback.done).toBe('finished')
  expect(playback.positionMs).toBe(1000)
  expect(shareOf(1300, audioOf(caller.phone.packets).subarray(1600))).toBeGreaterThan(0.2)
  expect(room.feed('customer')).toBe('relay')
})
