import type pg from 'pg'

export interface Column {
  name: string
  type: string
  /** Must be given in an insert: NOT NULL without a default. */
  needed: boolean
  /** Made by the database: never written. */
  generated: boolean
  /** Where a CHECK constraint lists what it may be: the first of the list. */
  choice: string | null
}

export interface ForeignKey {
  /** Columns here → columns there, in pairs. */
  columns: [string, string][]
  target: string
}

export interface Table {
  name: string
  columns: Column[]
  foreignKeys: ForeignKey[]
  primaryKey: string[]
}

/** The tables that belong to a tenant, as the database itself lists them: a new one is here the moment its migration ran. */
export async function tenantTables(owner: pg.Client): Promise<Table[]> {
  const { rows } = await owner.query<Table>(String.raw`
    SELECT c.relname AS name,
      (SELECT jsonb_agg(jsonb_build_object('name', a.attname, 'type', t.typname, 'needed', a.attnotnull AND NOT a.atthasdef AND a.attidentity = '',
              'generated', a.attgenerated <> '' OR a.attidentity <> '',
              'choice', (SELECT substring(pg_get_constraintdef(k.oid) FROM '\(\(?' || a.attname || ' = ANY \(ARRAY\[''([^'']+)''') FROM pg_constraint k
                          WHERE k.conrelid = c.oid AND k.contype = 'c' AND a.attnum = ANY (k.conkey) ORDER BY 1 LIMIT 1)) ORDER BY a.attnum)
         FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('target', k.confrelid::regclass::text, 'columns',
              (SELECT jsonb_agg(jsonb_build_array(here.attname, there.attname)) FROM unnest(k.conkey, k.confkey) AS pair (here, there)
                 JOIN pg_attribute here ON here.attrelid = k.conrelid AND here.attnum = pair.here
                 JOIN pg_attribute there ON there.attrelid = k.confrelid AND there.attnum = pair.there))), '[]')
         FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f') AS "foreignKeys",
      (SELECT coalesce(jsonb_agg(a.attname ORDER BY array_position(k.conkey, a.attnum)), '[]')
         FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
        WHERE k.conrelid = c.oid AND k.contype = 'p') AS "primaryKey"
    FROM pg_class c
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
   ORDER BY c.relname`)
  return sortByReferences(rows)
}

/** Those that are referred to come first. A table that refers to itself counts as first too. */
function sortByReferences(tables: Table[]): Table[] {
  const known = new Set(tables.map(table => table.name))
  const sorted: Table[] = []
  const done = new Set<string>()
  while (sorted.length < tables.length) {
    const ready = tables.filter(
      table =>
        !done.has(table.name) &&
        table.foreignKeys.every(({ target }) => target === table.name || done.has(target) || !known.has(target)),
    )
    if (ready.length === 0) throw new Error('Tables refer to one another in a circle.')
    for (const table of ready) done.add(table.name)
    sorted.push(...ready)
  }
  return sorted
}
