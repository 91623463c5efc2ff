import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLimits } from '../message/parse.ts'
import { best } from '../testing/best.ts'
import { Framer } from './framing.ts'

const message = (id: string, body = '', extra = ''): string =>
  [
    'MESSAGE sip:a@b SIP/2.0',
    `Via: SIP/2.0/TCP h;branch=z9hG4bK${id}`,
    'From: <sip:a@b>;tag=1',
    'To: <sip:a@b>',
    `Call-ID: ${id}`,
    'CSeq: 1 MESSAGE',
    `${extra}Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')

/** What a framer makes of pieces. */
function frame(pieces: Iterable<Buffer | string>, limits = parseLimits): { seen: string[]; held: number } {
  const seen: string[] = []
  const framer = new Framer(limits, {
    onResult: result => {
      if (result.kind === 'fault') seen.push(`${result.status} ${result.detail}`)
      else seen.push(`${result.headers.get('call-id')} ${result.body.toString()}`)
    },
    onPing: () => seen.push('ping'),
    onBroken: () => seen.push('broken'),
  })
  for (const piece of pieces) framer.push(Buffer.from(piece))
  return { seen, held: framer.buffered }
}

function* bytesOf(text: string): Iterable<Buffer> {
  for (const byte of Buffer.from(text)) yield Buffer.from([byte])
}

test('messages come out whole whatever the pieces', () => {
  const stream = [
    message('one', 'body'),
    '\r\n\r\n',
    message('two'),
    '\r\n',
    message('three', 'x'.repeat(3000)),
    message('four'),
  ]
  const whole = Buffer.from(stream.join(''))
  const expected = ['one body', 'ping', 'two ', `three ${'x'.repeat(3000)}`, 'four ']
  fc.assert(
    fc.property(fc.array(fc.nat(whole.length), { maxLength: 40 }), cuts => {
      const marks = [0, ...cuts.toSorted((a, b) => a - b), whole.length]
      const pieces = marks.slice(1).map((end, index) => whole.subarray(marks[index], end))
      expect(frame(pieces)).toEqual({ seen: expected, held: 0 })
    }),
  )
  expect(frame(bytesOf(whole.toString())).seen).toEqual(expected)
})

test('a malformed message with a usable length does not hurt the next one', () => {
  const bad = message('bad', 'body').replace('CSeq: 1 MESSAGE', 'CSeq: x')
  expect(frame([bad + message('next')]).seen).toEqual(['400 Malformed CSeq', 'next '])
})

describe('the connection is given up when nobody can tell where the next message begins', () => {
  test.each([
    ['no Content-Length', message('a').replace('Content-Length: 0\r\n', ''), '400 No usable Content-Length'],
    ['a negative one', message('a').replace('Length: 0', 'Length: -5'), '400 No usable Content-Length'],
    ['two', message('a', '', 'l: 5\r\n'), '400 More than one content-length header'],
    ['a huge one', message('a').replace('Length: 0', 'Length: 99999999'), '413 Message too large'],
    ['no SIP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', '400 No SIP message'],
    ['a head without end', `INVITE sip:a@b SIP/2.0\r\nX: ${'y'.repeat(70_000)}`, '513 Header too long'],
    ['many headers without end', `INVITE sip:a@b SIP/2.0\r\n${'X: y\r\n'.repeat(12_000)}`, '513 Too many headers'],
  ])('%s', (_name, text, fault) => {
    expect(frame([text, message('next')])).toEqual({ seen: [fault, 'broken'], held: 0 })
  })
})

test('two equal lengths are two all the same', () => {
  expect(frame([message('a', '', 'l: 0\r\n')]).seen[0]).toContain('More than one')
})

test('64 KB in one-byte pieces take less than a second, and no more memory than the message', () => {
  const text = message('big', 'x'.repeat(60_000))
  const bytes = [...bytesOf(text)]
  const ms = best(() => {
    const { seen, held } = frame(bytes)
    expect([seen.length, held]).toEqual([1, 0])
  })
  expect(ms).toBeLessThan(1000)
})

test('a piece of many small messages is copied once, not once for each', () => {
  const piece = Buffer.from(message('m').repeat(400))
  const ms = best(() => {
    for (let i = 0; i < 10; i++) expect(frame([piece]).seen).toHaveLength(400)
  })
  expect(ms).toBeLessThan(1500)
})

test('a flood of pings in one piece is answered once', () => {
  expect(frame(['\r\n'.repeat(10_000)]).seen).toEqual(['ping'])
  expect(frame(['\r\n', '\r\n']).seen).toEqual(['ping'])
  expect(frame(['\r\n']).seen).toEqual([])
})
