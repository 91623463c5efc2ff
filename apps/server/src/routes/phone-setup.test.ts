import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listAuditEntries } from '@centrala/api/audit.ts'
import { createChannelAccount } from '@centrala/api/channel-account.ts'
import { ApiError } from '@centrala/api/client.ts'
import {
  changeDeskPhone,
  createDeskPhone,
  deleteDeskPhone,
  replaceDeskPhonePassword,
} from '@centrala/api/desk-phone.ts'
import { getDialling, setCallLimits, setDialRules, setEmergencyNumbers } from '@centrala/api/dial-rule.ts'
import { changeFlow, createFlow, deleteFlow, type FlowDefinition, getFlow } from '@centrala/api/flow.ts'
import {
  createPrompt,
  deletePrompt,
  getPromptAudio,
  hearSpeech,
  listPrompts,
  setSpeech,
  speakPrompt,
  uploadPromptAudio,
} from '@centrala/api/prompt.ts'
import { changeQueue, createQueue, DEFAULT_VOICE } from '@centrala/api/queue.ts'
import { changeTrunk, createTrunk, listNumbers, listTrunks } from '@centrala/api/trunk.ts'
import { VoiceConfig } from '@centrala/api/voice-config.ts'
import { announcementTexts } from '@centrala/core/flow/announcement.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { espeakInstalled } from '../prompt/espeak.ts'
import { wavOfPrompt } from '../prompt/wav.ts'
import { loadVoiceConfig } from '../voice/configuration/load-voice-config.ts'

let server: TestServer
let tenant: TestTenant
beforeAll(async () => {
  server = await startTestServer()
  tenant = await server.tenant()
})
afterAll(() => server.close())

const refused = async (act: Promise<unknown>) => {
  const error = await act.then(
    () => null,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(ApiError)
  const { problem } = error as ApiError
  const { status, detail, phrase } = problem
  return { status, fields: (problem.fields ?? []).map(field => field.path), detail, phrase }
}
const voiceOf = async (tenantId: string) => {
  const config = VoiceConfig.parse(await loadVoiceConfig(server.services))
  return config.tenants.find(one => one.tenantId === tenantId)!
}
const trunk = (host: string) => ({ mode: 'register' as const, host, username: 'adria' })

/** A second of a tone of 440 Hz, 16 kHz. */
const tone = () => {
  const pcm = Buffer.alloc(32_000)
  for (let at = 0; at < 16_000; at++)
    pcm.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 440 * at) / 16_000)), at * 2)
  return pcm
}
const simple = (text: string): FlowDefinition => ({
  start: 'hello',
  steps: { hello: { type: 'end', says: [{ text }] } },
})

test('a trunk’s password reaches the node and nobody who reads settings or the audit log', async () => {
  const made = await tenant.client.call(createTrunk, {
    body: { name: 'Provider', config: trunk('sip.example.com'), password: 'geheim-1234' },
  })
  expect(made).toMatchObject({ passwordSet: true, config: { priority: 10, codecs: ['PCMA', 'PCMU'] } })
  expect(JSON.stringify([made, await tenant.client.call(listTrunks)])).not.toContain('geheim-1234')
  expect(JSON.stringify(await tenant.client.call(listAuditEntries))).not.toContain('geheim-1234')
  const before = await loadVoiceConfig(server.services)
  expect((await voiceOf(tenant.id)).trunks).toMatchObject([{ id: made.id, password: 'geheim-1234' }])
  expect((await loadVoiceConfig(server.services)).revision).toBe(before.revision)
  await tenant.client.call(changeTrunk, { params: { id: made.id }, body: { active: false } })
  expect((await loadVoiceConfig(server.services)).revision).not.toBe(before.revision)
  expect((await voiceOf(tenant.id)).trunks).toEqual([])
})

test('a stored trunk password is not sent to another server than the one it was given for', async () => {
  const { id } = await tenant.client.call(createTrunk, {
    body: { name: 'Moved', config: trunk('sip.one.example'), password: 'geheim' },
  })
  const elsewhere = { params: { id }, body: { config: trunk('sip.thief.example') } }
  expect(await refused(tenant.client.call(changeTrunk, elsewhere))).toMatchObject({ fields: ['body.password'] })
  await tenant.client.call(changeTrunk, { params: { id }, body: { ...elsewhere.body, password: 'new' } })
})

test('settings of a trunk that cannot work are refused by the field', async () => {
  const { username: _, ...nobody } = trunk('sip.example.com')
  const bad = { ...nobody, srtp: 'required' as const, codecs: [] }
  const { fields } = await refused(tenant.client.call(createTrunk, { body: { name: 'Bad', config: bad } }))
  expect(fields).toContain('body.config.codecs')
  const insecure = { ...nobody, srtp: 'required' as const }
  const second = await refused(tenant.client.call(createTrunk, { body: { name: 'Bad', config: insecure } }))
  expect(second.fields).toEqual(['body.config.username', 'body.config.srtp'])
})

test.each(['0.0.0.0/0', '203.0.0.0/8', '::/0', '2001::/16'])(
  'nobody can call half the internet (%s) their provider, whose word the phones of all companies would take',
  async source => {
    const config = { ...trunk('sip.example.com'), from: ['198.51.100.0/24', '2001:db8::/32', source] }
    const { fields } = await refused(tenant.client.call(createTrunk, { body: { name: 'Wide', config } }))
    expect(fields).toEqual(['body.config.from.2'])
  },
)

test('a desk phone’s password is told once, and only its hashes are kept', async () => {
  const user = await tenant.user({ name: 'Đurđica Šimić' })
  const { phone, password } = await tenant.client.call(createDeskPhone, { body: { name: 'Desk', userId: user.id } })
  expect(phone.username).toMatch(/^durdica-simic-[a-z0-9]{6}$/)
  const hash = (name: string, text: string) => createHash(name).update(text).digest('hex')
  const known = `${phone.username}:centrala:${password}`
  expect((await voiceOf(tenant.id)).deskPhones).toEqual([
    {
      id: phone.id,
      userId: user.id,
      username: phone.username,
      extension: '2001',
      ha1Md5: hash('md5', known),
      ha1Sha256: hash('sha256', known),
    },
  ])
  const second = await tenant.client.call(replaceDeskPhonePassword, { params: { id: phone.id } })
  expect(second.password).not.toBe(password)
  const { rows } = await server.owner.query('SELECT to_jsonb(p) AS row FROM desk_phone p')
  expect(JSON.stringify([rows, await tenant.client.call(listAuditEntries)])).not.toContain(second.password)
  await tenant.client.call(deleteDeskPhone, { params: { id: phone.id } })
  expect((await voiceOf(tenant.id)).deskPhones).toEqual([])
})

test('a number leads to one tenant of the installation, however it is written', async () => {
  const number = (value: string) => ({
    channel: 'voice' as const,
    name: `Number ${value}`,
    config: { number: value, language: 'hr' },
  })
  await tenant.client.call(createChannelAccount, { body: number('+385 1 234-5678') })
  expect((await tenant.client.call(listNumbers)).items).toMatchObject([{ number: '+38512345678', language: 'hr' }])
  const again = await refused(tenant.client.call(createChannelAccount, { body: number('0038512345678') }))
  expect(again).toMatchObject({ status: 400, fields: ['body.config.number'] })
  const stranger = await server.tenant()
  const taken = await refused(stranger.client.call(createChannelAccount, { body: number('+38512345678') }))
  expect(taken.fields).toEqual(['body.config.number'])
  expect(taken.detail).not.toContain('Number')
  const dialled = await refused(tenant.client.call(createChannelAccount, { body: number('01 234 5678') }))
  expect(dialled.fields).toEqual(['body.config.number'])
})

test('an uploaded prompt is heard as it was, and what is no WAV is refused in words', async () => {
  const { call, upload, url } = tenant.client
  const { id } = await call(createPrompt, { body: { name: 'Music' } })
  const params = { id, language: '*' }
  const shown = await upload(uploadPromptAudio, { params }, new Blob([new Uint8Array(wavOfPrompt(tone()))]), 'tone.wav')
  expect(shown.variants).toMatchObject([{ language: '*', durationMs: 1000, from: 'file', text: null }])
  const audioId = shown.variants[0]!.audioId
  expect(audioId).toBe(createHash('sha256').update(tone()).digest('hex'))
  expect((await voiceOf(tenant.id)).prompts).toEqual([{ id, audio: { '*': { audioId, durationMs: 1000 } } }])
  const person = await tenant.user({ roles: ['admin'] })
  const heard = await fetch(url(getPromptAudio, { params }), { headers: { cookie: person.cookie } })
  expect(heard.headers.get('content-type')).toBe('audio/wav')
  expect(Buffer.from(await heard.arrayBuffer()).equals(wavOfPrompt(tone()))).toBe(true)
  const text = await refused(upload(uploadPromptAudio, { params }, new Blob(['no sound at all']), 'tone.wav'))
  expect(text.detail).toContain('no WAV file')
  const slow = wavOfPrompt(tone())
  slow.writeUInt32LE(8000, 24)
  const long = await upload(uploadPromptAudio, { params }, new Blob([new Uint8Array(slow)]), 'tone.wav')
  expect(long.variants).toMatchObject([{ durationMs: 2000 }])
})

test('a prompt that callers hear is not deleted', async () => {
  const { call } = tenant.client
  const { id } = await call(createPrompt, { body: { name: 'Hold music' } })
  const queue = await call(createQueue, { body: { name: 'Support', voice: { ...DEFAULT_VOICE, musicPromptId: id } } })
  expect(await refused(call(deletePrompt, { params: { id } }))).toMatchObject({ status: 409 })
  expect((await call(listPrompts)).items.find(one => one.id === id)?.usedBy).toMatchObject([
    { noun: 'queue', id: queue.id },
  ])
  await call(changeQueue, { params: { id: queue.id }, body: { voice: { ...DEFAULT_VOICE, record: 'always' } } })
  await call(deletePrompt, { params: { id } })
  const voice = (await voiceOf(tenant.id)).queues.find(one => one.id === queue.id)
  expect(voice).toEqual({ ...DEFAULT_VOICE, record: 'always', id: queue.id, name: 'Support', hoursId: null })
})

test('texts of a flow are spoken after it is saved, in the languages of its numbers, with the announcements', async () => {
  if (!(await espeakInstalled())) throw new Error('This test needs espeak-ng. Install it.')
  const own = await server.tenant()
  const flow = await own.client.call(createFlow, { body: { name: 'Main', definition: simple('Dobar dan') } })
  expect(flow.speech).toMatchObject({ total: 1, waiting: [{ language: 'en', text: 'Dobar dan' }] })
  await own.client.call(createChannelAccount, {
    body: { channel: 'voice', name: 'Main', config: { number: '+38511111111', language: 'hr', flowId: flow.id } },
  })
  const ready = await until(
    async () => {
      const voice = await voiceOf(own.id)
      return voice.spoken['hr|Dobar dan'] && announcementTexts('hr').every(text => voice.spoken[`hr|${text}`])
        ? voice
        : null
    },
    'the texts to be spoken',
    40_000,
  )
  expect(ready.spoken['hr|Dobar dan']!.durationMs).toBeGreaterThan(300)
  expect((await own.client.call(getFlow, { params: { id: flow.id } })).speech).toEqual({
    total: 1,
    waiting: [],
    sentence: '',
    phrase: null,
  })
  const used = await refused(own.client.call(deleteFlow, { params: { id: flow.id } }))
  expect(used.detail).toContain('+38511111111')
}, 60_000)

test('a flow that leads nowhere is refused at its step, and one that somebody else changed meanwhile too', async () => {
  const { call } = tenant.client
  const dangling: FlowDefinition = { start: 'a', steps: { a: { type: 'say', says: [{ text: 'Hm' }], next: 'b' } } }
  const body = { name: 'Broken', definition: dangling }
  expect(await refused(call(createFlow, { body }))).toMatchObject({ fields: ['body.definition.steps.a.next'] })
  const queueId = crypto.randomUUID()
  const strange: FlowDefinition = {
    start: 'a',
    steps: {
      a: { type: 'queue', queueId, priority: 0, maxWaitSeconds: null, maxWaiting: null, next: 'b' },
      b: { type: 'end', says: [] },
    },
  }
  const unknown = await refused(call(createFlow, { body: { name: 'Strange', definition: strange } }))
  expect(unknown.fields).toEqual(['body.definition.steps.a.queueId'])
  const { id, version } = await call(createFlow, { body: { name: 'Right', definition: simple('Hello') } })
  const change = { params: { id }, body: { name: 'Right', definition: simple('Good day'), version } }
  expect((await call(changeFlow, change)).version).toBe(version + 1)
  expect(await refused(call(changeFlow, change))).toMatchObject({ status: 409 })
})

test('where a speech endpoint is set, it is asked with the key, and the key is neither read back nor sent elsewhere', async () => {
  const asked: { authorization: string | undefined; body: Record<string, unknown> }[] = []
  let keyIsOld = false
  const endpoint: Server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      asked.push({ authorization: request.headers.authorization, body: JSON.parse(body) })
      if (keyIsOld) response.writeHead(401).end()
      else response.setHeader('content-type', 'audio/wav').end(wavOfPrompt(tone()))
    })
  })
  await new Promise<void>(resolve => endpoint.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/v1/audio/speech`
  const own = await server.tenant()
  const speech = { engine: 'endpoint' as const, url, model: 'tts', voices: { hr: 'ana' }, key: 'sk-geheim' }
  try {
    const inside = await refused(own.client.call(setSpeech, { body: speech }))
    expect(inside).toMatchObject({ fields: ['body.url'] })
    // As an installation that may talk to its own network.
    server.services.env.ALLOW_PRIVATE_ADDRESSES = true
    const set = await own.client.call(setSpeech, { body: speech })
    expect(set).toMatchObject({ keySet: true })
    expect(JSON.stringify([set, await own.client.call(listAuditEntries)])).not.toContain('sk-geheim')
    const { id } = await own.client.call(createPrompt, { body: { name: 'Greeting' } })
    const spoken = await own.client.call(speakPrompt, { params: { id, language: 'hr' }, body: { text: 'Dobar dan' } })
    expect(spoken.variants).toMatchObject([{ language: 'hr', durationMs: 1000, from: 'text', text: 'Dobar dan' }])
    expect(asked).toEqual([
      {
        authorization: 'Bearer sk-geheim',
        body: { model: 'tts', voice: 'ana', input: 'Dobar dan', response_format: 'wav' },
      },
    ])
    const { key: _, ...kept } = speech
    const thief = { ...kept, url: 'http://127.0.0.2:9/v1/audio/speech' }
    expect(await refused(own.client.call(setSpeech, { body: thief }))).toMatchObject({ fields: ['body.key'] })

    // When it takes the key no more, whoever asks is told why, and so is whoever looks at the flow.
    keyIsOld = true
    const why = { code: 'speech.endpointRefusedKey' }
    const again = own.client.call(speakPrompt, { params: { id, language: 'hr' }, body: { text: 'Dobra večer' } })
    expect(await refused(again)).toMatchObject({ status: 409, phrase: why })
    const flow = await own.client.call(createFlow, { body: { name: 'Main', definition: simple('Izvolite') } })
    const silent = await until(async () => {
      const { speech } = await own.client.call(getFlow, { params: { id: flow.id } })
      return speech.sentence ? speech : null
    }, 'the flow to say why it is not spoken')
    expect(silent).toMatchObject({ sentence: expect.stringContaining('refused the key'), phrase: why })
  } finally {
    server.services.env.ALLOW_PRIVATE_ADDRESSES = false
    endpoint.close()
  }
})

test('what is spoken is a WAV that lasts as long as its words', async () => {
  if (!(await espeakInstalled())) throw new Error('This test needs espeak-ng. Install it.')
  const person = await tenant.user({ roles: ['admin'] })
  const hear = async (text: string) => {
    const address = tenant.client.url(hearSpeech, { query: { text, language: 'hr' } })
    const answer = await fetch(address, { headers: { cookie: person.cookie } })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'audio/wav'])
    return (await answer.arrayBuffer()).byteLength
  }
  // Arguments of a program are not made of what people write.
  const [short, long] = [await hear('-f /etc/passwd'), await hear('Dobar dan, dobili ste našu korisničku službu.')]
  expect(long).toBeGreaterThan(short)
})

test('a desk phone has an extension that is nobody else’s and no emergency number', async () => {
  const { client, user } = await server.tenant()
  const { id: userId } = await user({ name: 'Ana' })
  const make = async (name: string) => (await client.call(createDeskPhone, { body: { name, userId } })).phone
  const [one, other] = [await make('One'), await make('Other')]
  expect([one.extension, other.extension]).toEqual(['2001', '2002'])
  const change = (extension: string | null) =>
    client.call(changeDeskPhone, { params: { id: other.id }, body: { name: 'Other', extension } })
  for (const extension of ['2001', '112', '1', '+38591234567'])
    expect((await refused(change(extension))).fields).toEqual(['body.extension'])
  expect(await change('77')).toMatchObject({ extension: '77' })
  expect(await change(null)).toMatchObject({ extension: null })
  expect((await make('Third')).extension).toBe('2002')
})

test('destinations are denied until they are allowed, and the longest prefix is what nodes are told', async () => {
  const { call } = tenant.client
  expect((await call(getDialling)).rules).toEqual([])
  const rules = [
    { prefix: '+385', allow: true, pricePerMinute: 0.02 },
    { prefix: '38560', allow: false, pricePerMinute: 0 },
  ]
  expect((await call(setDialRules, { body: { rules } })).rules.map(rule => rule.prefix)).toEqual(['385', '38560'])
  const twice = await refused(call(setDialRules, { body: { rules: [rules[0]!, { ...rules[0]!, prefix: '385' }] } }))
  expect(twice.fields).toEqual(['body.rules.1.prefix'])
  const limits = { maxCalls: 10, maxOutboundCalls: 2, maxOutboundPerMinute: 6, maxSpendPerDay: 20, recordingDays: 90 }
  expect((await call(setCallLimits, { body: limits })).limits).toEqual(limits)
  const { recordingDays: _, ...told } = limits
  expect(await voiceOf(tenant.id)).toMatchObject({ limits: told, dialRules: [{ prefix: '385' }, { prefix: '38560' }] })
})

test('emergency numbers are those of the country and what the company adds; no telephone number can be one', async () => {
  const { call } = tenant.client
  const { emergency } = await call(setEmergencyNumbers, { body: { country: 'HR', own: ['1987', '1987'] } })
  expect(emergency).toMatchObject({ country: 'HR', own: ['1987'] })
  expect(emergency.numbers).toEqual(['112', '911', '192', '193', '194', '195', '1987'])
  expect((await voiceOf(tenant.id)).emergencyNumbers).toEqual(emergency.numbers)
  const refusal = await refused(call(setEmergencyNumbers, { body: { country: 'HR', own: ['+385912345678'] } }))
  expect(refusal.fields).toEqual(['body.own.0'])
})
