import { type StatePhrase, statePhrase, theirWords } from '@centrala/core/phrase/state-phrase.ts'
import { Agent, request } from 'undici'
import { AddressRefused, type Resolve, resolvePublic } from '../net/address.ts'

const TIMEOUT_MS = 10_000
/** Of an answer no more than this is read. */
const ANSWER_BYTES = 64 * 1024

export interface Answer {
  ok: boolean
  /** Null where no answer came. */
  statusCode: number | null
  /** What came of it, and what to do. */
  phrase: StatePhrase
}

export interface Receiver {
  /** Posts one body. Never throws for what the other side does. */
  post(body: string, headers: Record<string, string>): Promise<Answer>
  close(): Promise<void>
}

export interface ReceiverOptions {
  allowPrivate: boolean
  /** In the place of DNS, for tests. */
  resolve?: Resolve
  timeoutMs?: number
}

/**
 * Opens a receiver of web hooks: its name is resolved once, every address checked, and all connections go to the addresses that
 * were checked, whatever the name says a moment later. Redirects are not followed, since they could lead anywhere.
 * @throws AddressRefused where the address may not be connected to
 */
export async function openReceiver(url: string, options: ReceiverOptions): Promise<Receiver> {
  const { timeoutMs = TIMEOUT_MS } = options
  const target = new URL(url)
  const addresses = await resolvePublic(target.hostname, options)
  const agent = new Agent({
    connections: 8,
    connect: {
      timeout: timeoutMs,
      lookup: (_host, { all }, found) => {
        if (all) found(null, addresses)
        else found(null, addresses[0].address, addresses[0].family)
      },
    },
  })
  return {
    async post(body, headers) {
      const ended = AbortSignal.timeout(timeoutMs)
      try {
        const response = await request(target, {
          dispatcher: agent,
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json', 'user-agent': 'Centrala', ...headers },
          signal: ended,
        })
        const said = await beginning(response.body)
        return judged(response.statusCode, said, response.headers.location)
      } catch (error) {
        if (ended.aborted)
          return failed(statePhrase('webhook.tooSlow', { host: target.host, seconds: timeoutMs / 1000 }))
        return failed(notReached(target.host, error))
      }
    },
    close: () => agent.destroy(),
  }
}

/** Posts once; a refused address is an answer too. */
export async function postOnce(
  url: string,
  body: string,
  headers: Record<string, string>,
  options: ReceiverOptions,
): Promise<Answer> {
  try {
    const receiver = await openReceiver(url, options)
    return await receiver.post(body, headers).finally(() => receiver.close())
  } catch (error) {
    if (error instanceof AddressRefused) return failed(error.phrase)
    throw error
  }
}

const failed = (phrase: StatePhrase): Answer => ({ ok: false, statusCode: null, phrase })

function judged(status: number, answer: string, location: string | string[] | undefined): Answer {
  const ok = status >= 200 && status < 300
  const said = theirWords(answer)
  if (status >= 300 && status < 400) {
    const phrase = location
      ? statePhrase('webhook.redirectTo', { status, location: theirWords(String(location), 200) })
      : statePhrase('webhook.redirect', { status })
    return { ok, statusCode: status, phrase }
  }
  const phrase =
    ok || !said ? statePhrase('webhook.answered', { status }) : statePhrase('webhook.answeredSaying', { status, said })
  return { ok, statusCode: status, phrase }
}

/** The beginning of an answer; what is beyond the bound is not read, and the connection is given up. */
async function beginning(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= ANSWER_BYTES) break // leaving the loop destroys the stream
  }
  return Buffer.concat(chunks).subarray(0, 4096).toString('utf8')
}

function notReached(host: string, error: unknown): StatePhrase {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return statePhrase('webhook.nothingListens', { host })
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return statePhrase('webhook.noAnswer', { host })
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return statePhrase('webhook.closed', { host })
  return statePhrase('webhook.unreachable', { host, said: theirWords(message || String(code ?? '?')) })
}
