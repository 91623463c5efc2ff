import * as api from '@centrala/api/customer.ts'
import { MOVED } from '@centrala/store/merge-store.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { z } from 'zod'
import { startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'
import { findOrCreateCustomer } from './find-or-create-customer.ts'

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
const read = (id: string) => tenant.client.call(api.getCustomer, { params: { id } })
const merge = (id: string, otherId: string) =>
  tenant.client.call(api.mergeCustomers, { params: { id }, body: { otherId } })
const unmerge = (id: string) => tenant.client.call(api.unmergeCustomers, { params: { id } })
const note = (id: string, text: string) => tenant.client.call(api.addCustomerNote, { params: { id }, body: { text } })
const notes = async (id: string) =>
  (await tenant.client.call(api.listCustomerNotes, { params: { id } })).items.map(item => item.text)

/** A conversation with one ended interaction, as any channel would leave it. */
async function converse(customerId: string, state = 'ended'): Promise<string> {
  return server.services.db.tenant(tenant.id, async tx => {
    const { id } = await tx.db
      .insertInto('conversation')
      .values({ customerId })
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx.db
      .insertInto('interaction')
      .values({ conversationId: id, customerId, channel: 'chat', direction: 'inbound', state })
      .execute()
    return id
  })
}

const timeline = async (id: string) =>
  (await tenant.client.call(api.listCustomerConversations, { params: { id } })).items.map(item => item.id)

test('the kept customer has the addresses, conversations and notes of both, and fills its gaps', async () => {
  const ana = await create({ name: 'Ana', tags: ['vip'], identities: [{ kind: 'email', address: 'ana@example.com' }] })
  const other = await create({
    language: 'hr',
    tags: ['late'],
    identities: [{ kind: 'phone', address: '+385912345678' }],
  })
  const [first, second] = [await converse(ana.id), await converse(other.id)]
  await note(other.id, 'calls in the evening')
  const done = await merge(ana.id, other.id)
  expect(done).toMatchObject({ keptId: ana.id, mergedId: other.id, undoneAt: null })
  const kept = await read(ana.id)
  expect(kept).toMatchObject({ name: 'Ana', language: 'hr', tags: ['vip', 'late'] })
  expect(kept.identities.map(identity => identity.address).sort()).toEqual(['+385912345678', 'ana@example.com'])
  expect(await timeline(ana.id)).toEqual([second, first])
  expect(await notes(ana.id)).toEqual(['calls in the evening'])
})

test('the id of a merged customer leads to the kept one, and cannot be changed', async () => {
  const [ana, other] = [await create({ name: 'Ana' }), await create({ name: 'A.' })]
  const talk = await converse(other.id)
  await merge(ana.id, other.id)
  expect(await read(other.id)).toMatchObject({ mergedIntoId: ana.id, identities: [] })
  expect(await timeline(other.id)).toEqual([talk])
  await expect(
    tenant.client.call(api.changeCustomer, { params: { id: other.id }, body: { name: 'B.' } }),
  ).rejects.toMatchObject({ status: 409, problem: { code: 'customer.merged' } })
  const { items } = await tenant.client.call(api.listCustomers)
  expect(items.map(item => item.id)).toEqual([ana.id])
})

test('what came after the merge stays with the kept one', async () => {
  const [ana, other] = [await create({ name: 'Ana' }), await create({ name: 'A.' })]
  const before = await converse(other.id)
  const { id } = await merge(ana.id, other.id)
  // Somebody who still holds the merged id writes to it.
  const after = await converse(other.id)
  await note(ana.id, 'after')
  expect((await unmerge(id)).undoneAt).not.toBeNull()
  expect(await timeline(ana.id)).toEqual([after])
  expect(await timeline(other.id)).toEqual([before])
  expect(await notes(ana.id)).toEqual(['after'])
})

test('two customers with the same address each get their own back', async () => {
  const ana = await create({ identities: [{ kind: 'email', address: 'ana@example.com' }] })
  const { customerId: writer } = await server.services.db.tenant(tenant.id, tx =>
    findOrCreateCustomer(tx, { kind: 'email', address: 'ana@example.com', verified: false }),
  )
  const before = [await read(ana.id), await read(writer)]
  const { id } = await merge(ana.id, writer)
  const kept = await read(ana.id)
  expect(kept.identities).toHaveLength(1)
  expect(kept.identities[0]?.verifiedAt).not.toBeNull()
  await unmerge(id)
  expect([await read(ana.id), await read(writer)]).toEqual(before)
})

test('screens with an open conversation learn whose it is now, at the merge and at its undoing', async () => {
  const [ana, other] = [await create({ name: 'Ana' }), await create({ name: 'A.' })]
  const talk = await converse(other.id, 'flow')
  await converse(other.id)
  const { id } = await merge(ana.id, other.id)
  await unmerge(id)
  const { rows } = await server.owner.query(
    `SELECT conversation_id AS talk, customer_id AS customer FROM event WHERE tenant_id = $1 AND type = 'conversation.changed' ORDER BY seq`,
    [tenant.id],
  )
  expect(rows).toEqual([
    { talk, customer: ana.id },
    { talk, customer: other.id },
  ])
})

test('a merge is undone once, and a customer is merged once and not with itself', async () => {
  const [ana, other] = [await create({ name: 'Ana' }), await create({ name: 'A.' })]
  const { id } = await merge(ana.id, other.id)
  await expect(merge(ana.id, other.id)).rejects.toMatchObject({ status: 409, problem: { code: 'customer.merged' } })
  await expect(merge(ana.id, ana.id)).rejects.toMatchObject({ status: 400 })
  await unmerge(id)
  await expect(unmerge(id)).rejects.toMatchObject({ status: 409, problem: { code: 'merge.undone' } })
})

test('two merges into each other at once: one is done, the other is told', async () => {
  const [ana, other] = [await create({ name: 'Ana' }), await create({ name: 'A.' })]
  const results = await Promise.allSettled([merge(ana.id, other.id), merge(other.id, ana.id)])
  expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('first messages that arrive while customers are merged end up with the kept one', async () => {
  for (let round = 0; round < 5; round++) {
    const ana = await create({ name: 'Ana' })
    const address = `ana${round}@example.com`
    const caller = { kind: 'email', address, verified: false } as const
    const come = () => server.services.db.tenant(tenant.id, tx => findOrCreateCustomer(tx, caller))
    const { customerId } = await come()
    const arriving = Array.from({ length: 8 }, async () => converse((await come()).customerId))
    const [talks] = await Promise.all([Promise.all(arriving), merge(ana.id, customerId)])
    expect(new Set(await timeline(ana.id))).toEqual(new Set(talks))
  }
})

test('a suggestion that was dismissed does not come back by a merge', async () => {
  const shared = { identities: [{ kind: 'phone' as const, address: '+385912345678' }] }
  const [ana, iva, third] = [await create(shared), await create(shared), await create({ name: 'Ana' })]
  const list = async () => (await tenant.client.call(api.listMergeSuggestions)).items
  const [suggestion] = await list()
  expect(suggestion).toMatchObject({ customer: { id: ana.id }, other: { id: iva.id }, reason: 'samePhone' })
  await tenant.client.call(api.dismissMergeSuggestion, { params: { id: suggestion!.id } })
  await merge(third.id, ana.id)
  expect(await list()).toEqual([])
})

test('every table with customers is known to the merge', async () => {
  // A row that a merge does not move would be lost from sight. A new table: add it to MOVED, or here with the reason.
  const rightSo = ['customer', 'customer_merge', 'merge_suggestion', 'event']
  const { rows } = await server.owner.query<{ name: string }>(
    `SELECT DISTINCT table_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name IN ('customer_id', 'other_id', 'kept_id', 'merged_id', 'merged_into_id') AND table_name !~ '^event_'`,
  )
  expect(rows.map(row => row.name).sort()).toEqual([...Object.values(MOVED), ...rightSo].sort())
})

type Step =
  | { do: 'merge'; a: number; b: number }
  | { do: 'unmerge'; a: number }
  | { do: 'talk' | 'note' | 'address'; a: number }
const number = fc.nat(1000)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('merge' as const), a: number, b: number }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('unmerge' as const), a: number }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('talk' as const, 'note' as const, 'address' as const), a: number }),
  },
)

test('after any sequence of merges and unmerges everything is with whom it belongs, and undoing all restores all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async steps => {
      tenant = await server.tenant()
      const people: string[] = []
      for (const name of [null, 'Ana', 'Iva', null, 'Ivo'])
        people.push((await create({ name, tags: name ? [name] : ['x'], attributes: { [name ?? 'y']: true } })).id)
      const initial = await Promise.all(people.map(read))
      /** Whose each thing is: the kept customer at the time it was made. Never changes. */
      const owner = new Map<string, string>()
      const into = new Map<string, string>()
      const open: { id: string; mergedId: string }[] = []
      const root = (id: string): string => (into.has(id) ? root(into.get(id)!) : id)
      const undo = async (at: number) => {
        const [one] = open.splice(at, 1)
        await unmerge(one!.id)
        into.delete(one!.mergedId)
      }
      const check = async () => {
        const { rows } = await server.owner.query<{ id: string; customer: string }>(
          `SELECT id, customer_id AS customer FROM conversation WHERE tenant_id = $1 UNION ALL SELECT id, customer_id FROM customer_note WHERE tenant_id = $1
           UNION ALL SELECT conversation_id, customer_id FROM interaction WHERE tenant_id = $1
           UNION ALL SELECT id, customer_id FROM identity WHERE tenant_id = $1`,
          [tenant.id],
        )
        for (const row of rows) expect(row.customer).toBe(root(owner.get(row.id)!))
      }
      let made = 0
      for (const one of steps) {
        const person = people[one.a % people.length]!
        if (one.do === 'merge') {
          const [kept, other] = [root(person), root(people[one.b % people.length]!)]
          if (kept === other) continue
          const { id } = await merge(kept, other)
          into.set(other, kept)
          open.push({ id, mergedId: other })
        } else if (one.do === 'unmerge') {
          if (open.length > 0) await undo(one.a % open.length)
        } else if (one.do === 'talk') owner.set(await converse(person), root(person))
        else if (one.do === 'note') owner.set((await note(root(person), 'x')).id, root(person))
        else {
          const address = `a${made++}@example.com`
          const { identities } = await tenant.client.call(api.addIdentity, {
            params: { id: root(person) },
            body: { kind: 'email', address },
          })
          owner.set(identities.find(identity => identity.address === address)!.id, root(person))
        }
        await check()
      }
      while (open.length > 0) await undo(Math.floor(open.length / 2))
      await check()
      const last = await Promise.all(people.map(read))
      expect(last.map(person => ({ ...person, identities: [] }))).toEqual(initial)
    }),
    { numRuns: Number(process.env.MERGE_RUNS ?? 12) },
  )
}, 120_000)
