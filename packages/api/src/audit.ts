import { z } from 'zod'
import { route } from './route.ts'
import { At, Id, page, paging } from './shapes.ts'

/** Who did what, and how it was before and after. Entries are never changed or deleted. */
export const AuditEntry = z.object({
  id: Id,
  at: At,
  user: z.object({ id: Id, name: z.string() }).nullable(),
  apiKey: z.object({ id: Id, name: z.string() }).nullable(),
  address: z.string().nullable(),
  action: z.string().meta({ description: 'noun.pastVerb, such as queue.changed' }),
  subjectType: z.string(),
  subjectId: z.string().nullable(),
  subjectName: z.string().nullable().meta({ description: 'As it was called then, where it has a name' }),
  before: z.unknown(),
  after: z.unknown(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

const filter = {
  userId: Id.optional(),
  subjectType: z.string().max(60).optional(),
  subjectId: z.string().max(100).optional(),
  action: z.string().max(60).optional(),
  from: At.optional(),
  to: At.optional(),
}

export const listAuditEntries = route({
  id: 'listAuditEntries',
  method: 'GET',
  path: '/audit-entries',
  access: 'audit.read',
  tag: 'audit',
  summary: 'The audit log, newest first',
  query: { ...filter, ...paging },
  response: page(AuditEntry),
})
export const exportAuditEntries = route({
  id: 'exportAuditEntries',
  method: 'GET',
  path: '/audit-entries.csv',
  access: 'audit.read',
  tag: 'audit',
  summary: 'The audit log as CSV (UTF-8, RFC 4180), at most 50,000 entries',
  query: filter,
  produces: 'text/csv',
})
export const listAuditActions = route({
  id: 'listAuditActions',
  method: 'GET',
  path: '/audit-actions',
  access: 'audit.read',
  tag: 'audit',
  summary: 'The actions and subjects that the audit log has entries of, for filters',
  response: z.object({ actions: z.array(z.string()), subjectTypes: z.array(z.string()) }),
})
