import { PERMISSIONS, type Permission } from '@centrala/core/permission/permission.ts'
import { createAccount } from '@centrala/server/auth/account.ts'
import { newApiKey } from '@centrala/server/auth/api-key.ts'
import { seal } from '@centrala/store/secret.ts'
import { cookieOf, type TestServer } from '../server.ts'
import { type Table, tenantTables } from './catalog.ts'
import { fillTables, insertRow, type Row, type Rows } from './fill.ts'

/** A tenant with one row of every noun, and who may call for it. */
export interface World {
  tenantId: string
  rows: Rows
  /** Headers of a key with every permission. */
  key: Record<string, string>
  /** Headers of a key with every permission but this one. */
  keyWithout(permission: Permission): Promise<Record<string, string>>
  /** Headers of an administrator's session: for what only a person may do. Signs in at the first call. */
  person(): Promise<Record<string, string>>
  /** The id that a path parameter of a route names here. */
  param(path: string, name: string): Promise<string>
  /** The id that a field of a query or body names here. */
  field(path: string, name: string): string
}

/** Fields whose name is not that of their table. */
const FIELDS: Record<string, string> = {
  agentId: 'other users',
  likeAgentId: 'other users',
  userId: 'users',
  mentions: 'other users',
  userIds: 'users',
  actorId: 'users',
  reasonId: 'presence_reason',
  nextReasonId: 'presence_reason',
  otherId: 'other customer',
  numberId: 'voice account',
  legId: 'leg',
  lineId: 'leg', // made by a browser: no row has it
  musicPromptId: 'prompt',
  greetingPromptId: 'prompt',
  closedPromptId: 'prompt',
  recordingAnnouncementPromptId: 'prompt',
}
/** Path segments whose name is not that of their table in the plural. */
const SEGMENTS: Record<string, string> = {
  notes: 'customer_note',
  merges: 'customer_merge',
  users: 'users',
  hours: 'hours',
  lines: 'leg',
  deliveries: 'webhook_delivery',
  'single-sign-on': 'identity_provider',
}

/** Of every person here. */
export const PASSWORD = 'four quiet river stones'

export async function makeWorld(server: TestServer, quiet = false): Promise<World> {
  const { owner, services } = server
  const tables = await tenantTables(owner)
  const tenant = await server.tenant()
  const { rows: own } = await owner.query('SELECT * FROM tenant WHERE tenant_id = $1', [tenant.id])
  const rows = await fillTables(owner, tenant.id, tables, new Map([['tenant', { ...own[0], id: tenant.id }]]))
  rows.set('tenant slug', { id: own[0]?.slug })
  await makeSense(server, tenant.id, tables, rows, quiet)

  const key = async (permissions: readonly Permission[]) => {
    const fresh = newApiKey()
    await services.db.tenant(tenant.id, tx =>
      tx.db
        .insertInto('apiKey')
        .values({
          name: 'test',
          hash: fresh.hash,
          prefix: fresh.prefix,
          scopes: [...permissions],
          // In an hour: else its use is written down whenever it suits, which looks like a change.
          lastUsedAt: new Date(Date.now() + 3_600_000),
        })
        .execute(),
    )
    return { authorization: `Bearer ${fresh.secret}` }
  }
  let signedIn: Promise<Person> | undefined
  const person = () => {
    signedIn ??= signIn(server, rows.get('users') as Row)
    return signedIn
  }
  const idOf = (noun: string, why: string): string => {
    const row = rows.get(noun)
    if (!row)
      throw new Error(
        `${why} names no table "${noun}". Say in FIELDS or SEGMENTS (tests/isolation/world.ts) what it names.`,
      )
    return String(row.id)
  }
  const tableOf = (path: string): string => {
    const segment =
      path.split('/').findLast(part => !part.startsWith(':') && (SEGMENTS[part] || rows.has(singular(part)))) ?? ''
    return SEGMENTS[segment] ?? singular(segment)
  }
  return {
    tenantId: tenant.id,
    rows,
    key: await key(PERMISSIONS),
    keyWithout: permission => key(PERMISSIONS.filter(one => one !== permission)),
    person: async () => ({ cookie: (await person()).cookie }),
    async param(path, name) {
      if (name === 'key') return String(rows.get('channel_account')?.key)
      if (path.startsWith('/me/sessions')) {
        const { accountId } = await person()
        const session = await owner.query<{ id: string }>('SELECT id FROM auth.session WHERE account_id = $1', [
          accountId,
        ])
        return session.rows[0]?.id ?? ''
      }
      return idOf(tableOf(path.slice(0, path.indexOf(`/:${name}`))), `The parameter ":${name}" of ${path}`)
    },
    field(path, name) {
      const noun =
        FIELDS[name] ?? (['id', 'ids', 'parentId'].includes(name) ? tableOf(path) : snake(name.replace(/Ids?$/, '')))
      return idOf(noun, `The field "${name}" of ${path}`)
    },
  }
}

interface Person {
  accountId: string
  cookie: string
}

/** Gives a user an account, and signs it in by the public door. */
async function signIn({ owner, services, origin }: TestServer, user: Row): Promise<Person> {
  const email = `person-${user.id}@example.com`
  const accountId = await createAccount(services.db.auth, { email, name: 'Person', password: PASSWORD })
  await owner.query('UPDATE users SET account_id = $1, email = $2 WHERE id = $3', [accountId, email, user.id])
  return { accountId, cookie: await cookieOf(origin, email, PASSWORD) }
}

/** What rows made one by one do not have: secrets that open, bytes of files, a second and a third customer. */
async function makeSense(
  { owner, services }: TestServer,
  tenantId: string,
  tables: Table[],
  rows: Rows,
  quiet: boolean,
): Promise<void> {
  const table = (name: string) => tables.find(one => one.name === name) as Table
  const set = async (name: string, values: Row) => {
    const names = Object.keys(values)
    const { rows: changed } = await owner.query<Row>(
      `UPDATE ${name} SET ${names.map((column, at) => `${column} = $${at + 2}`).join(', ')} WHERE tenant_id = $1 AND id = '${rows.get(name)?.id}' RETURNING *`,
      [tenantId, ...Object.values(values)],
    )
    rows.set(name, changed[0] as Row)
  }
  rows.set('other customer', await insertRow(owner, tenantId, table('customer'), rows))
  const gone = await insertRow(owner, tenantId, table('customer'), rows, { merged_into_id: rows.get('customer')?.id })
  const moved = {
    identities: [],
    conversations: [],
    interactions: [],
    notes: [],
    filled: { fields: {}, attributes: {}, tags: [], declined: [] },
  }
  await set('customer_merge', { merged_id: gone.id, moved: JSON.stringify(moved) })
  await set('merge_suggestion', { other_id: rows.get('other customer')?.id, reason: 'sameEmail' })
  rows.set(
    'other users',
    await insertRow(owner, tenantId, table('users'), rows, { email: `iva-${tenantId}@example.com` }),
  )
  rows.set(
    'child wrap_up_code',
    await insertRow(owner, tenantId, table('wrap_up_code'), rows, { parent_id: rows.get('wrap_up_code')?.id }),
  )
  rows.set(
    'child contact_reason',
    await insertRow(owner, tenantId, table('contact_reason'), rows, { parent_id: rows.get('contact_reason')?.id }),
  )
  rows.set(
    'email account',
    await insertRow(owner, tenantId, table('channel_account'), rows, { channel: 'email', active: !quiet }),
  )
  rows.set(
    'voice account',
    await insertRow(owner, tenantId, table('channel_account'), rows, {
      name: 'Number',
      channel: 'voice',
      config: '{"number":"+38512345678"}',
    }),
  )
  const blob = await services.blobs.put(tenantId, Buffer.from('a file'))
  await set('file', {
    sha256: blob.sha256,
    size: blob.size,
    media_type: 'text/plain',
    message_id: null,
    conversation_id: rows.get('conversation')?.id,
  })
  const secret = seal(services.keys.secrets, 'a secret')
  await set('webhook', { secret, active: !quiet })
  await set('identity_provider', { client_secret: secret })
  await set('channel_account', { secrets: null, active: !quiet })
  if (quiet) await set('call', { state: 'ended' })
  if (quiet) await set('interaction', { state: 'ended', agent_id: null })
}

function singular(segment: string): string {
  return segment
    .replaceAll('-', '_')
    .replace(/(sse|uses)s$/, '$1')
    .replace(/ies$/, 'y')
    .replace(/s$/, '')
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}
