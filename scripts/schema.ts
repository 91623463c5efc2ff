// Writes packages/store/src/schema.gen.ts from a freshly migrated database: the migrations are the one source of the schema.
// `--check` only compares, and fails when the file is stale.
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, roleNames } from '@centrala/store/migrate.ts'
import { startPostgres } from '@centrala/store/postgres.ts'
import pg from 'pg'

const TARGET = new URL('../packages/store/src/schema.gen.ts', import.meta.url)

const TYPES: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  bool: 'boolean',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float4: 'number',
  float8: 'number',
  timestamptz: 'Timestamp',
  date: 'string',
  jsonb: 'Json',
  json: 'Json',
  bytea: 'Buffer',
  xid8: 'string',
  _text: 'string[]',
  _uuid: 'string[]',
  _int4: 'number[]',
  _int8: 'number[]',
}

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
const pascal = (name: string) => camel(name).replace(/^\w/, letter => letter.toUpperCase())

interface Column {
  table: string
  column: string
  type: string
  nullable: boolean
  generated: boolean
  optional: boolean
}

async function columns(): Promise<Column[]> {
  const dir = await mkdtemp(join(tmpdir(), 'centrala-schema-'))
  const server = await startPostgres({ dir, unsafe: true })
  try {
    await migrate(server.url, roleNames('schema'), 'schema')
    const client = new pg.Client(server.url)
    await client.connect()
    const { rows } = await client.query<Column>(`
      SELECT c.relname AS table, a.attname AS column, t.typname AS type, NOT a.attnotnull AS nullable,
             a.attgenerated <> '' OR a.attidentity = 'a' AS generated, a.atthasdef OR a.attidentity <> '' AS optional
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
       WHERE c.relnamespace IN ('public'::regnamespace, coalesce(to_regnamespace('auth'), 'public'::regnamespace)) AND c.relkind IN ('r', 'p')
         AND NOT c.relispartition AND c.relname <> 'migration' AND a.attnum > 0 AND NOT a.attisdropped
       ORDER BY c.relname, a.attnum`)
    await client.end()
    return rows
  } finally {
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

function render(all: Column[]): string {
  const tables = Map.groupBy(all, column => column.table)
  const field = (c: Column) => {
    const base = TYPES[c.type]
    if (!base)
      throw new Error(`Column ${c.table}.${c.column} has type ${c.type}, which scripts/schema.ts does not know yet.`)
    const type = c.nullable ? `${base} | null` : base
    const wrapped = c.generated ? `GeneratedAlways<${type}>` : c.optional ? `Generated<${type}>` : type
    return `  ${camel(c.column)}: ${wrapped}`
  }
  const shapes = [...tables].map(
    ([name, list]) => `export interface ${pascal(name)}Table {\n${list.map(field).join('\n')}\n}\n`,
  )
  return `// Generated from the migrations by "npm run schema". Do not edit.
import type { ColumnType } from 'kysely'

/** Has a default: may be left out of an insert. */
export type Generated<T> = T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>
/** Never written by us. */
export type GeneratedAlways<T> = ColumnType<T, never, never>

export type Timestamp = ColumnType<Date, Date | string, Date | string>
// biome-ignore lint/suspicious/noExplicitAny: each reader parses or states the shape of its own JSON column
export type Json = ColumnType<any, string, string>

${shapes.join('\n')}
export interface DB {
${[...tables.keys()].map(name => `  ${camel(name)}: ${pascal(name)}Table`).join('\n')}
}
`
}

const biome = new URL('../node_modules/.bin/biome', import.meta.url).pathname
const text = execFileSync(biome, ['format', '--stdin-file-path=packages/store/src/schema.gen.ts'], {
  input: render(await columns()),
  encoding: 'utf8',
})
if (process.argv.includes('--check')) {
  if (text !== (await readFile(TARGET, 'utf8')))
    throw new Error('packages/store/src/schema.gen.ts is stale. Run "npm run schema".')
} else {
  await writeFile(TARGET, text)
}
