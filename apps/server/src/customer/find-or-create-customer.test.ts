import {
  addIdentity,
  createCustomer,
  getCustomer,
  listMergeSuggestions,
  mergeCustomers,
} from '@centrala/api/customer.ts'
import { insertIdentity } from '@centrala/store/customer-store.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'
import { type Caller, findOrCreateCustomer } from './find-or-create-customer.ts'

let server: TestServer
let tenant: TestTenant
beforeAll(async () => {
  server = await startTestServer()
})
beforeEach(async () => {
  tenant = await server.tenant()
})
afterAll(() => server.close())

const call = (caller: Caller, of = tenant) => server.services.db.tenant(of.id, tx => findOrCreateCustomer(tx, caller))
const mail = (address: string, more: Partial<Caller> = {}): Caller => ({
  kind: 'email',
  address,
  verified: false,
  ...more,
})
const suggestions = async (customerId: string) =>
  (await tenant.client.call(listMergeSuggestions, { query: { customerId } })).items

test('case 1: nobody is known: a customer is made, with the name and language given', async () => {
  const { customerId, created } = await call(mail('Ana@Example.com', { name: ' Ana  Horvat ', language: 'hr' }))
  expect(created).toBe(true)
  const customer = await tenant.client.call(getCustomer, { params: { id: customerId } })
  expect(customer).toMatchObject({ name: 'Ana Horvat', language: 'hr' })
  expect(customer.identities).toMatchObject([{ kind: 'email', address: 'ana@example.com', verifiedAt: null }])
})

test('case 2: a proven address finds the customer who holds it proven', async () => {
  const first = await call({ kind: 'external', address: 'user-7', verified: true })
  expect(await call({ kind: 'external', address: 'user-7', verified: true })).toEqual({ ...first, created: false })
})

test('case 3: the same unproven mailbox writing again is the same customer, however it is written', async () => {
  const first = await call(mail('ana@example.com'))
  expect(await call(mail(' ANA@example.COM'))).toEqual({ customerId: first.customerId, created: false })
})

test('case 4: an unproven address never finds a customer who has proven it', async () => {
  const proven = await call(mail('ana@example.com', { verified: true }))
  const forged = await call(mail('ana@example.com'))
  expect(forged.created).toBe(true)
  expect(await suggestions(proven.customerId)).toMatchObject([
    {
      customer: { id: proven.customerId },
      other: { id: forged.customerId },
      reason: 'sameEmail',
      evidence: 'ana@example.com',
    },
  ])
  expect(await call(mail('ana@example.com'))).toEqual({ ...forged, created: false })
  expect(await call(mail('ana@example.com', { verified: true }))).toEqual({ ...proven, created: false })
})

test('case 5: an unproven address never finds a customer to whom an agent or a program gave it', async () => {
  const known = await tenant.client.call(createCustomer, {
    body: { name: 'Ana', identities: [{ kind: 'email', address: 'ana@example.com' }] },
  })
  const writer = await call(mail('ana@example.com'))
  expect(writer.customerId).not.toBe(known.id)
  expect(await suggestions(writer.customerId)).toHaveLength(1)
})

test('case 6: a proven address finds the customer to whom an agent or a program gave it', async () => {
  const known = await tenant.client.call(createCustomer, {
    body: { name: 'Ana', identities: [{ kind: 'email', address: 'ana@example.com' }] },
  })
  expect(await call(mail('ana@example.com', { verified: true }))).toEqual({ customerId: known.id, created: false })
})

test('case 7: a proven address does not take over what came unproven before', async () => {
  const claimed = await call(mail('ana@example.com'))
  const proven = await call(mail('ana@example.com', { verified: true }))
  expect(proven.customerId).not.toBe(claimed.customerId)
  expect(await suggestions(proven.customerId)).toHaveLength(1)
})

test('case 8: an address that a visitor typed into a form is not a mailbox that wrote', async () => {
  const visitor = await call({ kind: 'visitor', address: 'hash-of-a-token', verified: true })
  await tenant.client.call(addIdentity, {
    params: { id: visitor.customerId },
    body: { kind: 'external', address: 'user-8' },
  })
  await server.services.db.tenant(tenant.id, tx =>
    tx.db
      .insertInto('identity')
      .values({ customerId: visitor.customerId, kind: 'email', address: 'ana@example.com' })
      .execute(),
  )
  const writer = await call(mail('ana@example.com'))
  expect(writer.customerId).not.toBe(visitor.customerId)
  expect(await suggestions(visitor.customerId)).toMatchObject([{ reason: 'sameEmail' }])
})

test('case 9: an unsigned id of the company’s own system is refused', async () => {
  await expect(call({ kind: 'external', address: 'user-7', verified: false })).rejects.toThrow('signed')
})

test('case 10: a caller without a usable address is a customer of their own each time', async () => {
  const [one, two] = [await call(mail('')), await call(mail('undisclosed recipients'))]
  expect([one.created, two.created]).toEqual([true, true])
  expect(two.customerId).not.toBe(one.customerId)
})

test('case 11: after a person has merged the mailbox into a known customer, its mail goes there', async () => {
  const proven = await call({ kind: 'external', address: 'user-7', verified: true })
  const writer = await call(mail('ana@example.com'))
  await tenant.client.call(mergeCustomers, { params: { id: proven.customerId }, body: { otherId: writer.customerId } })
  expect(await call(mail('ana@example.com'))).toEqual({ customerId: proven.customerId, created: false })
})

test('case 12: the same address at another tenant is another customer', async () => {
  const other = await server.tenant()
  const here = await call(mail('ana@example.com'))
  const there = await call(mail('ana@example.com'), other)
  expect(there.created).toBe(true)
  expect(there.customerId).not.toBe(here.customerId)
})

test('twenty first messages at once make one customer, and one event', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => call(mail('ana@example.com', { name: 'Ana' }))))
  expect(new Set(all.map(one => one.customerId)).size).toBe(1)
  expect(all.filter(one => one.created)).toHaveLength(1)
  const { rows } = await server.owner.query(`SELECT 1 FROM event WHERE tenant_id = $1 AND type = 'customer.created'`, [
    tenant.id,
  ])
  expect(rows).toHaveLength(1)
})

test('case 13: who telephones from a number that the company gave a customer is that customer; one typed into a form names nobody', async () => {
  const { customerId } = await call(mail('numbered@example.com'))
  await tenant.client.call(addIdentity, {
    params: { id: customerId },
    body: { kind: 'phone', address: '+385912000111' },
  })
  const phone = (address: string) => call({ kind: 'phone', address, verified: false })
  expect(await phone('+385 91 2000 111')).toEqual({ customerId, created: false })
  await server.services.db.tenant(tenant.id, tx =>
    insertIdentity(tx, { customerId, kind: 'phone', address: '+385912000222', verified: false, cameBy: false }),
  )
  expect((await phone('+385912000222')).created).toBe(true)
})

test('a phone number is read in the tenant’s country', async () => {
  await server.owner.query(`UPDATE tenant SET settings = '{"country":"HR"}' WHERE tenant_id = $1`, [tenant.id])
  const first = await call({ kind: 'phone', address: '091 234 5678', verified: false })
  expect(await call({ kind: 'phone', address: '+385912345678', verified: false })).toEqual({ ...first, created: false })
})

test('a later contact gives a name to a customer without one, and never changes one', async () => {
  const { customerId } = await call(mail('ana@example.com'))
  await call(mail('ana@example.com', { name: 'Ana Horvat' }))
  await call(mail('ana@example.com', { name: 'Somebody Else' }))
  expect(await tenant.client.call(getCustomer, { params: { id: customerId } })).toMatchObject({ name: 'Ana Horvat' })
})

test('the same name alone suggests nothing; with the same company’s mail it does', async () => {
  const first = await call(mail('ana@tvrdava.hr', { name: 'Ana Živković' }))
  await call(mail('ana.zivkovic@gmail.com', { name: 'Ana Živković' }))
  expect(await suggestions(first.customerId)).toEqual([])
  await call(mail('ana.zivkovic@tvrdava.hr', { name: 'Ana Zivkovic' }))
  expect(await suggestions(first.customerId)).toMatchObject([
    { reason: 'sameName', evidence: 'Ana Živković, tvrdava.hr' },
  ])
})
