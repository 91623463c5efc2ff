import { connect, createServer, isIP, type Server, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { SipError } from '../errors.ts'
import { type Connection, type Connections, plainAddress } from './connections.ts'
import { countHandshakes, type Handshakes, listening, stopServer } from './listening.ts'
import { addStream, type OnResult } from './stream.ts'
import type { ListenTcp, ListenTls, Peer, Transport } from './transport.ts'

/** SIP over TCP, or over TLS (RFC 3261 section 26.2.1). */
export async function openTcp(
  listen: ListenTcp | ListenTls,
  table: Connections,
  onResult: OnResult,
): Promise<Transport> {
  const { protocol } = listen
  let handshakes: Handshakes | null = null
  const accept = (socket: Socket): void => {
    const address = plainAddress(socket.remoteAddress)
    const port = socket.remotePort ?? 0
    handshakes?.settle(address, port)
    // A caller may be gone before we look.
    if (address === '' || !table.welcomes(address)) return void socket.destroy()
    addStream(socket, { protocol, address, port, connection: table.newId() }, 'came', table, onResult)
  }
  const server = protocol === 'tcp' ? createServer({ allowHalfOpen: true }, accept) : tlsServer(listen, accept)
  if (protocol === 'tls') handshakes = countHandshakes(server, table)
  const local = await listening(server, listen)
  let closed = false
  return {
    protocol,
    local,
    send: async (bytes, to) => {
      if (closed) throw new SipError('transport.closed', `The ${protocol} transport is closed. Open it again.`)
      await reach(to, table, () => dial(listen, to, table, onResult)).write(bytes)
    },
    close: async () => {
      closed = true
      handshakes?.close()
      await stopServer(server)
    },
  }
}

/** The connection a peer names, one open to it, or a new one. */
export function reach(to: Peer, table: Connections, dialNew: () => Connection): Connection {
  if (to.connection !== undefined) {
    const named = table.byId(to.connection)
    if (named !== null) return named
    throw new SipError('connection.gone', `The connection to ${to.address} is closed. Make a new one.`)
  }
  const open = table.byPeer(to)
  if (open !== null) return open
  if (!table.hasRoom(to.address)) {
    throw new SipError('connection.tooMany', `Too many connections to ${to.address} are open. Try again later.`)
  }
  return dialNew()
}

function tlsServer(listen: ListenTls, accept: (socket: Socket) => void): Server {
  const options = {
    key: listen.key,
    cert: listen.cert,
    requestCert: listen.clientCertificates === true,
    rejectUnauthorized: listen.clientCertificates === true,
  }
  const server = createTlsServer(listen.ca === undefined ? options : { ...options, ca: listen.ca }, accept)
  // A handshake that fails is its caller's affair.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return server
}

function dial(listen: ListenTcp | ListenTls, to: Peer, table: Connections, onResult: OnResult): Connection {
  const socket = listen.protocol === 'tcp' ? connect(to.port, to.address) : dialTls(listen, to)
  const ready = listen.protocol === 'tcp' ? 'connect' : 'secureConnect'
  const timer = setTimeout(() => {
    socket.destroy(new Error('it was not made in time'))
  }, table.limits.connectTimeoutMs)
  socket.once(ready, () => clearTimeout(timer))
  socket.once('close', () => clearTimeout(timer))
  return addStream(socket, { ...to, connection: table.newId() }, 'made', table, onResult)
}

function dialTls(listen: ListenTls, to: Peer): Socket {
  const name = to.serverName ?? to.address
  const options = { host: to.address, port: to.port, key: listen.key, cert: listen.cert }
  const trusted = listen.ca === undefined ? options : { ...options, ca: listen.ca }
  // An address is no name for SNI (RFC 6066 section 3); the certificate is then checked against the address itself.
  return isIP(name) === 0 ? connectTls({ ...trusted, servername: name }) : connectTls(trusted)
}
