/** One message and what must come of it. */
export interface Torture {
  /** Name and section in the RFC. */
  readonly name: string
  readonly bytes: Buffer
  /** Final statuses the RFC lets a user agent answer with; none: silence. */
  readonly answers: readonly number[]
}

/**
 * A message from its lines. LF stands for CRLF, `{xNN}` for a byte, `{length}` for the length of the body,
 * so that only those lengths are wrong that the RFC means to be.
 */
export function sip(lines: TemplateStringsArray): Buffer {
  const text = String.raw(lines).replace(/^\n/, '').replaceAll('\n', '\r\n')
  const bytes = (part: string): Buffer =>
    Buffer.concat(
      part
        .split(/\{x([0-9a-f]{2})\}/)
        .map((piece, index) => (index % 2 === 0 ? Buffer.from(piece) : Buffer.from(piece, 'hex'))),
    )
  const blank = text.indexOf('\r\n\r\n')
  const body = bytes(text.slice(blank + 4))
  const head = bytes(text.slice(0, blank + 4).replace('{length}', String(body.length)))
  return Buffer.concat([head, body])
}
