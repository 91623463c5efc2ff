import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createDigestServer } from '@centrala/sip/digest/server.ts'
import type { SipEndpoint, SipEndpointOptions } from '@centrala/sip/endpoint/endpoint.ts'
import { createSipEndpoint } from '@centrala/sip/endpoint/endpoint.ts'

/** An endpoint as the product runs one: calls are refused as busy, registrations need a password, messages are taken. */
export async function openVictim(
  options: Partial<SipEndpointOptions> = {},
): Promise<{ endpoint: SipEndpoint; failures: unknown[] }> {
  const failures: unknown[] = []
  const quiet = (): void => {}
  const endpoint = await createSipEndpoint({
    listen: [
      { protocol: 'udp', address: '127.0.0.1', port: 0 },
      { protocol: 'tcp', address: '127.0.0.1', port: 0 },
    ],
    userAgent: 'victim',
    log: { debug: quiet, info: quiet, warn: quiet, error: fields => failures.push(fields.error ?? fields) },
    ...options,
  })
  const digest = createDigestServer({ realm: 'victim', secret: randomBytes(32) })
  endpoint.onInvite(invite => invite.refuse({ status: 486 }))
  endpoint.onRegister(async register => {
    const verdict = await digest.verify(register.request, () => null)
    if (!verdict.ok) register.challenge(digest.challenge({ to: register.request }).map(([, value]) => value))
  })
  endpoint.onRequest('MESSAGE', message => message.respond(200))
  return { endpoint, failures }
}

let count = 0

/** A valid OPTIONS, new each time. */
export function validOptions(protocol: 'UDP' | 'TCP'): { bytes: Buffer; callId: string } {
  count++
  const callId = `valid-${count}`
  const lines = [
    'OPTIONS sip:victim@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/${protocol} client.invalid;rport;branch=z9hG4bKvalid${count}`,
    'Max-Forwards: 70',
    'From: <sip:tester@client.invalid>;tag=1',
    'To: <sip:victim@127.0.0.1>',
    `Call-ID: ${callId}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ]
  return { bytes: Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), callId }
}

/** A peer that sends what it likes, and asks with valid OPTIONS whether the victim is well. */
export interface Attacker {
  udp(bytes: Buffer): void
  /** Milliseconds until a valid OPTIONS over UDP is answered. */
  askUdp(): Promise<number>
  /** The same over a new TCP connection. */
  askTcp(): Promise<number>
  readonly tcpPort: number
  /** Datagrams that came back, those to valid OPTIONS left out. */
  answers(): number
  close(): void
}

/** After this the victim counts as dead. */
const patienceMs = 5_000

export async function openAttacker(victim: SipEndpoint): Promise<Attacker> {
  const port = (protocol: string): number => victim.listening.find(place => place.protocol === protocol)?.port ?? 0
  const [udpPort, tcpPort] = [port('udp'), port('tcp')]
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 21 }).bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const waiting = new Map<string, () => void>()
  let answers = 0
  socket.on('error', () => {})
  socket.on('message', bytes => {
    const text = bytes.toString('latin1')
    const callId = /\r\nCall-ID: (valid-[0-9]+)\r\n/.exec(text)?.[1] ?? ''
    if (callId === '') answers++
    else if (text.startsWith('SIP/2.0 200')) waiting.get(callId)?.()
  })
  const patience = <T>(answer: Promise<T>, what: string): Promise<T> => {
    let timer: NodeJS.Timeout
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what} was not answered within ${patienceMs} ms.`)), patienceMs)
    })
    return Promise.race([answer, late]).finally(() => clearTimeout(timer))
  }
  return {
    tcpPort,
    udp: bytes => socket.send(bytes, udpPort, '127.0.0.1'),
    askUdp: () => {
      const { bytes, callId } = validOptions('UDP')
      const start = performance.now()
      const answered = new Promise<void>(resolve => waiting.set(callId, resolve))
      const send = (): void => socket.send(bytes, udpPort, '127.0.0.1')
      // As every client over UDP must: what the network lost is sent again (timer E).
      const again = setInterval(send, 500)
      send()
      return patience(answered, 'A valid OPTIONS over UDP')
        .then(() => performance.now() - start)
        .finally(() => {
          clearInterval(again)
          waiting.delete(callId)
        })
    },
    askTcp: async () => {
      const start = performance.now()
      const stream = connect(tcpPort, '127.0.0.1')
      stream.on('error', () => {})
      const answered = new Promise<void>(resolve => {
        let text = ''
        stream.on('data', chunk => {
          text += chunk
          if (text.startsWith('SIP/2.0 200')) resolve()
        })
      })
      stream.write(validOptions('TCP').bytes)
      return patience(answered, 'A valid OPTIONS over TCP')
        .then(() => performance.now() - start)
        .finally(() => stream.destroy())
    },
    answers: () => answers,
    close: () => socket.close(),
  }
}
