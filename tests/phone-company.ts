import { createChannelAccount } from '@centrala/api/channel-account.ts'
import { createDeskPhone } from '@centrala/api/desk-phone.ts'
import { setDialRules } from '@centrala/api/dial-rule.ts'
import { createFlow, type FlowDefinition } from '@centrala/api/flow.ts'
import { endInteraction, listMyInteractions, wrapUp } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { createPrompt, uploadPromptAudio } from '@centrala/api/prompt.ts'
import { createQueue, DEFAULT_VOICE, type VoiceSettings } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import { createTrunk, listTrunks } from '@centrala/api/trunk.ts'
import { readWav } from '@centrala/media/wav/read.ts'
import { writeWav } from '@centrala/media/wav/write.ts'
import { Party } from '@centrala/voice/testing/party.ts'
import type { TestServer, TestTenant, TestUser } from './server.ts'
import { until } from './until.ts'
import { startVoiceNode, type VoiceNode } from './voice-node.ts'

/** Everybody is a tone of their own, none a harmonic of another, so that a measurement says who is heard where. In Hz. */
export const TONE = { caller: 440, ana: 700, iva: 1000, sanja: 1250, greeting: 860, music: 570, visitor: 1630 } as const

export const NUMBER = '+38512345678'
/** The customer's number and name, as the provider shows them. */
export const CALLER = '"Petra Novak" <sip:+385911234567@provider.example>'

/** A company with a trunk at 127.0.0.1, a number with a menu (1: invoices, recorded; 2: returns, which may call back; 3: a message), two agents and a supervisor. */
export interface PhoneCompany {
  server: TestServer
  tenant: TestTenant
  node: VoiceNode
  /** The provider: customers' phones are behind it, and calls to the outside arrive there. */
  provider: Party
  queueId: string
  ana: TestUser
  iva: TestUser
  /** What Iva's desk phone registers with; nothing does until a test has one. */
  ivasPhone: { username: string; password: string }
  sanja: TestUser
  close(): Promise<void>
}

/** Everything by public doors: the API, and SIP. Ports from `base` on: 200 of them. */
export async function phoneCompany(
  server: TestServer,
  base: number,
  settings: Record<string, string> = {},
): Promise<PhoneCompany> {
  const tenant = await server.tenant('Adriatic Parcels')
  const { client } = tenant
  await server.services.router.adopt(tenant.id)
  const node = await startVoiceNode(server, base, settings)
  const provider = await Party.open({ port: base + 1, mediaPorts: [base + 130, base + 159] })
  const [greeting, music] = [
    await tonePrompt(tenant, 'Greeting', TONE.greeting),
    await tonePrompt(tenant, 'Music', TONE.music),
  ]
  const queue = async (name: string, voice: Partial<VoiceSettings>) =>
    (
      await client.call(createQueue, {
        body: { name, offerSeconds: 60, wrapUpSeconds: 60, voice: { ...QUIET, musicPromptId: music, ...voice } },
      })
    ).id
  const queueId = await queue('Invoices', { record: 'always', recordingAnnouncementPromptId: music })
  const patientId = await queue('Returns', { callbackAfterSeconds: 0 })
  const { id: routingProfileId } = await client.call(createRoutingProfile, {
    body: {
      name: 'Phone',
      weights: { voice: 100 },
      queues: [queueId, patientId].map(id => ({ queueId: id, priority: 0, delaySeconds: 0 })),
    },
  })
  const waiting = { type: 'queue', priority: 0, maxWaitSeconds: null, maxWaiting: null, next: 'bye' } as const
  const definition: FlowDefinition = {
    start: 'menu',
    steps: {
      menu: {
        type: 'menu',
        says: [{ promptId: greeting }],
        choices: {
          '1': { next: 'invoices', label: 'Invoices' },
          '2': { next: 'returns', label: 'Returns' },
          '3': { next: 'message', label: 'Leave a message' },
        },
        timeoutSeconds: 20,
        retries: 2,
        onWrong: [],
        onTimeout: [],
        otherwise: 'bye',
      },
      invoices: { ...waiting, queueId },
      returns: { ...waiting, queueId: patientId },
      message: { type: 'voicemail', queueId, says: [{ promptId: greeting }], maxSeconds: 60, next: 'bye' },
      bye: { type: 'end', says: [] },
    },
  }
  const flow = await client.call(createFlow, { body: { name: 'Menu', definition } })
  await client.call(createChannelAccount, {
    body: {
      channel: 'voice',
      name: 'Main number',
      queueId,
      config: { number: NUMBER, language: 'en', flowId: flow.id },
    },
  })
  await client.call(setDialRules, { body: { rules: [{ prefix: '385', allow: true, pricePerMinute: 0.05 }] } })
  const [ana, iva, sanja] = [
    await tenant.user({ name: 'Ana Kovač', routingProfileId }),
    await tenant.user({ name: 'Iva Marić', routingProfileId }),
    await tenant.user({ name: 'Sanja Babić', roles: ['supervisor'] }),
  ]
  await server.services.db.tenant(tenant.id, async tx =>
    tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }),
  )
  const made = await client.call(createDeskPhone, { body: { name: "Iva's desk", userId: iva.id } })
  // Last, since the node says that it knows the trunk: then it knows all the rest.
  await client.call(createTrunk, {
    body: {
      name: 'Provider',
      config: {
        mode: 'address',
        host: '127.0.0.1',
        port: provider.port,
        callerId: { default: NUMBER, header: 'from', allowed: [NUMBER] },
      },
    },
  })
  await until(
    async () => (await client.call(listTrunks)).items.every(trunk => trunk.state === 'connected'),
    'the trunk to be connected',
  )
  return {
    server,
    tenant,
    node,
    provider,
    queueId,
    ana,
    iva,
    ivasPhone: { username: made.phone.username, password: made.password },
    sanja,
    async close() {
      await provider.close()
      await node.close()
    },
  }
}

/** Nothing is announced: only what a test asks for is heard. */
const QUIET = { ...DEFAULT_VOICE, announcePosition: false, announceEverySeconds: 3600 }

async function tonePrompt(tenant: TestTenant, name: string, hertz: number): Promise<string> {
  const { id } = await tenant.client.call(createPrompt, { body: { name } })
  const file = new Blob([new Uint8Array(writeWav({ sampleRate: 16_000, channels: [sine(hertz, 16_000, 2)] }))])
  await tenant.client.upload(uploadPromptAudio, { params: { id, language: '*' } }, file, `${name}.wav`)
  return id
}

/** A whole number of waves, so that its repetition does not click. */
export const sine = (hertz: number, rate: number, seconds: number): Int16Array =>
  Int16Array.from({ length: rate * seconds }, (_, i) => 9000 * Math.sin((2 * Math.PI * hertz * i) / rate))

export const beAvailable = (user: TestUser) => user.client.call(setMyPresence, { body: { state: 'available' } })

/** Whatever somebody still has in hand is closed, and they go. */
export async function goHome(user: TestUser): Promise<void> {
  await user.client.call(setMyPresence, { body: { state: 'offline' } })
  await until(async () => {
    const { items } = await user.client.call(listMyInteractions)
    for (const { id, state } of items) {
      const params = { id }
      if (state === 'active') await user.client.call(endInteraction, { params }).catch(() => {})
      if (state === 'wrapUp') await user.client.call(wrapUp, { params, body: {} }).catch(() => {})
    }
    return items.length === 0
  }, `${user.email} to have nothing left to do`)
}

/** The loudest quarter of a second of a tone in a sound of 8 kHz, as a share of full scale. */
export function loudest(pcm: Int16Array, hertz: number): number {
  let most = 0
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / 8000)
  for (let from = 0; from + 2000 <= pcm.length; from += 2000) {
    let s1 = 0
    let s2 = 0
    for (let i = from; i < from + 2000; i++) [s1, s2] = [(pcm[i] ?? 0) + turn * s1 - s2, s1]
    most = Math.max(most, (2 * Math.sqrt(Math.max(0, s1 * s1 + s2 * s2 - turn * s1 * s2))) / 2000 / 32_768)
  }
  return most
}

/** A recording's two sides: customer, agents. */
export async function sidesOf(company: PhoneCompany, recordingId: string): Promise<[Int16Array, Int16Array]> {
  const response = await fetch(`${company.server.origin}/api/recordings/${recordingId}/audio`, {
    headers: { cookie: company.sanja.cookie },
  })
  const read = readWav(Buffer.from(await response.arrayBuffer()))
  if (!read.ok) throw new Error(`The recording cannot be read: ${read.reason}`)
  const [customer, agents] = read.audio.channels
  if (!customer || !agents) throw new Error('The recording is not stereo.')
  return [customer, agents]
}
