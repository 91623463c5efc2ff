import { DigestClient } from '../digest/client.ts'
import { Headers } from '../message/headers.ts'
import { request as newRequest, type SipResponse } from '../message/message.ts'
import { writeNameAddr } from '../message/name-addr.ts'
import { parseUri, type SipUri } from '../message/uri.ts'
import { randomToken } from '../transaction/transactions.ts'
import type { Peer } from '../transport/transport.ts'
import { addressOf, withTag } from './address.ts'
import type { Failure, RequestOptions } from './endpoint.ts'
import { introduce } from './exchange.ts'
import { addExtra } from './extra-headers.ts'
import { failureOf, refusedBy } from './failure.ts'
import { Journey } from './journey.ts'
import type { Stack } from './stack.ts'

/** A request outside of any dialog that makes none. */
export function sendRequest(
  stack: Stack,
  options: RequestOptions,
  uri: SipUri,
): Promise<{ ok: true; response: SipResponse; peer: Peer } | Failure> {
  return new Promise(resolve => {
    if (options.signal?.aborted === true) {
      resolve(failureOf('cancelled'))
      return
    }
    const { method } = options
    const callId = randomToken(16)
    const to = options.to === undefined ? { displayName: null, uri, params: new Map() } : addressOf(options.to)
    const tag = randomToken(8)
    let number = 0
    const build = (peer: Peer) => {
      const own = parseUri(stack.contact(peer, null).slice(1, -1)) ?? uri
      const from = withTag(options.from === undefined ? { ...to, uri: own } : addressOf(options.from), tag)
      const headers = new Headers()
      for (const route of options.route ?? []) headers.add('Route', route)
      headers.add('Max-Forwards', '70')
      headers.add('From', writeNameAddr(from))
      headers.add('To', writeNameAddr(to))
      headers.add('Call-ID', callId)
      headers.add('CSeq', `${++number} ${method}`)
      introduce(stack, headers, method, peer, from.uri.user)
      if (method === 'OPTIONS') headers.add('Accept', 'application/sdp')
      addExtra(headers, options.headers)
      if (options.body !== undefined) headers.set('Content-Type', options.contentType ?? 'text/plain')
      return newRequest(method, uri, headers, options.body)
    }
    const abort = () => {
      journey.stop()
      settle(failureOf('cancelled'))
    }
    const settle = (result: { ok: true; response: SipResponse; peer: Peer } | Failure) => {
      options.signal?.removeEventListener('abort', abort)
      resolve(result)
    }
    const journey = new Journey(stack, build, new DigestClient(options.credentials ?? (() => null)), {
      final(response, peer) {
        settle(response.status < 300 ? { ok: true, response, peer } : refusedBy(response))
        return 'done'
      },
      failed: settle,
    })
    options.signal?.addEventListener('abort', abort)
    const hop = options.route?.[0] === undefined ? uri : addressOf(options.route[0]).uri
    void journey.start(options.peer === undefined ? stack.targets(hop, options.protocol) : [options.peer])
  })
}
