import type { WaitEstimate } from '@centrala/core/routing/estimate-wait.ts'
import type { Router, RouterSnapshot } from '@centrala/core/routing/router.ts'
import type { Waiting } from '@centrala/core/routing/waiting.ts'
import { forgetTurns } from '@centrala/store/routing-journal.ts'
import type { Services } from '../services.ts'
import { forgetWhatIfs } from '../what-if/what-if.ts'
import { expectedWaits, type WaitAsked } from './expected-wait.ts'
import { releaseLease, renewLease, renewLeases, takeLease } from './lease.ts'
import { Shadow } from './shadow.ts'
import { TenantRouter } from './tenant-router.ts'

/**
 * Routes the tenants whose lease this process holds: one owner per tenant, whatever the number of nodes. Questions about the others are answered from
 * their journals.
 */
export interface RouterOwner {
  /** Whether this process routes the tenant. */
  owns(tenantId: string): boolean
  /** Its place in its queue, from 1; null where it does not wait, or another node routes the tenant and its journal is just being read. */
  position(tenantId: string, interactionId: string): number | null
  /** How long the one at this place may wait, or null where nobody can tell. */
  estimate(tenantId: string, asked: WaitAsked): Promise<WaitEstimate | null>
  explain(tenantId: string, interactionId: string): Promise<Waiting | null>
  /** Null where the tenant is not routed yet, or its journal is just being read. */
  snapshot(tenantId: string): RouterSnapshot | null
  /** Told of each offer of a call while it is being committed, and then whether it was, sooner than the log tells. */
  onCallOffer(listener: CallOffer): void
  /** Takes up a tenant made just now, without waiting for the next round. */
  adopt(tenantId: string): Promise<void>
  /** Resolves when all that was committed before the call has been decided on and carried out. */
  settle(): Promise<void>
  stop(): Promise<void>
}

type CallOffer = (
  tenantId: string,
  interactionId: string,
  agentId: string,
  expiresAt: number,
) => (made: boolean) => void

/** How often free tenants are looked for, and in which of these rounds the own leases are renewed: three times in the life of a lease. */
const ROUND_MS = 1000
const RENEW_EVERY = 2
/** Free for so long a tenant is taken by whoever sees it first, however many they have. */
const ORPHAN_SECONDS = 0.5
/** What was let go is for others, for a while. */
const LET_GO_MS = 10_000
const SETTLED_MS = 15_000
/** How often journals are read that nothing else wakes us for, and how long after the last question. */
const FOLLOW_MS = 1000
const FORGET_SHADOW_MS = 60_000
const FORGET_EVERY_MS = 3_600_000
const FORGET_AT_ONCE = 2000
/** Events that the router lives by; messages, most of the log, are not among them. */
const ROUTING = /^(interaction|presence|configuration)\./

export async function startRouterOwner(services: Services): Promise<RouterOwner> {
  const { db, events, log, env, voice, nodes } = services
  const offerListeners: CallOffer[] = []
  const offPhones = voice.phones.onChange((tenantId, userId) => routers.get(tenantId)?.phoneChanged(userId))
  nodes.onPhone((tenantId, userId) => routers.get(tenantId)?.phoneChanged(userId))
  // A node that was killed takes its own leases up again at once.
  const holder = nodes.name
  const routers = new Map<string, TenantRouter>()
  const adoptions = new Map<string, Promise<void>>()
  const shadows = new Map<string, Shadow>()
  let stopped = false
  let takenAt = 0
  const estimate = expectedWaits(db)

  const unsubscribe = events.subscribe(batch => {
    const relevant = batch.filter(event => ROUTING.test(event.type))
    for (const [tenantId, list] of Map.groupBy(relevant, event => event.tenantId)) {
      routers.get(tenantId)?.feed(list)
      const shadow = shadows.get(tenantId)
      if (shadow) follow(shadow)
    }
  })

  function follow(shadow: Shadow): void {
    shadow.follow().catch(error => log.warn({ err: error }, 'the journal of a tenant could not be read'))
  }

  /** The tenant's own router, or its shadow. */
  function routerOf(tenantId: string): Router | null {
    const own = routers.get(tenantId)
    return own ? own.router : shadowOf(tenantId).router
  }

  function shadowOf(tenantId: string): Shadow {
    let shadow = shadows.get(tenantId)
    if (!shadow) {
      shadow = new Shadow(db, tenantId)
      shadows.set(tenantId, shadow)
      follow(shadow)
    }
    shadow.askedAt = Date.now()
    return shadow
  }

  const following = setInterval(() => {
    for (const [tenantId, shadow] of shadows)
      if (routers.has(tenantId) || Date.now() - shadow.askedAt > FORGET_SHADOW_MS) shadows.delete(tenantId)
      else follow(shadow)
  }, FOLLOW_MS)

  /** One at a time for each tenant: of two that take the lease, the second would undo the first. */
  function adopt(tenantId: string): Promise<void> {
    let adoption = adoptions.get(tenantId)
    if (!adoption) {
      adoption = takeUp(tenantId).finally(() => adoptions.delete(tenantId))
      adoptions.set(tenantId, adoption)
    }
    return adoption
  }

  async function takeUp(tenantId: string): Promise<void> {
    if (stopped || routers.has(tenantId)) return
    const lease = await db.tenant(tenantId, tx => takeLease(tx, holder))
    if (!lease || stopped) return
    const fresh = new TenantRouter(services, tenantId, lease, {
      hasPhone: agentId => voice.phones.isReachable(tenantId, agentId) || nodes.hasPhone(tenantId, agentId),
      isInCall: agentId => voice.phones.isGuest(tenantId, agentId) || nodes.isGuest(tenantId, agentId),
      isScreenless: agentId => voice.phones.isScreenless(tenantId, agentId),
      offering: ({ interactionId, agentId, expiresAt, receipt }) => {
        if (receipt.channel !== 'voice') return () => {}
        const settle = offerListeners.map(listener => listener(tenantId, interactionId, agentId, expiresAt))
        return made => {
          for (const one of settle) one(made)
        }
      },
      lost: () => drop(tenantId, fresh),
    })
    takenAt = Date.now()
    routers.set(tenantId, fresh)
    fresh.start()
  }

  function drop(tenantId: string, router: TenantRouter): void {
    if (routers.get(tenantId) === router) routers.delete(tenantId)
    log.info({ tenantId }, 'another node routes this tenant now')
  }

  async function renew(tenantId: string, router: TenantRouter): Promise<void> {
    if (await db.tenant(tenantId, tx => renewLease(tx, router.lease))) return
    drop(tenantId, router)
    await router.stop()
  }

  async function renewAll(): Promise<void> {
    if (routers.size === 0) return
    const leases = Array.from(routers, ([tenantId, { lease }]) => ({ tenantId, epoch: lease.epoch }))
    const renewed = await renewLeases(db.jobs, holder, leases)
    const left = [...routers].filter(([tenantId]) => !renewed.has(tenantId))
    await Promise.all(left.map(([tenantId, router]) => renew(tenantId, router)))
  }

  let rounds = 0
  /** Tenants let go for others to take, and when. */
  const givenUp = new Map<string, number>()

  async function round(): Promise<void> {
    if (rounds++ % RENEW_EVERY === 0) await renewAll()
    const { rows } = await db.log.query<{ id: string; isFree: boolean; isOrphan: boolean; total: number }>(
      `SELECT * FROM (SELECT t.tenant_id AS id, l.tenant_id IS NULL OR l.expires_at <= now() OR l.holder = $1 AS "isFree",
                coalesce(l.expires_at < now() - make_interval(secs => $2), true) AS "isOrphan", count(*) OVER ()::int AS total
           FROM tenant t LEFT JOIN router_lease l USING (tenant_id)) t WHERE "isFree"`,
      [holder, ORPHAN_SECONDS],
    )
    const share = Math.ceil((rows[0]?.total ?? 0) / (nodes.others() + 1))
    for (const { id, isOrphan } of rows) {
      const mayTake = isOrphan || routers.size < share || nodes.others() === 0
      if (mayTake && Date.now() - (givenUp.get(id) ?? 0) > LET_GO_MS) await adopt(id)
    }
    // Who has just taken up what another left does not give it back to one that may be gone.
    if (routers.size > share && Date.now() - takenAt > SETTLED_MS) await letGo()
  }

  /** One tenant for which nothing is on offer just now: a node that has fewer takes it. */
  async function letGo(): Promise<void> {
    for (const [tenantId, router] of routers) {
      if (router.router.snapshot().offered > 0) continue
      givenUp.set(tenantId, Date.now())
      routers.delete(tenantId)
      await router.stop()
      await db.tenant(tenantId, tx => releaseLease(tx, router.lease))
      return
    }
  }

  /** What is kept for a while only, of the tenants routed here, once an hour. */
  async function forget(): Promise<void> {
    const before = new Date(Date.now() - env.ROUTING_JOURNAL_DAYS * 86_400_000)
    for (const tenantId of routers.keys()) {
      await db.tenant(tenantId, async tx => {
        tx.send("DELETE FROM server_node WHERE seen_at < now() - interval '1 day'", [])
        await forgetWhatIfs(tx)
      })
      for (let gone = FORGET_AT_ONCE; gone === FORGET_AT_ONCE && !stopped; )
        gone = await db.tenant(tenantId, tx => forgetTurns(tx, before, FORGET_AT_ONCE))
    }
  }

  await round()
  const forgetting = setInterval(
    () => forget().catch(error => log.warn({ err: error }, 'old journals of routing could not be forgotten')),
    FORGET_EVERY_MS,
  )
  let turning: Promise<void> | undefined
  const timer = setInterval(() => {
    turning ??= round()
      .catch(error => log.warn({ err: error }, 'routing leases could not be renewed'))
      .finally(() => (turning = undefined))
  }, ROUND_MS)

  return {
    owns: tenantId => routers.has(tenantId),
    position: (tenantId, interactionId) => routerOf(tenantId)?.position(interactionId) || null,
    estimate,
    async explain(tenantId, interactionId) {
      if (!routers.has(tenantId)) await shadowOf(tenantId).follow()
      return routerOf(tenantId)?.explain(interactionId, Date.now()) ?? null
    },
    snapshot: tenantId => routerOf(tenantId)?.snapshot() ?? null,
    onCallOffer: listener => offerListeners.push(listener),
    adopt,
    async settle() {
      await events.settle()
      for (const router of routers.values()) await router.settle()
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      clearInterval(following)
      clearInterval(forgetting)
      unsubscribe()
      offPhones()
      await turning
      await Promise.all(
        Array.from(routers, async ([tenantId, router]) => {
          await router.stop()
          await db.tenant(tenantId, tx => releaseLease(tx, router.lease)).catch(() => {})
        }),
      )
    },
  }
}
