import { afterEach, expect, test } from 'vitest'
import { createSipEndpoint, type SipEndpoint, type SipEndpointOptions } from './endpoint.ts'

const open: SipEndpoint[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(endpoint => endpoint.close()))
})

const quiet = (): void => {}
const local = '127.0.0.1'

async function endpoint(options: Partial<SipEndpointOptions> = {}, tcp = true): Promise<SipEndpoint> {
  const made = await createSipEndpoint({
    listen: [
      { protocol: 'udp', address: local, port: 0 },
      ...(tcp ? ([{ protocol: 'tcp', address: local, port: 0 }] as const) : []),
    ],
    userAgent: 'test',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    ...options,
  })
  open.push(made)
  return made
}

/** An endpoint with TCP, when wanted, on the port of its UDP; MESSAGE is taken. */
async function server(tcp: boolean): Promise<{ port: number; seen: string[] }> {
  const seen: string[] = []
  const first = await endpoint({}, tcp)
  const places = [first]
  let port = first.listening.at(-1)?.port ?? 0
  if (tcp) {
    // UDP on the number TCP was given; someone else may have it, then another is taken.
    const second = await endpoint({ listen: [{ protocol: 'udp', address: local, port }] }).catch(() => null)
    if (second === null) return server(tcp)
    places.push(second)
    port = second.listening[0]?.port ?? 0
  }
  for (const place of places) {
    place.onRequest('MESSAGE', message => {
      seen.push(message.peer.protocol)
      message.respond(200)
    })
  }
  return { port, seen }
}

test.each<[string, number, 'udp' | 'tcp', boolean, string]>([
  ['a small request stays on UDP', 100, 'tcp', true, 'udp'],
  ['a large one goes by TCP when told so', 3000, 'tcp', true, 'tcp'],
  ['by UDP after all where nobody answers TCP', 3000, 'tcp', false, 'udp'],
  ['and by UDP when not told', 3000, 'udp', true, 'udp'],
])('%s', async (_name, size, largeRequests, tcp, expected) => {
  const { port, seen } = await server(tcp)
  const client = await endpoint({ largeRequests })
  const result = await client.request({
    method: 'MESSAGE',
    uri: `sip:a@${local}:${port}`,
    from: 'sip:b@client.invalid',
    contentType: 'text/plain',
    body: 'x'.repeat(size),
  })
  expect(result.ok).toBe(true)
  expect(seen).toEqual([expected])
})
