import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMedia } from '@centrala/media/endpoint/create-media.ts'
import type { BrowserLeg, Media } from '@centrala/media/endpoint/media.ts'
import { Source } from '@centrala/media/play/source.ts'
import { writeWav } from '@centrala/media/wav/write.ts'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser } from '../../../scripts/install-browser.ts'
import { until } from '../../until.ts'

/** A browser's audio both ways, with a real Chromium whose microphone is a tone. */
const program = await findBrowser()
if (!program && process.env.CI)
  throw new Error('The browser leg tests must run in CI: install chromium, or set CHROME_PATH')
if (!program) console.warn('Browser leg tests are skipped: there is no Chromium. Install it, or set CHROME_PATH.')

const MICROPHONE_HZ = 440
const PROMPT_HZ = 1300

const sine = (hz: number, rate: number): Int16Array =>
  Int16Array.from({ length: rate * 2 }, (_, i) => 9000 * Math.sin((2 * Math.PI * hz * i) / rate))

/** Calls us from a page: `candidates` says whether the offer carries the browser's own. Leaves `window.heard(hz)`, the level in dB near a frequency. */
const CALL = `async candidates => {
  const connection = new RTCPeerConnection()
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } })
  connection.addTrack(stream.getAudioTracks()[0], stream)
  const camera = connection.addTransceiver('video')
  window.connection = connection
  connection.ontrack = event => {
    const element = new Audio()
    element.srcObject = event.streams[0] ?? new MediaStream([event.track])
    element.muted = true
    element.play()
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 4096
    analyser.smoothingTimeConstant = 0
    context.createMediaStreamSource(element.srcObject).connect(analyser)
    const bins = new Float32Array(analyser.frequencyBinCount)
    window.heard = hz => {
      analyser.getFloatFrequencyData(bins)
      const bin = Math.round((hz * analyser.fftSize) / context.sampleRate)
      return Math.max(...bins.slice(bin - 2, bin + 3))
    }
  }
  await connection.setLocalDescription(await connection.createOffer())
  if (connection.iceGatheringState !== 'complete')
    await new Promise(resolve => connection.onicegatheringstatechange = () => connection.iceGatheringState === 'complete' && resolve())
  const offer = connection.localDescription.sdp
  const answer = await window.answer(candidates ? offer : offer.replace(/a=candidate.*\\r\\n/g, ''))
  await connection.setRemoteDescription({ type: 'answer', sdp: answer })
  return camera.currentDirection
}`

describe.skipIf(!program)('a browser', () => {
  let media: Media
  let browser: Browser
  let server: Server
  let folder: string
  let leg: BrowserLeg
  const music = new Source('prompt', sine(PROMPT_HZ, 8000))

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'browser-leg-'))
    await writeFile(join(folder, 'tone.wav'), writeWav({ sampleRate: 48_000, channels: [sine(MICROPHONE_HZ, 48_000)] }))
    // Microphones are for secure pages; http on the machine itself counts as one.
    server = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html>'),
    )
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    browser = await chromium.launch({
      executablePath: program!,
      args: [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--autoplay-policy=no-user-gesture-required',
        '--allow-loopback-in-peer-connection',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        `--use-file-for-fake-audio-capture=${join(folder, 'tone.wav')}`,
      ],
    })
    media = createMedia({
      listenAddress: '127.0.0.1',
      ports: { from: 22_800, to: 22_899 },
      ice: { portRange: { from: 22_900, to: 22_999 } },
    })
  })

  afterAll(async () => {
    await browser?.close()
    await media?.close()
    await new Promise(resolve => server?.close(resolve))
    await rm(folder, { recursive: true, force: true })
  })

  async function dial(candidates: boolean): Promise<Page> {
    const page = await browser.newPage()
    page.on('pageerror', error => console.error(error))
    await page.exposeFunction('answer', (offer: string) => leg.answer(offer))
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    // Its camera is not for us: the line is answered, and rests.
    expect(await page.evaluate(`(${CALL})(${candidates})`)).toBe('inactive')
    return page
  }

  const heard = (page: Page, hz: number): Promise<number> => page.evaluate(`window.heard ? window.heard(${hz}) : -200`)

  test.each([true, false])('is heard and hears, its candidates in the offer: %s', async candidates => {
    leg = media.browserLeg({ side: 'agent' })
    const room = media.room()
    room.join(leg)
    const tone = levelMeter(leg)
    const page = await dial(candidates)
    await until(() => leg.state === 'connected', 'the connection')
    await until(() => tone(MICROPHONE_HZ) > 0.7 && tone(PROMPT_HZ) < 0.05, 'the microphone')
    room.play(leg.id, music, { loop: true })
    await until(
      async () => (await heard(page, PROMPT_HZ)) > -40 && (await heard(page, MICROPHONE_HZ)) < -60,
      'the prompt alone in the browser',
    )
    expect(leg.codec).toBe('PCMA')
    expect(leg.quality()).toMatchObject({ lost: 0, dropped: { malformed: 0 } })
    await page.close()
    await leg.close()
    await room.close()
    expect(media.counts()).toMatchObject({ legs: 0, rooms: 0, timers: 0 })
  })

  test('that reloads is heard again on a new leg in its old place', async () => {
    const first = media.browserLeg({ id: 'first', side: 'agent' })
    leg = first
    const room = media.room()
    room.join(first, { hears: 'all' })
    const page = await dial(true)
    await until(() => first.state === 'connected', 'the connection')
    await page.reload()
    const second = media.browserLeg({ id: 'second', side: 'agent' })
    leg = second
    room.replace(first, second)
    const tone = levelMeter(second)
    await page.evaluate(`(${CALL})(true)`)
    await first.close()
    await until(() => second.state === 'connected' && tone(MICROPHONE_HZ) > 0.7, 'the microphone')
    expect(room.members.map(member => member.id)).toEqual(['second'])
    await page.close()
    await second.close()
    await room.close()
  })

  test('and we tell each other by RTCP how well we hear', async () => {
    leg = media.browserLeg({})
    const room = media.room()
    room.join(leg, { hears: [leg.id] })
    const page = await dial(true)
    const quality = await until(
      () => {
        const now = leg.quality()
        return now.roundTripMs !== null && now.remoteLossRatio !== null && now
      },
      'a round trip',
      20_000,
    )
    expect(quality.roundTripMs).toBeLessThan(500)
    expect(quality.mos).toBeGreaterThan(3)
    const remote = `[...(await connection.getStats()).values()].find(one => one.type === 'remote-inbound-rtp')?.packetsLost`
    await until(
      async () => (await page.evaluate(`(async () => ${remote})()`)) === 0,
      'our report in the browser',
      20_000,
    )
    await page.close()
    await leg.close()
    await room.close()
  }, 50_000)

  test('leaves a leg that says so when it vanishes', async () => {
    leg = media.browserLeg({})
    const page = await dial(true)
    await until(() => leg.state === 'connected', 'the connection')
    let silent = 0
    leg.onSilence(1500, ms => {
      silent = ms
    })
    await page.close()
    await until(() => silent > 0 || leg.state !== 'connected', 'silence')
    await leg.close()
    expect(leg.state).toBe('closed')
  })
})

/** Share of the last 100 ms' power at a frequency. */
function levelMeter(leg: BrowserLeg): (hz: number) => number {
  const recent = new Int16Array(800)
  leg.onAudio(pcm => {
    recent.copyWithin(0, pcm.length)
    recent.set(pcm, recent.length - pcm.length)
  })
  return hz => {
    let re = 0
    let im = 0
    let total = 0
    for (const [i, sample] of recent.entries()) {
      re += sample * Math.cos((2 * Math.PI * hz * i) / 8000)
      im += sample * Math.sin((2 * Math.PI * hz * i) / 8000)
      total += sample * sample
    }
    return total === 0 ? 0 : (2 * (re * re + im * im)) / recent.length / total
  }
}
