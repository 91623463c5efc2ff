import { exportAuditEntries, listAuditActions, listAuditEntries } from '@centrala/api/audit.ts'
import { audit } from '../audit/audit.ts'
import { auditCsv, readAudit } from '../audit/read-audit.ts'
import { cursorOf, pageOf, placeOf } from '../http/cursor.ts'
import { handle } from '../http/handle.ts'

const MOST_EXPORTED = 50_000

export const auditRoutes = [
  handle(listAuditEntries, ({ query, work }) =>
    work(async tx => {
      const all = await readAudit(tx, query, query.limit + 1, placeOf(query.after, 2))
      const { rows, next } = pageOf(all, query.limit, last => cursorOf(last.place, last.id))
      return { items: rows.map(({ place: _, ...entry }) => entry), next }
    }),
  ),
  handle(exportAuditEntries, async ({ context, query, work, reply }) => {
    const csv = await work(async tx => {
      const entries = await readAudit(tx, query, MOST_EXPORTED)
      await audit(tx, context, 'audit.exported', { type: 'audit', id: null }, null, {
        entries: entries.length,
        ...query,
      })
      return auditCsv(entries)
    })
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="audit-${new Date().toISOString().slice(0, 10)}.csv"`)
      .send(csv)
  }),
  handle(listAuditActions, ({ work }) =>
    work(async tx => {
      const [row] = await tx.query<{ actions: string[] | null; subjectTypes: string[] | null }>(
        `SELECT array_agg(DISTINCT action ORDER BY action) AS actions, array_agg(DISTINCT subject_type ORDER BY subject_type) AS "subjectTypes"
           FROM audit_entry`,
      )
      return { actions: row?.actions ?? [], subjectTypes: row?.subjectTypes ?? [] }
    }),
  ),
]
