import { describe, expect, it } from 'vitest'
import type { CurvePiece, RoutingEvent } from './event.ts'
import { costCurve, firstComeCurve, serviceLevelCurve } from './order-preset.ts'
import { createRouter } from './router.ts'

interface Waits {
  queue: string
  /** How long it has waited when the agent comes. */
  seconds: number
  points?: number
}

/** In which order one agent is offered what waits in queues with these curves and bounds. */
function served(
  queues: Record<string, { curve: CurvePiece[]; priority?: number; maxSeconds?: number }>,
  waits: Waits[],
): string[] {
  const now = 1_800_000_000_000
  const router = createRouter()
  const events: RoutingEvent[] = Object.entries(queues).map(([queueId, { curve, priority = 0, maxSeconds }]) => ({
    type: 'queue.set',
    at: now,
    queueId,
    name: queueId,
    priority,
    ageingPerMinute: 0,
    curves: { chat: curve },
    ...(maxSeconds !== undefined && { maxWaitMs: { chat: maxSeconds * 1000 } }),
    steps: [],
    offerMs: 60_000,
  }))
  for (const { queue, seconds, points = 0 } of waits)
    events.push({
      type: 'interaction.queued',
      at: now,
      interactionId: `${queue} ${seconds}`,
      queueId: queue,
      channel: 'chat',
      priority: points,
      queuedAt: now - seconds * 1000,
      requirements: [],
    })
  events.push({
    type: 'agent.set',
    at: now,
    agentId: 'ana',
    name: 'Ana',
    skills: {},
    queues: Object.keys(queues).map(queueId => ({ queueId, priority: 0, delayMs: 0 })),
    weights: { chat: 1 },
    interrupts: {},
    capacity: waits.length,
  })
  router.applyAll(events)
  const order: string[] = []
  let [offer] = router.apply({ type: 'agent.presence', at: now, agentId: 'ana', state: 'available' })
  while (offer?.type === 'offer') {
    const { interactionId, agentId } = offer
    order.push(interactionId)
    const [next] = router.apply({ type: 'interaction.assigned', at: now, interactionId, agentId, channel: 'chat' })
    offer = next
  }
  return order
}

describe('first come', () => {
  it('serves by the wait alone, across queues', () => {
    const curve = firstComeCurve()
    expect(
      served({ a: { curve }, b: { curve } }, [
        { queue: 'a', seconds: 10 },
        { queue: 'b', seconds: 30 },
        { queue: 'a', seconds: 20 },
      ]),
    ).toEqual(['b 30', 'a 20', 'a 10'])
  })

  it('lets a weight count as minutes of waiting', () => {
    expect(
      served({ a: { curve: firstComeCurve() } }, [
        { queue: 'a', seconds: 119 },
        { queue: 'a', seconds: 121 },
        { queue: 'a', seconds: 0, points: 2 },
      ]),
    ).toEqual(['a 121', 'a 0', 'a 119'])
  })
})

describe('service level', () => {
  it('serves whose promise is most at risk, then those whose promise is broken, longest first', () => {
    expect(
      served({ chat: { curve: serviceLevelCurve(20_000) }, mail: { curve: serviceLevelCurve(3_600_000) } }, [
        { queue: 'chat', seconds: 5 },
        { queue: 'chat', seconds: 18 },
        { queue: 'chat', seconds: 25 },
        { queue: 'chat', seconds: 90 },
        { queue: 'mail', seconds: 3_590 },
        { queue: 'mail', seconds: 10 },
      ]),
    ).toEqual(['chat 18', 'mail 3590', 'chat 5', 'mail 10', 'chat 90', 'chat 25'])
  })

  it('serves nobody later than the bound, whatever else is at risk', () => {
    expect(
      served({ chat: { curve: serviceLevelCurve(20_000), maxSeconds: 60 } }, [
        { queue: 'chat', seconds: 19 },
        { queue: 'chat', seconds: 59 },
        { queue: 'chat', seconds: 60 },
        { queue: 'chat', seconds: 70 },
      ]),
    ).toEqual(['chat 70', 'chat 60', 'chat 19', 'chat 59'])
  })
})

describe('cost of waiting', () => {
  it('serves where another minute costs most for the time that it takes', () => {
    const dear = costCurve(
      [
        { afterMs: 0, cost: 0 },
        { afterMs: 60_000, cost: 3 },
      ],
      300_000,
    )
    const cheap = costCurve(
      [
        { afterMs: 0, cost: 0 },
        { afterMs: 60_000, cost: 1 },
      ],
      300_000,
    )
    const quick = costCurve(
      [
        { afterMs: 0, cost: 0 },
        { afterMs: 60_000, cost: 1 },
      ],
      60_000,
    )
    expect(
      served({ cheap: { curve: cheap }, dear: { curve: dear }, quick: { curve: quick } }, [
        { queue: 'cheap', seconds: 500 },
        { queue: 'dear', seconds: 1 },
        { queue: 'dear', seconds: 2 },
        { queue: 'quick', seconds: 1 },
      ]),
    ).toEqual(['quick 1', 'dear 2', 'dear 1', 'cheap 500'])
  })

  it('grows more urgent where the curve is steeper', () => {
    const slow = costCurve(
      [
        { afterMs: 0, cost: 0 },
        { afterMs: 60_000, cost: 1 },
        { afterMs: 120_000, cost: 5 },
      ],
      60_000,
    )
    const even = costCurve(
      [
        { afterMs: 0, cost: 0 },
        { afterMs: 60_000, cost: 2 },
      ],
      60_000,
    )
    expect(
      served({ slow: { curve: slow }, even: { curve: even } }, [
        { queue: 'slow', seconds: 59 },
        { queue: 'slow', seconds: 61 },
        { queue: 'even', seconds: 1 },
      ]),
    ).toEqual(['slow 61', 'even 1', 'slow 59'])
  })
})
