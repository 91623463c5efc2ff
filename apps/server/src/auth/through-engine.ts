import { isAPIError } from 'better-auth/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../refusal.ts'
import { ADDRESS_HEADER } from './engine.ts'

interface Init {
  headers: Headers
  returnHeaders: true
}

/**
 * Calls better-auth for a request of ours: gives it the cookies and the caller's address, sets the cookies it answers with, and says its
 * errors in our words.
 */
export async function throughEngine<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  call: (init: Init) => Promise<{ headers: Headers; response: T }>,
): Promise<T> {
  const given = new Headers({ [ADDRESS_HEADER]: request.ip })
  if (request.headers.cookie) given.set('cookie', request.headers.cookie)
  if (request.headers['user-agent']) given.set('user-agent', request.headers['user-agent'].slice(0, 400))
  try {
    const { headers, response } = await call({ headers: given, returnHeaders: true })
    const cookies = headers.getSetCookie()
    if (cookies.length > 0) reply.header('set-cookie', cookies)
    return response
  } catch (error) {
    throw refusalOf(error)
  }
}

const WORDS: Record<string, [number, string, string]> = {
  INVALID_EMAIL: [
    401,
    'signIn.refused',
    'This e-mail and password do not go together. Check both, or ask for a new password.',
  ],
  INVALID_EMAIL_OR_PASSWORD: [
    401,
    'signIn.refused',
    'This e-mail and password do not go together. Check both, or ask for a new password.',
  ],
  INVALID_PASSWORD: [400, 'password.wrong', 'The present password is not right. Type it again.'],
  CREDENTIAL_ACCOUNT_NOT_FOUND: [
    409,
    'password.none',
    'You sign in through your company, without a password here. Ask an administrator for a password link if you need one.',
  ],
  PASSWORD_TOO_SHORT: [400, 'password.short', 'Write at least 10 characters; three or four words do well.'],
  PASSWORD_TOO_LONG: [400, 'password.long', 'Write at most 200 characters.'],
  INVALID_CODE: [401, 'secondFactor.wrong', 'This code is not right. Take the one your app shows now.'],
  INVALID_BACKUP_CODE: [401, 'secondFactor.wrong', 'This backup code is not right, or it was used before.'],
  INVALID_TWO_FACTOR_COOKIE: [401, 'secondFactor.late', 'It took too long. Sign in again from the start.'],
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: [401, 'secondFactor.late', 'Too many wrong codes. Sign in again from the start.'],
  TOTP_NOT_ENABLED: [409, 'twoFactor.off', 'Two-factor sign-in has not been set up. Begin with it first.'],
  TWO_FACTOR_NOT_ENABLED: [409, 'twoFactor.off', 'Two-factor sign-in has not been set up. Begin with it first.'],
  BACKUP_CODES_NOT_ENABLED: [409, 'twoFactor.off', 'Two-factor sign-in has not been set up. Begin with it first.'],
  TOTP_ALREADY_ENABLED: [
    409,
    'twoFactor.on',
    'Two-factor sign-in is on already. Switch it off first to use another app.',
  ],
}

function refusalOf(error: unknown): unknown {
  if (!isAPIError(error)) return error
  const code = String(error.body?.code ?? '')
  if (code === 'ACCOUNT_TEMPORARILY_LOCKED')
    return new Refusal(429, 'signIn.throttled', 'Too many wrong codes. Wait 15 minutes, then try again.', {
      retryAfterSeconds: 900,
    })
  const words = WORDS[code]
  if (words) return new Refusal(...words)
  if (error.statusCode === 401)
    return new Refusal(401, 'session.ended', 'Your session has ended. Sign in again; what you were writing is kept.')
  return error
}
