import { createSocket, type Socket } from 'node:dgram'

/** Somebody with nothing but a socket, at any address of the loop, who writes what they like. */
export class Stranger {
  readonly answers: string[] = []
  readonly address: string
  readonly #socket: Socket = createSocket('udp4')
  readonly #nodePort: number
  #sent = 0

  private constructor(nodePort: number, address: string) {
    this.#nodePort = nodePort
    this.address = address
    this.#socket.on('message', bytes => this.answers.push(String(bytes)))
  }

  static async open(nodePort: number, address: string): Promise<Stranger> {
    const stranger = new Stranger(nodePort, address)
    await new Promise<void>(resolve => stranger.#socket.bind(0, address, resolve))
    return stranger
  }

  get port(): number {
    return this.#socket.address().port
  }

  /** A request whose parts are given; the rest is what any phone writes. */
  send(
    method: string,
    uri: string,
    parts: { from?: string; to?: string; callId?: string; cseq?: number; headers?: string[]; body?: string } = {},
  ): void {
    const n = ++this.#sent
    const { body = '' } = parts
    this.raw(
      [
        `${method} ${uri} SIP/2.0`,
        `Via: SIP/2.0/UDP ${this.address}:${this.port};branch=z9hG4bK${this.address}-${this.port}-${n}`,
        'Max-Forwards: 70',
        `From: ${parts.from ?? `<sip:100@centrala>;tag=t${n}`}`,
        `To: ${parts.to ?? `<${uri}>`}`,
        `Call-ID: ${parts.callId ?? `${n}@${this.address}-${this.port}`}`,
        `CSeq: ${parts.cseq ?? 1} ${method}`,
        `Contact: <sip:100@${this.address}:${this.port}>`,
        ...(parts.headers ?? []),
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    )
  }

  raw(text: string | Buffer): void {
    this.#socket.send(text, this.#nodePort, '127.0.0.1')
  }

  /** Final answers. */
  statuses(): number[] {
    return this.answers.map(answer => Number(answer.split(' ')[1])).filter(status => status >= 200)
  }

  close(): void {
    this.#socket.close()
  }
}
