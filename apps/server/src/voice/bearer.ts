import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Refusal } from '../refusal.ts'

/** Lets voice nodes in and nobody else. Compared in constant time. */
export function requireNode(headers: IncomingHttpHeaders, token: string): void {
  const given = Buffer.from(headers.authorization?.replace(/^Bearer /, '') ?? '')
  const wanted = Buffer.from(token)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new Refusal(401, 'node.unknown', 'Only voice nodes of this installation come in here. Set NODE_TOKEN alike.')
}
