import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { renewLeases, requireLease, takeLease } from './lease.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const HOLDER = 'a node of this test'
/** As the test writes them leases last an hour; renewed they last seconds. */
async function renewedNow(): Promise<string[]> {
  const { rows } = await server.owner.query(
    "SELECT tenant_id AS id FROM router_lease WHERE epoch > 1 AND expires_at < now() + interval '10 minutes'",
  )
  return rows.map(({ id }) => id)
}

test('all leases of a node are renewed at once; one that is in use is left out and not waited for, and one that was lost is not taken back', async () => {
  const { db, router } = server.services
  const leases: { tenantId: string; epoch: number }[] = []
  for (let count = 0; count < 4; count++) {
    const { id: tenantId } = await server.tenant()
    await router.adopt(tenantId)
    const lease = await db.tenant(tenantId, async tx => {
      await tx.query("UPDATE router_lease SET expires_at = now() - interval '1 second'")
      const taken = await takeLease(tx, HOLDER)
      await tx.query("UPDATE router_lease SET expires_at = now() + interval '1 hour'")
      return taken
    })
    leases.push({ tenantId, epoch: lease?.epoch ?? 0 })
  }
  const [plain, busy, lost, others] = leases.map(({ tenantId }) => tenantId) as [string, string, string, string]
  await server.owner.query('UPDATE router_lease SET epoch = epoch + 1 WHERE tenant_id = $1', [lost])
  await server.owner.query("UPDATE router_lease SET holder = 'another' WHERE tenant_id = $1", [others])
  const renewed = await db.tenant(busy, async tx => {
    await requireLease(tx, { holder: HOLDER, epoch: leases[1]?.epoch ?? 0 })
    return renewLeases(db.jobs, HOLDER, leases)
  })
  expect([...renewed]).toEqual([plain])
  expect(await renewedNow()).toEqual([plain])
  expect(await renewLeases(db.jobs, HOLDER, leases)).toEqual(new Set([plain, busy]))
})

test('a tenant taken up twice at a time is routed, and stays so', async () => {
  const { router } = server.services
  const { id: tenantId } = await server.tenant()
  await Promise.all([router.adopt(tenantId), router.adopt(tenantId)])
  await router.settle()
  expect(router.owns(tenantId)).toBe(true)
})
