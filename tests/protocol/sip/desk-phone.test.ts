import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ha1 } from '@centrala/sip/digest/digest.ts'
import { createDigestServer, type DigestVerdict } from '@centrala/sip/digest/server.ts'
import { createSipEndpoint, type Protocol } from '@centrala/sip/endpoint/endpoint.ts'
import { afterEach, expect, test } from 'vitest'
import { until } from '../../until.ts'
import { cert, key } from './certificate.ts'

// baresip, an independent telephone, proves who it is.

const here = spawnSync('baresip', ['-h']).error === undefined
if (!here) console.log('baresip is not installed (Debian: baresip): registration of a real desk phone is not tested.')

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const realm = 'house'
const quiet = (): void => {}

/** A registrar that knows bob, and what became of each attempt. */
async function registrar(): Promise<{ port: (protocol: Protocol) => number; verdicts: DigestVerdict[] }> {
  const endpoint = await createSipEndpoint({
    listen: [
      { protocol: 'udp', address: '127.0.0.1', port: 0 },
      { protocol: 'tcp', address: '127.0.0.1', port: 0 },
      { protocol: 'tls', address: '127.0.0.1', port: 0, key, cert },
    ],
    userAgent: 'registrar',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  })
  closing.push(() => endpoint.close())
  const digest = createDigestServer({ realm, secret: randomBytes(32) })
  const stored = { MD5: ha1('MD5', 'bob', realm, 'zanzibar'), 'SHA-256': ha1('SHA-256', 'bob', realm, 'zanzibar') }
  const verdicts: DigestVerdict[] = []
  endpoint.onRegister(async register => {
    const { request, contacts } = register
    const verdict = await digest.verify(request, name => (name === 'bob' ? stored : null))
    verdicts.push(verdict)
    if (verdict.ok) register.accept(contacts.map(({ uri }) => ({ uri: `sip:bob@${uri.host}`, expiresSeconds: 60 })))
    else register.challenge(digest.challenge({ to: request }).map(([, value]) => value))
  })
  return { port: name => endpoint.listening.find(place => place.protocol === name)?.port ?? 0, verdicts }
}

async function phone(address: string, password: string): Promise<() => string> {
  const folder = await mkdtemp(join(tmpdir(), 'baresip-'))
  const lines = ['sip_listen 127.0.0.1:0', 'sip_verify_server no', 'module_path /usr/lib/baresip/modules']
  const modules = ['module stdio.so', 'module g711.so', 'module_app account.so', 'module_app menu.so']
  await writeFile(join(folder, 'config'), `${[...lines, ...modules].join('\n')}\n`)
  await writeFile(join(folder, 'accounts'), `<${address}>;auth_pass=${password};regint=60\n`)
  const child = spawn('baresip', ['-f', folder], { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', chunk => {
    said += chunk
  })
  child.stderr.on('data', chunk => {
    said += chunk
  })
  const gone = new Promise<void>(resolve => child.once('close', () => resolve()))
  closing.push(async () => {
    child.kill('SIGKILL')
    await gone
    await rm(folder, { recursive: true, force: true })
  })
  return () => said
}

test.runIf(here).each<Protocol>(['udp', 'tcp', 'tls'])(
  'a desk phone registers over %s at the first attempt',
  async protocol => {
    const { port, verdicts } = await registrar()
    const said = await phone(`sip:bob@127.0.0.1:${port(protocol)};transport=${protocol}`, 'zanzibar')
    await until(() => said().includes('200 OK'), `baresip to be registered over ${protocol}`)
    expect(verdicts).toEqual([
      { ok: false, why: 'missing', username: null },
      { ok: true, username: 'bob' },
    ])
  },
)

test.runIf(here)('a desk phone with a wrong password does not', async () => {
  const { port, verdicts } = await registrar()
  await phone(`sip:bob@127.0.0.1:${port('udp')}`, 'wrong')
  await until(() => verdicts.length >= 2, 'baresip to try')
  expect(verdicts[1]).toEqual({ ok: false, why: 'wrong', username: 'bob' })
  expect(verdicts.some(verdict => verdict.ok)).toBe(false)
})
