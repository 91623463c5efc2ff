// Bridged calls through the media engine alone: CPU per call-second, loss and added delay, recorded or not, and beside it the barest relay that Node can do (connected sockets, header rewritten, nothing else)
// as the floor of this machine in this minute. Phones are another process.
// node bench/voice/relay.ts [--calls 100] [--seconds 10] [--quick] ; last line: one JSON object.
import { fork } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMedia } from '@centrala/media/endpoint/create-media.ts'
import type { BrowserLeg, Media, RtpLeg } from '@centrala/media/endpoint/media.ts'
import { endWith } from '../interrupted.ts'
import type { Measured, Ready, ToGenerator } from './generator.ts'

/** `browser`: one leg is SIP's, the other a browser's (ICE, DTLS-SRTP). */
export type RelayKind = 'bare' | 'plain' | 'recorded' | 'browser'

export interface RelayFigures {
  calls: number
  kind: RelayKind
  cpuMsPerCallSecond: number
  generatorCpuMsPerCallSecond: number
  generatorLate: number
  lossRatio: number
  delayMsP50: number
  delayMsP99: number
}

export interface RelayOptions {
  calls: number
  seconds: number
  kind: RelayKind
  ports?: { from: number; to: number }
}

/** Bridges `calls` calls (two legs each, G.711 both ways), lets them settle, and measures this process for `seconds`. */
export async function measureRelay({
  calls,
  seconds,
  kind,
  ports = { from: 14_000, to: 19_999 },
}: RelayOptions): Promise<RelayFigures> {
  const generator = fork(join(import.meta.dirname, 'generator.ts'), [
    String(kind === 'browser' ? calls : 2 * calls),
    String(kind === 'browser' ? calls : 0),
  ])
  endWith(generator)
  const tell = (message: ToGenerator): boolean => generator.send(message)
  const media = createMedia({ listenAddress: '127.0.0.1', ports })
  const folder = await mkdtemp(join(tmpdir(), 'bench-relay-'))
  const closing: Socket[] = []
  try {
    const [ready] = (await once(generator, 'message')) as [Ready]
    if (kind === 'bare') tell({ type: 'start', ports: await bareRelay(ready.ports, closing), answers: [] })
    else {
      const { answers, ...ours } = await bridge(media, ready, kind === 'recorded' ? folder : null)
      tell({ type: 'start', answers, ports: ours.ports })
      while (!ours.browsers.every(leg => leg.state === 'connected')) await sleep(50)
    }
    // Sockets are connected within two seconds of the first packet, and the optimising compiler is done.
    await sleep(3000)
    tell({ type: 'measure' })
    const before = process.cpuUsage()
    const startedAt = performance.now()
    await sleep(seconds * 1000)
    const used = process.cpuUsage(before)
    const callSeconds = (calls * (performance.now() - startedAt)) / 1000
    tell({ type: 'stop' })
    const [measured] = (await once(generator, 'message')) as [Measured]
    const delays = measured.delaysMs.sort((a, b) => a - b)
    return {
      calls,
      kind,
      cpuMsPerCallSecond: round((used.user + used.system) / 1000 / callSeconds),
      generatorCpuMsPerCallSecond: round(measured.cpuMs / callSeconds),
      generatorLate: measured.late,
      lossRatio: Math.max(0, 1 - measured.received / measured.sent),
      delayMsP50: round(delays[Math.floor(delays.length * 0.5)] ?? Number.NaN),
      delayMsP99: round(delays[Math.floor(delays.length * 0.99)] ?? Number.NaN),
    }
  } finally {
    generator.disconnect()
    await media.close()
    for (const socket of closing) socket.close()
    await rm(folder, { recursive: true })
  }
}

/** A room for each pair of phones, or each phone and browser; returns our ports and answers. */
async function bridge(
  media: Media,
  { ports: phones, offers }: Ready,
  recordTo: string | null,
): Promise<{ ports: number[]; answers: string[]; browsers: BrowserLeg[] }> {
  const ports: number[] = []
  const answers: string[] = []
  const browsers: BrowserLeg[] = []
  const phone = async (port: number, side: string): Promise<RtpLeg> => {
    const leg = await media.rtpLeg({ side })
    const answer = leg.answer(offer(port))
    if (!answer.ok) throw new Error(answer.reason)
    ports.push(leg.local.port)
    return leg
  }
  const calls = offers.length || phones.length / 2
  for (let i = 0; i < calls; i++) {
    const room = media.room()
    room.join(await phone(phones[offers.length ? i : 2 * i]!, 'customer'))
    if (offers.length > 0) {
      const leg = media.browserLeg({ side: 'agent' })
      answers.push(await leg.answer(offers[i]!))
      browsers.push(leg)
      room.join(leg)
    } else room.join(await phone(phones[2 * i + 1]!, 'agent'))
    if (recordTo) await room.record({ folder: recordTo, id: `call-${i}` })
  }
  return { ports, answers, browsers }
}

async function bareRelay(phones: number[], closing: Socket[]): Promise<number[]> {
  for (const phone of phones) {
    const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) })
    closing.push(socket)
    socket.on('error', () => {})
    await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
    socket.connect(phone, '127.0.0.1')
  }
  const sockets = [...closing]
  for (const [i, socket] of sockets.entries()) {
    const other = sockets[i ^ 1]!
    socket.on('message', packet => {
      packet.writeUInt16BE((packet.readUInt16BE(2) + 77) & 0xffff, 2)
      packet.writeUInt32BE((packet.readUInt32BE(4) + 1234) >>> 0, 4)
      packet.writeUInt32BE(0x12345678, 8)
      other.send(packet)
    })
  }
  return sockets.map(socket => socket.address().port)
}

function offer(port: number): string {
  return `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n`
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

function argument(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}

if (import.meta.main) {
  const quick = process.argv.includes('--quick')
  const calls = argument('calls', 100)
  const seconds = argument('seconds', quick ? 5 : 10)
  const metrics: Record<string, RelayFigures> = {}
  for (const kind of ['bare', 'plain', 'recorded', 'browser'] as const) {
    metrics[kind] = await measureRelay({ calls, seconds, kind })
    console.error(metrics[kind])
  }
  const { model } = cpus()[0]!
  console.log(JSON.stringify({ bench: 'relay', metrics, machine: { cpu: model, cpus: cpus().length } }))
}
