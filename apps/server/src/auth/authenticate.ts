import type { Authenticate } from '../http/context.ts'
import type { ApiKeys } from './api-key.ts'
import type { Sessions } from './sessions.ts'

/** By API key (`Authorization: Bearer ck_…`), else by the session cookie. */
export function authenticateWith(apiKeys: ApiKeys, sessions: Sessions): Authenticate {
  return async request => {
    const bearer = /^Bearer (ck_[\w-]{20,100})$/.exec(request.headers.authorization ?? '')
    if (bearer?.[1]) return apiKeys.byKey(bearer[1], request.ip)
    return sessions.bySession(request)
  }
}
