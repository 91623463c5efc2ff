import * as api from '@centrala/api/customer.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { z } from 'zod'
import { startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'

let server: TestServer
let tenant: TestTenant
beforeAll(async () => {
  server = await startTestServer()
})
beforeEach(async () => {
  tenant = await server.tenant()
})
afterAll(() => server.close())

const create = (body: z.input<typeof api.createCustomer.body>) => tenant.client.call(api.createCustomer, { body })
const list = async (query: { q?: string; companyId?: string; limit?: number; after?: string } = {}) =>
  tenant.client.call(api.listCustomers, { query })

/** Messages of the customer, oldest first, each in a conversation of its own. */
async function write(customerId: string, ...texts: string[]): Promise<void> {
  await server.services.db.tenant(tenant.id, async tx => {
    for (const text of texts) {
      const { id } = await tx.db
        .insertInto('conversation')
        .values({ customerId })
        .returning('id')
        .executeTakeFirstOrThrow()
      const interaction = await tx.db
        .insertInto('interaction')
        .values({ conversationId: id, customerId, channel: 'email', direction: 'inbound', state: 'ended' })
        .returning('id')
        .executeTakeFirstOrThrow()
      const message = await tx.db
        .insertInto('message')
        .values({ conversationId: id, interactionId: interaction.id, channel: 'email', author: 'customer', text })
        .returning('id')
        .executeTakeFirstOrThrow()
      await tx.db
        .insertInto('file')
        .values({
          messageId: message.id,
          conversationId: id,
          name: 'slip.pdf',
          mediaType: 'application/pdf',
          size: 3,
          sha256: 'abc',
        })
        .execute()
    }
  })
}

test('a customer is added, changed and read back; a tag twice is one', async () => {
  const company = await tenant.client.call(api.createCompany, {
    body: { name: 'Tvrđava d.o.o.', domain: 'tvrđava.hr' },
  })
  expect(company).toMatchObject({ domain: 'xn--tvrava-d3a.hr', customers: 0 })
  const made = await create({
    name: 'Ana',
    tags: ['vip', 'vip'],
    identities: [{ kind: 'email', address: 'Ana@Example.com' }],
  })
  expect(made).toMatchObject({ tags: ['vip'], identities: [{ address: 'ana@example.com' }] })
  const changed = await tenant.client.call(api.changeCustomer, {
    params: { id: made.id },
    body: { companyId: company.id, attributes: { plan: 'gold' }, language: 'sr-Latn' },
  })
  expect(changed).toMatchObject({ name: 'Ana', companyName: 'Tvrđava d.o.o.', attributes: { plan: 'gold' } })
  expect(await tenant.client.call(api.getCustomer, { params: { id: made.id } })).toEqual(changed)
})

test('an address that is none is refused by the name of its field', async () => {
  await expect(create({ identities: [{ kind: 'phone', address: 'call me' }] })).rejects.toMatchObject({
    status: 400,
    problem: { fields: [{ path: 'body.identities.0.address' }] },
  })
})

test('an address is added, shown once, and removed', async () => {
  const { id } = await create({ name: 'Ana' })
  const add = () =>
    tenant.client.call(api.addIdentity, { params: { id }, body: { kind: 'phone', address: '+385 91 234 5678' } })
  await add()
  const { identities } = await add()
  expect(identities).toMatchObject([{ kind: 'phone', address: '+385912345678' }])
  const left = await tenant.client.call(api.removeIdentity, { params: { id, identityId: identities[0]!.id } })
  expect(left.identities).toEqual([])
})

test('an address of two people is proven for the first only, and a merge is suggested', async () => {
  const [ana, ivo] = [await create({ name: 'Ana' }), await create({ name: 'Ivo' })]
  const add = (id: string) =>
    tenant.client.call(api.addIdentity, { params: { id }, body: { kind: 'phone', address: '+385912345678' } })
  expect((await add(ana.id)).identities[0]?.verifiedAt).not.toBeNull()
  expect((await add(ivo.id)).identities[0]?.verifiedAt).toBeNull()
  const { items } = await tenant.client.call(api.listMergeSuggestions)
  expect(items).toMatchObject([
    { customer: { id: ana.id }, other: { id: ivo.id }, reason: 'samePhone', evidence: '+385912345678' },
  ])
})

test('pages of customers go on without a gap or a repetition', async () => {
  const made: string[] = []
  for (let i = 0; i < 7; i++) made.unshift((await create({ name: `Customer ${i}` })).id)
  for (const q of [undefined, 'customer']) {
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await list({ limit: 3, ...(q && { q }), ...(after && { after }) })
      expect(page.items.length).toBeLessThanOrEqual(3)
      seen.push(...page.items.map(item => item.id))
      after = page.next ?? undefined
    } while (after)
    expect(seen.sort()).toEqual([...made].sort())
  }
  await expect(list({ after: 'nonsense' })).rejects.toMatchObject({ status: 400 })
  await expect(list({ after: Buffer.from('["x"]').toString('base64url') })).rejects.toMatchObject({ status: 400 })
})

test.each([
  'Zivkovic',
  'živković',
  'Živkovć',
  'Живковић',
  'ana zivkovic',
  'ana@tvrdava',
  '091 234 5678',
  '234 5678',
  'crm-4711',
])('searching for %j finds Ana Živković', async q => {
  await server.owner.query(`UPDATE tenant SET settings = '{"country":"HR"}' WHERE tenant_id = $1`, [tenant.id])
  const ana = await create({
    name: 'Ana Živković',
    identities: [
      { kind: 'email', address: 'ana@tvrdava.hr' },
      { kind: 'phone', address: '+385912345678' },
      { kind: 'external', address: 'CRM-4711' },
    ],
  })
  await create({ name: 'Marko Horvat', identities: [{ kind: 'email', address: 'marko@example.com' }] })
  expect((await list({ q })).items.map(item => item.id)).toEqual([ana.id])
  const found = await tenant.client.call(api.search, { query: { q } })
  expect(found.customers.map(item => item.id)).toEqual([ana.id])
})

test('messages are found by their words, with the place where they stand', async () => {
  const ana = await create({ name: 'Ana' })
  await write(
    ana.id,
    `${'Dobar dan. '.repeat(50)}Ljubičasti kišobran još nije stigao. ${'Hvala. '.repeat(50)}`,
    'Nešto drugo',
  )
  const { messages } = await tenant.client.call(api.search, { query: { q: 'ljubicasti kisobran' } })
  expect(messages).toHaveLength(1)
  expect(messages[0]).toMatchObject({ customerId: ana.id, customerName: 'Ana', channel: 'email' })
  expect(messages[0]?.text).toContain('Ljubičasti kišobran')
  expect(messages[0]?.text.length).toBeLessThan(300)
})

test('search does not show customers to a key that may only read conversations', async () => {
  await create({ name: 'Ana Horvat' })
  const reader = await tenant.key(['conversation.read'])
  expect((await reader.call(api.search, { query: { q: 'Horvat' } })).customers).toEqual([])
})

test('the timeline shows every conversation with its interactions, newest first, page by page', async () => {
  const ana = await create({ name: 'Ana' })
  await write(ana.id, 'one', 'two', 'three', 'four', 'five')
  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await tenant.client.call(api.listCustomerConversations, {
      params: { id: ana.id },
      query: { limit: 2, ...(after && { after }) },
    })
    seen.push(...page.items.map(item => item.interactions[0]?.preview ?? ''))
    after = page.next ?? undefined
  } while (after)
  expect(seen).toEqual(['five', 'four', 'three', 'two', 'one'])
})

test('a note is deleted by who wrote it, and by nobody else', async () => {
  const { id } = await create({ name: 'Ana' })
  const { rows } = await server.owner.query<{ id: string }>(
    `INSERT INTO users (tenant_id, name, email) VALUES ($1, 'Marko', 'marko@example.com') RETURNING id`,
    [tenant.id],
  )
  const { rows: theirs } = await server.owner.query<{ id: string }>(
    `INSERT INTO customer_note (tenant_id, customer_id, user_id, text) VALUES ($1, $2, $3, 'theirs') RETURNING id`,
    [tenant.id, id, rows[0]?.id],
  )
  const mine = await tenant.client.call(api.addCustomerNote, { params: { id }, body: { text: ' mine ' } })
  const read = async () => (await tenant.client.call(api.listCustomerNotes, { params: { id } })).items
  expect((await read()).map(note => [note.text, note.userName])).toEqual([
    ['mine', null],
    ['theirs', 'Marko'],
  ])
  const remove = (noteId: string) => tenant.client.call(api.deleteCustomerNote, { params: { id, noteId } })
  await expect(remove(theirs[0]?.id ?? '')).rejects.toMatchObject({ status: 403, problem: { code: 'note.notYours' } })
  await remove(mine.id)
  expect(await read()).toHaveLength(1)
})

test('companies are listed by name, found, changed, and deleted when nobody belongs to them', async () => {
  const add = (name: string, domain: string | null = null) =>
    tenant.client.call(api.createCompany, { body: { name, domain } })
  const [zeta, alfa] = [await add('Zeta'), await add('Ćelava alfa', 'alfa.hr')]
  await expect(add('zeta')).rejects.toMatchObject({ status: 409 })
  await expect(add('Beta', 'not a domain')).rejects.toMatchObject({ status: 400 })
  const names = async (q?: string) =>
    (await tenant.client.call(api.listCompanies, { query: { ...(q && { q }), limit: 10 } })).items.map(
      item => item.name,
    )
  expect(await names('celava')).toEqual(['Ćelava alfa'])
  expect(await names('alfa.h')).toEqual(['Ćelava alfa'])
  expect((await names()).sort()).toEqual(['Zeta', 'Ćelava alfa'])
  await create({ name: 'Ana', companyId: zeta.id })
  expect((await tenant.client.call(api.getCompany, { params: { id: zeta.id } })).customers).toBe(1)
  expect((await list({ companyId: zeta.id })).items).toHaveLength(1)
  const drop = (id: string) => tenant.client.call(api.deleteCompany, { params: { id } })
  await expect(drop(zeta.id)).rejects.toMatchObject({ status: 409, problem: { code: 'company.inUse' } })
  await drop(alfa.id)
  expect(await names()).toEqual(['Zeta'])
})

test('the export holds everything about a customer and those merged into them, nothing of others, and is audited', async () => {
  const [ana, other, stranger] = [
    await create({ name: 'Ana' }),
    await create({ name: 'A.' }),
    await create({ name: 'Stranger' }),
  ]
  await write(ana.id, 'my secret')
  await write(other.id, 'my other secret')
  await write(stranger.id, 'not mine')
  await tenant.client.call(api.addCustomerNote, { params: { id: ana.id }, body: { text: 'a note' } })
  await tenant.client.call(api.mergeCustomers, { params: { id: ana.id }, body: { otherId: other.id } })
  const all = await tenant.client.call(api.exportCustomer, { params: { id: ana.id } })
  const text = JSON.stringify(all)
  for (const part of ['my secret', 'my other secret', 'a note', 'slip.pdf', 'customer.created'])
    expect(text).toContain(part)
  for (const part of ['not mine', 'Stranger', tenant.id]) expect(text).not.toContain(part)
  const { rows } = await server.owner.query(
    `SELECT subject_id, api_key_id FROM audit_entry WHERE tenant_id = $1 AND action = 'customer.exported'`,
    [tenant.id],
  )
  expect(rows).toMatchObject([{ subject_id: ana.id }])
  expect(rows[0]?.api_key_id).not.toBeNull()
})

test('a head start in queues is given by supervisors, not by agents', async () => {
  const { id } = await create({ name: 'Petra' })
  const [agent, supervisor] = [await tenant.user({ roles: ['agent'] }), await tenant.user({ roles: ['supervisor'] })]
  const weigh = (who: typeof agent) =>
    who.client.call(api.changeCustomer, { params: { id }, body: { routingWeight: 50 } })
  await expect(weigh(agent)).rejects.toMatchObject({ status: 403 })
  expect(await weigh(supervisor)).toMatchObject({ routingWeight: 50 })
  expect(await agent.client.call(api.changeCustomer, { params: { id }, body: { name: 'Petra N.' } })).toMatchObject({
    routingWeight: 50,
  })
})
