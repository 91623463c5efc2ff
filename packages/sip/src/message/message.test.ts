import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { best } from '../testing/best.ts'
import {
  callId,
  contacts,
  cseq,
  from,
  fromTag,
  maxForwards,
  recordRoutes,
  routes,
  to,
  topVia,
  toTag,
  vias,
} from './accessors.ts'
import { Headers } from './headers.ts'
import { request, responseTo, type SipMessage, type SipRequest } from './message.ts'
import { nameAddr, parseNameAddr, writeNameAddr } from './name-addr.ts'
import { answerFault, type MessageFault, parse, parseLimits } from './parse.ts'
import { sipUri } from './uri.ts'
import { parseVia, writeVia } from './via.ts'
import { write } from './write.ts'

const lines = (...parts: string[]): string => parts.join('\r\n')

const invite = lines(
  'INVITE sip:bob@biloxi.com SIP/2.0',
  'Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bK776asdhds;rport',
  'Max-Forwards: 70',
  'To: Bob <sip:bob@biloxi.com>',
  'From: "Alice" <sip:alice@atlanta.com>;tag=1928301774',
  'Call-ID: a84b4c76e66710@pc33.atlanta.com',
  'CSeq: 314159 INVITE',
  'Contact: <sip:alice@pc33.atlanta.com>',
  'Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>',
  'Content-Type: application/sdp',
  'Content-Length: 4',
  '',
  'v=0',
  '',
)

function good(text: string | Buffer): SipMessage {
  const result = parse(Buffer.from(text))
  if (result.kind === 'fault') throw new Error(result.detail)
  return result
}

function bad(text: string | Buffer, limits = parseLimits): MessageFault {
  const result = parse(Buffer.from(text), limits)
  if (result.kind !== 'fault') throw new Error('no fault was found')
  return result
}

describe('a request', () => {
  test('shows what every message carries', () => {
    const message = good(invite) as SipRequest
    expect(message.method).toBe('INVITE')
    expect(message.uri).toMatchObject({ user: 'bob', host: 'biloxi.com' })
    expect(topVia(message)).toMatchObject({ transport: 'UDP', host: 'pc33.atlanta.com', port: null, rport: 'asked' })
    expect(from(message)).toMatchObject({ displayName: 'Alice', uri: { user: 'alice' } })
    expect([fromTag(message), toTag(message)]).toEqual(['1928301774', null])
    expect(to(message).displayName).toBe('Bob')
    expect(callId(message)).toBe('a84b4c76e66710@pc33.atlanta.com')
    expect(cseq(message)).toEqual({ number: 314159, method: 'INVITE' })
    expect(maxForwards(message)).toBe(70)
    expect(routes(message).map(route => route.uri.host)).toEqual(['p1.example.com', 'p2.example.com'])
    expect(recordRoutes(message)).toEqual([])
    expect(contacts(message)).toMatchObject([{ uri: { host: 'pc33.atlanta.com' } }])
    expect(message.body.toString()).toBe('v=0\r')
  })

  test('goes out as it came in', () => {
    expect(write(good(invite)).toString()).toBe(invite.slice(0, -1))
  })

  test('gets Content-Length from its body', () => {
    const message = request('MESSAGE', sipUri({ host: 'h' }), [['Content-Length', '7']], 'žuto')
    expect(write(message).toString()).toBe('MESSAGE sip:h SIP/2.0\r\nContent-Length: 5\r\n\r\nžuto')
  })

  test('is answered with its own Via, From, To, Call-ID and CSeq', () => {
    const message = good(
      invite.replace('Max-Forwards', 'v: SIP/2.0/TCP b, SIP/2.0/TCP c\r\nMax-Forwards'),
    ) as SipRequest
    const answer = good(write(responseTo(message, 180, { toTag: 'xyz', headers: [['Contact', '<sip:b@h>']] })))
    expect(answer).toMatchObject({ kind: 'response', status: 180, reason: 'Ringing' })
    expect(vias(answer).map(via => via.host)).toEqual(['pc33.atlanta.com', 'b', 'c'])
    expect([toTag(answer), fromTag(answer), cseq(answer).number]).toEqual(['xyz', '1928301774', 314159])
  })

  test('keeps its own To tag in the answer', () => {
    const message = good(
      invite.replace('To: Bob <sip:bob@biloxi.com>', 'To: <sip:bob@biloxi.com>;tag=own'),
    ) as SipRequest
    expect(toTag(responseTo(message, 200, { toTag: 'other' }))).toBe('own')
  })
})

describe('headers', () => {
  test('are one whatever the case, the compact form, and the number of lines', () => {
    const headers = new Headers([
      ['v', 'SIP/2.0/UDP a'],
      ['VIA', 'SIP/2.0/UDP b, SIP/2.0/UDP c'],
    ])
    expect(headers.all('Via')).toEqual(['SIP/2.0/UDP a', 'SIP/2.0/UDP b', 'SIP/2.0/UDP c'])
    expect(headers.get('via')).toBe('SIP/2.0/UDP a')
  })

  test('are split at commas outside quotes and brackets only, and only where they are lists', () => {
    const headers = new Headers([
      ['Contact', '"A, B" <sip:a,b@h>;q=0.5, <sip:c@h>'],
      ['Subject', 'one, two'],
    ])
    expect(headers.all('contact')).toEqual(['"A, B" <sip:a,b@h>;q=0.5', '<sip:c@h>'])
    expect(headers.all('subject')).toEqual(['one, two'])
  })

  test('keep their place when set, and forget what was read from them', () => {
    const message = good(invite)
    expect(topVia(message).host).toBe('pc33.atlanta.com')
    message.headers.prepend('Via', 'SIP/2.0/UDP new')
    expect(topVia(message).host).toBe('new')
    message.headers.set('Via', ['SIP/2.0/UDP x', 'SIP/2.0/UDP y']).replaceFirst('Via', 'SIP/2.0/UDP z')
    expect([...message.headers][0]).toEqual(['Via', 'SIP/2.0/UDP z'])
    expect(vias(message).map(via => via.host)).toEqual(['z', 'y'])
    expect(message.headers.remove('v').has('Via')).toBe(false)
  })

  test('take no line break', () => {
    expect(() => new Headers().set('Subject', 'x\r\nVia: y')).toThrow('line break')
  })

  test('a copy is its own', () => {
    const first = new Headers([['Subject', 'a']])
    const copy = first.clone()
    copy.replaceFirst('Subject', 'b')
    expect([first.get('s'), copy.get('s')]).toEqual(['a', 'b'])
  })
})

describe('what is wrong is said, and answered when it can be', () => {
  test.each<[string, string, number, string]>([
    ['no headers', 'INVITE sip:a@b SIP/2.0\r\n\r\n', 400, 'Missing Via'],
    ['two To', invite.replace('Max-Forwards: 70', 't: <sip:x@y>'), 400, 'More than one to header'],
    ['CSeq of another method', invite.replace('314159 INVITE', '1 BYE'), 400, 'CSeq method differs from the request'],
    ['CSeq too large', invite.replace('314159', '2147483648'), 400, 'Malformed CSeq'],
    ['a line without colon', invite.replace('Max-Forwards: 70', 'nonsense'), 400, 'Malformed header line'],
    ['a lone line feed', invite.replace('To: Bob', 'Subject: x\ny: z\r\nTo: Bob'), 400, 'Line break inside a header'],
    ['a NUL', invite.replace('Bob', 'B\0b'), 400, 'NUL inside a header'],
    ['a body cut off', invite.replace('Length: 4', 'Length: 5000'), 400, 'Content-Length larger than the message'],
    ['a body of negative length', invite.replace('Length: 4', 'Length: -1'), 400, 'Malformed Content-Length'],
    ['no blank line', invite.slice(0, 200), 400, 'No blank line after the headers'],
    ['another version', invite.replace('SIP/2.0\r\n', 'SIP/3.0\r\n'), 505, 'Version not supported'],
    ['no URI', invite.replace('sip:bob@biloxi.com SIP', 'bob SIP'), 400, 'Malformed Request-URI'],
  ])('%s', (_name, text, status, detail) => {
    const fault = bad(text)
    expect(fault).toMatchObject({ status, detail })
    const answer = answerFault(fault, 'tag')
    if (text.includes('Via')) expect(write(answer!).toString()).toContain(`SIP/2.0 ${status} ${detail}\r\nVia: `)
    else expect(answer).toBeNull()
  })

  test('nothing that was read holds a NUL', () => {
    const message = good(
      invite
        .replace('"Alice" <sip:alice@', '"A\\\0b" <sip:al%00ice@')
        .replace('tag=1928301774', 'tag="\\\0x"')
        .replace('INVITE sip:bob', 'INVITE sip:b%00b')
        .replace('Max-Forwards', 'Contact: "x\\\0" <sip:%00@h?a=%00>\r\nMax-Forwards'),
    ) as SipRequest
    expect(from(message)).toMatchObject({ displayName: 'Ab', uri: { user: 'al%00ice' } })
    expect(fromTag(message)).toBe('x')
    expect(JSON.stringify([message.uri, from(message), contacts(message)])).not.toContain('\\u0000')
    expect(write(message).toString()).toContain('<sip:al%00ice@')
    expect(bad(invite.replace('Max-Forwards', 'Reason: Q.850;text="\\\0"\r\nMax-Forwards'))).toMatchObject({
      status: 400,
    })
    const answer = Buffer.from(write(responseTo(message, 200, { reason: 'O\0K', toTag: 't' })))
    expect(good(answer)).toMatchObject({ reason: 'OK' })
  })

  test('limits: message, number and length of headers', () => {
    const many = invite.replace('Max-Forwards', `${'X: y\r\n'.repeat(300)}Max-Forwards`)
    expect(bad(many)).toMatchObject({ status: 513, detail: 'Too many headers' })
    const long = invite.replace('Bob <', `"${'B'.repeat(2000)}" <`)
    expect(bad(long, { ...parseLimits, maxHeaderBytes: 1000 })).toMatchObject({
      status: 513,
      detail: 'Header too long',
    })
    expect(bad(`${invite}${'x'.repeat(66_000)}`)).toMatchObject({ status: 513, detail: 'Message too large' })
    const folded = invite.replace('To: Bob', `Subject: a\r\n${' b\r\n'.repeat(300)}To: Bob`)
    expect(bad(folded)).toMatchObject({ status: 513, detail: 'Too many headers' })
  })

  test('nothing is answered to an ACK, a response, or what is no SIP', () => {
    expect(bad(invite.replace('INVITE sip', 'ACK sip')).skeleton).toBeNull()
    expect(bad('SIP/2.0 200 OK\r\nTo: x\r\n\r\n').skeleton).toBeNull()
    expect(bad('GET / HTTP/1.1\r\nHost: x\r\n\r\n').skeleton).toBeNull()
    expect(bad('\0'.repeat(50)).skeleton).toBeNull()
  })
})

describe('a name-addr', () => {
  test.each([
    ['"A. G. Bell" <sip:agb@bell-telephone.com>;tag=a48s', 'A. G. Bell', 'a48s'],
    ['sip:+12125551212@server.phone2net.com;tag=887s', null, '887s'],
    ['Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8', 'Anonymous', 'hyh8'],
    ['"a \\"b\\" \\\\ <c>" <sip:h>;tag="q;r"', 'a "b" \\ <c>', 'q;r'],
    ['Smith, John <sip:j@h>', 'Smith, John', undefined],
  ])('%s', (text, name, tag) => {
    const address = parseNameAddr(text)!
    expect([address.displayName, address.params.get('tag')]).toEqual([name, tag])
    expect(parseNameAddr(writeNameAddr(address))).toEqual(address)
  })

  test.each(['"open <sip:h>', '<sip:h', 'sip:h?x=y', '"a" sip:h', '<sip:h>;;', '<sip:h>x', '', '< sip:h>'])(
    '%j is none',
    text => {
      expect(parseNameAddr(text)).toBeNull()
    },
  )

  test('any name and parameters survive writing and reading', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter(name => !/\p{Cc}/u.test(name))
    fc.assert(
      fc.property(text, text, (name, value) => {
        const address = nameAddr(sipUri({ user: 'u', host: 'h' }), name.trim() || null, [['x', value]])
        expect(parseNameAddr(writeNameAddr(address))).toEqual(address)
      }),
    )
  })
})

describe('a Via', () => {
  test('with spaces where the grammar allows them', () => {
    expect(
      parseVia('SIP / 2.0 / udp first.example.com : 4000;ttl=16 ; maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1'),
    ).toMatchObject({
      transport: 'UDP',
      host: 'first.example.com',
      port: 4000,
      branch: 'z9hG4bKa7c6a8dlze.1',
    })
  })

  test('with rport and received, IPv6 with or without brackets', () => {
    const via = parseVia('SIP/2.0/TCP [2001:db8::9:1]:5060;rport=9988;received=[2001:db8::9:255];branch=z9hG4bKx')!
    expect(via).toMatchObject({ host: '2001:db8::9:1', received: '2001:db8::9:255', rport: 9988 })
    expect(parseVia(writeVia(via))).toEqual(via)
  })

  test.each([
    'SIP/2.0 h',
    'SIP/2.0/UDP',
    'SIP/2.0/UDP h;;',
    'SIP/2.0/UDP h;received=name',
    'SIP/2.0/UDP h:0x1',
    'HTTP/1.1/TCP h',
  ])('%j is none', text => {
    expect(parseVia(text)).toBeNull()
  })
})

describe('time does not grow with the square of the length', () => {
  // What looks at 60 KB once takes 3 ms at most, what looks at it for each of its bytes takes seconds.
  const squareMs = 100
  const sixty = 60 * 1024

  test.each([
    ['a quoted name', `"${'a'.repeat(sixty)}" <sip:a@b>`],
    ['escapes in a name', `"${'\\"'.repeat(sixty / 2)}" <sip:a@b>`],
    ['an open quote', `"${'\\"'.repeat(sixty / 2)}`],
    ['spaces', `a${' '.repeat(sixty)}b <sip:a@b>`],
    ['parameters', `<sip:a@b>${';a=b'.repeat(sixty / 4)}`],
    ['URI parameters', `<sip:a@b${';a=b'.repeat(sixty / 4)}>`],
    ['percent signs', `<sip:${'%41'.repeat(sixty / 3)}@b>`],
    ['broken percent signs', `<sip:${'%4'.repeat(sixty / 2)}@b>`],
    ['brackets', '<'.repeat(sixty)],
    ['a host of dashes', `<sip:a@${'a-'.repeat(sixty / 2)}>`],
    ['a number', `<tel:${'-'.repeat(sixty)}x>`],
    ['digits', `<tel:+${'1'.repeat(sixty)}x>`],
    ['commas', ','.repeat(sixty)],
  ])('60 KB of From: %s', (_name, value) => {
    const bytes = Buffer.from(invite.replace('"Alice" <sip:alice@atlanta.com>;tag=1928301774', value))
    expect(bytes.length).toBeLessThan(65_536)
    expect(best(() => parse(bytes))).toBeLessThan(squareMs)
  })

  test('and so are 60 KB of Via, Contact and Route lists', () => {
    for (const [name, value] of [
      ['Via', 'SIP/2.0/UDP h'],
      ['Contact', '<sip:h>'],
      ['Route', '<sip:h;lr>'],
    ] as const) {
      const list = Array.from({ length: Math.floor(sixty / (value.length + 1)) }, () => value).join(',')
      const bytes = Buffer.from(invite.replace('Max-Forwards', `${name}: ${list}\r\nMax-Forwards`))
      expect(best(() => parse(bytes))).toBeLessThan(squareMs)
    }
  })
})

test('no bytes make the parser throw, and what it passes can be written and read again', () => {
  const bytes = fc.uint8Array({ maxLength: 600 })
  const mutated = fc
    .tuple(fc.array(fc.tuple(fc.nat(invite.length - 1), fc.nat(255)), { maxLength: 8 }))
    .map(([changes]) => {
      const copy = Buffer.from(invite)
      for (const [at, byte] of changes) copy[at] = byte
      return copy
    })
  fc.assert(
    fc.property(fc.oneof(bytes, mutated), input => {
      const result = parse(Buffer.from(input))
      if (result.kind === 'fault') return
      const again = parse(write(result))
      expect(again.kind).toBe(result.kind)
    }),
    { numRuns: 2000 },
  )
})
