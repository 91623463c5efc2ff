// The phones of the relay bench, a process of its own: sends G.711 every 20 ms from each of its sockets and measures what comes back.
// Each packet carries the monotonic time it was sent at, which both processes share.
import { createSocket, type Socket } from 'node:dgram'

export interface Ready {
  type: 'ready'
  ports: number[]
}

export interface Measured {
  type: 'measured'
  sent: number
  received: number
  delaysMs: number[]
  cpuMs: number
  /** Packets that the generator itself sent more than 10 ms late: a starved generator. */
  late: number
}

export type ToGenerator = { type: 'start'; ports: number[] } | { type: 'measure' } | { type: 'stop' }

interface Phone {
  socket: Socket
  packet: Buffer
  sequence: number
  timestamp: number
}

const TICKS = 20
const phones: Phone[] = []
let sent = 0
let received = 0
let late = 0
let measuring = false
let delays: number[] = []
let cpu = process.cpuUsage()
let startedNs = 0n
let tick = 0

const count = Number(process.argv[2])
for (let i = 0; i < count; i++) phones.push(await open())
tell({ type: 'ready', ports: phones.map(phone => phone.socket.address().port) })

process.on('message', (message: ToGenerator) => {
  if (message.type === 'start') {
    for (const [i, phone] of phones.entries()) phone.socket.connect(message.ports[i]!, '127.0.0.1')
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
    const sentThen = sent
    // What is on its way arrives before the books are closed.
    setTimeout(() => {
      tell({
        type: 'measured',
        sent: sentThen,
        received,
        delaysMs: delays,
        cpuMs: (used.user + used.system) / 1000,
        late,
      })
    }, 500)
  }
})
process.on('disconnect', () => process.exit())

async function open(): Promise<Phone> {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: 256 * 1024,
    lookup: (host, _options, done) => done(null, host, 4),
  })
  socket.on('error', () => {})
  socket.on('message', packet => {
    if (packet[1]! >= 192) return
    const sentAt = packet.readBigInt64LE(12)
    // Sent while measuring, received whenever.
    if (packet[20] !== 1) return
    received++
    if (received % 7 === 0) delays.push(Number(process.hrtime.bigint() - sentAt) / 1e6)
  })
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  const packet = Buffer.alloc(172, 0xd5)
  packet[0] = 0x80
  packet[1] = 8
  packet.writeUInt32BE(socket.address().port, 8)
  return { socket, packet, sequence: 0, timestamp: 0 }
}

/** Every millisecond a twentieth of the phones speak. */
function run(): void {
  const due = Number((process.hrtime.bigint() - startedNs) / 1_000_000n)
  for (; tick < due; tick++) {
    if (measuring && due - tick > 10) late++
    for (let i = tick % TICKS; i < phones.length; i += TICKS) speak(phones[i]!)
  }
  setTimeout(run, 1)
}

function speak(phone: Phone): void {
  const { packet, socket } = phone
  phone.sequence = (phone.sequence + 1) & 0xffff
  phone.timestamp = (phone.timestamp + 160) >>> 0
  packet.writeUInt16BE(phone.sequence, 2)
  packet.writeUInt32BE(phone.timestamp, 4)
  packet.writeBigInt64LE(process.hrtime.bigint(), 12)
  packet[20] = measuring ? 1 : 0
  if (measuring) sent++
  socket.send(packet)
}

function tell(message: Ready | Measured): void {
  process.send!(message)
}
