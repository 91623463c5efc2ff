import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMedia } from '../src/endpoint/create-media.ts'
import type { Media, RtpLeg } from '../src/endpoint/media.ts'
import { openRecording } from '../src/record/assemble.ts'
import { calmly } from '../src/schedule/testing/calmly.ts'
import { readWav } from '../src/wav/read.ts'
import { createPhone, type Phone, peakOf, shareOf, until } from './phone.ts'

let media: Media
let folder: string
const phones: Phone[] = []

beforeEach(async () => {
  media = createMedia({ listenAddress: '127.0.0.1', ports: { from: 22_200, to: 22_299 } })
  folder = await mkdtemp(join(tmpdir(), 'recording-'))
})
afterEach(async () => {
  await media.close()
  await Promise.all(phones.splice(0).map(phone => phone.close()))
  await rm(folder, { recursive: true })
})

async function call(
  side: string,
  tone: number,
  codec: 'PCMA' | 'PCMU' = 'PCMA',
): Promise<{ phone: Phone; leg: RtpLeg }> {
  const phone = await createPhone({ tone, codec })
  phones.push(phone)
  const leg = await media.rtpLeg({ id: `${side} ${tone}`, side })
  const answer = leg.answer(phone.sdp())
  if (!answer.ok) throw new Error(answer.reason)
  phone.aim(leg.local.port)
  return { phone, leg }
}

async function stereo(
  file: string,
  format: 'g711' | 'pcm16' = 'g711',
): Promise<{ left: Int16Array; right: Int16Array }> {
  const stored = await openRecording(file)
  const chunks: Buffer[] = []
  for await (const chunk of stored.wav(format)) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  expect(bytes.length).toBe(stored.wavBytes(format))
  const wav = readWav(bytes)
  if (!wav.ok) throw new Error(wav.reason)
  expect(wav.audio.sampleRate).toBe(8000)
  return { left: wav.audio.channels[0]!, right: wav.audio.channels[1]! }
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

test('the customer is on the left, the agent on the right, a pause is silence, and the call is relayed all the while', async () => {
  const customer = await call('customer', 440)
  const agent = await call('agent', 700, 'PCMU')
  const room = media.room()
  room.join(customer.leg)
  room.join(agent.leg)
  await until(() => agent.phone.packets.length > 10)
  await calmly(async () => {
    const recording = await room.record({ folder, id: randomUUID() })
    await pause(1000)
    recording.pause()
    await pause(600)
    expect(recording.paused).toBe(true)
    recording.resume()
    await pause(800)
    expect([room.feed('customer 440'), room.feed('agent 700')]).toEqual(['relay', 'relay'])
    const result = await recording.stop()
    expect(result.durationMs).toBeGreaterThan(2350)
    expect(result.pauses).toHaveLength(1)
    const { fromMs, toMs } = result.pauses[0]!
    for (const format of ['g711', 'pcm16'] as const) {
      const { left, right } = await stereo(result.file, format)
      expect(left.length).toBe(result.durationMs * 8)
      for (const [track, hz] of [
        [left, 440],
        [right, 700],
      ] as const) {
        expect(shareOf(hz, track.subarray(400, fromMs * 8 - 400))).toBeGreaterThan(0.9)
        expect(peakOf(track.subarray(fromMs * 8 + 400, toMs * 8 - 400))).toBeLessThan(20)
        expect(shareOf(hz, track.subarray(toMs * 8 + 400, -400))).toBeGreaterThan(0.9)
      }
    }
    const peaks = await (await openRecording(result.file)).peaks(10)
    expect(peaks.left.length).toBe(Math.ceil(result.durationMs / 100))
    expect(Math.max(...peaks.left.slice(0, Math.floor(fromMs / 100)))).toBeGreaterThan(50)
    expect(peaks.left[Math.floor((fromMs + 300) / 100)]).toBe(0)
  })
})

test('two agents share the right side, and a member of neither side is not on it', async () => {
  const customer = await call('customer', 440)
  const first = await call('agent', 700)
  const second = await call('agent', 1000)
  const boss = await call('supervisor', 1700)
  const room = media.room()
  for (const { leg } of [customer, first, second, boss]) room.join(leg)
  await until(() => customer.phone.packets.length > 10)
  const recording = await room.record({ folder, id: 'conference' })
  await pause(1200)
  const { file } = await recording.stop()
  const { left, right } = await stereo(file)
  expect(shareOf(440, left.subarray(1600))).toBeGreaterThan(0.9)
  expect(shareOf(700, right.subarray(1600))).toBeGreaterThan(0.3)
  expect(shareOf(1000, right.subarray(1600))).toBeGreaterThan(0.3)
  expect(shareOf(1700, right.subarray(1600))).toBeLessThan(0.01)
})

test('a muted agent is not recorded', async () => {
  const customer = await call('customer', 440)
  const agent = await call('agent', 700)
  const room = media.room()
  room.join(customer.leg)
  room.join(agent.leg)
  agent.leg.mute(true)
  const recording = await room.record({ folder, id: 'muted' })
  await pause(800)
  const { file } = await recording.stop()
  expect(peakOf((await stereo(file)).right)).toBeLessThan(20)
})

test('a folder that is not there is refused, and the room goes on', async () => {
  const room = media.room()
  await expect(room.record({ folder: join(folder, 'none'), id: 'x' })).rejects.toMatchObject({ code: 'media.record' })
  await expect(room.record({ folder, id: '../x' })).rejects.toMatchObject({ code: 'media.record' })
  expect(media.counts()).toMatchObject({ rooms: 1, recordings: 0 })
})

test('of a process killed while it records, at most a second is lost', async () => {
  const child = fork(join(import.meta.dirname, 'recording-process.ts'), [folder])
  let livedMs = 0
  child.on('message', message => {
    livedMs = (message as { livedMs: number }).livedMs
  })
  await until(() => livedMs > 2600, 15_000)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const file = join(folder, 'killed.g711')
  expect((await stat(file)).size).toBeGreaterThan(0)
  const stored = await openRecording(file)
  expect(stored.complete).toBe(false)
  expect(stored.durationMs).toBeGreaterThan(livedMs - 1000)
  const { left, right } = await stereo(file)
  expect(shareOf(440, left.subarray(1600))).toBeGreaterThan(0.9)
  expect(shareOf(700, right.subarray(1600))).toBeGreaterThan(0.9)
})
