import { describe, expect, it } from 'vitest'
import type { Decision, OfferDecision } from './decision.ts'
import { describeReceipt, describeWaiting } from './describe.ts'
import type { RoutingEvent, RoutingEventOf } from './event.ts'
import { createRouter, type Router } from './router.ts'

const START = 1_800_000_000_000
const NAMES: Record<string, string> = { a: 'Ana', m: 'Marko', i: 'Iva' }
const names = (_: string, id: string) => NAMES[id] ?? id

function agent(agentId: string, change: Partial<RoutingEventOf<'agent.set'>> = {}): RoutingEvent {
  return {
    type: 'agent.set',
    at: START,
    agentId,
    name: agentId,
    skills: {},
    queues: [{ queueId: 'q', priority: 1, delayMs: 0 }],
    weights: { chat: 25, email: 30, voice: 100 },
    interrupts: {},
    capacity: 100,
    ...change,
  }
}

function queue(change: Partial<RoutingEventOf<'queue.set'>> = {}): RoutingEvent {
  const rules = { queueId: 'q', name: 'Support', priority: 0, ageingPerMinute: 1, steps: [], offerMs: 20_000 }
  return { type: 'queue.set', at: START, ...rules, ...change }
}

function queued(
  interactionId: string,
  at: number,
  change: Partial<RoutingEventOf<'interaction.queued'>> = {},
): RoutingEvent {
  const time = START + at
  const work = { queueId: 'q', channel: 'chat' as const, priority: 0, queuedAt: time, requirements: [] }
  return { type: 'interaction.queued', at: time, interactionId, ...work, ...change }
}

const here = (agentId: string, at: number): RoutingEvent => ({
  type: 'agent.presence',
  at: START + at,
  agentId,
  state: 'available',
})
const tick = (at: number): RoutingEvent => ({ type: 'tick', at: START + at })

function accept(router: Router, decision: Decision | undefined, at: number): Decision[] {
  const { interactionId, agentId, receipt } = decision as OfferDecision
  return router.apply({
    type: 'interaction.assigned',
    at: START + at,
    interactionId,
    agentId,
    channel: receipt.channel,
  })
}

function release(router: Router, interactionId: string, agentId: string, at: number): Decision[] {
  return router.apply({ type: 'interaction.released', at: START + at, interactionId, agentId })
}

/** Who is offered what, as `interaction→agent`. */
const pairs = (decisions: Decision[]) => decisions.map(d => `${d.interactionId}→${d.agentId}`)

function centre(...events: RoutingEvent[]): Router {
  const router = createRouter()
  expect(router.applyAll(events)).toEqual([])
  return router
}

describe('choosing an agent', () => {
  it('takes the one who has been idle longest', () => {
    const router = centre(queue(), agent('a'), agent('m'), here('m', 0), here('a', 1_000))
    expect(pairs(router.apply(queued('one', 5_000)))).toEqual(['one→m'])
    expect(pairs(router.apply(queued('two', 5_000)))).toEqual(['two→a'])
  })

  it('takes the less loaded before the longer idle', () => {
    const router = centre(queue(), agent('a'), agent('m'), here('a', 0), here('m', 1_000))
    accept(router, router.apply(queued('one', 2_000))[0], 2_000)
    expect(pairs(router.apply(queued('two', 3_000)))).toEqual(['two→m'])
  })

  it('takes the preferred one first, and waits for it no longer than asked', () => {
    const router = centre(queue(), agent('a'), agent('m'), here('a', 0), here('m', 1_000))
    expect(pairs(router.apply(queued('one', 2_000, { preferredAgentId: 'm' })))).toEqual(['one→m'])
    expect(router.apply(queued('two', 3_000, { preferredAgentId: 'm', preferredForMs: 30_000 }))).toEqual([])
    expect(router.wakeAt()).toBe(START + 22_000)
    expect(pairs(router.apply(tick(33_000)))).toEqual(['one→m', 'two→a'])
  })

  it('does not wait for a preferred agent who is not signed in', () => {
    const router = centre(queue(), agent('a'), agent('m'), here('a', 0))
    const wish = { preferredAgentId: 'm', preferredForMs: 30_000 }
    expect(pairs(router.apply(queued('one', 2_000, wish)))).toEqual(['one→a'])
  })

  it('gives a preferred agent the next free moment within the patience', () => {
    const router = centre(queue(), agent('a'), agent('m', { weights: { chat: 100 } }), here('a', 0), here('m', 1))
    const wish = { preferredAgentId: 'm', preferredForMs: 60_000 }
    accept(router, router.apply(queued('one', 2_000, wish))[0], 3_000)
    expect(router.apply(queued('two', 4_000, wish))).toEqual([])
    expect(pairs(release(router, 'one', 'm', 30_000))).toEqual(['two→m'])
  })
})

describe('capacity', () => {
  it('lets as many in as fit, one offer at a time', () => {
    const router = centre(queue(), agent('a'), here('a', 0))
    const events = ['1', '2', '3', '4', '5'].map((id, i) => queued(id, i))
    let decisions = router.applyAll(events)
    const got: string[] = []
    while (decisions.length > 0) {
      got.push(...pairs(decisions))
      decisions = accept(router, decisions[0], 1_000)
    }
    expect(got).toEqual(['1→a', '2→a', '3→a', '4→a'])
    expect(pairs(release(router, '2', 'a', 9_000))).toEqual(['5→a'])
  })

  it('keeps a call from one who handles mail, unless a call may interrupt it', () => {
    for (const interrupts of [{}, { email: ['voice' as const] }]) {
      const router = centre(queue(), agent('a', { interrupts }), here('a', 0))
      accept(router, router.apply(queued('mail', 1, { channel: 'email' }))[0], 2)
      const offered = router.apply(queued('call', 3, { channel: 'voice' }))
      expect(pairs(offered)).toEqual('email' in interrupts ? ['call→a'] : [])
    }
  })
})

describe('choosing work', () => {
  it('serves higher priority first, and ageing lets the old overtake', () => {
    const router = centre(queue(), queue({ queueId: 'vip', priority: 5 }))
    router.applyAll([queued('old', 0), queued('new', 60_000, { queueId: 'vip' })])
    const both = ['q', 'vip'].map(queueId => ({ queueId, priority: 1, delayMs: 0 }))
    router.apply(agent('a', { queues: both, weights: { chat: 100 } }))
    expect(pairs(router.apply(here('a', 61_000)))).toEqual(['new→a'])
    router.applyAll([queued('newer', 400_000, { queueId: 'vip' }), queued('newest', 400_000, { priority: 1 })])
    accept(
      router,
      { type: 'offer', interactionId: 'new', agentId: 'a', receipt: { channel: 'chat' } } as OfferDecision,
      400_000,
    )
    expect(pairs(release(router, 'new', 'a', 400_000))).toEqual(['old→a'])
  })

  it('lets the profile decide which queue an agent serves first', () => {
    const router = centre(queue({ priority: 9 }), queue({ queueId: 'other' }))
    router.applyAll([queued('one', 0), queued('two', 1_000, { queueId: 'other' })])
    const queues = [
      { queueId: 'q', priority: 1, delayMs: 0 },
      { queueId: 'other', priority: 2, delayMs: 0 },
    ]
    router.apply(agent('a', { queues }))
    expect(pairs(router.apply(here('a', 2_000)))).toEqual(['two→a'])
  })

  it('holds work back from a profile with a delay until it has waited', () => {
    const router = centre(
      queue(),
      agent('a', { queues: [{ queueId: 'q', priority: 1, delayMs: 15_000 }] }),
      here('a', 0),
    )
    expect(router.apply(queued('one', 1_000))).toEqual([])
    expect(router.wakeAt()).toBe(START + 16_000)
    expect(router.apply(tick(15_999))).toEqual([])
    expect(pairs(router.apply(tick(16_000)))).toEqual(['one→a'])
  })

  it('relaxes the needs step by step', () => {
    const steps = [
      { afterMs: 0, requirements: [{ skillId: 'de', minProficiency: 3 }] },
      { afterMs: 40_000, requirements: [{ skillId: 'de', minProficiency: 2 }] },
    ]
    const router = centre(queue({ steps }), agent('i', { skills: { de: 2 } }), here('i', 0))
    expect(router.apply(queued('one', 0))).toEqual([])
    expect(describeWaiting(router.explain('one', START)!, names)).toBe(
      'no one with de ≥ 3 is signed in; in 40 s it needs de ≥ 2; Iva: skill de 2 < 3',
    )
    expect(pairs(router.apply(tick(40_000)))).toEqual(['one→i'])
  })

  it('relaxes in time for one who comes back to a place before the others', () => {
    const steps = [
      { afterMs: 0, requirements: [{ skillId: 'de', minProficiency: 3 }] },
      { afterMs: 40_000, requirements: [] },
    ]
    const router = centre(queue({ steps }), agent('i'), here('i', 0))
    router.applyAll([queued('late', 30_000), queued('early', 31_000, { queuedAt: START })])
    expect(router.wakeAt()).toBe(START + 40_000)
    expect(pairs(router.apply(tick(40_000)))).toEqual(['early→i'])
  })
})

describe('offers', () => {
  it('expire after the lease, return to their place, and do not bounce back to the same agent', () => {
    const router = centre(queue(), agent('a'), here('a', 0))
    expect(router.apply(queued('one', 0))[0]).toMatchObject({ type: 'offer', expiresAt: START + 20_000 })
    router.apply(queued('two', 1_000))
    expect(router.wakeAt()).toBe(START + 20_000)
    const gone = { type: 'expireOffer', interactionId: 'one', agentId: 'a', at: START + 20_000 }
    expect(router.apply(tick(20_000))).toEqual([gone])
    expect(router.apply(tick(24_999))).toEqual([])
    expect(router.apply(tick(25_000))).toEqual([{ ...gone, at: START + 25_000 }])
    const offer = { interactionId: 'one', agentId: 'a', reason: 'expired' as const }
    expect(pairs(router.apply({ type: 'offer.withdrawn', at: START + 26_000, ...offer }))).toEqual(['two→a'])
    expect(router.position('one')).toBe(1)
    router.apply({ type: 'interaction.removed', at: START + 27_000, interactionId: 'two' })
    expect(router.wakeAt()).toBe(START + 56_000)
    expect(pairs(router.apply(tick(56_000)))).toEqual(['one→a'])
  })

  it('a rejected one goes to the next agent at once', () => {
    const router = centre(queue(), agent('a'), agent('m'), here('a', 0), here('m', 1))
    router.apply(queued('one', 10))
    const offer = { interactionId: 'one', agentId: 'a', reason: 'rejected' as const }
    expect(pairs(router.apply({ type: 'offer.withdrawn', at: START + 20, ...offer }))).toEqual(['one→m'])
  })

  it('go back to their place when the agent is removed, even one who still held the interaction', () => {
    const router = centre(queue(), agent('a'), here('a', 0))
    accept(router, router.apply(queued('one', 1))[0], 2)
    expect(pairs(router.apply(queued('one', 3)))).toEqual(['one→a'])
    router.apply({ type: 'agent.removed', at: START + 4, agentId: 'a' })
    expect(router.position('one')).toBe(1)
  })

  it('end when the customer leaves, and free the agent', () => {
    const router = centre(queue(), agent('a'), here('a', 0))
    router.apply(queued('one', 0))
    router.apply(queued('two', 1))
    expect(pairs(router.apply({ type: 'interaction.removed', at: START + 2, interactionId: 'one' }))).toEqual(['two→a'])
  })

  it('end when a supervisor gives the work to somebody else', () => {
    const router = centre(queue(), agent('a'), agent('m', { queues: [] }), here('a', 0), here('m', 1))
    router.apply(queued('one', 2))
    router.apply(queued('two', 3))
    const given = { type: 'interaction.assigned', interactionId: 'one', agentId: 'm', channel: 'chat' } as const
    expect(pairs(router.apply({ ...given, at: START + 4 }))).toEqual(['two→a'])
  })
})

describe('words', () => {
  it('say why the winner won and the others did not', () => {
    const needs = { steps: [{ afterMs: 0, requirements: [{ skillId: 'hr', minProficiency: 3 }] }] }
    const router = centre(
      queue(needs),
      agent('a', { skills: { hr: 4 } }),
      agent('m', { skills: { hr: 5 }, weights: { chat: 100 } }),
      agent('i', { skills: { hr: 2 } }),
      agent('x', { skills: { hr: 3 } }),
      here('m', 0),
    )
    accept(router, router.apply(queued('zero', 10))[0], 20)
    router.applyAll([here('a', 1_000), here('x', 2_000), here('i', 3_000)])
    const [offer] = router.apply(queued('one', 62_000))
    expect(describeReceipt((offer as OfferDecision).receipt, names)).toBe(
      'Ana: skill hr 4 ≥ 3, idle longest; x: idle 1 min; Marko: full; Iva: skill hr 2 < 3',
    )
  })

  it('say that nobody serves the queue, or that it is gone', () => {
    const router = centre(queue({ name: 'Support' }))
    router.apply(queued('one', 0))
    expect(describeWaiting(router.explain('one', START)!, names)).toBe('no one serves q')
    router.apply({ type: 'queue.removed', at: START, queueId: 'q' })
    expect(describeWaiting(router.explain('one', START)!, names)).toBe('the queue q does not exist')
    expect(router.explain('unknown', START)).toBeNull()
  })
})

it('counts what it holds', () => {
  const router = centre(queue(), agent('a'), agent('m'), here('a', 0))
  router.applyAll([queued('one', 1_000), queued('two', 2_000)])
  expect(router.snapshot()).toEqual({
    waiting: 1,
    offered: 1,
    agents: { offline: 1, available: 1, away: 0, busy: 0, wrapUp: 0, notResponding: 0 },
    idle: 0,
    signatures: 1,
    queues: [{ queueId: 'q', waiting: 1, oldestQueuedAt: START + 2_000 }],
  })
})
