import type { FastifyReply, FastifyRequest } from 'fastify'
import type pg from 'pg'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { recordSignIn } from './record-sign-in.ts'
import { forgiveAccount } from './throttle.ts'
import { throughEngine } from './through-engine.ts'

const TOTP = /^\d{6}$/
/** A code is good for 30 s and one step to either side; it is remembered for longer than that. */
const REMEMBER_SECONDS = 300

/** Completes a sign-in with a code of the app or a backup code, and sets the session cookie. */
export async function completeSecondFactor(
  { auth, db }: Services,
  { code, trustDevice }: { code: string; trustDevice: boolean },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const isTotp = TOTP.test(code)
  const { token, user } = await throughEngine(request, reply, init =>
    isTotp
      ? auth.engine.api.verifyTOTP({ ...init, body: { code, trustDevice } })
      : auth.engine.api.verifyBackupCode({ ...init, body: { code, trustDevice } }),
  )
  if (!token) throw new Error('better-auth began no session')
  if (isTotp && !(await useCode(db.auth, user.id, code))) {
    const { rows } = await db.auth.query<{ id: string }>('DELETE FROM auth.session WHERE token = $1 RETURNING id', [
      token,
    ])
    for (const { id } of rows) auth.access.tell({ kind: 'sessionEnded', id })
    reply.removeHeader('set-cookie')
    throw used()
  }
  await forgiveAccount(db.auth, user.email)
  await recordSignIn({ db }, token, request.ip)
}

/** Switches the second factor on by the first code of the app, and replaces the session. */
export async function confirmFirstCode(
  { auth, db }: Services,
  accountId: string,
  code: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  await throughEngine(request, reply, init => auth.engine.api.verifyTOTP({ ...init, body: { code } }))
  await useCode(db.auth, accountId, code)
}

/** False when this code was used before: somebody who looked over a shoulder gets nothing (RFC 6238 section 5.2). */
async function useCode(pool: pg.Pool, accountId: string, code: string): Promise<boolean> {
  await pool.query('DELETE FROM auth.used_code WHERE account_id = $1 AND used_at < now() - make_interval(secs => $2)', [
    accountId,
    REMEMBER_SECONDS,
  ])
  const { rowCount } = await pool.query(
    'INSERT INTO auth.used_code (account_id, code) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [accountId, code],
  )
  return rowCount === 1
}

const used = () =>
  new Refusal(401, 'secondFactor.used', 'This code was used already. Wait for the next one, and sign in again.')
