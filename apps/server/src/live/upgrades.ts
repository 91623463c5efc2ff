import type { IncomingMessage, Server } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Problem } from '@centrala/api/problem.ts'
import { problemOf } from '../http/problem.ts'
import { notFound } from '../refusal.ts'

export type UpgradeHandler = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  match: RegExpExecArray,
) => Promise<void>

/** Which WebSocket is opened by which path; the rooms register theirs, wiring attaches them to the HTTP server. */
export interface Upgrades {
  add(path: RegExp, handler: UpgradeHandler): void
  attach(server: Server): void
}

export function createUpgrades(): Upgrades {
  const handlers: [RegExp, UpgradeHandler][] = []
  return {
    add: (path, handler) => handlers.push([path, handler]),
    attach(server) {
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        socket.on('error', () => socket.destroy())
        const path = (request.url ?? '').split('?')[0] ?? ''
        for (const [pattern, handler] of handlers) {
          const match = pattern.exec(path)
          if (match) {
            handler(request, socket, head, match).catch(error => refuse(socket, problemOf(error)))
            return
          }
        }
        refuse(socket, problemOf(notFound('path')))
      })
    },
  }
}

/** A refused upgrade is answered like any refused request: with problem details. */
function refuse(socket: Duplex, problem: Problem): void {
  const body = JSON.stringify(problem)
  const head = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: application/problem+json\r\n`
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
}
