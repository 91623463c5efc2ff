import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createChannelAccount } from '@centrala/api/channel-account.ts'
import { setDialRules } from '@centrala/api/dial-rule.ts'
import { createFlow, type FlowDefinition } from '@centrala/api/flow.ts'
import { endInteraction, listMyInteractions, wrapUp } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { createPrompt, uploadPromptAudio } from '@centrala/api/prompt.ts'
import { createQueue, DEFAULT_VOICE, type VoiceSettings } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import { createTrunk, listTrunks } from '@centrala/api/trunk.ts'
import { writeWav } from '@centrala/media/wav/write.ts'
import { Party, type PartyLine } from '@centrala/voice/testing/party.ts'
import { type Browser, chromium, type Page } from 'playwright-core'
import { findBrowser } from '../../scripts/install-browser.ts'
import type { TestServer, TestTenant, TestUser } from '../server.ts'
import { until } from '../until.ts'
import { startVoiceNode, type VoiceNode } from '../voice-node.ts'
import { BROWSER_ARGS, openDesk, PATIENCE_MS, shoot } from './browser.ts'

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
const sine = (hertz: number, rate: number, seconds: number): Int16Array =>
  Int16Array.from({ length: rate * seconds }, (_, i) => 9000 * Math.sin((2 * Math.PI * hertz * i) / rate))

/** A computer with a headset into which somebody says a tone without end. */
export async function computerOf(hertz: number): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'centrala-microphone-'))
  const microphone = join(folder, 'tone.wav')
  await writeFile(microphone, writeWav({ sampleRate: 48_000, channels: [sine(hertz, 48_000, 2)] }))
  const computer = await chromium.launch({
    executablePath: (await findBrowser()) ?? '',
    args: [
      ...BROWSER_ARGS,
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphone}`,
    ],
  })
  computer.on('disconnected', () => void rm(folder, { recursive: true, force: true }))
  return computer
}

/**
 * Run in each page before its own scripts: hears what the page plays (the audio that came last over WebRTC), and takes the microphone as it is, for echo
 * cancelling and noise suppression would take a tone for noise.
 */
const HEAR = `(() => {
  if (!navigator.mediaDevices) return
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
  navigator.mediaDevices.getUserMedia = wanted => ask({ ...wanted, ...(wanted.audio && { audio: raw }) })
  let heard = null
  let analyser = null
  const Connection = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Connection {
    constructor(...settings) {
      super(...settings)
      this.addEventListener('track', ({ track }) => {
        if (track.kind !== 'audio') return
        heard = track
        analyser = null
      })
    }
  }
  const context = { current: null }
  window.loudness = hertz => {
    if (!heard) return 0
    context.current ??= new AudioContext()
    if (!analyser) {
      analyser = context.current.createAnalyser()
      analyser.fftSize = 8192
      context.current.createMediaStreamSource(new MediaStream([heard])).connect(analyser)
      return 0
    }
    const samples = new Float32Array(analyser.fftSize)
    analyser.getFloatTimeDomainData(samples)
    let s1 = 0, s2 = 0
    const turn = 2 * Math.cos(2 * Math.PI * hertz / context.current.sampleRate)
    for (const sample of samples) [s1, s2] = [sample + turn * s1 - s2, s1]
    return 2 * Math.sqrt(Math.max(0, s1 * s1 + s2 * s2 - turn * s1 * s2)) / samples.length
  }
})()`

/** How a page is opened whose audio is measured. */
export const WITH_SOUND = { permissions: ['microphone', 'camera'], initScript: HEAR }
/** A page whose audio is measured. */
export type HearingPage = Page & { complaints: string[]; name: string }

/** Somebody's desktop on their own computer, its phone connected. */
export async function sitDown(
  company: PhoneCompany,
  computer: Browser,
  user: TestUser,
  name: string,
  path?: string,
): Promise<HearingPage> {
  const { server } = company
  const page = await openDesk(computer, server, user, path, {
    ...WITH_SOUND,
    viewport: { width: 1440, height: 900 },
  })
  await page.getByRole('button', { name: /^Phone ready/ }).waitFor()
  return Object.assign(page, { name })
}

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

/** Somebody's call from the greeting to the first word: they press 1, wait, and the agent answers at the desk. */
export async function talk(company: PhoneCompany, page: HearingPage, user: TestUser): Promise<PartyLine> {
  const caller = await company.provider.reach(company.node.sipPort, NUMBER, { from: CALLER })
  await caller.hears(TONE.greeting)
  await caller.leg.sendDigits('1')
  await caller.hearsNot(TONE.greeting)
  caller.say(TONE.caller)
  await beAvailable(user)
  await page.getByRole('button', { name: /^Answer/ }).click()
  await hears(page, TONE.caller)
  await caller.hears(TONE.ana)
  return caller
}

const HEARD = 0.05
const SILENT = 0.006

export const loudness = (page: Page, hertz: number): Promise<number> =>
  page.evaluate(`window.loudness ? window.loudness(${hertz}) : 0`)

/** The tone comes out of the page. */
export async function hears(page: HearingPage, hertz: number, withinMs?: number): Promise<void> {
  let last = 0
  await until(
    async () => {
      last = await loudness(page, hertz)
      return last > HEARD
    },
    `${page.name} to hear ${hertz} Hz`,
    withinMs,
  ).catch(error => {
    throw new Error(`${error.message} The last measured was ${last}.`)
  })
}

/** The tone is gone from the page, and stays away for half a second. */
export async function hearsNot(page: HearingPage, hertz: number, withinMs?: number): Promise<void> {
  let since = 0
  await until(
    async () => {
      if ((await loudness(page, hertz)) > SILENT) since = 0
      else since ||= Date.now()
      return since > 0 && Date.now() - since > 500
    },
    `${page.name} to hear no ${hertz} Hz`,
    withinMs,
  )
}

/** What comes out of somebody's telephone, to be read by a machine. */
export function listening(line: PartyLine): () => Int16Array {
  const heard: Int16Array[] = []
  line.leg.onAudio(pcm => heard.push(pcm.slice()))
  return () => Int16Array.from(heard.flatMap(piece => [...piece]))
}

/** Does one step of a story; where it fails, the error says which it was and every page is kept as it looked. */
export function storyOf(pages: () => Page[], title: string): (step: string, act: () => Promise<void>) => Promise<void> {
  let at = 0
  return async (step, act) => {
    at++
    const began = Date.now()
    try {
      await act()
      if (process.env.TEST_LOG) console.log(`${title} ${at}. ${step}: ${Date.now() - began} ms`)
    } catch (error) {
      await Promise.all(pages().map((page, index) => shoot(page, `failed-${title}-${index}`)))
      throw new Error(`Step ${at}, "${step}", failed: ${(error as Error).message}`, { cause: error })
    }
  }
}

export { PATIENCE_MS }
