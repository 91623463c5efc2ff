import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { MAX_MAIL_BYTES } from './limits.ts'
import { messageIdFromContent } from './message-id.ts'

export interface IntakeEnvelope {
  /** Return path; empty for a bounce. */
  from: string
  /** The known address it is for, as written by the sender's server. */
  to: string
  remoteAddress: string
}

export interface IntakeOptions {
  host: string
  /** 0 lets the system choose. */
  port: number
  /** Our name in the greeting and in Received. */
  name: string
  /** Whether mail for this address is ours. A rejection answers "try later". */
  isKnownAddress(address: string): Promise<boolean>
  /**
   * Keeps a mail for one recipient; called for each in turn, so that none learns of the others. The sender's server hears
   * 250 only after all of them resolved, and "try later" when one rejects: what was kept then comes a second time, with
   * the same `providerId`.
   */
  store(raw: Uint8Array, envelope: IntakeEnvelope): Promise<void>
  maxBytes?: number
  maxConnections?: number
  /** Mail in flight at one time, over all connections, in bytes. */
  maxBytesInFlight?: number
  /** Longest silence, and longest time for one mail's content. */
  idleTimeoutMs?: number
  dataTimeoutMs?: number
  /** Certificate and key (PEM) for STARTTLS; without them it is not offered. */
  tls?: { cert: string; key: string }
  /** Servers of ours that hand mail on to us: only their Authentication-Results are kept on top (see `verify.ts`). */
  trustedRelays?: string[]
}

export interface Intake {
  port: number
  /** Stops listening and ends what is open within the time given by the protocol. */
  stop(): Promise<void>
}

/** More hops than any mail needs: it is going round (RFC 5321 6.3). */
const MAX_HOPS = 50

/**
 * A receiving mail server for our own addresses: no relaying, no mailboxes, no sign-in. Resolves when it listens.
 * @throws where the address cannot be listened on (EADDRINUSE, EACCES)
 */
export async function listenForMail(options: IntakeOptions): Promise<Intake> {
  const maxBytes = options.maxBytes ?? MAX_MAIL_BYTES
  const maxBytesInFlight = options.maxBytesInFlight ?? 4 * maxBytes
  const dataTimeoutMs = options.dataTimeoutMs ?? 300_000
  let bytesInFlight = 0

  const server = new SMTPServer({
    name: options.name,
    banner: 'Centrala',
    size: maxBytes,
    maxClients: options.maxConnections ?? 100,
    socketTimeout: options.idleTimeoutMs ?? 60_000,
    closeTimeout: 3000,
    maxRecipients: 100,
    maxAllowedUnauthenticatedCommands: false,
    disabledCommands: options.tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    ...(options.tls ?? {}),
    onRcptTo({ address }, _session, answer) {
      options.isKnownAddress(address).then(
        known => answer(known ? null : refusal(550, `5.1.1 <${address}>: no such address here`)),
        () => answer(refusal(451, '4.3.0 Addresses cannot be checked now, try again later')),
      )
    },
    onData(stream, session, answer) {
      const deadline = setTimeout(() => endConnection(session), dataTimeoutMs)
      const count = (bytes: number) => {
        bytesInFlight += bytes
        return bytesInFlight <= maxBytesInFlight
      }
      take(stream, session, count)
        .then(
          () => answer(null, '2.0.0 Stored'),
          (error: unknown) =>
            answer(error instanceof Refusal ? error : refusal(451, '4.3.0 Mail cannot be stored now, try again later')),
        )
        .finally(() => clearTimeout(deadline))
    },
  })

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession, count: (bytes: number) => boolean) {
    let held = 0
    try {
      const chunks: Buffer[] = []
      let isRoom = true
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        // What is refused is read to its end, since the sender listens only then, but not kept.
        if (stream.sizeExceeded || !isRoom) continue
        isRoom = count(chunk.length)
        held += chunk.length
        chunks.push(chunk)
      }
      if (stream.sizeExceeded) throw refusal(552, `5.3.4 The mail is larger than ${maxBytes} bytes`)
      if (!isRoom) throw refusal(452, '4.3.1 Too much mail at once, try again later')
      const content = Buffer.concat(chunks)
      if (hopsOf(content) > MAX_HOPS) throw refusal(554, '5.4.6 The mail is going round in a loop')
      const id = Buffer.from(missingId(content))
      for (const envelope of envelopesOf(session)) {
        await options.store(Buffer.concat([traceHeaders(session, envelope, options), id, content]), envelope)
      }
    } finally {
      count(-held)
    }
  }

  function endConnection(session: SMTPServerSession): void {
    for (const connection of server.connections) if (connection.session === session) connection.close()
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      // A client that breaks off is its own trouble.
      server.on('error', () => undefined)
      resolve()
    })
  })
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise(resolve => server.close(() => resolve())),
  }
}

class Refusal extends Error {
  readonly responseCode: number
  constructor(responseCode: number, message: string) {
    super(message)
    this.responseCode = responseCode
  }
}

function refusal(responseCode: number, message: string): Refusal {
  return new Refusal(responseCode, message)
}

function envelopesOf(session: SMTPServerSession): IntakeEnvelope[] {
  const { mailFrom, rcptTo } = session.envelope
  const from = mailFrom ? mailFrom.address : ''
  return rcptTo.map(recipient => ({ from, to: recipient.address, remoteAddress: session.remoteAddress }))
}

/**
 * What a last server writes on top (RFC 5321 4.4): the return path, for whom it came, and from where, so that the raw mail
 * tells everything by itself. An empty verdict on top keeps a stranger's Authentication-Results from counting (RFC 8601 5).
 */
function traceHeaders(session: SMTPServerSession, envelope: IntakeEnvelope, options: IntakeOptions): Buffer {
  const { from, to, remoteAddress } = envelope
  const isTrusted = options.trustedRelays?.includes(remoteAddress.replace(/^::ffff:/, '')) ?? false
  const helo = printable(String(session.hostNameAppearsAs || 'unknown'))
  const lines = [
    `Return-Path: <${printable(from)}>`,
    `X-Original-To: ${printable(to)}`,
    ...(isTrusted ? [] : [`Authentication-Results: ${options.name}; none`]),
    `Received: from ${helo} ([${remoteAddress}]) by ${options.name} with ${session.transmissionType};`,
    ` ${new Date().toUTCString().replace('GMT', '+0000')}`,
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n`)
}

function printable(text: string): string {
  return text.replace(/[^\x21-\x7e\u00a1-\uffff]+/g, '').slice(0, 320)
}

/** A mail without an id gets one from its content, before our own headers make each arrival different (RFC 6409 8.3). */
function missingId(content: Buffer): string {
  return /^message-id:/im.test(headOf(content)) ? '' : `Message-ID: <${messageIdFromContent(content)}>\r\n`
}

function hopsOf(content: Buffer): number {
  return headOf(content).match(/^received:/gim)?.length ?? 0
}

function headOf(mail: Buffer): string {
  const end = mail.indexOf('\r\n\r\n')
  return mail.subarray(0, Math.min(end < 0 ? mail.length : end, 256 * 1024)).toString('latin1')
}
