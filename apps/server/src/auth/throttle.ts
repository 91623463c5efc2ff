import { createHash } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import type pg from 'pg'
import { Refusal } from '../refusal.ts'

/** How many attempts in a row are free, and how long one waits at most after that. */
interface Limit {
  free: number
  longestSeconds: number
}
/** An account: few, since nobody mistypes a password often. The longest wait is short, so that a stranger cannot lock somebody out for long. */
const ACCOUNT: Limit = { free: 5, longestSeconds: 300 }
/** An address: many, since a whole office may share one. */
const ADDRESS: Limit = { free: 30, longestSeconds: 900 }
/** The first wait; each further failure doubles it. */
const FIRST_WAIT_SECONDS = 5
/** Failures are forgotten after this long without another. */
const FORGET_SECONDS = 3600

export interface Attempt {
  /** It was the right person: the account starts anew, and the address gets this attempt back. */
  succeeded(): Promise<void>
  /** It was neither right nor wrong yet (the second factor is still missing): only the address gets it back. */
  undecided(): Promise<void>
}

/**
 * Counts an attempt before it is made, so that many at once do not slip through together. After the free ones each doubles the wait.
 * Counted in the database: all nodes count together.
 * @throws Refusal 429 `signIn.throttled` with the seconds to wait
 */
export async function beginAttempt(pool: pg.Pool, email: string, address: string): Promise<Attempt> {
  const account = accountKey(email)
  const place = addressKey(address)
  const waits = [await count(pool, place, ADDRESS), await count(pool, account, ACCOUNT)]
  const wait = Math.max(...waits)
  if (wait > 0)
    throw new Refusal(429, 'signIn.throttled', `Too many attempts. Wait ${spoken(wait)}, then try again.`, {
      retryAfterSeconds: wait,
    })
  const giveBack = () =>
    pool.query('UPDATE auth.throttle SET failures = greatest(failures - 1, 0), blocked_until = now() WHERE key = $1', [
      place,
    ])
  return {
    async undecided() {
      await giveBack()
    },
    async succeeded() {
      await Promise.all([giveBack(), pool.query('DELETE FROM auth.throttle WHERE key = $1', [account])])
    },
  }
}

/** The account of this e-mail starts anew, e.g. after its owner set a new password. */
export async function forgiveAccount(pool: pg.Pool, email: string): Promise<void> {
  await pool.query('DELETE FROM auth.throttle WHERE key = $1', [accountKey(email)])
}

/** Counts one attempt and returns 0, or the seconds to wait, in which case it is not counted. */
async function count(pool: pg.Pool, key: string, { free, longestSeconds }: Limit): Promise<number> {
  for (;;) {
    const { rowCount } = await pool.query(
      `INSERT INTO auth.throttle AS t (key, failures, last_at, blocked_until) VALUES ($1, 1, now(), now())
       ON CONFLICT (key) DO UPDATE SET
         failures = CASE WHEN t.last_at < now() - make_interval(secs => $4) THEN 1 ELSE t.failures + 1 END,
         last_at = now(),
         blocked_until = now() + make_interval(secs => CASE
           WHEN t.last_at < now() - make_interval(secs => $4) OR t.failures + 1 < $2 THEN 0
           ELSE least($5 * 2 ^ least(t.failures + 1 - $2, 20), $3) END)
       WHERE t.blocked_until <= now()`,
      [key, free, longestSeconds, FORGET_SECONDS, FIRST_WAIT_SECONDS],
    )
    if (rowCount === 1) return 0
    // A statement of its own: the first judged by another attempt's row, for which it had waited and which it could not read.
    const { rows } = await pool.query<{ wait: number }>(
      'SELECT ceil(extract(epoch FROM blocked_until - now()))::int AS wait FROM auth.throttle WHERE key = $1',
      [key],
    )
    const wait = rows[0]?.wait ?? 0
    if (wait > 0) return wait
    // Nothing to wait for: two attempts met, and this one had begun first. It is counted after the other.
  }
}

/** Removes what no longer counts. */
export async function sweepThrottle(pool: pg.Pool): Promise<void> {
  await pool.query(`DELETE FROM auth.throttle WHERE last_at < now() - make_interval(secs => $1)`, [FORGET_SECONDS])
}

const accountKey = (email: string) =>
  `account:${createHash('sha256').update(email.trim().toLowerCase()).digest('base64url')}`

/** One IPv4 address, or the /64 of an IPv6 one, which a single customer line usually has. */
function addressKey(address: string): string {
  if (!ipaddr.isValid(address)) return `address:${address}`
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return `address:${parsed}`
  return `address:${ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/64`)}`
}

function spoken(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? 'a second' : `${seconds} seconds`
  return `${Math.ceil(seconds / 60)} minutes`
}
