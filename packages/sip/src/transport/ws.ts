import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import { SipError } from '../errors.ts'
import { parse } from '../message/parse.ts'
import { type Connection, type Connections, connectionError, plainAddress } from './connections.ts'
import { countHandshakes, listening, stopServer } from './listening.ts'
import type { OnResult } from './stream.ts'
import { reach } from './tcp.ts'
import type { ListenWs, ListenWss, Peer, Transport } from './transport.ts'

const subprotocol = 'sip'
const pong = Buffer.from('\r\n')

/** SIP over WebSocket (RFC 7118): one SIP message each WebSocket message, subprotocol `sip`. */
export async function openWs(listen: ListenWs | ListenWss, table: Connections, onResult: OnResult): Promise<Transport> {
  const { protocol } = listen
  const http = protocol === 'ws' ? createServer() : createTlsServer({ key: listen.key, cert: listen.cert })
  const handshakes = countHandshakes(http, table)
  http.on('request', (_request, response) =>
    response.writeHead(426, { Upgrade: 'websocket', Connection: 'close' }).end(),
  )
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: table.limits.maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: () => subprotocol,
  })
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {})
    const address = plainAddress(request.socket.remoteAddress)
    const port = request.socket.remotePort ?? 0
    handshakes.settle(address, port)
    const refusal = refuse(listen, request) ?? (table.welcomes(address) ? null : '503 Service Unavailable')
    if (refusal !== null) return turnAway(socket, refusal)
    sockets.handleUpgrade(request, socket, head, ws => {
      addWebSocket(ws, { protocol, address, port, connection: table.newId() }, 'came', table, onResult)
    })
  })
  const local = await listening(http, listen)
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
      handshakes.close()
      await stopServer(http)
    },
  }
}

function refuse(listen: ListenWs | ListenWss, request: IncomingMessage): string | null {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim().toLowerCase())
  if (!offered.includes(subprotocol)) return '400 Bad Request'
  if (listen.path !== undefined && (request.url ?? '').split('?')[0] !== listen.path) return '404 Not Found'
  if (listen.origins !== undefined && !listen.origins.includes(request.headers.origin ?? '')) return '403 Forbidden'
  return null
}

function turnAway(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}

function addWebSocket(
  ws: WebSocket,
  peer: Peer & { readonly connection: string },
  how: 'made' | 'came',
  table: Connections,
  onResult: OnResult,
): Connection {
  const { connection: id } = peer
  let failure: Error | null = null
  const connection: Connection = {
    peer,
    unsent: () => ws.bufferedAmount,
    partial: () => 0,
    ping: () => ws.ping(),
    destroy: () => ws.terminate(),
    write: async bytes => {
      if (ws.readyState === WebSocket.CONNECTING) await opened(ws)
      if (ws.readyState !== WebSocket.OPEN) throw connectionError(peer, failure)
      if (ws.bufferedAmount + bytes.length > table.limits.maxUnsentBytes) {
        ws.terminate()
        const text = `${peer.address} takes nothing more; its connection was cut. Wait until it connects again.`
        throw new SipError('connection.slow', text)
      }
      await new Promise<void>((resolve, reject) => {
        ws.send(bytes, { binary: false }, error => {
          if (error) return reject(connectionError(peer, failure ?? error))
          table.sent(id)
          resolve()
        })
      })
    },
  }
  ws.on('message', (data: RawData) => {
    if (table.isBanned(peer.address)) return ws.terminate()
    const bytes = toBuffer(data)
    table.touch(id, bytes.length > 4)
    if (bytes.length > 4) onResult(parse(bytes, table.limits), peer, bytes)
    else if (bytes.length === 4) connection.write(pong).catch(() => {})
  })
  ws.on('pong', () => table.touch(id, false))
  ws.on('error', error => {
    failure ??= error
  })
  ws.once('close', () => table.remove(id))
  table.add(connection, how)
  return connection
}

/** Settles either way: what failed is said by the write that follows. */
function opened(ws: WebSocket): Promise<void> {
  return new Promise(resolve => {
    ws.once('open', () => resolve())
    ws.once('close', () => resolve())
  })
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}

function dial(listen: ListenWs | ListenWss, to: Peer, table: Connections, onResult: OnResult): Connection {
  const host = to.address.includes(':') ? `[${to.address}]` : to.address
  const name = to.serverName ?? to.address
  const ws = new WebSocket(`${to.protocol}://${host}:${to.port}/`, subprotocol, {
    handshakeTimeout: table.limits.connectTimeoutMs,
    maxPayload: table.limits.maxMessageBytes,
    perMessageDeflate: false,
    ...('ca' in listen && listen.ca !== undefined ? { ca: listen.ca } : {}),
    ...(isIP(name) === 0 ? { servername: name } : {}),
  })
  return addWebSocket(ws, { ...to, connection: table.newId() }, 'made', table, onResult)
}
