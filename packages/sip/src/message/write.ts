import type { SipMessage } from './message.ts'
import { writeUri } from './uri.ts'

/**
 * The bytes of a message. Content-Length is always the length of the body, whatever the headers say.
 * Text is UTF-8.
 */
export function write(message: SipMessage): Buffer {
  const { headers, body } = message
  const start =
    message.kind === 'request'
      ? `${message.method} ${writeUri(message.uri)} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`
  const length = String(body.length)
  if (headers.get('content-length') !== length) headers.set('Content-Length', length)
  const head = Buffer.from(`${start}${headers.toText()}\r\n`)
  return body.length === 0 ? head : Buffer.concat([head, body])
}
