// Far ends of calls: UDP sockets (phones) and WebRTC peers (browsers) that send G.711 every 20 ms and measure what comes back. Sender and receiver share one process and so one clock.
import { createSocket, type Socket } from 'node:dgram'
import nodeDataChannel, { type PeerConnection } from 'node-datachannel'

export interface Heard {
  sent: number
  received: number
  lossRatio: number
  delayMsP50: number
  delayMsP99: number
  /** Of packets that went from one socket to another of this process, past the node: what the load itself adds. */
  ownDelayMsP99: number
  /** Times that this process was more than 10 ms late with its own packets. */
  late: number
  cpuMs: number
}

export interface FarEnd {
  readonly port: number
  reach(port: number): void
  close(): void
}

const TURNS = 20
const PACKET = 172
/** Marks in the payload, behind the time: measured, and measured on the way past the node. */
const COUNTED = 1
const OWN = 2

/** All far ends of this process, spoken for by one timer: every millisecond a twentieth of them. */
export class Talk {
  readonly #turns: Voice[][] = Array.from({ length: TURNS }, () => [])
  readonly #ports: { next: number; from: number; to: number }
  #added = 0
  #measuring = false
  #sent = 0
  #received = 0
  #late = 0
  #delays: number[] = []
  #own: number[] = []
  #tick = 0
  readonly #startedAt = performance.now()
  readonly #timer: NodeJS.Timeout
  #browsers = 0

  constructor(ports: { from: number; to: number }) {
    this.#ports = { next: ports.from, ...ports }
    this.#timer = setInterval(() => this.#speak(), 1)
  }

  /** Two sockets that talk with one another: how late this process itself is. */
  async control(): Promise<void> {
    const [one, other] = [await this.phone(OWN), await this.phone(OWN)]
    one.reach(other.port)
    other.reach(one.port)
  }

  /** A phone: silent until it knows whom to reach. */
  async phone(mark = COUNTED): Promise<FarEnd> {
    const socket = await this.#bind()
    const voice = this.#voice(socket.address().port, mark)
    let open = true
    socket.on('message', packet => this.#heard(packet))
    return {
      port: socket.address().port,
      reach: port =>
        socket.connect(port, '127.0.0.1', () => {
          voice.send = packet => socket.send(packet)
        }),
      close: () => {
        this.#forget(voice)
        if (open) socket.close()
        open = false
      },
    }
  }

  /** A browser: `offer` goes to the node, its answer to `accept`, which says whether the connection came about. */
  async browser(): Promise<{ offer: string; accept(answer: string): Promise<boolean>; close(): void }> {
    const ssrc = ++this.#browsers
    const connection = new nodeDataChannel.PeerConnection(`browser ${ssrc}`, {
      iceServers: [],
      bindAddress: '127.0.0.1',
      portRangeBegin: this.#ports.to + 1,
      portRangeEnd: this.#ports.to + 1000,
      disableAutoNegotiation: true,
    })
    const line = new nodeDataChannel.Audio('0', 'SendRecv')
    line.addAudioCodec(8, 'PCMA/8000')
    line.addSSRC(ssrc, 'bench', 'bench', 'bench')
    const track = connection.addTrack(line)
    track.onMessage(packet => this.#heard(packet))
    const voice = this.#voice(ssrc, COUNTED)
    const opened = new Promise<void>(resolve => track.onOpen(resolve))
    const close = () => {
      this.#forget(voice)
      connection.close()
    }
    const offer = await gathered(connection)
    return {
      offer,
      accept: async answer => {
        connection.setRemoteDescription(answer, 'answer')
        const open = await Promise.race([opened.then(() => true), later(3000)])
        if (!open) close()
        else
          voice.send = packet => {
            if (track.isOpen()) track.sendMessageBinary(packet)
          }
        return open
      },
      close,
    }
  }

  /** Counts what is sent from now on for so long, and what of it arrives. */
  async measure(seconds: number): Promise<Heard> {
    this.#sent = this.#received = this.#late = 0
    this.#delays = []
    this.#own = []
    const cpu = process.cpuUsage()
    this.#measuring = true
    await new Promise(resolve => setTimeout(resolve, seconds * 1000))
    this.#measuring = false
    const used = process.cpuUsage(cpu)
    // What is on its way arrives before the books are closed.
    await new Promise(resolve => setTimeout(resolve, 500))
    return {
      sent: this.#sent,
      received: this.#received,
      lossRatio: this.#sent === 0 ? 1 : Math.max(0, 1 - this.#received / this.#sent),
      delayMsP50: quantile(this.#delays, 0.5),
      delayMsP99: quantile(this.#delays, 0.99),
      ownDelayMsP99: quantile(this.#own, 0.99),
      late: this.#late,
      cpuMs: (used.user + used.system) / 1000,
    }
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #voice(ssrc: number, mark: number): Voice {
    const packet = Buffer.alloc(PACKET, 0xd5)
    packet[0] = 0x80
    packet[1] = 8
    packet.writeUInt32BE(ssrc, 8)
    const voice: Voice = { send: null, packet, sequence: 0, timestamp: 0, mark, turn: this.#added++ % TURNS }
    this.#turns[voice.turn]?.push(voice)
    return voice
  }

  #forget(voice: Voice): void {
    voice.send = null
    const turn = this.#turns[voice.turn] ?? []
    if (turn.includes(voice)) turn.splice(turn.indexOf(voice), 1)
  }

  #speak(): void {
    const due = Math.floor(performance.now() - this.#startedAt)
    for (; this.#tick < due; this.#tick++) {
      if (this.#measuring && due - this.#tick > 10) this.#late++
      for (const voice of this.#turns[this.#tick % TURNS] ?? []) this.#say(voice)
    }
  }

  #say(voice: Voice): void {
    if (!voice.send) return
    const { packet } = voice
    voice.sequence = (voice.sequence + 1) & 0xffff
    voice.timestamp = (voice.timestamp + 160) >>> 0
    packet.writeUInt16BE(voice.sequence, 2)
    packet.writeUInt32BE(voice.timestamp, 4)
    packet.writeDoubleLE(performance.now(), 12)
    packet[20] = this.#measuring ? voice.mark : 0
    if (this.#measuring && voice.mark === COUNTED) this.#sent++
    voice.send(packet)
  }

  #heard(packet: Buffer): void {
    // Sent while measuring, received whenever. The rest is RTCP, music and silence.
    if (packet.length !== PACKET || (packet[1] ?? 0) >= 192) return
    const mark = packet[20]
    if (mark === OWN) this.#own.push(performance.now() - packet.readDoubleLE(12))
    else if (mark === COUNTED && ++this.#received % 7 === 0)
      this.#delays.push(performance.now() - packet.readDoubleLE(12))
  }

  async #bind(): Promise<Socket> {
    for (;;) {
      const port = this.#ports.next++
      if (this.#ports.next > this.#ports.to) this.#ports.next = this.#ports.from
      const socket = createSocket({
        type: 'udp4',
        recvBufferSize: 256 * 1024,
        lookup: (host, _options, done) => done(null, host, 4),
      })
      const bound = await new Promise<boolean>(resolve => {
        socket.once('error', () => resolve(false))
        socket.bind(port, '127.0.0.1', () => resolve(true))
      })
      socket.on('error', () => {})
      if (bound) return socket
      socket.close()
    }
  }
}

interface Voice {
  send: ((packet: Buffer) => void) | null
  readonly packet: Buffer
  sequence: number
  timestamp: number
  readonly mark: number
  readonly turn: number
}

/** The value below which such a share of them lies. */
export function quantile(values: number[], share: number): number {
  const sorted = values.sort((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return value === undefined ? Number.NaN : Math.round(value * 1000) / 1000
}

function gathered(connection: PeerConnection): Promise<string> {
  return new Promise(resolve => {
    connection.onGatheringStateChange(state => {
      if (state === 'complete') resolve(connection.localDescription()?.sdp ?? '')
    })
    connection.setLocalDescription('offer')
  })
}

function later(ms: number): Promise<false> {
  return new Promise(resolve => setTimeout(() => resolve(false), ms))
}
