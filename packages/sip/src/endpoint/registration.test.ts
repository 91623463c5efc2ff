import { beforeEach, expect, test } from 'vitest'
import { ha1 } from '../digest/digest.ts'
import { createDigestServer } from '../digest/server.ts'
import type { IncomingRegister, RegistrationState, SipEndpoint } from './endpoint.ts'
import { nothing, World } from './testing/world.ts'

let world: World
let phone: SipEndpoint & { address: string }
let registrar: SipEndpoint & { address: string }

beforeEach(async () => {
  world = new World()
  phone = await world.endpoint()
  registrar = await world.endpoint()
})

function register(password = 'secret', expiresSeconds = 300) {
  return phone.register({
    registrar: `sip:${registrar.address}`,
    aor: 'sip:101@example.com',
    credentials: () => ({ username: '101', password }),
    expiresSeconds,
  })
}

function accept(incoming: IncomingRegister, expiresSeconds?: number): void {
  incoming.accept(
    incoming.contacts
      .filter(contact => contact.expiresSeconds > 0)
      .map(contact => ({
        uri: `sip:${contact.uri.user}@${contact.uri.host}`,
        expiresSeconds: expiresSeconds ?? contact.expiresSeconds,
      })),
  )
}

async function reached(registration: { current: RegistrationState }, state: RegistrationState['state'], ms = 120_000) {
  for (let passed = 0; registration.current.state !== state && passed < ms; passed += 100) await world.pass(100)
  expect(registration.current.state).toBe(state)
}

test('a phone proves who it is, stays registered and leaves when told', async () => {
  const digest = createDigestServer({
    realm: 'example.com',
    secret: Buffer.alloc(32, 7),
    algorithms: ['MD5'],
    now: () => world.clock.now(),
  })
  const seen: number[] = []
  registrar.onRegister(async incoming => {
    const verdict = await digest.verify(incoming.request, async username =>
      username === '101' ? { MD5: ha1('MD5', '101', 'example.com', 'secret') } : null,
    )
    if (!verdict.ok) incoming.challenge(digest.challenge({ stale: verdict.why === 'stale' }).map(([, value]) => value))
    else {
      seen.push(incoming.contacts[0]?.expiresSeconds ?? -1)
      accept(incoming)
    }
  })
  const registration = register()
  await reached(registration, 'registered')
  expect(registration.current.peer?.address).toBe(registrar.address)
  await world.pass(1_000_000)
  expect(seen.length).toBeGreaterThan(3)
  expect(registration.current.state).toBe('registered')
  await world.settled(registration.stop())
  expect(seen.at(-1)).toBe(0)
  await world.pass(40_000)
  expect([phone.counts(), registrar.counts()]).toEqual([nothing, nothing])
  expect(world.faults.seen).toEqual([])
})

test('a wrong password is told once and not tried again for ten minutes', async () => {
  let tries = 0
  registrar.onRegister(incoming => {
    tries++
    incoming.challenge(['Digest realm="r", nonce="n", qop="auth"'])
  })
  const registration = register('wrong')
  await reached(registration, 'failed')
  expect(registration.current.failure).toMatchObject({ status: 401 })
  await world.pass(500_000)
  expect(tries).toBe(2)
  await world.settled(registration.stop())
})

test('an interval too brief is raised to what the registrar wants', async () => {
  registrar.onRegister(incoming => {
    if ((incoming.contacts[0]?.expiresSeconds ?? 0) < 600) incoming.tooBrief(600)
    else accept(incoming)
  })
  const registration = register('secret', 60)
  await reached(registration, 'registered')
  expect((registration.current.expiresAt ?? 0) - world.clock.now()).toBeGreaterThan(590_000)
  await world.settled(registration.stop())
})

test('the registrar’s shorter time counts, and a registrar that comes back is found again', async () => {
  let up = true
  let seen = 0
  registrar.onRegister(incoming => {
    seen++
    accept(incoming, 30)
  })
  world.network.drop = () => !up
  const registration = register()
  await reached(registration, 'registered')
  await world.pass(100_000)
  expect(seen).toBeGreaterThan(4)
  up = false
  await reached(registration, 'failed')
  up = true
  await reached(registration, 'registered', 400_000)
  await world.settled(registration.stop())
})

test('a registrar that is busy is left alone as long as it asks', async () => {
  let tries = 0
  registrar.onRegister(incoming => {
    if (++tries === 1) incoming.refuse({ status: 503, retryAfterSeconds: 200 })
    else accept(incoming)
  })
  const registration = register()
  await world.pass(190_000)
  expect(tries).toBe(1)
  await reached(registration, 'registered', 60_000)
  await world.settled(registration.stop())
})
