import { Oracle } from '@centrala/core/routing/oracle.ts'
import { RandomCentre, seededDraw } from '@centrala/core/routing/random-events.ts'
import { createRouter } from '@centrala/core/routing/router.ts'

const EVENTS_EACH = 2_000

/** Random events through router and oracle side by side: how many events, decisions, and decisions that differ. */
export function exactness(events: number, progress: (done: number) => void) {
  let done = 0
  let decisions = 0
  let mismatches = 0
  for (let seed = 1; done < events; seed++) {
    const draw = seededDraw(seed)
    const centre = new RandomCentre(draw, 2 + draw(7), 1 + draw(4), 4 + draw(20))
    const router = createRouter()
    const oracle = new Oracle()
    const both = (event: Parameters<typeof router.apply>[0]) => {
      const made = router.apply(event)
      const expected = oracle.apply(event)
      centre.decided(expected)
      decisions += expected.length
      done++
      const differs = made.some((decision, i) => {
        const other = expected[i]
        if (decision.type !== other?.type || decision.interactionId !== other.interactionId) return true
        if (decision.agentId !== other.agentId || decision.at !== other.at) return true
        return decision.type === 'offer' && other.type === 'offer' && decision.expiresAt !== other.expiresAt
      })
      if (differs || made.length !== expected.length) mismatches++
    }
    for (const event of centre.opening()) both(event)
    for (let i = 0; i < EVENTS_EACH; i++) both(centre.next(router.wakeAt()))
    if (seed % 50 === 0) progress(done)
  }
  return { events: done, decisions, mismatches }
}
