import { randomBytes, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as api from '@centrala/api/call.ts'
import type { CallFact } from '@centrala/api/call-fact.ts'
import { acceptOffer, listMyInteractions } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { type PhoneDesk, phoneDesk, startTestNode, type TestNode } from '../voice/testing.ts'
import { tidy } from './keep-recordings.ts'

let server: TestServer
let node: TestNode
beforeAll(async () => {
  server = await startTestServer()
  node = await startTestNode(server)
})
afterAll(async () => {
  await node.close()
  await server.close()
})
beforeEach(() => {
  node.commands.length = 0
})

const ENDED: CallFact = { type: 'ended', by: 'customer', status: 200, q850: 16, reason: 'hung up' }
const ended = (recordingId: string, kind: 'call' | 'voicemail', bytes: number, durationMs = 4000): CallFact => ({
  type: 'recordingEnded',
  recordingId,
  kind,
  durationMs,
  bytes,
  pauses: [{ fromMs: 1000, toMs: 2000 }],
  peaks: [
    [0, 50, 100],
    [10, 20, 30],
  ],
})

const audioOf = (user: { cookie: string }, id: string, headers: Record<string, string> = {}) =>
  fetch(`${server.origin}/api/recordings/${id}/audio`, { headers: { cookie: user.cookie, ...headers } })

/** A recorded call that is over. */
async function recorded(desk: PhoneDesk, audio: Buffer): Promise<{ callId: string; recordingId: string }> {
  const callId = await desk.arrive()
  const recordingId = randomUUID()
  await node.tell(callId, { type: 'recordingStarted', recordingId, kind: 'call' })
  expect((await node.putRecording(desk.tenant.id, recordingId, audio)).status).toBe(201)
  await node.tell(callId, ENDED, ended(recordingId, 'call', audio.length))
  return { callId, recordingId }
}

test('a recording is stored encrypted, heard whole and in parts by who may, and every listening is written down once an hour', async () => {
  const desk = await phoneDesk(server, node)
  const audio = Buffer.concat([Buffer.from('RIFF the customer says a secret word'), randomBytes(300_000)])
  const { callId, recordingId } = await recorded(desk, audio)
  const call = await desk.tenant.client.call(api.getCall, { params: { id: callId } })
  expect(call.recordings).toMatchObject([
    { id: recordingId, state: 'stored', durationMs: 4000, pauses: [{ fromMs: 1000 }] },
  ])

  const whole = await audioOf(desk.supervisor, recordingId)
  expect(whole.status).toBe(200)
  expect(whole.headers.get('content-type')).toBe('audio/wav')
  expect(Buffer.from(await whole.arrayBuffer()).equals(audio)).toBe(true)
  const part = await audioOf(desk.supervisor, recordingId, { range: 'bytes=65530-131080' })
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 65530-131080/${audio.length}`])
  expect(Buffer.from(await part.arrayBuffer()).equals(audio.subarray(65_530, 131_081))).toBe(true)
  const tail = await audioOf(desk.supervisor, recordingId, { range: 'bytes=-10' })
  expect(Buffer.from(await tail.arrayBuffer()).equals(audio.subarray(-10))).toBe(true)
  expect((await audioOf(desk.supervisor, recordingId, { range: `bytes=${audio.length}-` })).status).toBe(416)

  expect((await audioOf(desk.ana, recordingId)).status).toBe(403)
  const { rows } = await server.owner.query(
    "SELECT user_id AS by FROM audit_entry WHERE tenant_id = $1 AND action = 'recording.listened'",
    [desk.tenant.id],
  )
  expect(rows).toEqual([{ by: desk.supervisor.id }])
  for (const file of await filesOf(desk.tenant.id)) expect((await readFile(file)).includes('secret word')).toBe(false)
})

async function filesOf(tenantId: string): Promise<string[]> {
  const folder = join(server.services.env.DATA_DIR, 'blobs', tenantId)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

test('the audio sent again is stored once, also before its call is heard of; another node’s token is refused', async () => {
  const desk = await phoneDesk(server, node)
  const recordingId = randomUUID()
  const audio = randomBytes(1000)
  for (let times = 0; times < 3; times++)
    expect((await node.putRecording(desk.tenant.id, recordingId, audio)).status).toBe(201)
  expect(await filesOf(desk.tenant.id)).toHaveLength(1)
  const stranger = await fetch(`${server.origin}/internal/voice/recordings/${desk.tenant.id}/${randomUUID()}`, {
    method: 'PUT',
    headers: { authorization: 'Bearer nobody', 'content-type': 'audio/wav' },
    body: 'x',
  })
  expect(stranger.status).toBe(401)
  expect((await node.putRecording(randomUUID(), recordingId, audio)).status).toBe(410)
})

test('a deleted recording is gone from the disk; that there was one stays known', async () => {
  const desk = await phoneDesk(server, node)
  const { callId, recordingId } = await recorded(desk, randomBytes(5000))
  await desk.tenant.client.call(api.deleteRecording, { params: { id: recordingId } })
  expect(await filesOf(desk.tenant.id)).toEqual([])
  expect((await audioOf(desk.supervisor, recordingId)).status).toBe(410)
  const call = await desk.tenant.client.call(api.getCall, { params: { id: callId } })
  expect(call.recordings).toMatchObject([{ state: 'deleted', peaks: [[], []] }])
})

test('recordings are deleted when the company’s time for keeping them is over', async () => {
  const desk = await phoneDesk(server, node)
  await server.services.db.tenant(desk.tenant.id, tx =>
    tx.db.insertInto('callLimits').values({ recordingDays: 30 }).execute(),
  )
  const { recordingId } = await recorded(desk, randomBytes(5000))
  const day = 86_400_000
  await tidy(server.services, desk.tenant.id, new Date(Date.now() + 29 * day))
  expect((await audioOf(desk.supervisor, recordingId)).status).toBe(200)
  await tidy(server.services, desk.tenant.id, new Date(Date.now() + 31 * day))
  expect((await audioOf(desk.supervisor, recordingId)).status).toBe(410)
  expect(await filesOf(desk.tenant.id)).toEqual([])
})

test('a voicemail becomes work of its queue, and the agent it is offered to may hear it', async () => {
  const desk = await phoneDesk(server, node)
  const callId = randomUUID()
  const recordingId = randomUUID()
  const audio = randomBytes(4000)
  await node.tell(callId, desk.started(), {
    type: 'recordingStarted',
    recordingId,
    kind: 'voicemail',
    queueId: desk.otherQueueId,
  })
  await node.putRecording(desk.tenant.id, recordingId, audio)
  await node.tell(callId, ENDED)
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'flow' })
  await node.tell(callId, ended(recordingId, 'voicemail', audio.length))
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'queued', queueId: desk.otherQueueId })
  expect((await audioOf(desk.ana, recordingId)).status).toBe(403)
  node.line(desk.tenant.id, desk.ana.id)
  await available(desk.ana)
  const offer = await until(
    async () => (await desk.ana.client.call(listMyInteractions)).items.find(item => item.state === 'offered'),
    'the voicemail to be offered',
  )
  expect((await audioOf(desk.ana, recordingId)).status).toBe(200)
  await desk.ana.client.call(acceptOffer, { params: { id: offer.id } })
  expect((await audioOf(desk.ana, recordingId)).status).toBe(200)
  expect(node.commands.filter(command => command.type === 'connect' || command.type === 'dial')).toEqual([])
})

test('hung up at the beep is nobody’s work', async () => {
  const desk = await phoneDesk(server, node)
  const callId = randomUUID()
  const recordingId = randomUUID()
  await node.tell(
    callId,
    desk.started(),
    { type: 'recordingStarted', recordingId, kind: 'voicemail', queueId: desk.queueId },
    ENDED,
    ended(recordingId, 'voicemail', 44, 200),
  )
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'ended', outcome: 'closed' })
})

async function available(user: TestUser): Promise<void> {
  await user.client.call(setMyPresence, { body: { state: 'available' } })
}
