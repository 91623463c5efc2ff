import { randomUUID } from 'node:crypto'
import { ToClient } from '@centrala/api/live.ts'
import { VideoSignal } from '@centrala/api/webchat.ts'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { listenChannel } from './listen-channel.ts'

const tenantId = z.uuid()

/** What one server tells the others, for people who are connected there: only for the moment, nothing is kept of it. */
const Word = z.discriminatedUnion('type', [
  /** To all screens of a person. */
  z.object({ type: z.literal('person'), tenantId, userId: z.uuid(), message: ToClient }),
  /** To everybody who has the conversation open. */
  z.object({ type: z.literal('watching'), tenantId, conversationId: z.uuid(), message: ToClient }),
  /** An agent writes: for the visitor. */
  z.object({ type: z.literal('typing'), tenantId, conversationId: z.uuid(), typing: z.boolean() }),
  /** Of an agent's browser: for the visitor's. */
  z.object({ type: z.literal('video'), tenantId, userId: z.uuid(), callId: z.uuid(), signal: VideoSignal }),
])
export type Word = z.infer<typeof Word>

export interface Relay {
  /** Tells the other servers, where there are any. */
  tell(word: Word): void
  onWord(listener: (word: Word) => void): void
  stop(): Promise<void>
}

const CHANNEL = 'centrala_words'
/** PostgreSQL takes less than 8000 bytes at a time. */
const PART_CHARS = 7000
/** Beyond this the database does not keep up: what is for the moment is no longer worth telling. */
const MOST_UNSENT = 1000
/** Parts whose others never came. */
const MOST_PARTIAL = 100

/**
 * Passes words between the servers of an installation by the database's NOTIFY: it needs no addresses, keeps the order of one server's words, and costs nothing where there is one server only. Told together they share a
 * commit.
 */
export async function startRelay({ db, log, nodes }: Pick<Services, 'db' | 'log' | 'nodes'>): Promise<Relay> {
  const listeners: ((word: Word) => void)[] = []
  const me = randomUUID()
  const partial = new Map<string, string[]>()
  let unsent: string[] = []
  let sending: Promise<void> | undefined

  const channel = await listenChannel({ pool: db.auth, channel: CHANNEL, log }, payload => {
    const [from = '', id = '', place = '', text = ''] = payload.split(' ')
    if (from === me) return
    const whole = joined(`${from} ${id}`, place, text)
    const parsed = whole === null ? null : Word.safeParse(parse(whole))
    if (parsed?.success) for (const listener of listeners) listener(parsed.data)
    else if (parsed) log.warn('another server told what is not understood; all must be of one version')
  })

  /** The whole of it, once its last part is here. */
  function joined(key: string, place: string, text: string): string | null {
    const [index, count] = place.split('/').map(Number)
    const before = partial.get(key) ?? []
    partial.delete(key)
    if (before.length !== index) return null
    const parts = [...before, text]
    if (parts.length === count) return parts.join('')
    partial.set(key, parts)
    const [oldest] = partial.keys()
    if (partial.size > MOST_PARTIAL && oldest) partial.delete(oldest)
    return null
  }

  async function send(): Promise<void> {
    while (unsent.length > 0) {
      const parts = unsent
      unsent = []
      await db.auth.query('SELECT pg_notify($1, part) FROM unnest($2::text[]) part', [CHANNEL, parts])
    }
  }

  return {
    tell(word) {
      if (nodes.others() === 0 || unsent.length > MOST_UNSENT) return
      if (word.type === 'typing' && !nodes.hasChat(word.tenantId, word.conversationId)) return
      const text = Buffer.from(JSON.stringify(word)).toString('base64')
      const id = randomUUID()
      const count = Math.ceil(text.length / PART_CHARS)
      for (let index = 0; index < count; index++)
        unsent.push(`${me} ${id} ${index}/${count} ${text.slice(index * PART_CHARS, (index + 1) * PART_CHARS)}`)
      sending ??= Promise.resolve()
        .then(send)
        .catch(error => log.warn({ err: error }, 'other servers could not be told'))
        .finally(() => {
          sending = undefined
        })
    },
    onWord: listener => listeners.push(listener),
    async stop() {
      channel.stop()
      await sending
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString())
  } catch {
    return null
  }
}
