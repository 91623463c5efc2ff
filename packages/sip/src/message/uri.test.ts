import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalUri, parseUri, type SipUri, sipUri, writeUri } from './uri.ts'

const read = (text: string): SipUri => {
  const uri = parseUri(text)
  if (uri === null) throw new Error(`not a URI: ${text}`)
  return uri
}

describe('a URI is read as RFC 3261 section 19.1 says', () => {
  test('user, password, port, parameters and headers', () => {
    const uri = read('sips:alice:secretword@atlanta.com:5071;transport=tcp;LR?subject=project%20x&Priority=urgent')
    expect(uri).toMatchObject({
      scheme: 'sips',
      user: 'alice',
      password: 'secretword',
      host: 'atlanta.com',
      port: 5071,
    })
    expect([...uri.params]).toEqual([
      ['transport', 'tcp'],
      ['lr', null],
    ])
    expect([...uri.headers]).toEqual([
      ['subject', 'project x'],
      ['priority', 'urgent'],
    ])
  })

  test('an IPv6 reference loses its brackets and gets them back', () => {
    const uri = read('sip:bob@[2001:db8::1]:5062;lr')
    expect(uri).toMatchObject({ host: '2001:db8::1', port: 5062 })
    expect(writeUri(uri)).toBe('sip:bob@[2001:db8::1]:5062;lr')
  })

  test('a telephone number keeps its parameters', () => {
    const uri = read('tel:+49-30-1234;phone-context=example.com')
    expect(uri).toMatchObject({ scheme: 'tel', user: '+49-30-1234', host: '' })
    expect(writeUri(uri)).toBe('tel:+49-30-1234;phone-context=example.com')
  })

  test('an unknown scheme is kept whole', () => {
    expect(writeUri(read('soap.beep://192.0.2.103:3002'))).toBe('soap.beep://192.0.2.103:3002')
  })

  test('escapes are read, and written back as they came', () => {
    const uri = read('sip:sips%3Auser%40example.com@example.net')
    expect(uri.user).toBe('sips:user@example.com')
    expect(writeUri(uri)).toBe('sip:sips%3Auser%40example.com@example.net')
    expect(writeUri({ ...uri, user: 'a b' })).toBe('sip:a%20b@example.net')
  })

  test('escapes that are no UTF-8 are Latin-1, and come back as they were', () => {
    const uri = read('sip:M%fcller%00%e2%82@h')
    expect(uri.user).toBe('Müller%00â\x82')
    expect(writeUri(uri)).toBe('sip:M%fcller%00%e2%82@h')
  })

  test.each([
    '',
    'sip:',
    'sip:@host',
    'sip:a b@host',
    'sip:a@',
    'sip:a@host:',
    'sip:a@host:65536',
    'sip:a@host:-1',
    'sip:a@[::1',
    'sip:a@[host]',
    'sip:2001:db8::10',
    'sip:a@host;',
    'sip:a@host;=x',
    'sip:a@host;x=',
    'sip:a@host?',
    'sip:a@host?x',
    'sip:a%4@host',
    'sip:a@b@c',
    '<sip:a@host>',
    'tel:',
    'tel:+',
    'nonsense',
  ])('%j is no URI', text => {
    expect(parseUri(text)).toBeNull()
  })
})

describe('equality is that of RFC 3261 section 19.1.4', () => {
  test.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5'],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['tel:+1-201-555-0123', 'tel:+12015550123'],
  ])('%s equals %s', (a, b) => {
    expect(equalUri(read(a), read(b))).toBe(true)
    expect(equalUri(read(b), read(a))).toBe(true)
  })

  test.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:a@h', 'sips:a@h'],
  ])('%s differs from %s', (a, b) => {
    expect(equalUri(read(a), read(b))).toBe(false)
    expect(equalUri(read(b), read(a))).toBe(false)
  })
})

const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6())

test('whatever is written is read back the same', () => {
  const paramName = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
  const value = fc.option(fc.stringMatching(/^[A-Za-z0-9.:]{1,8}$/))
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: 'grapheme' }),
      host,
      fc.option(fc.integer({ min: 0, max: 65535 })),
      fc.uniqueArray(fc.tuple(paramName, value), { selector: ([name]) => name }),
      (user, hostName, port, params) => {
        const uri = sipUri({ user, host: hostName, port, params })
        const again = read(writeUri(uri))
        expect({ ...again, escapedUser: undefined }).toEqual({ ...uri, escapedUser: undefined })
        expect(equalUri(again, uri)).toBe(true)
      },
    ),
  )
})

test('no text makes the reader throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void parseUri(`sip:${text}`)))
})
