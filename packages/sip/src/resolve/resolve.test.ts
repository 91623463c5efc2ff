import { describe, expect, test } from 'vitest'
import { parseUri } from '../message/uri.ts'
import type { Peer } from '../transport/transport.ts'
import type { Dns, NaptrAnswer, SrvAnswer } from './dns.ts'
import { createResolver, type ResolverOptions } from './resolve.ts'
import { orderSrv } from './srv-order.ts'

interface Zone {
  naptr?: Record<string, NaptrAnswer[]>
  srv?: Record<string, SrvAnswer[]>
  a?: Record<string, string[]>
  aaaa?: Record<string, string[]>
  hosts?: Record<string, string[]>
}

/** A name server from a table; it may be away. */
function zone(records: Zone): Dns & { asked: string[]; away: boolean } {
  const answer = async <T>(kind: keyof Zone, name: string): Promise<T[]> => {
    dns.asked.push(`${kind} ${name}`)
    if (dns.away) throw Object.assign(new Error('no answer'), { code: 'ETIMEOUT' })
    const found = records[kind]?.[name]
    if (found === undefined) throw Object.assign(new Error('nothing'), { code: 'ENOTFOUND' })
    return found as T[]
  }
  const dns = {
    asked: [] as string[],
    away: false,
    resolveNaptr: (name: string) => answer<NaptrAnswer>('naptr', name),
    resolveSrv: (name: string) => answer<SrvAnswer>('srv', name),
    resolve4: (name: string) => answer<string>('a', name),
    resolve6: (name: string) => answer<string>('aaaa', name),
    lookup: (name: string) => answer<string>('hosts', name),
  }
  return dns
}

const naptr = (order: number, preference: number, service: string, replacement: string): NaptrAnswer => ({
  order,
  preference,
  flags: 's',
  service,
  replacement,
})
const srv = (name: string, port: number, priority = 0, weight = 0): SrvAnswer => ({ name, port, priority, weight })

const example: Zone = {
  naptr: {
    'example.com': [
      naptr(50, 50, 'SIPS+D2T', '_sips._tcp.example.com'),
      naptr(90, 50, 'SIP+D2T', '_sip._tcp.example.com'),
      naptr(100, 50, 'SIP+D2U', '_sip._udp.example.com'),
    ],
  },
  srv: {
    '_sips._tcp.example.com': [srv('s1.example.com', 5061)],
    '_sip._tcp.example.com': [srv('s1.example.com', 5060, 0), srv('s2.example.com', 5070, 1)],
    '_sip._udp.example.com': [srv('s2.example.com', 5060)],
    '_sip._udp.bare.example': [srv('s1.example.com', 5080)],
    '_sip._udp.gone.example': [srv('.', 0)],
  },
  a: {
    's1.example.com': ['192.0.2.1'],
    's2.example.com': ['192.0.2.2', '192.0.2.3'],
    'plain.example': ['192.0.2.9'],
    'example.com': ['192.0.2.100'],
    'gone.example': ['192.0.2.101'],
  },
  aaaa: { 's1.example.com': ['2001:db8::1'] },
  hosts: { trunk: ['10.0.0.5', '::1'] },
}

const show = (peers: readonly Peer[]): string[] => peers.map(peer => `${peer.protocol} ${peer.address} ${peer.port}`)

async function find(text: string, options: ResolverOptions = {}, records: Zone = example): Promise<string[]> {
  return show(await createResolver({ dns: zone(records), ...options }).resolve(parseUri(text)!))
}

describe('the next hop is found as RFC 3263 section 4 says', () => {
  test.each<[string, string, string[]]>([
    ['an address needs no look-up', 'sip:a@192.0.2.7', ['udp 192.0.2.7 5060']],
    ['an IPv6 address and a port', 'sip:a@[2001:db8::7]:5070;transport=tcp', ['tcp 2001:db8::7 5070']],
    ['sips means TLS', 'sips:a@192.0.2.7', ['tls 192.0.2.7 5061']],
    ['sips over TCP means TLS', 'sips:a@192.0.2.7;transport=tcp', ['tls 192.0.2.7 5061']],
    ['a port means no SRV', 'sip:a@example.com:5099', ['udp 192.0.2.100 5099']],
    ['a transport means its SRV', 'sip:a@example.com;transport=udp', ['udp 192.0.2.2 5060', 'udp 192.0.2.3 5060']],
    ['maddr is where it goes', 'sip:a@example.com;maddr=192.0.2.50', ['udp 192.0.2.50 5060']],
    ['SRV without NAPTR', 'sip:a@bare.example', ['udp 192.0.2.1 5080', 'udp 2001:db8::1 5080']],
    ['a plain name', 'sip:a@plain.example', ['udp 192.0.2.9 5060']],
    ['a plain name over TLS', 'sips:a@plain.example', ['tls 192.0.2.9 5061']],
    ['the hosts file', 'sip:a@trunk', ['udp 10.0.0.5 5060', 'udp ::1 5060']],
    [
      'NAPTR in its order',
      'sip:a@example.com',
      [
        'tls 192.0.2.1 5061',
        'tls 2001:db8::1 5061',
        'tcp 192.0.2.1 5060',
        'tcp 2001:db8::1 5060',
        'tcp 192.0.2.2 5070',
        'tcp 192.0.2.3 5070',
        'udp 192.0.2.2 5060',
        'udp 192.0.2.3 5060',
      ],
    ],
    ['sips takes no insecure NAPTR', 'sips:a@example.com', ['tls 192.0.2.1 5061', 'tls 2001:db8::1 5061']],
  ])('%s', async (_name, uri, expected) => {
    expect(await find(uri)).toEqual(expected)
  })

  test('what we cannot send over is left out', async () => {
    expect(await find('sip:a@example.com', { protocols: ['udp'], families: [4] })).toEqual([
      'udp 192.0.2.2 5060',
      'udp 192.0.2.3 5060',
    ])
  })

  test('a certificate must carry the name that was asked for', async () => {
    const [peer] = await createResolver({ dns: zone(example) }).resolve(parseUri('sips:a@example.com')!)
    expect(peer).toMatchObject({ protocol: 'tls', address: '192.0.2.1', serverName: 'example.com' })
  })

  test.each(['sip:a@nowhere.example', 'tel:+4930', 'sip:a@gone.example', 'isbn:2983792873'])(
    '%s leads nowhere',
    async uri => {
      await expect(find(uri)).rejects.toMatchObject({ code: 'host.notFound' })
    },
  )
})

describe('SRV weights', () => {
  test('a priority is used up before the next, within it by chance and weight', () => {
    const records = [srv('c', 1, 2), srv('a', 1, 1, 90), srv('b', 1, 1, 10)]
    const first = new Map<string, number>()
    for (let i = 0; i < 1000; i++) {
      const order = orderSrv(records, () => (i + 0.5) / 1000).map(record => record.name)
      expect(order).toHaveLength(3)
      expect(order[2]).toBe('c')
      first.set(order[0] ?? '', (first.get(order[0] ?? '') ?? 0) + 1)
    }
    expect(first.get('a')).toBeGreaterThan(850)
    expect(first.get('b')).toBeGreaterThan(80)
  })
})

describe('failover', () => {
  test('a peer that failed comes last for a while, or until it answers', async () => {
    let now = 0
    const resolver = createResolver({ dns: zone(example), now: () => now, avoidMs: 1000 })
    const uri = parseUri('sip:a@example.com;transport=udp')!
    const [first] = await resolver.resolve(uri)
    resolver.markFailed({ ...first!, connection: 'udp 0.0.0.0 5060' })
    expect(show(await resolver.resolve(uri))).toEqual(['udp 192.0.2.3 5060', 'udp 192.0.2.2 5060'])
    now = 1001
    expect(show(await resolver.resolve(uri))).toEqual(['udp 192.0.2.2 5060', 'udp 192.0.2.3 5060'])
    resolver.markFailed(first!)
    resolver.markAlive(first!)
    expect(show(await resolver.resolve(uri))[0]).toBe('udp 192.0.2.2 5060')
  })

  test('an only peer is given though it failed', async () => {
    const resolver = createResolver({ dns: zone(example) })
    const uri = parseUri('sip:a@192.0.2.7')!
    resolver.markFailed((await resolver.resolve(uri))[0]!)
    expect(show(await resolver.resolve(uri))).toEqual(['udp 192.0.2.7 5060'])
  })
})

describe('answers are kept', () => {
  test('briefly, and asked for once by many', async () => {
    let now = 0
    const dns = zone(example)
    const resolver = createResolver({ dns, now: () => now, cacheMs: 1000 })
    const uri = parseUri('sip:a@plain.example:5060')!
    await Promise.all([resolver.resolve(uri), resolver.resolve(uri), resolver.resolve(uri)])
    expect(dns.asked.filter(asked => asked === 'a plain.example')).toHaveLength(1)
    now = 1001
    await resolver.resolve(uri)
    expect(dns.asked.filter(asked => asked === 'a plain.example')).toHaveLength(2)
  })

  test('and used on while the name server is away', async () => {
    let now = 0
    const dns = zone(example)
    const resolver = createResolver({ dns, now: () => now, cacheMs: 1000 })
    const uri = parseUri('sip:a@example.com')!
    const before = await resolver.resolve(uri)
    dns.away = true
    for (now = 1001; now < 10_000; now += 1001) expect(await resolver.resolve(uri)).toEqual(before)
    await expect(resolver.resolve(parseUri('sip:a@plain.example')!)).rejects.toMatchObject({ code: 'host.notFound' })
  })
})
