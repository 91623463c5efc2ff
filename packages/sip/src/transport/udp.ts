import { createSocket } from 'node:dgram'
import { SipError } from '../errors.ts'
import { type ParseLimits, type ParseResult, parse } from '../message/parse.ts'
import type { ListenUdp, Peer, Transport } from './transport.ts'

/** Largest datagram IPv4 carries. */
const maxDatagram = 65_507

/**
 * A UDP socket. Requests leave by it too, so that answers find the port that asked (symmetric response routing).
 * What the network says of an earlier datagram (ECONNREFUSED and the like) never closes it.
 */
export async function openUdp(
  listen: ListenUdp,
  limits: ParseLimits,
  isBanned: (address: string) => boolean,
  onResult: (result: ParseResult, peer: Peer, bytes: Buffer) => void,
): Promise<Transport> {
  const six = listen.address.includes(':')
  const socket = createSocket({
    type: six ? 'udp6' : 'udp4',
    ipv6Only: six,
    recvBufferSize: 1 << 20,
    // Peers are numeric: skip the resolver that would cost a turn of the loop for each datagram.
    lookup: (host, _options, done) => done(null, host, six ? 6 : 4),
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address: listen.address, port: listen.port, exclusive: true }, () => {
      socket.off('error', reject)
      resolve()
    })
  })
  socket.on('error', () => {})
  const { address, port } = socket.address()
  const connection = `udp ${address} ${port}`
  let closed = false
  socket.on('message', (bytes, from) => {
    // Keep-alives of a few bytes are for the address translator alone (RFC 5626 section 3.5.2 sends STUN, many send CRLF).
    if (bytes.length <= 4 || isBanned(from.address)) return
    const zone = from.address.indexOf('%')
    const peer: Peer = {
      protocol: 'udp',
      address: zone === -1 ? from.address : from.address.slice(0, zone),
      port: from.port,
      connection,
    }
    onResult(parse(bytes, limits), peer, bytes)
  })
  return {
    protocol: 'udp',
    local: { address, port },
    send: (bytes, to) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new SipError('transport.closed', 'The UDP transport is closed. Open it again.'))
        if (bytes.length > maxDatagram) {
          const text = `A message of ${bytes.length} bytes does not fit a datagram. Send it over TCP.`
          return reject(new SipError('message.tooLarge', text))
        }
        socket.send(bytes, to.port, to.address, error => {
          if (error === null) resolve()
          else reject(unsent(to, error))
        })
      }),
    close: () =>
      new Promise(resolve => {
        if (closed) return resolve()
        closed = true
        socket.close(() => resolve())
      }),
  }
}

function unsent(to: Peer, error: Error): SipError {
  if ('code' in error && error.code === 'EMSGSIZE') {
    return new SipError('message.tooLarge', 'The network takes no datagram this large. Send it over TCP.', error)
  }
  const text = `The datagram to ${to.address} port ${to.port} did not leave: ${error.message}. Try another target.`
  return new SipError('connection.failed', text, error)
}
