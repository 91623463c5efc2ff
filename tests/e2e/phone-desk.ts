import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeWav } from '@centrala/media/wav/write.ts'
import type { PartyLine } from '@centrala/voice/testing/party.ts'
import { type Browser, chromium, type Page } from 'playwright-core'
import { findBrowser } from '../../scripts/install-browser.ts'
import { beAvailable, CALLER, NUMBER, type PhoneCompany, sine, TONE } from '../phone-company.ts'
import type { TestUser } from '../server.ts'
import { until } from '../until.ts'
import { BROWSER_ARGS, openDesk, shoot } from './browser.ts'

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
      window.line = this
      this.addEventListener('track', ({ track }) => {
        if (track.kind !== 'audio') return
        heard = track
        analyser = null
      })
    }
  }
  window.packetsSent = async () => {
    let sent = 0
    for (const stat of (await window.line.getStats()).values()) if (stat.type === 'outbound-rtp') sent += stat.packetsSent
    return sent
  }
  const context = { current: null }
  window.hearing = async () => {
    const stats = window.line ? [...(await window.line.getStats()).values()] : []
    const packets = stats.filter(stat => stat.type === 'inbound-rtp').map(stat => stat.packetsReceived)
    return JSON.stringify({ connection: window.line?.connectionState, packets, track: heard?.readyState, muted: heard?.muted, context: context.current?.state })
  }
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

/** Resolves once the page's line sends nothing, as one that waits for a call does. */
export async function sendsNothing(page: Page): Promise<void> {
  const sent = (): Promise<number> => page.evaluate('window.packetsSent()')
  await until(async () => {
    const before = await sent()
    await new Promise(resolve => setTimeout(resolve, 500))
    return (await sent()) === before
  }, 'a line that sends nothing')
}

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
  /** Run before the page's own scripts, besides what hears. */
  script = '',
): Promise<HearingPage> {
  const { server } = company
  const page = await openDesk(computer, server, user, path, {
    ...WITH_SOUND,
    initScript: `${script};${HEAR}`,
    viewport: { width: 1440, height: 900 },
  })
  await page.getByRole('button', { name: /^Phone ready/ }).waitFor()
  return Object.assign(page, { name })
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
  await page.waitForURL(/\/inbox\/./)
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
  const measured = async () => {
    last = await loudness(page, hertz)
    return last > HEARD
  }
  await until(measured, `${page.name} to hear ${hertz} Hz`, withinMs).catch(async error => {
    const hearing = await page.evaluate('window.hearing?.()')
    throw new Error(`${error.message} The last measured was ${last}, and its audio ${hearing}.`)
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
