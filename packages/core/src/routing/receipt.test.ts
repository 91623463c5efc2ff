import { describe, expect, it } from 'vitest'
import { Oracle } from './oracle.ts'
import { RandomCentre, seededDraw } from './random-events.ts'
import type { Reason, Receipt } from './receipt.ts'
import { createRouter } from './router.ts'

/** The reason by the rules, asked of one agent; the offer has been taken back in the oracle, so that it stands as when it was made. */
function reasonOf(oracle: Oracle, agentId: string, receipt: Receipt): Reason | 'able' {
  const agent = oracle.agents.get(agentId)!
  const interaction = oracle.interactions.get(receipt.interactionId)!
  const { profile, presence } = agent
  if (presence !== 'available' && presence !== 'busy') return presence
  if (profile.weights[receipt.channel] === undefined) return 'channel'
  if (receipt.requirements.some(r => (profile.skills[r.skillId] ?? 0) < r.minProficiency)) return 'skill'
  const entry = profile.queues.find(q => q.queueId === receipt.queueId)
  if (entry && receipt.waitedMs < entry.delayMs) return 'delay'
  if (!oracle.admits(agent, interaction)) return 'where'
  if (receipt.rule === 'reserved' && agentId !== receipt.winner.agentId) return 'reserved'
  if (interaction.exclusions.some(e => e.agentId === agentId && oracle.now < e.untilAt)) return 'excluded'
  if ([...oracle.interactions.values()].some(i => i.offer?.agentId === agentId)) return 'offered'
  if (!oracle.fits(agent, interaction.channel)) return 'full'
  return oracle.keptFree(agentId, interaction) ? 'kept' : 'able'
}

const ABLE: Reason[] = ['notPreferred', 'spared', 'moreLoaded', 'lessIdle']

describe('a receipt', () => {
  it('tells for everyone who has the queue why it was not them', () => {
    let seen = 0
    for (let seed = 1; seed <= 25; seed++) {
      const draw = seededDraw(seed)
      // More agents than a receipt names.
      const centre = new RandomCentre(draw, 4 + draw(20), 1 + draw(3), 12)
      const router = createRouter()
      const oracle = new Oracle()
      const step = (event: Parameters<typeof router.apply>[0]) => {
        const made = router.apply(event)
        const expected = oracle.apply(event)
        centre.decided(expected)
        const offers = made.filter(decision => decision.type === 'offer')
        // With several offers from one event the receipts were written in between; the oracle only knows the end.
        if (offers.length !== 1) return
        const { receipt } = offers[0]!
        seen++
        const offered = oracle.interactions.get(receipt.interactionId)!
        const { offer } = offered
        offered.offer = null
        const named = new Map(receipt.others.map(other => [other.agentId, other.reason]))
        const left: Partial<Record<Reason, number>> = {}
        for (const agentId of oracle.agents.keys()) {
          if (agentId === receipt.winner.agentId) continue
          if (oracle.rank(agentId, offered) === null) continue
          const reason = reasonOf(oracle, agentId, receipt)
          const told = named.get(agentId)
          if (told) {
            if (reason === 'able') expect(ABLE).toContain(told)
            else expect(told).toBe(reason)
            named.delete(agentId)
          } else {
            const key = reason === 'able' ? ABLE.find(able => (receipt.counts[able] ?? 0) > (left[able] ?? 0))! : reason
            left[key] = (left[key] ?? 0) + 1
          }
        }
        offered.offer = offer
        expect([...named.keys()]).toEqual([])
        expect(left).toEqual(receipt.counts)
        expect(receipt.others.length).toBeLessThanOrEqual(10)
        expect(JSON.parse(JSON.stringify(receipt))).toEqual(receipt)
      }
      for (const event of centre.opening()) step(event)
      for (let i = 0; i < 600; i++) step(centre.next(router.wakeAt()))
    }
    expect(seen).toBeGreaterThan(1_000)
  })
})
