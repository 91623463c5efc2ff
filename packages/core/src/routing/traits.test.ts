import { describe, expect, it } from 'vitest'
import type { Attributes } from '../expression/expression.ts'
import { holds } from '../expression/expression.ts'
import { readExpression } from '../expression/read-expression.ts'
import type { RoutingEvent } from './event.ts'
import { seededDraw } from './random-events.ts'
import { createRouter } from './router.ts'
import { Traits } from './traits.ts'

function expression(text: string) {
  const read = readExpression(text)
  if (!read.ok) throw new Error(text)
  return read.expression
}

const texts = [
  'agent.tier >= 2 && !(agent.vip)',
  'agent.tier == agent.level || agent.region in ["hr", "si"]',
  'agent.region == contact.region',
  'agent.tier != 1 && contact.tier > 2',
  ...Array.from({ length: 110 }, (_, badge) => `agent.badge == ${badge}`),
]

describe("agents' traits", () => {
  it('are equal only where every expression holds for both or for neither', () => {
    const draw = seededDraw(7)
    const pick = (options: Attributes[string][]) => options[draw(options.length)]!
    const attributes = (): Attributes => ({
      ...(draw(3) > 0 && { tier: pick([1, 2, 3, 'two']) }),
      ...(draw(3) > 0 && { level: pick([1, 2]) }),
      ...(draw(3) > 0 && { vip: pick([true, false]) }),
      ...(draw(3) > 0 && { region: pick(['hr', 'si', 'at']) }),
      ...(draw(3) > 0 && { badge: draw(200) }),
    })
    const agents = Array.from({ length: 200 }, attributes)
    const contacts: Attributes[] = [{}, { region: 'hr' }, { region: 'at', tier: 3 }]
    const traits = new Traits()
    const told = []
    for (const text of texts) {
      told.push(expression(text))
      const before = agents.map(agent => JSON.stringify(traits.of(agent)))
      const differ = traits.add(told.at(-1)!)
      const unasked = (_: unknown, i: number) => !Object.keys(agents[i]!).some(name => differ.includes(name))
      const after = agents.map(agent => JSON.stringify(traits.of(agent)))
      expect(after.filter(unasked)).toEqual(before.filter(unasked))
    }
    const truths = new Map<string, string>()
    for (const agent of agents) {
      const its = told.map(one => contacts.map(contact => Number(holds(one, { agent, contact })))).join()
      const key = JSON.stringify(traits.of(agent))
      expect(truths.get(key) ?? its).toBe(its)
      truths.set(key, its)
    }
    expect(truths.size).toBeGreaterThan(50)
  })

  it('leave agents alike who differ in what no expression tells apart, however many there are', () => {
    const router = createRouter()
    const at = 1_800_000_000_000
    const set = (where: string): RoutingEvent => ({
      type: 'queue.set',
      at,
      queueId: 'q',
      name: 'Support',
      priority: 0,
      ageingPerMinute: 1,
      steps: [{ afterMs: 0, requirements: [], where }],
      offerMs: 20_000,
    })
    for (let badge = 0; badge < 50; badge++)
      router.apply({
        type: 'agent.set',
        at,
        agentId: `a${badge}`,
        name: `Agent ${badge}`,
        skills: {},
        queues: [{ queueId: 'q', priority: 1, delayMs: 0 }],
        weights: { chat: 25 },
        interrupts: {},
        capacity: 100,
        attributes: { badge },
      })
    router.apply(set('agent.badge > 20'))
    expect(router.snapshot().signatures).toBe(2)
    router.apply(set('agent.badge > 30 || agent.badge == 7'))
    expect(router.snapshot().signatures).toBe(4)
  })
})
