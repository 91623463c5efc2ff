import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision } from './decision.ts'
import type { RoutingEvent } from './event.ts'
import { Oracle, type OracleInteraction, type PlainDecision } from './oracle.ts'
import { type Draw, RandomCentre, seededDraw } from './random-events.ts'
import { createRouter, type Router } from './router.ts'

/** Events in each of the long runs; raise it to search longer. */
const EVENTS = Number(process.env.ORACLE_EVENTS ?? 20_000)
const EVENTS_EACH = 1_000
/** Long searches, and machines that do much else. */
const LONG_MS = 3_600_000

function plain(decisions: Decision[]): PlainDecision[] {
  return decisions.map(decision => {
    if (decision.type === 'expireOffer') return decision
    const { receipt: _, ...rest } = decision
    return rest
  })
}

interface Run {
  router: Router
  oracle: Oracle
  centre: RandomCentre
}

function start(draw: Draw): Run {
  const centre = new RandomCentre(draw, 2 + draw(7), 1 + draw(4), 4 + draw(20))
  return { router: createRouter(), oracle: new Oracle(), centre }
}

/** Runs a centre; `check` sees router and oracle before they take each event and gives back what to ask afterwards. */
function run(draw: Draw, events: number, check: (run: Run, event: RoutingEvent) => void): void {
  const started = start(draw)
  for (const event of started.centre.opening()) check(started, event)
  for (let i = 0; i < events; i++) check(started, started.centre.next(started.router.wakeAt()))
}

function compare({ router, oracle, centre }: Run, event: RoutingEvent): Decision[] {
  const made = router.apply(event)
  const expected = oracle.apply(event)
  expect(plain(made)).toEqual(expected)
  centre.decided(expected)
  return made
}

function manyRuns(check: (run: Run, event: RoutingEvent) => void): void {
  for (let seed = 1; seed <= EVENTS / EVENTS_EACH; seed++) run(seededDraw(seed), EVENTS_EACH, check)
}

/** Draws that fast-check chooses, and can make smaller when something fails. */
const draws = fc.array(fc.nat(), { maxLength: 400 })
function listedDraw(list: readonly number[]): Draw {
  let index = 0
  return bound => (list[index++ % list.length] ?? 0) % bound
}

describe('the router beside the oracle', { timeout: LONG_MS }, () => {
  it('decides the same on long random runs, event by event', () => {
    let offers = 0
    manyRuns((started, event) => {
      offers += compare(started, event).filter(({ type }) => type === 'offer').length
    })
    expect(offers).toBeGreaterThan(EVENTS / 20)
  })

  it('decides the same on runs that shrink to the shortest that fails', () => {
    fc.assert(
      fc.property(draws, list => run(listedDraw(list), 40, compare)),
      { numRuns: 150 },
    )
  })

  it('decides the same on batches', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const draw = seededDraw(seed)
      const { router, oracle, centre } = start(draw)
      let batch = centre.opening()
      for (let i = 0; i < 200; i++) {
        const expected = oracle.applyAll(batch)
        expect(plain(router.applyAll(batch))).toEqual(expected)
        centre.decided(expected)
        batch = Array.from({ length: draw(8) }, () => centre.next(router.wakeAt()))
      }
    }
  })
})

describe('after every event', { timeout: LONG_MS }, () => {
  it('no interaction is offered to two agents and no agent is offered two', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const offered = new Map<string, string>()
      run(seededDraw(seed), EVENTS_EACH, (started, event) => {
        if ('interactionId' in event && event.type !== 'interaction.changed' && event.type !== 'interaction.released')
          if (event.type !== 'offer.withdrawn' || offered.get(event.interactionId) === event.agentId)
            offered.delete(event.interactionId)
        if (event.type === 'agent.removed')
          for (const [interactionId, agentId] of offered) if (agentId === event.agentId) offered.delete(interactionId)
        for (const { type, interactionId, agentId } of compare(started, event)) {
          if (type !== 'offer') continue
          expect(offered.has(interactionId)).toBe(false)
          expect([...offered.values()].includes(agentId)).toBe(false)
          offered.set(interactionId, agentId)
        }
      })
    }
  })

  it('nobody was offered more than its capacity holds', () => {
    manyRuns((started, event) => {
      for (const decision of compare(started, event)) {
        if (decision.type !== 'offer') continue
        const { profile, held } = started.oracle.agents.get(decision.agentId)!
        const { channel } = decision.receipt
        const counted = held.filter(h => !profile.interrupts[h.channel]?.includes(channel))
        const load = counted.reduce((sum, h) => sum + (profile.weights[h.channel] ?? profile.capacity), 0)
        expect(load + profile.weights[channel]!).toBeLessThanOrEqual(profile.capacity)
      }
    })
  })

  it('no agent idles beside work that it may take', () => {
    manyRuns((started, event) => {
      compare(started, event)
      const { oracle } = started
      const agents = [...oracle.agents.keys()]
      expect(oracle.waiting().filter(waits => agents.some(agentId => oracle.eligible(agentId, waits)))).toEqual([])
    })
  })

  it('nobody is skipped by one who came later and is alike', () => {
    // The same turmoil, but all work is alike save for when it came and who has rejected it.
    const alike = (event: RoutingEvent): RoutingEvent => {
      if (event.type === 'queue.set') return { ...event, steps: [], curves: {}, maxWaitMs: {}, reserves: [] }
      if (event.type === 'interaction.changed') return { type: 'tick', at: event.at }
      if (event.type !== 'interaction.queued') return event
      const { type, at, interactionId, queuedAt } = event
      return { type, at, interactionId, queueId: 'queue-0', channel: 'chat', priority: 0, queuedAt, requirements: [] }
    }
    let compared = 0
    manyRuns((started, event) => {
      for (const decision of compare(started, alike(event))) {
        if (decision.type !== 'offer') continue
        const { oracle } = started
        const chosen = oracle.interactions.get(decision.interactionId)!
        for (const other of oracle.waiting()) {
          if (other.exclusions.length > 0) continue
          compared++
          expect(other.queuedAt - chosen.queuedAt || other.arrival - chosen.arrival).toBeGreaterThan(0)
        }
      }
    })
    expect(compared).toBeGreaterThan(EVENTS / 20)
  })

  /** The one offer that followed from an event, with the oracle as it stood when it was made. */
  function eachOffer(look: (oracle: Oracle, chosen: OracleInteraction, agentId: string) => void): void {
    manyRuns((started, event) => {
      const made = compare(started, event).filter(({ type }) => type === 'offer')
      const [offer] = made
      if (!offer || made.length > 1) return
      const chosen = started.oracle.interactions.get(offer.interactionId)!
      const { offer: lease } = chosen
      chosen.offer = null
      look(started.oracle, chosen, offer.agentId)
      chosen.offer = lease
    })
  }

  it('nobody who is over the bound on the wait is passed by the agent who could take them, but for one longer over', () => {
    let compared = 0
    eachOffer((oracle, chosen, agentId) => {
      for (const other of oracle.waiting()) {
        const overMs = oracle.overdueMs(other)
        if (other === chosen || overMs === null || !oracle.eligible(agentId, other)) continue
        compared++
        expect(oracle.overdueMs(chosen)).toBeGreaterThanOrEqual(overMs)
      }
    })
    expect(compared).toBeGreaterThan(EVENTS / 1_000)
  })

  it('as many others of a group stay idle as a reserve says, unless enough wait or it has waited long enough', () => {
    let compared = 0
    eachOffer((oracle, chosen, agentId) => {
      const waitedMs = oracle.now - chosen.queuedAt
      const waiting = oracle.waiting().filter(({ queueId }) => queueId === chosen.queueId).length
      for (const { queueId, skillId, keep, unlessWaiting, unlessWaitedMs } of oracle.reservesNaming(
        agentId,
        chosen.queueId,
      )) {
        if (
          waitedMs >= (unlessWaitedMs ?? Number.POSITIVE_INFINITY) ||
          waiting >= (unlessWaiting ?? Number.POSITIVE_INFINITY)
        )
          continue
        compared++
        const idle = [...oracle.agents].filter(
          ([id, { profile }]) =>
            id !== agentId &&
            oracle.ready(id) &&
            (queueId === undefined || profile.queues.some(entry => entry.queueId === queueId)) &&
            (skillId === undefined || (profile.skills[skillId] ?? 0) > 0),
        )
        expect(idle.length).toBeGreaterThanOrEqual(keep)
      }
    })
    expect(compared).toBeGreaterThan(EVENTS / 1_000)
  })

  it('waking at the time asked for misses nothing', () => {
    let early = 0
    manyRuns((started, event) => {
      const wakeAt = started.router.wakeAt()
      const made = compare(started, event)
      if (event.type !== 'tick' || (wakeAt !== null && event.at >= wakeAt)) return
      early++
      expect(made).toEqual([])
    })
    expect(early).toBeGreaterThan(EVENTS / 100)
  })

  it('the place in line is the number of those before plus one', () => {
    manyRuns((started, event) => {
      compare(started, event)
      const { oracle, router } = started
      const [asked] = oracle.waiting()
      if (!asked) return
      const before = oracle.waiting().filter(o => o.queueId === asked.queueId && oracle.before(o, asked) < 0)
      expect(router.position(asked.interactionId)).toBe(before.length + 1)
    })
  })
})

it('the same events give the same decisions, receipts included', () => {
  const history: RoutingEvent[] = []
  const first: Decision[] = []
  run(seededDraw(7), 2_000, (started, event) => {
    history.push(event)
    first.push(...compare(started, event))
  })
  const again = createRouter()
  expect(history.flatMap(event => again.apply(event))).toEqual(first)
})
