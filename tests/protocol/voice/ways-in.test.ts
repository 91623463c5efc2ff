import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { until } from '@centrala/voice/testing/deadline.ts'
import { Party } from '@centrala/voice/testing/party.ts'
import { NUMBER, testConfig } from '@centrala/voice/testing/test-config.ts'
import { startTestNode, type TestNode } from '@centrala/voice/testing/test-node.ts'
import { TestServer } from '@centrala/voice/testing/test-server.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Baresip, baresipIsHere, startBaresip } from './baresip.ts'

if (!baresipIsHere) console.warn('The tests with baresip are skipped: it is not installed (apt-get install baresip).')

const ended: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ended.reverse()) await end()
})

/** A node with a company, and Ana's desk phone by plain UDP where the node has it. */
async function nodeAt(
  base: number,
  settings: Record<string, string>,
  change: Parameters<typeof testConfig>[0]['change'],
): Promise<{ server: TestServer; node: TestNode; ids: ReturnType<typeof testConfig>['ids'] }> {
  const { config, ids } = testConfig({ trunkPort: base + 1, ...(change && { change }) })
  const server = await new TestServer(config).start()
  const node = await startTestNode(server, base, settings)
  ended.push(async () => {
    await node.close()
    await server.stop()
  })
  return { server, node, ids }
}

describe.skipIf(!baresipIsHere)('a trunk by TLS with encrypted sound', () => {
  const BASE = 27_700
  let server: TestServer
  let ids: ReturnType<typeof testConfig>['ids']
  let ana: Party

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'centrala-tls-'))
    ended.push(() => rm(folder, { recursive: true, force: true }))
    const [key, cert, both] = ['key.pem', 'cert.pem', 'both.pem'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ]
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
      ],
      { stdio: 'ignore' },
    )
    execFileSync('sh', ['-c', `cat "${key}" "${cert}" > "${both}"`])
    const trusted = getCACertificates('default')
    setDefaultCACertificates([...trusted, await readFile(cert, 'utf8')])
    ended.push(async () => setDefaultCACertificates(trusted))
    const started = await nodeAt(
      BASE,
      { SIP_TLS_PORT: String(BASE + 2), SIP_TLS_KEY: key, SIP_TLS_CERT: cert },
      tenant => Object.assign(tenant.trunks[0]!, { transport: 'tls', port: BASE + 11, srtp: 'required' }),
    )
    server = started.server
    ids = started.ids
    ana = await Party.open({ port: BASE + 3, mediaPorts: [BASE + 60, BASE + 79] })
    ended.push(() => ana.close())
    await ana.register(BASE, 'ana')
    certificate = both
  }, 60_000)
  let certificate = ''

  /** The provider: baresip with or without keys for its sound. */
  async function provider(account: string, port: number): Promise<Baresip> {
    const phone = await startBaresip({
      account,
      port,
      rtp: `${BASE + 80}-${BASE + 99}`,
      hertz: 440,
      settings: ['module srtp.so', `sip_certificate ${certificate}`, 'sip_verify_server no'],
    })
    ended.push(() => phone.close())
    return phone
  }

  test('brings a call whose sound is encrypted both ways, and none in the clear', async () => {
    const open = await provider(`<sip:+385917654321@127.0.0.1;transport=tls>;regint=0`, BASE + 14)
    open.do('dial', `sip:${NUMBER}@127.0.0.1:${BASE + 2};transport=tls`)
    await until(() => open.count('CALL_CLOSED') > 0, 'the refusal', 10_000)
    expect(server.facts.size).toBe(0)
    await open.close()

    const phone = await provider(`<sip:+385917654321@127.0.0.1;transport=tls>;regint=0;mediaenc=srtp-mand`, BASE + 10)
    phone.do('dial', `sip:${NUMBER}@127.0.0.1:${BASE + 2};transport=tls`)
    await until(() => server.facts.size > 0, 'the call', 10_000)
    await server.fact('queued')
    const { callId } = server
    await server.command({ type: 'connect', callId, userId: ids.ana, lineId: null, record: 'never' })
    const agent = await ana.line()
    agent.say(700)
    await agent.hears(440)
    await until(async () => strength(await phone.heard(), 700) > 0.05, 'the provider to hear 700 Hz', 10_000)
    phone.do('hangup')
    await server.fact('ended', undefined, { callId })
    await phone.close()
  }, 60_000)

  test('takes a call out, to a provider whose certificate is trusted', async () => {
    const phone = await provider(
      `<sip:+385916666666@127.0.0.1;transport=tls>;regint=0;mediaenc=srtp-mand;answermode=auto`,
      BASE + 10,
    )
    const callId = crypto.randomUUID()
    const reply = await server.command({
      type: 'dial',
      callId,
      tenantId: ids.tenant,
      interactionId: crypto.randomUUID(),
      userId: ids.ana,
      lineId: null,
      to: '+385916666666',
      numberId: ids.number,
      record: 'never',
      timeoutSeconds: 20,
    })
    expect(reply).toMatchObject({ ok: true })
    const agent = await until(() => ana.lines.findLast(line => line.session.state === 'established'), 'Ana’s phone')
    await agent.hears(440, 10_000)
    await agent.hangUp()
    await server.fact('ended', undefined, { callId })
    await phone.close()
  }, 60_000)
})

test('a node that listens on :: carries calls by IPv6', async () => {
  const BASE = 27_800
  const { server, ids } = await nodeAt(BASE, { LISTEN_ADDRESS: '::', PUBLIC_ADDRESS: '::1' }, tenant => {
    Object.assign(tenant.trunks[0]!, { host: '::1' })
  })
  const party = async (port: number, from: number) => {
    const one = await Party.open({ address: '::1', port, mediaPorts: [from, from + 19] })
    ended.push(() => one.close())
    return one
  }
  const [customer, ana] = [await party(BASE + 1, BASE + 60), await party(BASE + 3, BASE + 80)]
  await ana.register(BASE, 'ana')
  const line = await customer.reach(BASE, NUMBER)
  await server.fact('queued')
  const { callId } = server
  await server.command({ type: 'connect', callId, userId: ids.ana, lineId: null, record: 'never' })
  const agent = await ana.line()
  line.say(440)
  agent.say(700)
  await agent.hears(440)
  await line.hears(700)
  expect(line.session.remoteSdp).toMatch(/c=IN IP6 ::1/)
  await line.hangUp()
  await server.fact('ended', undefined, { callId })
}, 60_000)

test('a phone by SIP over WebSocket registers, is rung, and talks', async () => {
  const BASE = 27_900
  const { server, node, ids } = await nodeAt(BASE, { SIP_WS_PORT: String(BASE + 2) }, undefined)
  expect(node.sipPorts).toMatchObject({ udp: BASE, ws: BASE + 2 })
  const customer = await Party.open({ port: BASE + 1, mediaPorts: [BASE + 60, BASE + 79] })
  const ana = await Party.open({ port: BASE + 3, mediaPorts: [BASE + 80, BASE + 99], protocol: 'ws' })
  ended.push(() => Promise.all([customer.close(), ana.close()]))
  await ana.register(BASE + 2, 'ana')
  const line = await customer.reach(BASE, NUMBER)
  await server.fact('queued')
  const { callId } = server
  await server.command({ type: 'connect', callId, userId: ids.ana, lineId: null, record: 'never' })
  const agent = await ana.line()
  expect(agent.session.peer.protocol).toBe('ws')
  line.say(440)
  await agent.hears(440)
  await line.hangUp()
  await server.fact('ended', undefined, { callId })
}, 60_000)

/** How much of a tone is in the last half second: its share of full scale. */
function strength(pcm: Int16Array, hertz: number): number {
  const heard = pcm.subarray(Math.max(0, pcm.length - 4000))
  let [s1, s2] = [0, 0]
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / 8000)
  for (const sample of heard) [s1, s2] = [sample + turn * s1 - s2, s1]
  return (2 * Math.sqrt(Math.max(0, s1 * s1 + s2 * s2 - turn * s1 * s2))) / Math.max(1, heard.length) / 32_768
}
