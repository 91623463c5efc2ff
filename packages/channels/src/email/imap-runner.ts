import { setTimeout as sleep } from 'node:timers/promises'
import { type StatePhrase, statePhrase } from '@centrala/core/phrase/state-phrase.ts'
import { ImapFlow } from 'imapflow'
import type { EmailAccount } from './account.ts'
import { imapConnection } from './connection.ts'
import { MAX_MAIL_BYTES, TRUNCATED_HEADER } from './limits.ts'
import { explainFailure, StoreError } from './mailbox-failure.ts'
import { accessToken } from './oauth.ts'

/** How far a mailbox has been fetched. UIDs rise and mean something only under one UIDVALIDITY (RFC 9051 2.3.1.1). */
export interface MailboxCursor {
  uidValidity: string
  lastUid: number
}

export interface FetchedMail {
  uid: number
  uidValidity: string
  /** When the mail server received it. */
  internalDate: Date | null
}

export interface MailboxStatus {
  state: 'connecting' | 'connected' | 'failing'
  /** What is the case and, when it fails, what to do. */
  phrase: StatePhrase
  since: Date
}

export interface MailboxRunnerOptions {
  account: EmailAccount
  loadCursor(): Promise<MailboxCursor | null>
  saveCursor(cursor: MailboxCursor): Promise<void>
  /**
   * Keeps one raw mail; resolves only after the commit, and only then the cursor moves on. A rejection leaves the mail in
   * the mailbox, to be offered again. The same mail may come twice (a crash in between, a rebuilt mailbox): it has the same
   * `providerId`.
   */
  store(raw: Uint8Array, mail: FetchedMail): Promise<void>
  /** Called on every change of state. */
  onStatus(status: MailboxStatus): void
  /** Waits between attempts, each twice the one before up to `maxMs`; after a refused sign-in at least `signInMs`. */
  backoff?: { baseMs: number; maxMs: number; signInMs: number }
}

export interface MailboxRunner {
  /** Ends the connection after the mail in hand is stored. Resolves when nothing runs any more. */
  stop(): Promise<void>
}

const BACKOFF = { baseMs: 1000, maxMs: 300_000, signInMs: 60_000 }
/** IDLE that a router silently dropped is noticed at the next renewal (RFC 2177 wants less than 29 minutes). */
const IDLE_RENEWAL_MS = 4 * 60_000

/** Fetches the mail of one mailbox for as long as it runs, whatever happens to the connection. */
export function runMailbox(options: MailboxRunnerOptions): MailboxRunner {
  const runner = new Runner(options)
  const ended = runner.run()
  return {
    async stop() {
      runner.end()
      await ended
    },
  }
}

class Runner {
  private readonly options: MailboxRunnerOptions
  private readonly stopping = new AbortController()
  private readonly signal = new Signal()
  private client: ImapFlow | null = null
  private isOpen = false
  private failures = 0

  constructor(options: MailboxRunnerOptions) {
    if (!options.account.config.imap) throw new TypeError('runMailbox needs an account with IMAP settings')
    this.options = options
  }

  async run(): Promise<void> {
    let freshToken = false
    while (!this.stopping.signal.aborted) {
      if (this.failures === 0) this.report('connecting', statePhrase('mailbox.connecting'))
      try {
        await this.session(freshToken)
      } catch (error) {
        if (this.stopping.signal.aborted) return
        const { phrase, isSignIn } = explainFailure(error, this.options.account.config)
        this.report('failing', phrase)
        freshToken = isSignIn
        await this.pause(isSignIn)
      }
    }
  }

  end(): void {
    this.stopping.abort()
    this.signal.raise()
    if (!this.isOpen) this.client?.close()
  }

  private report(state: MailboxStatus['state'], phrase: StatePhrase): void {
    this.options.onStatus({ state, phrase, since: new Date() })
  }

  /** Half to all of the step, by chance, so that a hundred mailboxes do not return in the same second. */
  private async pause(isSignIn: boolean): Promise<void> {
    const { baseMs, maxMs, signInMs } = this.options.backoff ?? BACKOFF
    const step = Math.max(Math.min(maxMs, baseMs * 2 ** Math.min(this.failures, 20)), isSignIn ? signInMs : 0)
    this.failures += 1
    await sleep(step * (0.5 + Math.random() / 2), undefined, { signal: this.stopping.signal }).catch(() => undefined)
  }

  /** One connection, from greeting to loss. Throws when it is lost. */
  private async session(freshToken: boolean): Promise<void> {
    const { account } = this.options
    const imap = account.config.imap!
    const token = imap.signIn === 'oauth2' ? await accessToken(account, freshToken) : null
    if (this.stopping.signal.aborted) return
    const client = new ImapFlow({
      ...(await imapConnection(account, token)),
      connectionTimeout: 30_000,
      socketTimeout: 5 * 60_000,
      autoIdleDelay: 300,
      maxIdleTime: IDLE_RENEWAL_MS,
      maxLiteralSize: MAX_MAIL_BYTES + 1024 * 1024,
      maxResponseSize: 2 * MAX_MAIL_BYTES,
    })
    this.client = client
    const { signal } = this
    let lost: Error | null = null
    client.on('error', error => {
      lost ??= error
      signal.raise()
    })
    client.on('close', () => {
      lost ??= Object.assign(new Error('The connection was closed'), { code: 'EConnectionClosed' })
      signal.raise()
    })
    client.on('exists', () => signal.raise())
    try {
      await client.connect()
      const mailbox = await client.mailboxOpen(imap.mailbox, { readOnly: !imap.markRead })
      this.isOpen = true
      const canPush = client.capabilities.has('IDLE')
      const connected = canPush
        ? statePhrase('mailbox.connected')
        : statePhrase('mailbox.connectedPolling', { seconds: imap.pollSeconds })
      // After a failure it counts as working only when fetching and storing work too.
      if (this.failures === 0) this.report('connected', connected)
      let cursor = await this.begin(client, String(mailbox.uidValidity), Number(mailbox.uidNext))
      while (!this.stopping.signal.aborted) {
        signal.lower()
        cursor = await this.fetchNew(client, cursor)
        if (lost) throw lost
        if (this.failures > 0) this.report('connected', connected)
        this.failures = 0
        await signal.wait(canPush ? IDLE_RENEWAL_MS : imap.pollSeconds * 1000)
        if (lost) throw lost
      }
    } catch (error) {
      // The first cause says more than the command that failed because of it.
      throw error instanceof StoreError ? error : (lost ?? error)
    } finally {
      this.client = null
      this.isOpen = false
      client.close()
    }
  }

  /** Where to go on from. A new UIDVALIDITY means that all UIDs are new: everything is offered again, and known mail is known by its id. */
  private async begin(client: ImapFlow, uidValidity: string, uidNext: number): Promise<MailboxCursor> {
    const known = await stored(() => this.options.loadCursor())
    if (known?.uidValidity === uidValidity) return known
    const { startFrom } = this.options.account.config.imap!
    if (known || startFrom === 'all') return { uidValidity, lastUid: 0 }
    const start = { uidValidity, lastUid: uidNext - 1 }
    if (startFrom === 'unread') {
      const unread = (await client.search({ seen: false }, { uid: true })) || []
      for (const uid of unread.sort((a, b) => a - b)) {
        if (this.stopping.signal.aborted) return start
        if (uid <= start.lastUid) await this.fetchOne(client, uid, uidValidity)
      }
    }
    await stored(() => this.options.saveCursor(start))
    return start
  }

  private async fetchNew(client: ImapFlow, from: MailboxCursor): Promise<MailboxCursor> {
    let cursor = from
    // "n:*" always names the last mail too, even below n (RFC 9051 9, seq-range).
    const found = (await client.search({ uid: `${from.lastUid + 1}:*` }, { uid: true })) || []
    for (const uid of found.filter(uid => uid > from.lastUid).sort((a, b) => a - b)) {
      if (this.stopping.signal.aborted) break
      await this.fetchOne(client, uid, cursor.uidValidity)
      const moved = { ...cursor, lastUid: uid }
      await stored(() => this.options.saveCursor(moved))
      cursor = moved
    }
    return cursor
  }

  /** Stores one mail, then marks it as read. A mail that somebody deleted meanwhile is passed over. */
  private async fetchOne(client: ImapFlow, uid: number, uidValidity: string): Promise<void> {
    const query = { source: { maxLength: MAX_MAIL_BYTES }, internalDate: true, size: true }
    const mail = await client.fetchOne(String(uid), query, { uid: true })
    if (!mail || mail.source === undefined) return
    const date = mail.internalDate === undefined ? null : new Date(mail.internalDate)
    const isCut = (mail.size ?? 0) > MAX_MAIL_BYTES
    const raw = isCut ? Buffer.concat([Buffer.from(`${TRUNCATED_HEADER}: ${mail.size}\r\n`), mail.source]) : mail.source
    await stored(() => this.options.store(raw, { uid, uidValidity, internalDate: date }))
    // Left unread, so that whoever looks into the mailbox finds the whole.
    if (this.options.account.config.imap!.markRead && !isCut) {
      await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true, silent: true })
    }
  }
}

/** Tells our own side's failures from the mail server's. */
async function stored<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw new StoreError(error)
  }
}

/** Remembers that something happened until it is looked at, so that nothing is missed between looking and waiting. */
class Signal {
  private isRaised = false
  private wake: (() => void) | null = null

  raise(): void {
    this.isRaised = true
    this.wake?.()
  }

  lower(): void {
    this.isRaised = false
  }

  async wait(timeoutMs: number): Promise<void> {
    if (this.isRaised) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, timeoutMs)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.wake = null
  }
}
