// The far ends of the relay bench, a process of its own: phones (UDP sockets) and browsers (WebRTC peers) that send G.711 every 20 ms and measure what comes back.
// Each packet carries the monotonic time it was sent at, which both processes share.
import { createSocket, type Socket } from 'node:dgram'
import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel'

export interface Ready {
  type: 'ready'
  /** Ports of the phones. */
  ports: number[]
  /** Offers of the browsers. */
  offers: string[]
}

export interface Measured {
  type: 'measured'
  sent: number
  received: number
  delaysMs: number[]
  cpuMs: number
  /** Times that the generator itself was more than 10 ms late: starved, so that its figures are worse than the engine's. */
  late: number
}

export type ToGenerator = { type: 'start'; ports: number[]; answers: string[] } | { type: 'measure' } | { type: 'stop' }

interface FarEnd {
  send: (packet: Buffer) => void
  packet: Buffer
  sequence: number
  timestamp: number
}

const TICKS = 20
let sent = 0
let received = 0
let late = 0
let measuring = false
let delays: number[] = []
let cpu = process.cpuUsage()
let startedNs = 0n
let tick = 0

const [phoneCount = 0, browserCount = 0] = process.argv.slice(2).map(Number)
const farEnds: FarEnd[] = []
const sockets: Socket[] = []
const browsers: { connection: PeerConnection; track: Track }[] = []
for (let i = 0; i < phoneCount; i++) sockets.push(await openPhone())
const offers: string[] = []
for (let i = 0; i < browserCount; i++) offers.push(await openBrowser(i + 1))
tell({ type: 'ready', ports: sockets.map(socket => socket.address().port), offers })

process.on('message', (message: ToGenerator) => {
  if (message.type === 'start') {
    for (const [i, socket] of sockets.entries()) socket.connect(message.ports[i]!, '127.0.0.1')
    for (const [i, { connection }] of browsers.entries()) connection.setRemoteDescription(message.answers[i]!, 'answer')
    startedNs = process.hrtime.bigint()
    setTimeout(run, 20)
  } else if (message.type === 'measure') {
    sent = received = late = 0
    delays = []
    cpu = process.cpuUsage()
    measuring = true
  } else {
    measuring = false
    const used = process.cpuUsage(cpu)
    const cpuMs = (used.user + used.system) / 1000
    // What is on its way arrives before the books are closed.
    setTimeout(() => tell({ type: 'measured', sent, received, delaysMs: delays, cpuMs, late }), 500)
  }
})
process.on('disconnect', () => process.exit())

async function openPhone(): Promise<Socket> {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: 256 * 1024,
    lookup: (host, _options, done) => done(null, host, 4),
  })
  socket.on('error', () => {})
  socket.on('message', heard)
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  farEnds.push(farEnd(socket.address().port, packet => socket.send(packet)))
  return socket
}

async function openBrowser(ssrc: number): Promise<string> {
  const connection = new nodeDataChannel.PeerConnection(`browser ${ssrc}`, {
    iceServers: [],
    bindAddress: '127.0.0.1',
    disableAutoNegotiation: true,
  })
  const line = new nodeDataChannel.Audio('0', 'SendRecv')
  line.addAudioCodec(8, 'PCMA/8000')
  line.addSSRC(ssrc, 'bench', 'bench', 'bench')
  const track = connection.addTrack(line)
  track.onMessage(heard)
  const gathered = new Promise<void>(resolve => {
    connection.onGatheringStateChange(state => {
      if (state === 'complete') resolve()
    })
  })
  connection.setLocalDescription('offer')
  await gathered
  browsers.push({ connection, track })
  farEnds.push(
    farEnd(ssrc, packet => {
      if (track.isOpen()) track.sendMessageBinary(packet)
    }),
  )
  return connection.localDescription()!.sdp
}

function farEnd(ssrc: number, send: (packet: Buffer) => void): FarEnd {
  const packet = Buffer.alloc(172, 0xd5)
  packet[0] = 0x80
  packet[1] = 8
  packet.writeUInt32BE(ssrc, 8)
  return { send, packet, sequence: 0, timestamp: 0 }
}

function heard(packet: Buffer): void {
  // Sent while measuring, received whenever. The rest is RTCP and silence.
  if (packet.length !== 172 || packet[1]! >= 192 || packet[20] !== 1) return
  received++
  if (received % 7 === 0) delays.push(Number(process.hrtime.bigint() - packet.readBigInt64LE(12)) / 1e6)
}

/** Every millisecond a twentieth of the far ends speak. */
function run(): void {
  const due = Number((process.hrtime.bigint() - startedNs) / 1_000_000n)
  for (; tick < due; tick++) {
    if (measuring && due - tick > 10) late++
    for (let i = tick % TICKS; i < farEnds.length; i += TICKS) speak(farEnds[i]!)
  }
  setTimeout(run, 1)
}

function speak(end: FarEnd): void {
  const { packet } = end
  end.sequence = (end.sequence + 1) & 0xffff
  end.timestamp = (end.timestamp + 160) >>> 0
  packet.writeUInt16BE(end.sequence, 2)
  packet.writeUInt32BE(end.timestamp, 4)
  packet.writeBigInt64LE(process.hrtime.bigint(), 12)
  packet[20] = measuring ? 1 : 0
  if (measuring) sent++
  end.send(packet)
}

function tell(message: Ready | Measured): void {
  process.send!(message)
}
