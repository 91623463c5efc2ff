import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Table } from './catalog.ts'

export type Row = Record<string, unknown>
export type Rows = Map<string, Row>

/** What the catalog cannot tell: values that a CHECK constraint, or the product's own sense, asks for. */
const SENSE: Record<string, Row> = {
  call: { state: 'talking', node_id: 'node-isolation' },
  canned_reply: { shortcut: 'hello' },
  channel_account: { channel: 'chat' },
  // The registrar knows a phone by its name, whatever the tenant.
  get desk_phone() {
    return { username: `desk-${randomUUID().slice(0, 8)}` }
  },
  dial_rule: { prefix: '385' },
  event: { type: 'customer.created' },
  flow: { definition: '{"start":"end","steps":{"end":{"type":"end","says":[]}}}' },
  hours: { time_zone: 'Europe/Zagreb' },
  identity: { kind: 'email', address: 'ana@example.com' },
  interaction: { channel: 'chat', direction: 'inbound', state: 'active' },
  mail_rule: { actions: '{"tags":["sample"]}' },
  message: { channel: 'chat', author: 'agent', text: 'Good day' },
  receipt: {
    decision: JSON.stringify({
      version: 1,
      requirements: [],
      rule: 'only',
      winner: { agentId: randomUUID(), load: 0, idleMs: 0, queueRank: 0, skills: [] },
      others: [],
      counts: {},
    }),
  },
  segment: { kind: 'agent' },
  survey_response: { score: 5 },
  trunk: { config: '{"mode":"address","host":"sip.example.com","priority":10}' },
  user_skill: { proficiency: 3 },
  webhook: { url: 'https://127.0.0.1/' },
  users: { email: 'marko@example.com', roles: ['admin'] },
}

/**
 * One row of a tenant's in a table, inserted past every protection (as owner). Columns that refer to other tables name the rows there;
 * others that must be given get a plain value of their type.
 */
export async function insertRow(
  owner: pg.Client,
  tenantId: string,
  table: Table,
  rows: Rows,
  given: Row = {},
): Promise<Row> {
  const values: Row = { tenant_id: tenantId }
  for (const column of table.columns)
    if (column.needed && column.name !== 'tenant_id')
      values[column.name] = column.choice ?? plain(column.type, `${table.name} ${column.name}`)
  for (const { columns, target } of table.foreignKeys) {
    const row = rows.get(target)
    if (!row || target === table.name) continue
    for (const [here, there] of columns) if (here !== 'tenant_id') values[here] = row[there]
  }
  Object.assign(values, SENSE[table.name], given)
  const names = Object.keys(values)
  const { rows: inserted } = await owner
    .query<Row>(
      `INSERT INTO ${table.name} (${names.join(', ')}) VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')}) ON CONFLICT DO NOTHING RETURNING *`,
      Object.values(values),
    )
    .catch((error: Error) => {
      throw new Error(
        `No row could be made for the table "${table.name}": ${error.message}. Say in SENSE (tests/isolation/fill.ts) what it needs.`,
      )
    })
  // The product itself may have been quicker, e.g. to lease a new tenant's routing.
  const [row] =
    inserted.length > 0
      ? inserted
      : (await owner.query<Row>(`SELECT * FROM ${table.name} WHERE tenant_id = $1`, [tenantId])).rows
  if (!row)
    throw new Error(
      `The row made for the table "${table.name}" is there twice. Say in SENSE (tests/isolation/fill.ts) what makes it another.`,
    )
  return row
}

/** One row in every table. `given` tells of rows that are there already. */
export async function fillTables(owner: pg.Client, tenantId: string, tables: Table[], given: Rows): Promise<Rows> {
  const rows: Rows = new Map(given)
  for (const table of tables)
    if (!rows.has(table.name)) rows.set(table.name, await insertRow(owner, tenantId, table, rows))
  return rows
}

function plain(type: string, name: string): unknown {
  switch (type) {
    case 'uuid':
      return randomUUID()
    case 'text':
      return `${name} ${randomUUID().slice(0, 8)}`
    case 'bool':
      return false
    case 'json':
    case 'jsonb':
      return '{}'
    case 'bytea':
      return Buffer.from(name)
    case 'timestamptz':
      return new Date()
    case 'date':
      return '2026-01-01'
    default:
      if (type.startsWith('_')) return []
      return '1'
  }
}
