import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision } from './decision.ts'
import type { RoutingEvent } from './event.ts'
import { Oracle, type PlainDecision } from './oracle.ts'
import { type Draw, RandomCentre, seededDraw } from './random-events.ts'
import { createRouter } from './router.ts'

const EVENTS = Number(process.env.ORACLE_EVENTS ?? 20_000)

function plain(decisions: Decision[]): PlainDecision[] {
  return decisions.map(decision => {
    if (decision.type === 'expireOffer') return decision
    const { receipt: _, ...rest } = decision
    return rest
  })
}

/** Runs a centre through router and oracle side by side; `check` sees both after every event. */
function together(draw: Draw, events: number, check?: (oracle: Oracle, event: RoutingEvent, made: Decision[]) => void) {
  const centre = new RandomCentre(draw, 2 + draw(7), 1 + draw(4), 4 + draw(20))
  const router = createRouter()
  const oracle = new Oracle()
  const history: RoutingEvent[] = []
  const step = (event: RoutingEvent) => {
    history.push(event)
    const made = router.apply(event)
    const expected = oracle.apply(event)
    expect(plain(made)).toEqual(expected)
    centre.decided(expected)
    check?.(oracle, event, made)
  }
  for (const event of centre.opening()) step(event)
  for (let i = 0; i < events; i++) step(centre.next(router.wakeAt()))
  return history
}

describe('the router beside the oracle', () => {
  it('decides the same on random events', () => {
    const each = 1_000
    for (let seed = 0; seed < EVENTS / each; seed++) together(seededDraw(seed + 1), each)
  }, 600_000)
})
void fc
