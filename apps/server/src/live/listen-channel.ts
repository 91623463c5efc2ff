import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'

const RETRY_MS = 2000

/** Listens on a channel of the database, on one connection of the pool, until stopped; joins again by itself when the connection is lost. What was told meanwhile is not heard. */
export async function listenChannel(
  { pool, channel, log }: { pool: pg.Pool; channel: string; log: FastifyBaseLogger },
  heard: (payload: string) => void,
): Promise<{ stop(): void }> {
  let client: pg.PoolClient | undefined
  let retry: NodeJS.Timeout | undefined
  let stopped = false

  const lost = (error?: Error) => {
    const gone = client
    client = undefined
    gone?.removeAllListeners('notification')
    gone?.release(error ?? true)
    clearTimeout(retry) // a connection can be lost and its query fail: one way back is enough
    if (!stopped) retry = setTimeout(join, RETRY_MS)
  }
  async function join(): Promise<void> {
    try {
      const fresh = await pool.connect()
      client = fresh
      fresh.once('error', lost)
      fresh.on('notification', ({ payload = '' }) => heard(payload))
      await fresh.query(`LISTEN ${channel}`)
    } catch (error) {
      log.warn({ err: error, channel }, 'cannot hear of what other servers tell; trying again')
      lost(error as Error)
    }
  }
  await join()
  return {
    stop() {
      stopped = true
      clearTimeout(retry)
      client?.removeListener('error', lost)
      lost()
    },
  }
}
