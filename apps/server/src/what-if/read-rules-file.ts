import { WhatIfRules } from '@centrala/api/what-if.ts'
import type { Tx } from '@centrala/store/database.ts'

/** Which table a field of the rules names a row of. */
const TABLES: Record<string, 'queue' | 'users' | 'skill' | 'routing_profile'> = {
  queueId: 'queue',
  queueIds: 'queue',
  agentId: 'users',
  likeAgentId: 'users',
  skillId: 'skill',
  routingProfileId: 'routing_profile',
}
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * Reads a rules file: JSON as the body of `startWhatIf` has it in `rules`, with names in place of ids where that is easier to write.
 * @throws Error that says where the file is wrong
 */
export async function readRulesFile(tx: Tx, text: string): Promise<WhatIfRules> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Error(`The rules file is not JSON: ${(error as Error).message}.`)
  }
  const parsed = WhatIfRules.safeParse(await withIds(tx, json))
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(issue => `  ${issue.path.join('.') || 'the file'}: ${issue.message}`)
  throw new Error(`The rules file is not as it should be:\n${faults.join('\n')}\ndocs/guides/what-if.md describes it.`)
}

async function withIds(tx: Tx, value: unknown, field = ''): Promise<unknown> {
  if (Array.isArray(value)) {
    const list: unknown[] = []
    for (const item of value) list.push(await withIds(tx, item, field))
    return list
  }
  if (typeof value === 'object' && value !== null) {
    const entries: [string, unknown][] = []
    for (const [key, inner] of Object.entries(value)) entries.push([key, await withIds(tx, inner, key)])
    return Object.fromEntries(entries)
  }
  const table = TABLES[field]
  return table && typeof value === 'string' && !UUID.test(value) ? idOf(tx, table, value, field) : value
}

async function idOf(tx: Tx, table: string, name: string, field: string): Promise<string> {
  const rows = await tx.query<{ id: string }>(`SELECT id FROM ${table} WHERE name = $1`, [name])
  const [row, other] = rows
  if (!row) throw new Error(`The rules file names “${name}” as ${field}: there is none of that name.`)
  if (other) throw new Error(`The rules file names “${name}” as ${field}: ${rows.length} have that name. Write the id.`)
  return row.id
}
