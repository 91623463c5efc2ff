import type { Phrase } from '../phrase/phrase.ts'
import type { Considered, Reason, Receipt, Rule } from './receipt.ts'
import type { Waiting } from './waiting.ts'

/** What is said about a decision. */
export type RoutingPhrase = Phrase<RoutingCode>

export type RoutingCode =
  /** `agentId`, and what is said of it in `parts`. */
  | 'agent'
  /** `count` unnamed agents, and why not they in `parts`. */
  | 'others'
  /** `skillId`, `has`, `needs`. */
  | 'skill.met'
  | `rule.${Rule}`
  | `reason.${Reason}`
  /** `queueId`. */
  | 'waiting.noQueue'
  | 'waiting.nobodyHasQueue'
  | 'waiting.nobodySignedIn'
  /** `skillId`, `needs`. */
  | 'waiting.nobodyHasSkill'
  /** `where`: an expression. */
  | 'waiting.nobodyWhere'
  /** `overMs`. */
  | 'waiting.overdue'
  /** `agentId`, `forMs`. */
  | 'waiting.reserved'
  /** `inMs`; what is still needed then in `parts`, nothing where there are none. */
  | 'waiting.relaxes'
  /** `inMs`; from then on the agents of `queueId` help. */
  | 'waiting.helps'
  /** `count` agents. */
  | 'waiting.able'
  /** `skillId`, `needs`. */
  | 'need'
  /** `where`: an expression that must hold for the agent. */
  | 'needWhere'
  /** `overMs`: it had waited so much longer than the queue allows. */
  | 'overdue'

/** A receipt in phrases: the winner and why, then the others named, then everyone else by reason. */
export function receiptPhrases(receipt: Receipt): RoutingPhrase[] {
  const { winner, requirements, rule } = receipt
  const skills = requirements.map(
    ({ skillId, minProficiency }, i): RoutingPhrase => ({
      code: 'skill.met',
      params: { skillId, has: winner.skills[i] ?? 0, needs: minProficiency },
    }),
  )
  const why: RoutingPhrase = { code: `rule.${rule}`, params: { idleMs: winner.idleMs, load: winner.load } }
  const overdue: RoutingPhrase[] =
    receipt.overdueMs === undefined ? [] : [{ code: 'overdue', params: { overMs: receipt.overdueMs } }]
  return [
    { code: 'agent', params: { agentId: winner.agentId }, parts: [...skills, why] },
    ...overdue,
    ...receipt.others.map(consideredPhrase),
    ...countPhrases(receipt.counts),
  ]
}

/** Why an interaction waits, in phrases: what stands in the way, what will change, then who was asked. */
export function waitingPhrases(waiting: Waiting): RoutingPhrase[] {
  return [
    ...obstacles(waiting),
    ...changes(waiting),
    ...waiting.others.map(consideredPhrase),
    ...countPhrases(waiting.counts),
  ]
}

function obstacles({
  queueExists,
  queueId,
  agents,
  signedIn,
  unmet,
  unmetWhere,
  overdueMs,
  reserved,
  able,
}: Waiting): RoutingPhrase[] {
  if (!queueExists) return [{ code: 'waiting.noQueue', params: { queueId } }]
  if (agents === 0) return [{ code: 'waiting.nobodyHasQueue', params: { queueId } }]
  if (signedIn === 0) return [{ code: 'waiting.nobodySignedIn', params: { queueId } }]
  const phrases = unmet.map(
    ({ skillId, minProficiency }): RoutingPhrase => ({
      code: 'waiting.nobodyHasSkill',
      params: { skillId, needs: minProficiency },
    }),
  )
  if (unmetWhere !== null) phrases.push({ code: 'waiting.nobodyWhere', params: { where: unmetWhere } })
  if (overdueMs !== null) phrases.push({ code: 'waiting.overdue', params: { overMs: overdueMs } })
  if (reserved) phrases.push({ code: 'waiting.reserved', params: { ...reserved } })
  if (able > 0) phrases.push({ code: 'waiting.able', params: { count: able } })
  return phrases
}

function changes({ relaxations }: Waiting): RoutingPhrase[] {
  const next = relaxations[0]
  if (!next) return []
  const parts = next.requirements.map(
    ({ skillId, minProficiency }): RoutingPhrase => ({ code: 'need', params: { skillId, needs: minProficiency } }),
  )
  if (next.where !== null) parts.push({ code: 'needWhere', params: { where: next.where } })
  const { inMs } = next
  const helps = next.helperIds.map((queueId): RoutingPhrase => ({ code: 'waiting.helps', params: { inMs, queueId } }))
  return [{ code: 'waiting.relaxes', params: { inMs }, parts }, ...helps]
}

function consideredPhrase({ agentId, reason, ...params }: Considered): RoutingPhrase {
  return { code: 'agent', params: { agentId }, parts: [{ code: `reason.${reason}`, params }] }
}

function countPhrases(counts: Receipt['counts']): RoutingPhrase[] {
  return Object.entries(counts).map(([reason, count]) => ({
    code: 'others',
    params: { count },
    parts: [{ code: `reason.${reason as Reason}`, params: {} }],
  }))
}
