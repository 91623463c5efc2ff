import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'
import { sweepThrottle } from './throttle.ts'

const EVERY_MS = 3_600_000

/** Removes what is over, once an hour: it opens nothing any more and only takes room. Returns how to stop. */
export function startSweep(pool: pg.Pool, log: FastifyBaseLogger): () => void {
  const timer = setInterval(() => {
    sweep(pool).catch(error => log.warn({ err: error }, 'what is over could not be removed; trying again in an hour'))
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Sessions and waiting second-factor steps that are over, used codes, old attempts; links a month after their end. */
export async function sweep(pool: pg.Pool): Promise<void> {
  await sweepThrottle(pool)
  await pool.query('DELETE FROM auth.session WHERE expires_at < now()')
  await pool.query('DELETE FROM auth.verification WHERE expires_at < now()')
  await pool.query(`DELETE FROM auth.used_code WHERE used_at < now() - interval '1 hour'`)
  await pool.query(`DELETE FROM auth.link WHERE expires_at < now() - interval '30 days'`)
}
