import { describe, expect, it } from 'vitest'
import type { Decision, OfferDecision } from './decision.ts'
import { describeReceipt, describeWaiting } from './describe.ts'
import type { AgentProfile, QueuedInteraction, QueueRules, Reserve, RoutingEvent, Step } from './event.ts'
import { createRouter, type Router } from './router.ts'

const START = 1_800_000_000_000
const names = (_: string, id: string) => id

const queue = (queueId: string, change: Partial<QueueRules> = {}): RoutingEvent => ({
  type: 'queue.set',
  at: START,
  queueId,
  name: queueId,
  priority: 0,
  ageingPerMinute: 1,
  steps: [],
  offerMs: 20_000,
  ...change,
})

/** An agent of these queues, signed in and ready; idle the longer the earlier it is named. */
function agent(agentId: string, queueIds: string[], change: Partial<AgentProfile> = {}): RoutingEvent[] {
  const queues = queueIds.map(queueId => ({ queueId, priority: 0, delayMs: 0 }))
  const profile = { agentId, name: agentId, skills: {}, queues, weights: { voice: 100 }, interrupts: {}, capacity: 100 }
  return [
    { type: 'agent.set', at: START, ...profile, ...change },
    { type: 'agent.presence', at: START, agentId, state: 'available' },
  ]
}

const call = (
  interactionId: string,
  queueId: string,
  at: number,
  change: Partial<QueuedInteraction> = {},
): RoutingEvent => ({
  type: 'interaction.queued',
  at: START + at,
  interactionId,
  queueId,
  channel: 'voice',
  priority: 0,
  queuedAt: START + at,
  requirements: [],
  ...change,
})

const tick = (at: number): RoutingEvent => ({ type: 'tick', at: START + at })
const level = (queueId: string, level: number | null, at: number): RoutingEvent => ({
  type: 'queue.level',
  at: START + at,
  queueId,
  level,
})
const pairs = (decisions: Decision[]) => decisions.map(d => `${d.interactionId}→${d.agentId}`)

function centre(...events: RoutingEvent[]): Router {
  const router = createRouter()
  expect(router.applyAll(events)).toEqual([])
  return router
}
const say = (decision: Decision | undefined) => describeReceipt((decision as OfferDecision).receipt, names)
const why = (router: Router, interactionId: string, at: number) =>
  describeWaiting(router.explain(interactionId, START + at)!, names)

describe('a bound on the wait', () => {
  it('is kept whatever points and ranks say, and told in the receipt', () => {
    const router = centre(queue('low', { maxWaitMs: { voice: 60_000 } }), queue('high', { priority: 1_000 }))
    router.apply(call('patient', 'low', 0))
    router.apply(call('important', 'high', 59_000))
    const ranks = [
      { queueId: 'low', priority: 0, delayMs: 0 },
      { queueId: 'high', priority: 9, delayMs: 0 },
    ]
    const [set, here] = agent('ana', [], { queues: ranks })
    router.apply({ ...set!, at: START + 72_000 })
    const [offer] = router.apply({ ...here!, at: START + 72_000 })
    expect(pairs([offer!])).toEqual(['patient→ana'])
    expect(say(offer)).toBe('ana: the only one free; 12 s over the longest wait')
  })

  it('says of who still waits that it goes first', () => {
    const router = centre(queue('low', { maxWaitMs: { voice: 60_000 } }), ...agent('ana', ['other']))
    router.apply(call('patient', 'low', 0))
    expect(router.explain('patient', START + 59_000)?.overdueMs).toBeNull()
    expect(router.explain('patient', START + 61_000)?.overdueMs).toBe(1_000)
  })
})

describe('reserves', () => {
  const reserved = (...reserves: Reserve[]) => [queue('common', { reserves }), queue('scarce')]

  it('give common work to those who can do nothing else first, however long others have been idle', () => {
    const router = centre(...reserved({ queueId: 'scarce', keep: 0 }), ...agent('both', ['common', 'scarce']))
    router.applyAll(agent('plain', ['common']).map(event => ({ ...event, at: START + 5_000 })))
    const [offer] = router.apply(call('c', 'common', 6_000))
    expect(pairs([offer!])).toEqual(['c→plain'])
    expect(say(offer)).toBe('plain: not needed for scarcer work; both: spared for scarcer work')
  })

  it('keep agents free, and scarce work gets them at once', () => {
    const router = centre(...reserved({ queueId: 'scarce', keep: 1 }), ...agent('both', ['common', 'scarce']))
    expect(router.apply(call('c', 'common', 0))).toEqual([])
    expect(why(router, 'c', 0)).toBe('both: kept free for scarce: one other must stay idle')
    expect(pairs(router.apply(call('s', 'scarce', 1_000)))).toEqual(['s→both'])
  })

  it('let go when one more is idle, and the longest idle gets the work', () => {
    const router = centre(...reserved({ skillId: 'de', keep: 1 }), ...agent('first', ['common'], { skills: { de: 3 } }))
    router.apply(call('c', 'common', 0))
    const [set, here] = agent('second', ['common'], { skills: { de: 1 } })
    router.apply(set!)
    expect(pairs(router.apply({ ...here!, at: START + 9_000 }))).toEqual(['c→first'])
  })

  it('let go when so many wait, or after that wait', () => {
    const crowd = { queueId: 'scarce', keep: 1, unlessWaiting: 3 }
    const router = centre(...reserved(crowd), ...agent('both', ['common', 'scarce']))
    router.apply(call('a', 'common', 0))
    router.apply(call('b', 'common', 1_000))
    expect(pairs(router.apply(call('c', 'common', 2_000)))).toEqual(['a→both'])

    const wait = { queueId: 'scarce', keep: 1, unlessWaitedMs: 30_000 }
    const patient = centre(...reserved(wait), ...agent('both', ['common', 'scarce']))
    patient.apply(call('a', 'common', 0))
    expect(patient.wakeAt()).toBe(START + 30_000)
    expect(pairs(patient.apply(tick(30_000)))).toEqual(['a→both'])
  })

  it('blend outbound work in only while enough agents of the inbound queue are idle', () => {
    const blended = [queue('outbound', { reserves: [{ queueId: 'inbound', keep: 2 }] }), queue('inbound')]
    const agents = ['a', 'b', 'c'].flatMap(id => agent(id, ['inbound', 'outbound']))
    const router = centre(...blended, ...agents)
    expect(pairs(router.apply(call('o1', 'outbound', 0)))).toEqual(['o1→a'])
    expect(router.apply(call('o2', 'outbound', 0))).toEqual([])
    expect(pairs(router.apply(call('i1', 'inbound', 0)))).toEqual(['i1→b'])
    expect(pairs(router.apply(call('i2', 'inbound', 0)))).toEqual(['i2→c'])
  })
})

describe('steps', () => {
  const stepped = (...steps: Step[]) => queue('north', { steps })
  const none = { requirements: [] }

  it('make a pool of a team, and widen it with the wait', () => {
    const router = centre(
      stepped({ afterMs: 0, ...none, where: 'agent.team == "north"' }, { afterMs: 30_000, ...none }),
      ...agent('south', ['north'], { attributes: { team: 'south' } }),
    )
    router.apply(call('c', 'north', 0))
    expect(why(router, 'c', 10_000)).toBe(
      'no one who is signed in meets: agent.team == "north"; in 20 s it needs no skill; south: not true: agent.team == "north"',
    )
    expect(pairs(router.apply(tick(30_000)))).toEqual(['c→south'])
  })

  it('match what an agent is with what the contact is', () => {
    const router = centre(
      stepped({ afterMs: 0, ...none, where: 'language == contact.language && tier >= 2' }),
      ...agent('hr1', ['north'], { attributes: { language: 'hr', tier: 1 } }),
      ...agent('de2', ['north'], { attributes: { language: 'de', tier: 2 } }),
      ...agent('hr2', ['north'], { attributes: { language: 'hr', tier: 2 } }),
    )
    expect(pairs(router.apply(call('c', 'north', 0, { attributes: { language: 'hr' } })))).toEqual(['c→hr2'])
    expect(pairs(router.apply(call('d', 'north', 0, { attributes: { language: 'de' } })))).toEqual(['d→de2'])
    expect(router.apply(call('e', 'north', 0))).toEqual([])
  })

  it('take in an expression that cannot be read as one that holds for nobody', () => {
    const router = centre(stepped({ afterMs: 0, ...none, where: 'team = north' }), ...agent('ana', ['north']))
    expect(router.apply(call('c', 'north', 0))).toEqual([])
  })

  it('overflow to the agents of another queue, keeping the place in their own', () => {
    const router = centre(
      stepped({ afterMs: 0, ...none }, { afterMs: 20_000, ...none, queues: ['south'] }),
      queue('south'),
      ...agent('helper', ['south']),
    )
    router.apply(call('c', 'north', 0))
    expect(why(router, 'c', 0)).toContain('in 20 s agents of south help too')
    const [set, here] = agent('own', ['north'])
    expect(pairs(router.apply(tick(20_000)))).toEqual(['c→helper'])
    router.apply({
      type: 'offer.withdrawn',
      at: START + 21_000,
      interactionId: 'c',
      agentId: 'helper',
      reason: 'rejected',
    })
    router.apply(set!)
    // Its own agents still serve it, and it is still where it was.
    expect(pairs(router.apply({ ...here!, at: START + 22_000 }))).toEqual(['c→own'])
  })

  it('count only while the service level is below what they ask', () => {
    const router = centre(
      stepped(
        { afterMs: 0, requirements: [{ skillId: 'hr', minProficiency: 3 }] },
        { afterMs: 0, ...none, whenLevelBelow: 0.8 },
      ),
      ...agent('ana', ['north']),
    )
    router.apply(call('c', 'north', 0))
    expect(router.apply(level('north', 0.9, 1_000))).toEqual([])
    expect(pairs(router.apply(level('north', 0.79, 2_000)))).toEqual(['c→ana'])
    router.apply({
      type: 'offer.withdrawn',
      at: START + 3_000,
      interactionId: 'c',
      agentId: 'ana',
      reason: 'withdrawn',
      excludeForMs: 1,
    })
    const unknown = level('north', null, 3_000)
    router.applyAll([unknown, tick(3_500)])
    expect(router.explain('c', START + 4_000)).toMatchObject({ step: 1, requirements: [{ skillId: 'hr' }] })
  })
})
