import type { Database } from '@centrala/store/database.ts'
import type { Authenticate } from '../http/context.ts'
import { contextOfApiKey } from './api-key.ts'

/** By API key (`Authorization: Bearer ck_…`), else by the session cookie. */
export function authenticateWith(db: Database, bySession: Authenticate): Authenticate {
  return async request => {
    const bearer = /^Bearer (ck_[\w-]{20,100})$/.exec(request.headers.authorization ?? '')
    if (bearer?.[1]) return contextOfApiKey(db, bearer[1], request.ip)
    return bySession(request)
  }
}
