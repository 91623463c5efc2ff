import * as api from '@centrala/api/desk-phone.ts'
import type { Tx } from '@centrala/store/database.ts'
import { emergencyMeant } from '../call/emergency.ts'
import { mustExist, recordChange } from '../configuration/configuration.ts'
import { hashesOf, newPassword, newUsername } from '../desk-phone/credentials.ts'
import { handle } from '../http/handle.ts'
import { badField, found } from '../refusal.ts'
import type { Services } from '../services.ts'

export const deskPhoneRoutes = [
  handle(api.listDeskPhones, async ({ services, work }) => ({
    items: await work(tx => present(tx)),
    servers: phoneServers(services),
  })),
  handle(api.createDeskPhone, ({ context, body, work }) =>
    work(async tx => {
      await mustExist(tx, 'users', [body.userId], 'userId')
      const user = await tx.db.selectFrom('users').select('name').where('id', '=', body.userId).executeTakeFirst()
      const username = newUsername(found(user, 'user').name)
      const password = newPassword()
      const values = { ...body, username, extension: await freeExtension(tx), ...hashesOf(username, password) }
      const { id } = await tx.db.insertInto('deskPhone').values(values).returning('id').executeTakeFirstOrThrow()
      const phone = await presentOne(tx, id)
      await recordChange(tx, context, 'deskPhone', 'created', id, null, audited(phone))
      return { phone, password }
    }),
  ),
  handle(api.changeDeskPhone, ({ context, params, body, work }) =>
    work(async tx => {
      const before = await presentOne(tx, params.id)
      if (body.extension) await requireFree(tx, body.extension, params.id)
      await tx.db.updateTable('deskPhone').set(body).where('id', '=', params.id).execute()
      const after = await presentOne(tx, params.id)
      await recordChange(tx, context, 'deskPhone', 'changed', params.id, audited(before), audited(after))
      return after
    }),
  ),
  handle(api.replaceDeskPhonePassword, ({ context, params, work }) =>
    work(async tx => {
      const before = await presentOne(tx, params.id)
      const password = newPassword()
      const set = { ...hashesOf(before.username, password), registered: false }
      await tx.db.updateTable('deskPhone').set(set).where('id', '=', params.id).execute()
      const phone = await presentOne(tx, params.id)
      const renewed = { ...audited(phone), secretsChanged: ['password'] }
      await recordChange(tx, context, 'deskPhone', 'changed', params.id, audited(before), renewed)
      return { phone, password }
    }),
  ),
  handle(api.deleteDeskPhone, ({ context, params, work }) =>
    work(async tx => {
      const before = await presentOne(tx, params.id)
      await tx.db.deleteFrom('deskPhone').where('id', '=', params.id).execute()
      await recordChange(tx, context, 'deskPhone', 'deleted', params.id, audited(before), null)
      return {}
    }),
  ),
]

/** Where phones register: the SIP doors of the voice nodes that are connected. */
function phoneServers({ voice }: Services): api.PhoneServer[] {
  return voice
    .nodes()
    .map(({ id, hello, connected }) => ({ nodeId: id, host: hello.publicAddress, ...hello.sipPorts, connected }))
}

async function present(tx: Tx, id: string | null = null): Promise<api.DeskPhone[]> {
  const rows = await tx.query<Omit<api.DeskPhone, 'registeredAt'> & { registeredAt: Date | null }>(
    `SELECT p.id, p.name, p.user_id AS "userId", u.name AS "userName", p.username, p.extension, p.registered,
            p.registered_at AS "registeredAt", p.user_agent AS "userAgent"
       FROM desk_phone p JOIN users u ON u.tenant_id = p.tenant_id AND u.id = p.user_id
      WHERE $1::uuid IS NULL OR p.id = $1 ORDER BY fold(u.name), fold(p.name), p.id`,
    [id],
  )
  return rows.map(row => ({ ...row, registeredAt: row.registeredAt?.toISOString() ?? null }))
}

/** The next after the highest there is. They begin where no country has emergency numbers or codes. */
async function freeExtension(tx: Tx): Promise<string> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('extension' || current_tenant(), 0))")
  const [row] = await tx.query<{ next: string }>(
    "SELECT (greatest(max(extension::int) FILTER (WHERE extension ~ '^[2-9][0-9]{3}$'), 2000) + 1)::text AS next FROM desk_phone",
  )
  return row?.next ?? '2001'
}

async function requireFree(tx: Tx, extension: string, id: string): Promise<void> {
  const taken = await tx.db
    .selectFrom('deskPhone')
    .select('name')
    .where('extension', '=', extension)
    .where('id', '<>', id)
    .executeTakeFirst()
  if (taken) throw badField('extension', `${extension} is the extension of another phone. Choose another.`)
  if (await emergencyMeant(tx, extension))
    throw badField('extension', `${extension} is an emergency number. Choose another.`)
}

async function presentOne(tx: Tx, id: string): Promise<api.DeskPhone> {
  return found((await present(tx, id))[0], 'deskPhone')
}

/** What the audit log keeps: whether it is registered is no setting. */
function audited({ registered, registeredAt, userAgent, ...settings }: api.DeskPhone): object {
  return settings
}
