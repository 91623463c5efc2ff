/**
 * Measures the reading and writing of SIP on one thread: `npm run bench:sip`, some seconds. The last line is one JSON object.
 *
 * - Messages per second, of an INVITE as a trunk sends it and of a response.
 * - The longest of many kinds of 60 KB header, each of which would hurt a parser that looks twice.
 * - A stream in one-byte pieces.
 */
import { cpus } from 'node:os'
import { parse, parseLimits } from '@centrala/sip/message/parse.ts'
import { write } from '@centrala/sip/message/write.ts'
import { Framer } from '@centrala/sip/transport/framing.ts'

const runs = process.argv.includes('--quick') ? 3 : 9

const sdp = [
  'v=0',
  'o=- 3885 3885 IN IP4 192.0.2.10',
  's=-',
  'c=IN IP4 192.0.2.10',
  't=0 0',
  'm=audio 30000 RTP/AVP 8 0 101',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=ptime:20',
  'a=sendrecv',
  '',
].join('\r\n')
const head = [
  'INVITE sip:+49301234567@pbx.example.com:5060;user=phone SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK0c5f1b7e;rport',
  'Via: SIP/2.0/TCP 192.0.2.8:5060;branch=z9hG4bK77ef4c2312983.1;received=192.0.2.8',
  'Max-Forwards: 68',
  'Record-Route: <sip:192.0.2.9;lr;ftag=1928301774>',
  'From: "Alice Example" <sip:+49309876543@carrier.example.net;user=phone>;tag=1928301774',
  'To: <sip:+49301234567@pbx.example.com;user=phone>',
  'Call-ID: a84b4c76e66710@192.0.2.8',
  'CSeq: 314159 INVITE',
  'Contact: <sip:+49309876543@192.0.2.8:5060;transport=udp>',
  'P-Asserted-Identity: <sip:+49309876543@carrier.example.net>',
  'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, REFER, NOTIFY, INFO',
  'Supported: 100rel, timer, replaces',
  'Session-Expires: 1800;refresher=uac',
  'User-Agent: Carrier/7.2',
  'Content-Type: application/sdp',
  `Content-Length: ${sdp.length}`,
]
const invite = Buffer.from(`${head.join('\r\n')}\r\n\r\n${sdp}`)
const answer = Buffer.from(
  `${['SIP/2.0 200 OK', ...head.slice(1, 3), ...head.slice(4, 10), 'Content-Length: 0'].join('\r\n')}\r\n\r\n`,
)

/** Median over runs of how often something is done in a second. */
function perSecond(what: () => void): number {
  const rounds = 50_000
  const results = Array.from({ length: runs }, () => {
    const start = performance.now()
    for (let i = 0; i < rounds; i++) what()
    return (rounds / (performance.now() - start)) * 1000
  })
  return Math.round(results.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? 0)
}

/** Median milliseconds of one thing. */
function milliseconds(what: () => void): number {
  const results = Array.from({ length: 5 * runs }, () => {
    const start = performance.now()
    what()
    return performance.now() - start
  })
  return results.toSorted((a, b) => a - b)[Math.floor(results.length / 2)] ?? 0
}

const parsed = parse(invite)
if (parsed.kind === 'fault') throw new Error(parsed.detail)
const parsePerSecond = perSecond(() => parse(invite))
const parseAnswerPerSecond = perSecond(() => parse(answer))
const writePerSecond = perSecond(() => write(parsed))
console.log(`INVITE of ${invite.length} bytes: ${parsePerSecond} read/s, ${writePerSecond} written/s`)
console.log(`200 of ${answer.length} bytes: ${parseAnswerPerSecond} read/s`)

const large = 60 * 1024
const kinds: Record<string, string> = {
  'a long name': `"${'a'.repeat(large)}" <sip:a@b>`,
  escapes: `"${'\\"'.repeat(large / 2)}" <sip:a@b>`,
  'an open quote': `"${'\\"'.repeat(large / 2)}`,
  parameters: `<sip:a@b>${';a=b'.repeat(large / 4)}`,
  'URI parameters': `<sip:a@b${';a=b'.repeat(large / 4)}>`,
  'percent signs': `<sip:${'%ff'.repeat(large / 3)}@b>`,
  digits: `<tel:+${'1'.repeat(large)}x>`,
  spaces: `a${' '.repeat(large)}b <sip:a@b>`,
}
let longest = 0
for (const [name, value] of Object.entries(kinds)) {
  const bytes = Buffer.from(invite.toString().replace(/\r\nFrom: .*\r\n/, `\r\nFrom: ${value}\r\n`))
  const ms = milliseconds(() => parse(bytes))
  longest = Math.max(longest, ms)
  console.log(`From of 60 KB, ${name}: ${ms.toFixed(2)} ms`)
}

const framed = milliseconds(() => {
  const framer = new Framer(parseLimits, { onResult: () => {}, onPing: () => {}, onBroken: () => {} })
  for (let at = 0; at < invite.length; at++) framer.push(invite.subarray(at, at + 1))
})
console.log(`INVITE in one-byte pieces: ${framed.toFixed(2)} ms`)

const metrics = {
  parse_invite_per_s: parsePerSecond,
  parse_response_per_s: parseAnswerPerSecond,
  write_invite_per_s: writePerSecond,
  header_60kb_ms: Number(longest.toFixed(2)),
  one_byte_pieces_ms: Number(framed.toFixed(2)),
}
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version }
console.log(JSON.stringify({ bench: 'sip', metrics, machine }))
