import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { request, response, type SipRequest } from '../message/message.ts'
import { parseUri } from '../message/uri.ts'
import { parseAuthHeader } from './auth-header.ts'
import { type Credentials, DigestClient } from './client.ts'
import { type DigestAlgorithm, digestResponse, ha1 } from './digest.ts'
import { createDigestServer, type DigestServer, type DigestServerOptions, type StoredHa1 } from './server.ts'

const target = parseUri('sip:+4930@example.com')!
const register = (uri = target, method = 'REGISTER', body = ''): SipRequest => request(method, uri, [], body)

describe('the examples of the RFCs', () => {
  test.each<[DigestAlgorithm, string]>([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('RFC 7616 section 3.9.1, %s', (algorithm, expected) => {
    const params = {
      algorithm,
      session: false,
      ha1: ha1(algorithm, 'Mufasa', 'http-auth@example.org', 'Circle of Life'),
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      method: 'GET',
      uri: '/dir/index.html',
      body: Buffer.alloc(0),
      protection: {
        qop: 'auth' as const,
        cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
        nc: '00000001',
      },
    }
    expect(digestResponse(params)).toBe(expected)
  })

  test('RFC 2617 section 3.5', () => {
    const params = {
      algorithm: 'MD5' as const,
      session: false,
      ha1: ha1('MD5', 'Mufasa', 'testrealm@host.com', 'Circle Of Life'),
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      method: 'GET',
      uri: '/dir/index.html',
      body: Buffer.alloc(0),
      protection: { qop: 'auth' as const, cnonce: '0a4f113b', nc: '00000001' },
    }
    expect(digestResponse(params)).toBe('6629fae49393a05397450978507c4ef1')
  })

  test('RFC 2069 as corrected by its errata: no qop', () => {
    const params = {
      algorithm: 'MD5' as const,
      session: false,
      ha1: ha1('MD5', 'Mufasa', 'testrealm@host.com', 'CircleOfLife'),
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      method: 'GET',
      uri: '/dir/index.html',
      body: Buffer.alloc(0),
      protection: null,
    }
    expect(digestResponse(params)).toBe('1949323746fe6a43ef61f9606e7febea')
  })
})

test('an authentication header is read, several challenges on one line too', () => {
  expect(
    parseAuthHeader('Digest realm="a, \\"b\\"", nonce=x,stale=FALSE, Digest realm="c", qop="auth,auth-int"'),
  ).toEqual([
    {
      scheme: 'digest',
      params: new Map([
        ['realm', 'a, "b"'],
        ['nonce', 'x'],
        ['stale', 'FALSE'],
      ]),
    },
    {
      scheme: 'digest',
      params: new Map([
        ['realm', 'c'],
        ['qop', 'auth,auth-int'],
      ]),
    },
  ])
  expect(parseAuthHeader('NoOneKnowsThisScheme opaque-data=here')).toMatchObject([{ scheme: 'nooneknowsthisscheme' }])
  expect(parseAuthHeader('Digest realm="open')).toEqual([])
  expect(parseAuthHeader('=,=')).toEqual([])
})

const password = 'zanzibar'
const realm = 'biloxi.com'
const stored = (username: string): StoredHa1 => ({
  MD5: ha1('MD5', username, realm, password),
  'SHA-256': ha1('SHA-256', username, realm, password),
})
const lookup = (username: string): StoredHa1 | null => (username === 'bob' ? stored(username) : null)

function server(options: Partial<DigestServerOptions> = {}): DigestServer {
  return createDigestServer({ realm, secret: randomBytes(32), ...options })
}

function clientFor(
  credentials: Partial<Record<string, Credentials>> = { [realm]: { username: 'bob', password } },
): DigestClient {
  return new DigestClient(name => credentials[name] ?? null)
}

/** A client that has taken a challenge of this server. */
function challenged(by: DigestServer, client = clientFor()): DigestClient {
  expect(client.accept(response(by.status, by.challenge()))).toBe(true)
  return client
}

describe('server and client together', () => {
  test('a right password is let in, and the nonce serves again with a higher count', async () => {
    const digest = server()
    const client = challenged(digest)
    for (let use = 1; use <= 3; use++) {
      const message = register()
      client.authorize(message)
      expect(message.headers.get('Authorization')).toContain(`nc=0000000${use}`)
      expect(await digest.verify(message, lookup)).toEqual({ ok: true, username: 'bob' })
    }
  })

  test('SHA-256 is taken where MD5 is offered too', async () => {
    const digest = server()
    const message = register()
    challenged(digest).authorize(message)
    expect(digest.challenge()).toHaveLength(2)
    expect(message.headers.lines('Authorization')).toHaveLength(1)
    expect(message.headers.get('Authorization')).toContain('algorithm=SHA-256')
  })

  test.each<[string, Partial<DigestServerOptions>]>([
    ['only MD5', { algorithms: ['MD5'] }],
    ['as a proxy', { role: 'proxy' }],
    ['with auth-int', { offerIntegrity: true }],
  ])('%s', async (_name, options) => {
    const digest = server(options)
    const message = register()
    challenged(digest).authorize(message)
    expect(await digest.verify(message, lookup)).toEqual({ ok: true, username: 'bob' })
  })

  test('with HA1 in place of the password', async () => {
    const digest = server()
    const message = register()
    challenged(digest, clientFor({ [realm]: { username: 'bob', ha1: stored('bob') } })).authorize(message)
    expect(await digest.verify(message, lookup)).toMatchObject({ ok: true })
  })

  test('auth-int guards the body', async () => {
    const digest = server()
    const client = new DigestClient(() => ({ username: 'bob', password }))
    const challenge = digest.challenge().map(([name, value]) => [name, value.replace('"auth"', '"auth-int"')] as const)
    client.accept(response(401, challenge))
    const message = register(target, 'MESSAGE', 'pay 10')
    client.authorize(message)
    expect(await digest.verify({ ...message, body: Buffer.from('pay 99') }, lookup)).toMatchObject({ why: 'wrong' })
    expect(await digest.verify(message, lookup)).toMatchObject({ ok: true })
  })

  test('two realms are answered at once', () => {
    const client = clientFor({ a: { username: 'x', password: '1' }, b: { username: 'y', password: '2' } })
    const challenges = ['a', 'b', 'c'].map(name => ['Proxy-Authenticate', `Digest realm="${name}", nonce="n"`] as const)
    expect(client.accept(response(407, challenges))).toBe(true)
    const message = register()
    client.authorize(message)
    expect(message.headers.lines('Proxy-Authorization').map(line => /username="(.)"/.exec(line)?.[1])).toEqual([
      'x',
      'y',
    ])
  })
})

describe('the server refuses', () => {
  test('a request without credentials, or with those of another realm', async () => {
    const digest = server()
    expect(await digest.verify(register(), lookup)).toEqual({ ok: false, why: 'missing', username: null })
    const message = register()
    challenged(server({ realm: 'other' }), clientFor({ other: { username: 'bob', password } })).authorize(message)
    expect(await digest.verify(message, lookup)).toMatchObject({ why: 'missing' })
  })

  test('the same credentials twice: replayed', async () => {
    const digest = server()
    const message = register()
    challenged(digest).authorize(message)
    await digest.verify(message, lookup)
    expect(await digest.verify(message, lookup)).toMatchObject({ ok: false, why: 'stale' })
  })

  test('a replay out of order, but not requests that overtake each other', async () => {
    const digest = server()
    const client = challenged(digest)
    const messages = Array.from({ length: 5 }, () => {
      const message = register()
      client.authorize(message)
      return message
    })
    for (const index of [2, 0, 4, 1, 3])
      expect(await digest.verify(messages[index]!, lookup)).toMatchObject({ ok: true })
    for (const message of messages) expect(await digest.verify(message, lookup)).toMatchObject({ why: 'stale' })
  })

  test('an old nonce as stale, and the client then goes on without asking anyone', async () => {
    let now = 1_000_000
    const digest = server({ now: () => now, nonceLifeMs: 60_000 })
    const client = challenged(digest)
    const message = register()
    now += 60_001
    client.authorize(message)
    expect(await digest.verify(message, lookup)).toMatchObject({ why: 'stale' })
    expect(client.accept(response(401, digest.challenge({ stale: true })))).toBe(true)
    client.authorize(message)
    expect(await digest.verify(message, lookup)).toMatchObject({ ok: true })
  })

  test('a forged nonce, though the password is right', async () => {
    const digest = server()
    const message = register()
    challenged(server()).authorize(message)
    expect(await digest.verify(message, lookup)).toMatchObject({ ok: false, why: 'stale' })
  })

  test('credentials moved to another number', async () => {
    const digest = server()
    const message = register()
    challenged(digest).authorize(message)
    const dearer = { ...message, uri: parseUri('sip:+882@example.com')! }
    expect(await digest.verify(dearer, lookup)).toMatchObject({ ok: false, why: 'wrong' })
  })

  test('an unknown user in the same words as a wrong password', async () => {
    const digest = server()
    const verdicts = []
    for (const username of ['bob', 'nobody']) {
      const message = register()
      challenged(digest, clientFor({ [realm]: { username, password: 'guess' } })).authorize(message)
      verdicts.push(await digest.verify(message, lookup))
    }
    expect(verdicts).toMatchObject([
      { ok: false, why: 'wrong' },
      { ok: false, why: 'wrong' },
    ])
  })

  test('an algorithm it did not offer', async () => {
    const digest = server({ algorithms: ['SHA-256'] })
    const message = register()
    const weak = digest.challenge().map(([name, value]) => [name, value.replace('SHA-256', 'MD5')] as const)
    const client = clientFor()
    client.accept(response(401, weak))
    client.authorize(message)
    expect(await digest.verify(message, lookup)).toMatchObject({ ok: false, why: 'wrong' })
  })

  test('a nonce without qop more than once', async () => {
    const digest = server()
    const client = clientFor()
    client.accept(
      response(
        401,
        digest.challenge().map(([name, value]) => [name, value.replace(/, qop="auth"/, '')] as const),
      ),
    )
    const first = register()
    client.authorize(first)
    const second = register()
    client.authorize(second)
    expect(await digest.verify(first, lookup)).toMatchObject({ ok: true })
    expect(await digest.verify(second, lookup)).toMatchObject({ why: 'stale' })
  })

  test.each([
    'Digest',
    'Digest realm="biloxi.com"',
    'Digest realm="biloxi.com", username="bob", qop=auth',
    'Basic Ym9i',
    '"',
  ])('nonsense: %s', async text => {
    const message = register()
    message.headers.add('Authorization', text)
    expect(await server().verify(message, lookup)).toMatchObject({ ok: false })
  })

  test('and remembers no more nonces than it may', async () => {
    const digest = server({ maxNonces: 2 })
    const messages = []
    for (let i = 0; i < 4; i++) {
      const message = register()
      challenged(digest).authorize(message)
      messages.push(message)
      await digest.verify(message, lookup)
    }
    for (const message of messages) expect(await digest.verify(message, lookup)).toMatchObject({ why: 'stale' })
  })
})

describe('devices that cannot choose among algorithms', () => {
  const offered = (digest: DigestServer, to: SipRequest): (string | undefined)[] =>
    digest.challenge({ to }).map(([, value]) => /algorithm=([^,]+)/.exec(value)?.[1])
  const from = (callId: string, agent = 'phone'): SipRequest => {
    const message = register()
    message.headers.add('Call-ID', callId).add('User-Agent', agent)
    return message
  }

  test('get MD5 alone when they come back without an answer', () => {
    const digest = server()
    expect(offered(digest, from('one'))).toEqual(['SHA-256', 'MD5'])
    expect(offered(digest, from('two'))).toEqual(['SHA-256', 'MD5'])
    expect(offered(digest, from('one'))).toEqual(['MD5'])
    expect(offered(digest, from('one'))).toEqual(['MD5'])
  })

  test('are not those that answered and must be asked again', async () => {
    const digest = server()
    for (let round = 0; round < 3; round++) {
      const client = clientFor()
      const message = from('one')
      expect(client.accept(response(401, digest.challenge({ to: message })))).toBe(true)
      client.authorize(message)
      expect(message.headers.get('Authorization')).toContain('SHA-256')
      expect(await digest.verify(message, lookup)).toMatchObject({ ok: true })
    }
  })

  test.each([
    ['baresip v1.0.0 (x86_64/Linux)', 1],
    ['baresip v3.11.0 (x86_64/Linux)', 1],
    ['baresip v3.12.0 (x86_64/Linux)', 2],
    ['PJSUA v2.10 Linux', 1],
    ['PJSUA v2.13 Linux', 2],
  ])('are known by name: %s', (agent, challenges) => {
    expect(offered(server(), from('one', agent))).toHaveLength(challenges)
  })

  test('get nothing weaker than what is offered', () => {
    expect(offered(server({ algorithms: ['SHA-256'] }), from('one', 'baresip v1.0.0'))).toEqual(['SHA-256'])
  })
})

describe('the client gives up', () => {
  test('when the password was just refused', () => {
    const digest = server()
    const client = challenged(digest)
    client.authorize(register())
    expect(client.accept(response(401, digest.challenge()))).toBe(false)
  })

  test('but not when a nonce that served before is refused', () => {
    const digest = server()
    const client = challenged(digest)
    client.authorize(register())
    client.authorize(register())
    expect(client.accept(response(401, digest.challenge()))).toBe(true)
  })

  test.each([
    'Digest realm="elsewhere", nonce="n"',
    'Digest realm="biloxi.com", nonce="n", algorithm=FUTURE',
    'Digest realm="biloxi.com", nonce="n", qop="auth-conf"',
    'Digest realm="biloxi.com"',
    'Basic realm="biloxi.com"',
  ])('when it cannot answer: %s', challenge => {
    expect(clientFor().accept(response(401, [['WWW-Authenticate', challenge]]))).toBe(false)
  })
})
