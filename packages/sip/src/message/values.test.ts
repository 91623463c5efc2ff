import { describe, expect, test } from 'vitest'
import { bodyOf, bodyParts } from './body.ts'
import { assertedIdentities, diversions, historyInfo, privacy, wantsAnonymity } from './identity.ts'
import { request, type SipRequest } from './message.ts'
import { causeOfStatus, q850Cause, reasons, statusOfCause, writeReason } from './reason.ts'
import { rack, rseq, writeRack } from './reliability.ts'
import { parseReplaces, referTo, replaces, writeReplaces } from './replaces.ts'
import { minSessionSeconds, sessionExpires, writeSessionExpires } from './session-timer.ts'
import { sipUri } from './uri.ts'
import { allowedMethods, expiresSeconds, headerValue, optionTags, qValue, retryAfterSeconds } from './value.ts'

const having = (...headers: [string, string][]): SipRequest => request('INVITE', sipUri({ host: 'h' }), headers)

test('Reason says why, in Q.850 and in words', () => {
  const message = having([
    'Reason',
    'SIP ;cause=200 ;text="Call completed elsewhere", Q.850;cause=16;text="Terminated"',
  ])
  expect(reasons(message)).toEqual([
    { protocol: 'SIP', cause: 200, text: 'Call completed elsewhere' },
    { protocol: 'Q.850', cause: 16, text: 'Terminated' },
  ])
  expect(q850Cause(message)).toBe(16)
  expect(q850Cause(having(['Reason', 'Q.850;cause=x']))).toBeNull()
  expect(writeReason({ protocol: 'Q.850', cause: 17, text: 'User "busy"' })).toBe(
    'Q.850;cause=17;text="User \\"busy\\""',
  )
  expect([causeOfStatus(486), statusOfCause(17), causeOfStatus(299), statusOfCause(99)]).toEqual([17, 486, 31, 500])
})

test('identities that cannot be read are passed over', () => {
  const message = having([
    'P-Asserted-Identity',
    '"Cullen Jennings" <sip:fluffy@cisco.com>, tel:+14085264000, <nonsense',
  ])
  expect(assertedIdentities(message).map(address => address.uri.user)).toEqual(['fluffy', '+14085264000'])
})

test('privacy is asked for by header or by the anonymous address', () => {
  expect(privacy(having(['Privacy', 'Header; id ;critical']))).toEqual(new Set(['header', 'id', 'critical']))
  expect(wantsAnonymity(having(['Privacy', 'id']))).toBe(true)
  expect(wantsAnonymity(having(['From', '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1']))).toBe(true)
  expect(wantsAnonymity(having(['Privacy', 'none'], ['From', '<sip:a@b>']))).toBe(false)
})

test('Diversion and History-Info tell how the call came here', () => {
  const diverted = having(['Diversion', '<sip:+4930@p>;reason=user-busy;counter=2;privacy=full, <sip:b@p>'])
  expect(diversions(diverted)).toMatchObject([
    { address: { uri: { user: '+4930' } }, reason: 'user-busy', count: 2, hidden: true },
    { reason: 'unknown', count: 1, hidden: false },
  ])
  const history = having([
    'History-Info',
    '<sip:bob@example.com?Reason=SIP%3Bcause%3D302&Privacy=history>;index=1, <sip:o@example.com;cause=486>;index=1.1',
  ])
  expect(historyInfo(history)).toMatchObject([
    { index: '1', cause: 302, hidden: true },
    { index: '1.1', cause: 486, hidden: false },
  ])
})

test('session timers', () => {
  const message = having(['x', '4000;Refresher=UAC'], ['Min-SE', '120;lr'])
  expect(sessionExpires(message)).toEqual({ seconds: 4000, refresher: 'uac' })
  expect(minSessionSeconds(message)).toBe(120)
  expect(writeSessionExpires({ seconds: 1800, refresher: null })).toBe('1800')
  expect(sessionExpires(having(['Session-Expires', '-5']))).toBeNull()
})

describe('Replaces and Refer-To', () => {
  test('a dialog is named', () => {
    const text = '425928@bobster.example.org;to-tag=7743;from-tag=6472;early-only'
    const read = parseReplaces(text)!
    expect(read).toEqual({ callId: '425928@bobster.example.org', toTag: '7743', fromTag: '6472', earlyOnly: true })
    expect(writeReplaces(read)).toBe('425928@bobster.example.org;to-tag=7743;from-tag=6472;early-only')
    expect(replaces(having())).toBeNull()
    expect(replaces(having(['Replaces', 'x;to-tag=1']))).toBe('malformed')
    expect(replaces(having(['Replaces', text], ['Replaces', text]))).toBe('malformed')
  })

  test('a transfer target gives up its method and its Replaces', () => {
    const text =
      '<sip:dave@denver.example.org;method=INVITE?Replaces=12345%40192.168.118.3%3Bto-tag%3D12345%3Bfrom-tag%3D5FFE-3994>'
    expect(referTo(having(['r', text]))).toMatchObject({
      address: { uri: { user: 'dave', params: new Map(), headers: new Map() } },
      method: 'INVITE',
      replaces: { callId: '12345@192.168.118.3', toTag: '12345', fromTag: '5FFE-3994' },
    })
    expect(referTo(having(['Refer-To', '<sip:a@b>'], ['Refer-To', '<sip:c@d>']))).toBeNull()
    expect(referTo(having(['Refer-To', '<sip:a@b?Replaces=x>']))).toBeNull()
  })
})

test('reliable provisional responses', () => {
  expect(rack(having(['RAck', '776656 1 INVITE']))).toEqual({ rseq: 776656, number: 1, method: 'INVITE' })
  expect(rack(having(['RAck', '1 INVITE']))).toBeNull()
  expect(writeRack({ rseq: 1, number: 2, method: 'INVITE' })).toBe('1 2 INVITE')
  expect([rseq(having(['RSeq', '988789'])), rseq(having(['RSeq', '0']))]).toEqual([988789, null])
})

test('lists, seconds and other values', () => {
  const message = having(['k', '100rel, Timer'], ['Supported', 'replaces'], ['Expires', '99999999999999999999999'])
  expect(optionTags(message, 'Supported')).toEqual(new Set(['100rel', 'timer', 'replaces']))
  expect(expiresSeconds(message)).toBe(4_294_967_295)
  expect(expiresSeconds(having(['Expires', 'Thu, 01 Dec 1994 16:00:00 GMT']))).toBeNull()
  expect(allowedMethods(message)).toBeNull()
  expect(allowedMethods(having(['Allow', 'INVITE,BYE']))).toEqual(new Set(['INVITE', 'BYE']))
  expect(retryAfterSeconds(having(['Retry-After', '18000;duration=3600']))).toBe(18000)
  expect(retryAfterSeconds(having(['Retry-After', '120 (I am in a meeting)']))).toBe(120)
  expect(headerValue(having(['Subscription-State', 'active;expires=60']), 'Subscription-State')).toMatchObject({
    value: 'active',
  })
  expect([qValue('0.5'), qValue(null), qValue('7')]).toEqual([0.5, 1, 1])
})

describe('a body', () => {
  const sdp = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n'
  const multipart = (boundary: string, end: string): SipRequest =>
    request(
      'INVITE',
      sipUri({ host: 'h' }),
      [['c', `multipart/mixed;boundary="${boundary}"`]],
      `--b\r\nContent-Type: application/SDP\r\n\r\n${sdp}\r\n--b\r\nContent-Type: application/isup;version=x\r\nContent-Disposition: signal;handling=optional\r\n\r\n\0\x01\r\n--b${end}`,
    )

  test('alone is its own part', () => {
    const message = request('INVITE', sipUri({ host: 'h' }), [['Content-Type', 'Application/SDP']], sdp)
    expect(bodyOf(message, 'application/sdp')?.toString()).toBe(sdp)
    expect(bodyOf(having(), 'application/sdp')).toBeNull()
  })

  test('in parts gives the one asked for', () => {
    const message = multipart('b', '--\r\n')
    expect(bodyOf(message, 'application/sdp')?.toString()).toBe(sdp)
    expect(bodyParts(message).map(part => [part.type, part.disposition])).toEqual([
      ['application/sdp', null],
      ['application/isup', 'signal'],
    ])
  })

  test('with a wrong boundary has no parts', () => {
    expect(bodyParts(multipart('other', '--'))).toEqual([])
  })
})
