import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { createChannelAccount } from '@centrala/api/channel-account.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildScreens } from '../../scripts/build-screens.ts'
import { beAvailable, goHome, type PhoneCompany, phoneCompany, TONE } from '../phone-company.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { until } from '../until.ts'
import { browserMissing, browserOf, shoot, startSite } from './browser.ts'
import { firefoxMissing, firefoxOf } from './firefox.ts'
import { computerOf, type HearingPage, hears, sitDown, storyOf, talk, WITH_SOUND } from './phone-desk.ts'

const installed = spawnSync('turnserver', ['--version']).error === undefined
if (!installed) console.warn('The tests with coturn are skipped: it is not installed (apt-get install coturn).')

const TURN_PORT = 27_600
const SECRET = 'a long random word'

/** Run in each page before its own scripts: its calls go by the relay or not at all, as behind a firewall; the last connection can be asked how it goes. */
const RELAY_ONLY = `(() => {
  const Connection = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Connection {
    constructor(settings = {}) {
      super({ ...settings, iceTransportPolicy: 'relay' })
      window.lastConnection = this
    }
  }
  window.wayOut = async () => {
    const stats = [...(await window.lastConnection.getStats()).values()]
    const pair = stats.find(one => one.type === 'candidate-pair' && one.nominated && one.bytesReceived > 0)
    const local = pair && stats.find(one => one.id === pair.localCandidateId)
    return local ? local.candidateType + ' ' + local.relayProtocol : null
  }
})()`

/** Run besides: of the TURN server nothing is reached but its TCP port. Without the server that is not there, whose port Firefox opens to no page. */
const BY_TCP = `(() => {
  const Connection = window.RTCPeerConnection
  const byTcp = urls => [urls].flat().filter(url => !url.includes(':9?')).map(url => url.replace('=udp', '=tcp'))
  window.RTCPeerConnection = class extends Connection {
    constructor({ iceServers = [], ...settings } = {}) {
      const reached = iceServers.map(one => ({ ...one, urls: byTcp(one.urls) })).filter(one => one.urls.length > 0)
      super({ ...settings, iceServers: reached })
    }
  }
})()`

let server: TestServer
let company: PhoneCompany
let site: { origin: string; close(): Promise<void> }
let turn: ChildProcess
const computers: Browser[] = []

beforeAll(async () => {
  if (browserMissing || !installed) return
  await buildScreens(() => {})
  turn = spawn(
    'turnserver',
    [
      '-n',
      '--no-cli',
      '--no-tls',
      '--no-dtls',
      '--allow-loopback-peers',
      '--use-auth-secret',
      `--static-auth-secret=${SECRET}`,
      '--realm=turn.example.com',
      '--listening-ip=127.0.0.1',
      '--relay-ip=127.0.0.1',
      `--listening-port=${TURN_PORT}`,
      `--min-port=${TURN_PORT + 10}`,
      `--max-port=${TURN_PORT + 60}`,
      '--pidfile=/dev/null',
      '--log-file=stdout',
    ],
    { stdio: 'ignore' },
  )
  await until(() => answers(TURN_PORT), 'coturn')
  const url = `turn:127.0.0.1:${TURN_PORT}`
  server = await startTestServer({
    TURN_URLS: `${url}?transport=udp,stun:127.0.0.1:${TURN_PORT},turn:127.0.0.1:9?transport=tcp`,
    TURN_SECRET: SECRET,
  })
  company = await phoneCompany(server, 27_400)
  const { key } = await company.tenant.client.call(createChannelAccount, {
    body: { channel: 'chat', name: 'Shop', queueId: company.queueId, config: { calls: true }, secrets: {} },
  })
  site = await startSite(server, key)
  computers.push(await computerOf(TONE.ana), await computerOf(TONE.visitor))
}, 180_000)
afterAll(async () => {
  await Promise.all(computers.map(computer => computer.close()))
  await site?.close()
  await company?.close()
  await server?.close()
  turn?.kill('SIGTERM')
})

describe.skipIf(browserMissing || !installed)('behind firewalls', () => {
  test('a visitor and an agent who can reach nothing but the TURN server hear each other', {
    timeout: 120_000,
  }, async () => {
    const [anasComputer, visitorsComputer] = computers as [Browser, Browser]
    const ana = await sitDown(company, anasComputer, company.ana, 'Ana', undefined, RELAY_ONLY)
    const context = await browserOf(visitorsComputer, server, null, {
      ...WITH_SOUND,
      initScript: `${RELAY_ONLY};${WITH_SOUND.initScript}`,
    })
    const visitor: HearingPage = Object.assign(await context.newPage(), { complaints: [], name: 'the visitor' })
    const step = storyOf(() => [ana, visitor], 'turn')
    const wayOut = (page: HearingPage) => page.evaluate<string | null>('window.wayOut()')

    await step('the visitor calls from the page', async () => {
      await visitor.goto(site.origin)
      await visitor.getByRole('button', { name: 'Open chat' }).click()
      await visitor.getByRole('button', { name: 'Call us' }).first().click()
      await hears(visitor, TONE.music, 20_000)
    })
    await step('Ana answers; both hear each other by the relay', async () => {
      await beAvailable(company.ana)
      await ana.getByRole('article', { name: /^Offer:/ }).waitFor()
      await ana.getByRole('button', { name: /^Answer/ }).click()
      await hears(ana, TONE.visitor)
      await hears(visitor, TONE.ana)
      expect(await wayOut(ana)).toBe('relay udp')
      expect(await wayOut(visitor)).toBe('relay udp')
    })
    await visitor.getByRole('button', { name: 'Hang up' }).click()
    await ana.getByRole('button', { name: 'Finish' }).waitFor()
    await Promise.all([ana.context().close(), context.close()])
    await goHome(company.ana)
  })

  test.skipIf(firefoxMissing)(
    'an agent in Firefox whose firewall lets out nothing but TCP hears and is heard',
    {
      timeout: 120_000,
    },
    async () => {
      const computer = await firefoxOf(TONE.ana)
      computers.push(computer)
      const ana = await sitDown(company, computer, company.ana, 'Ana', undefined, `${BY_TCP};${RELAY_ONLY}`)
      const caller = await talk(company, ana, company.ana)
      expect(await ana.evaluate('window.wayOut()')).toBe('relay tcp')
      await caller.hangUp()
      await ana.getByRole('button', { name: 'Finish' }).waitFor()
      await ana.context().close()
      await goHome(company.ana)
    },
  )

  test('the check of the network says of each way what is so', { timeout: 60_000 }, async () => {
    const [computer] = computers as [Browser]
    const ana = await sitDown(company, computer, company.ana, 'Ana', '/settings')
    await ana.getByRole('button', { name: 'Check the network' }).click()
    const said = ana.getByRole('listitem').filter({ hasText: /directly|(turn|stun):127/ })
    await until(async () => (await said.count()) === 4, 'four answers', 20_000)
    const of = (way: string) => said.filter({ hasText: way }).textContent()
    expect(await of('directly')).toMatch(/^works/)
    expect(await of('transport=udp')).toMatch(/^works/)
    expect(await of('stun:')).toMatch(/^works/)
    expect(await of('turn:127.0.0.1:9')).toMatch(/^does not answer/)
    await shoot(ana, 'network-checked')
    await ana.context().close()
  })
})

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
