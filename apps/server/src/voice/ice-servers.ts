import { createHmac } from 'node:crypto'
import type { IceServer } from '@centrala/api/webchat.ts'
import type { z } from 'zod'
import type { Env } from '../env.ts'

/** A working day and a night, so that a screen left open keeps its way out. */
const VALID_SECONDS = 86_400

/**
 * The TURN servers a browser may use. Credentials are made for this user and a day, as coturn takes them with use-auth-secret
 * (draft-uberti-behave-turn-rest-00).
 */
export function iceServers(
  { TURN_URLS, TURN_SECRET }: Pick<Env, 'TURN_URLS' | 'TURN_SECRET'>,
  user: string,
  now = Date.now(),
): z.infer<typeof IceServer>[] {
  if (!TURN_URLS) return []
  const urls = TURN_URLS.split(',')
  if (!TURN_SECRET) return [{ urls }]
  const username = `${Math.floor(now / 1000) + VALID_SECONDS}:${user}`
  return [{ urls, username, credential: createHmac('sha1', TURN_SECRET).update(username).digest('base64') }]
}
