import type { AuditEntry, exportAuditEntries } from '@centrala/api/audit.ts'
import type { Query } from '@centrala/api/route.ts'
import type { Tx } from '@centrala/store/database.ts'

export type AuditFilter = Query<typeof exportAuditEntries>

interface Row extends Omit<AuditEntry, 'at'> {
  at: Date
}

/** Entries that match, the newest first, after the place given (time with microseconds, id). */
export async function readAudit(
  tx: Tx,
  filter: AuditFilter,
  limit: number,
  after?: string[],
): Promise<(AuditEntry & { place: string })[]> {
  const rows = await tx.query<Row & { place: string }>(
    `SELECT a.id, a.at, a.at::text AS place, a.address, a.action, a.subject_type AS "subjectType", a.subject_id AS "subjectId",
            coalesce(a.after ->> 'name', a.before ->> 'name') AS "subjectName", a.before, a.after,
            CASE WHEN u.id IS NOT NULL THEN jsonb_build_object('id', u.id, 'name', u.name) END AS user,
            CASE WHEN k.id IS NOT NULL THEN jsonb_build_object('id', k.id, 'name', k.name) END AS "apiKey"
       FROM audit_entry a
       LEFT JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.user_id
       LEFT JOIN api_key k ON k.tenant_id = a.tenant_id AND k.id = a.api_key_id
      WHERE ($1::uuid IS NULL OR a.user_id = $1) AND ($2::text IS NULL OR a.subject_type = $2) AND ($3::text IS NULL OR a.subject_id = $3)
        AND ($4::text IS NULL OR a.action = $4) AND ($5::timestamptz IS NULL OR a.at >= $5) AND ($6::timestamptz IS NULL OR a.at < $6)
        AND ($7::timestamptz IS NULL OR (a.at, a.id) < ($7, $8::uuid))
      ORDER BY a.at DESC, a.id DESC LIMIT $9`,
    [
      filter.userId ?? null,
      filter.subjectType ?? null,
      filter.subjectId ?? null,
      filter.action ?? null,
      filter.from ?? null,
      filter.to ?? null,
      after?.[0] ?? null,
      after?.[1] ?? null,
      limit,
    ],
  )
  return rows.map(row => ({ ...row, at: row.at.toISOString() }))
}

const COLUMNS = [
  'at',
  'user',
  'apiKey',
  'address',
  'action',
  'subjectType',
  'subjectId',
  'subjectName',
  'before',
  'after',
]

/** As CSV (RFC 4180), with a byte-order mark so that spreadsheets read it as UTF-8. */
export function auditCsv(entries: AuditEntry[]): string {
  const lines = entries.map(entry =>
    [
      entry.at,
      entry.user?.name,
      entry.apiKey?.name,
      entry.address,
      entry.action,
      entry.subjectType,
      entry.subjectId,
      entry.subjectName,
      entry.before && JSON.stringify(entry.before),
      entry.after && JSON.stringify(entry.after),
    ].map(field),
  )
  return `\uFEFF${[COLUMNS, ...lines].map(line => `${line.join(',')}\r\n`).join('')}`
}

/** Quoted where needed; what a spreadsheet would run as a formula is made text by an apostrophe. */
function field(value: unknown): string {
  const text = String(value ?? '')
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
