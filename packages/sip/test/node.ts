import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { afterEach } from 'vitest'
import { request, responseTo, type SipMessage, type SipRequest } from '../src/message/message.ts'
import { answerFault, type MessageFault } from '../src/message/parse.ts'
import { parseUri } from '../src/message/uri.ts'
import { write } from '../src/message/write.ts'
import { openTransports } from '../src/transport/open.ts'
import type { Listen, Peer, Protocol, Transport, TransportOptions, Transports } from '../src/transport/transport.ts'

const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
export const key = fixture('key.pem')
export const cert = fixture('cert.pem')

/** What a test has opened: closed after it, the last first. */
export const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Asks until it is so; fails after the deadline. */
export async function until<T>(what: () => T | undefined | false | null, ms = 10_000): Promise<T> {
  const deadline = performance.now() + ms
  for (;;) {
    const isLate = performance.now() > deadline // before asking: what came true while the machine stood still is seen
    const value = what()
    if (value !== undefined && value !== false && value !== null) return value
    if (isLate) throw new Error(`not within ${ms} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

/** Open transports and what they have seen. */
export interface Node {
  transports: Transports
  messages: { message: SipMessage; peer: Peer }[]
  faults: { fault: MessageFault; peer: Peer }[]
  closed: Peer[]
}

/** Opens transports that answer every request with 200 and every fault as it is due. */
export async function open(listen: Listen[], limits: TransportOptions['limits'] = {}): Promise<Node> {
  const node: Omit<Node, 'transports'> = { messages: [], faults: [], closed: [] }
  const transports = await openTransports({
    listen,
    limits,
    onMessage: (message, peer) => {
      node.messages.push({ message, peer })
      if (message.kind === 'request') send(write(responseTo(message, 200, { toTag: 't' })), peer)
    },
    onFault: (fault, peer) => {
      node.faults.push({ fault, peer })
      const answer = answerFault(fault, 't')
      if (answer !== null) send(write(answer), peer)
    },
    onClosed: peer => node.closed.push(peer),
  })
  const send = (bytes: Buffer, peer: Peer): void => void transports.send(bytes, peer).catch(() => {})
  closing.push(() => transports.close())
  return { ...node, transports }
}

export const tcp: Listen = { protocol: 'tcp', address: '127.0.0.1', port: 0 }
export const udp: Listen = { protocol: 'udp', address: '127.0.0.1', port: 0 }
export const only = (node: Node): Transport => node.transports.list[0]!
export const peerOf = (node: Node, index = 0): Peer => {
  const { protocol, local } = node.transports.list[index]!
  return { protocol, ...local }
}

let count = 0
/** A new OPTIONS. */
export function options(protocol: Protocol, via = 'client.invalid;rport'): SipRequest {
  count++
  return request('OPTIONS', parseUri('sip:a@127.0.0.1')!, [
    ['Via', `SIP/2.0/${protocol.toUpperCase()} ${via};branch=z9hG4bK${count}`],
    ['From', '<sip:a@b>;tag=1'],
    ['To', '<sip:a@b>'],
    ['Call-ID', `call-${count}`],
    ['CSeq', '1 OPTIONS'],
  ])
}

/** A TCP connection that sends what it likes. */
export async function rawTcp(node: Node): Promise<{ socket: Socket; text: () => string; ended: () => boolean }> {
  const socket = connect(only(node).local.port, '127.0.0.1')
  closing.push(() => socket.destroy())
  let text = ''
  let ended = false
  socket.on('data', chunk => {
    text += chunk
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    ended = true
  })
  socket.on('end', () => {
    ended = true
  })
  await new Promise(resolve => socket.once('connect', resolve))
  return { socket, text: () => text, ended: () => ended }
}
