import { createSocket, type Socket } from 'node:dgram'
import { CODECS, type CodecName } from '../src/codec/codec.ts'
import { Ticker } from '../src/schedule/ticker.ts'

/** The clocks make up for so much; beyond it they leave out, on both sides of a call in this process. */
const STANDSTILL_MS = 200
/** So long after a standstill a mix may have a hole: its jitter buffer begins anew. */
const SETTLING_MS = 1000

/** A phone made of nothing but a socket: sends a tone as G.711 and keeps every packet it gets, to be measured. */
export interface Phone {
  readonly port: number
  readonly packets: Heard[]
  /** Hz sent from now on; 0 sends silence, null nothing. */
  tone: number | null
  /** SDP of this phone, as offer or answer. */
  sdp(options?: { direction?: string; address?: string; port?: number; event?: boolean; codecs?: CodecName[] }): string
  /** Sends to this address from now on. */
  aim(port: number): void
  send(packet: Buffer): void
  /** Presses a key by RFC 4733, all its packets at once. */
  press(digit: number): void
  /** Forgets what was heard and listens for `ms`: again where this process stood still meanwhile, or just before. */
  listen(ms: number): Promise<Heard[]>
  close(): Promise<void>
}

export interface Heard {
  type: number
  marker: boolean
  sequence: number
  timestamp: number
  ssrc: number
  payload: Buffer
  atMs: number
}

export interface PhoneOptions {
  codec?: 'PCMA' | 'PCMU'
  tone?: number | null
  address?: string
}

export async function createPhone({
  codec = 'PCMA',
  tone = 0,
  address = '127.0.0.1',
}: PhoneOptions = {}): Promise<Phone> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  await new Promise<void>(resolve => socket.bind(0, address, resolve))
  const type = CODECS[codec].payloadType
  const encoder = CODECS[codec].encoder()
  const pcm = new Int16Array(160)
  let phase = 0
  let sequence = Math.floor(Math.random() * 65_536)
  let timestamp = Math.floor(Math.random() * 2 ** 32)
  const ssrc = Math.floor(Math.random() * 2 ** 32)
  let target = 0
  const packets: Heard[] = []
  socket.on('message', packet => {
    if (packet[1]! >= 192 && packet[1]! < 224) return
    packets.push(heard(packet))
  })
  const ticker = new Ticker()
  let stoodStillAtMs = Number.NEGATIVE_INFINITY
  const packetOf = (payload: Uint8Array, type: number, marker = false, ts = timestamp): Buffer => {
    const packet = Buffer.alloc(12 + payload.length)
    packet[0] = 0x80
    packet[1] = type | (marker ? 0x80 : 0)
    packet.writeUInt16BE(sequence, 2)
    packet.writeUInt32BE(ts >>> 0, 4)
    packet.writeUInt32BE(ssrc, 8)
    packet.set(payload, 12)
    sequence = (sequence + 1) & 0xffff
    return packet
  }
  const phone: Phone = {
    port: socket.address().port,
    packets,
    tone,
    sdp: (options = {}) => sdpOf(address, socket, codec, options),
    aim: port => {
      target = port
    },
    send: packet => {
      if (target) socket.send(packet, target, address)
    },
    press: digit => {
      for (const [i, duration] of [160, 320, 480, 640, 800, 800, 800].entries()) {
        const payload = Uint8Array.of(digit, (i >= 4 ? 0x80 : 0) | 10, duration >> 8, duration & 0xff)
        phone.send(packetOf(payload, 101, i === 0))
      }
      timestamp = (timestamp + 800) >>> 0
    },
    listen: async ms => {
      for (;;) {
        packets.length = 0
        const beganMs = performance.now()
        await new Promise(resolve => setTimeout(resolve, ms))
        const lateMs = performance.now() - beganMs - ms
        if (lateMs < STANDSTILL_MS && stoodStillAtMs < beganMs - SETTLING_MS) return [...packets]
      }
    },
    close: async () => {
      ticker.stop()
      await new Promise<void>(resolve => socket.close(resolve))
    },
  }
  ticker.add({
    tick: skipped => {
      if (skipped > 0) stoodStillAtMs = performance.now()
      if (!target || phone.tone === null) return
      for (let i = 0; i < 160; i++) {
        phase += (2 * Math.PI * phone.tone) / 8000
        pcm[i] = phone.tone ? 8000 * Math.sin(phase) : 0
      }
      const payload = new Uint8Array(160)
      encoder.encode(pcm, payload)
      phone.send(packetOf(payload, type))
      timestamp = (timestamp + 160) >>> 0
    },
  })
  return phone
}

function heard(packet: Buffer): Heard {
  return {
    type: packet[1]! & 0x7f,
    marker: packet[1]! >= 0x80,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payload: Buffer.from(packet.subarray(12)),
    atMs: performance.now(),
  }
}

function sdpOf(
  own: string,
  socket: Socket,
  codec: CodecName,
  {
    direction = 'sendrecv',
    address = own,
    port = socket.address().port,
    event = true,
    codecs = [codec],
  }: {
    direction?: string
    address?: string
    port?: number
    event?: boolean
    codecs?: CodecName[]
  },
): string {
  const types = codecs.map(name => CODECS[name].payloadType)
  const family = address.includes(':') ? 'IP6' : 'IP4'
  return [
    'v=0',
    `o=- 1 1 IN ${family} ${address}`,
    's=-',
    `c=IN ${family} ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${[...types, ...(event ? [101] : [])].join(' ')}`,
    ...codecs.map(name => `a=rtpmap:${CODECS[name].payloadType} ${name}/8000`),
    ...(event ? ['a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15'] : []),
    `a=${direction}`,
    '',
  ].join('\r\n')
}

/** All the audio of `packets`, in order of arrival, as samples. */
export function audioOf(packets: readonly Heard[]): Int16Array {
  const frames = packets.flatMap(packet => {
    const codec = packet.type === 0 ? CODECS.PCMU : packet.type === 8 ? CODECS.PCMA : null
    if (!codec) return []
    const pcm = new Int16Array(packet.payload.length)
    codec.decoder().decode(packet.payload, pcm)
    return [...pcm]
  })
  return Int16Array.from(frames)
}

/** Share (0–1) of the power of `pcm` that lies at `hz`, by Goertzel's algorithm over blocks of 50 ms; 0 when there is next to no sound at all. */
export function shareOf(hz: number, pcm: Int16Array): number {
  const size = 400
  let total = 0
  let at = 0
  for (let from = 0; from + size <= pcm.length; from += size) {
    const turn = 2 * Math.cos((2 * Math.PI * hz) / 8000)
    let s1 = 0
    let s2 = 0
    for (let i = from; i < from + size; i++) {
      const s0 = pcm[i]! + turn * s1 - s2
      s2 = s1
      s1 = s0
      total += pcm[i]! ** 2
    }
    at += ((s1 * s1 + s2 * s2 - turn * s1 * s2) * 2) / size
  }
  return total / Math.max(1, pcm.length) < 400 ? 0 : at / total
}

/** Loudest sample. */
export function peakOf(pcm: Int16Array): number {
  return pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
}

/** Waits until `ready` is true; throws after `ms`. */
export async function until(ready: () => boolean, ms = 5000): Promise<void> {
  const end = performance.now() + ms
  for (;;) {
    const isLate = performance.now() > end // before asking: what came true while the machine stood still is seen
    if (ready()) return
    if (isLate) throw new Error(`Not so within ${ms} ms: ${ready}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
