import type { ChannelAccount } from '@centrala/api/channel-account.ts'
import type { AgentNow, Now, QueueNow } from '@centrala/api/supervise.ts'

export type Why = 'nobodyAtWork' | 'nobodyFree' | 'unmatched'

/** Something that is wrong now, with what explains it. */
export type Problem =
  | { kind: 'overdue'; severity: 'bad'; queue: QueueNow; why: Why }
  | { kind: 'channel'; severity: 'bad'; account: ChannelAccount }
  | { kind: 'unstaffed'; severity: 'warn'; queue: QueueNow }
  | { kind: 'serviceLevel'; severity: 'warn'; queue: QueueNow }
  | { kind: 'notResponding'; severity: 'warn'; agent: AgentNow }

/** Fewer contacts than this say nothing about a service level yet. */
const ENOUGH = 5

/** What is wrong now, worst first: customers who wait too long, channels that do not work, promises broken today, agents who do not answer. */
export function findProblems(now: Now, accounts: readonly ChannelAccount[]): Problem[] {
  const problems: Problem[] = []
  const late = now.queues.filter(queue => queue.overdue > 0)
  for (const queue of late.sort((a, b) => b.overdue - a.overdue))
    problems.push({ kind: 'overdue', severity: 'bad', queue, why: whyLate(queue) })
  for (const account of accounts)
    if (account.active && account.state === 'failing') problems.push({ kind: 'channel', severity: 'bad', account })
  for (const queue of now.queues) {
    if (queue.overdue > 0) continue
    if (queue.waiting > 0 && queue.agentsAtWork === 0) problems.push({ kind: 'unstaffed', severity: 'warn', queue })
  }
  // What waits too long has been said already; its card tells of the day as well.
  for (const queue of now.queues)
    if (queue.overdue === 0 && isBelowPromise(queue)) problems.push({ kind: 'serviceLevel', severity: 'warn', queue })
  for (const agent of now.agents)
    if (agent.state === 'notResponding') problems.push({ kind: 'notResponding', severity: 'warn', agent })
  return problems
}

export function isBelowPromise({ today, targetPercent }: QueueNow): boolean {
  return today.serviceLevel !== null && today.offered >= ENOUGH && today.serviceLevel * 100 < targetPercent
}

function whyLate(queue: QueueNow): Why {
  if (queue.agentsAtWork === 0) return 'nobodyAtWork'
  return queue.agentsFree === 0 ? 'nobodyFree' : 'unmatched'
}

/** How an agent is shown: who is available but has no room for more, or is in a colleague's call, is busy, who only finishes is in wrap-up. */
export function shownState({ state, held, load, capacity, inCall }: AgentNow): AgentNow['state'] {
  if (state !== 'available' && state !== 'busy') return state
  if (inCall) return 'busy'
  const active = held.reduce((sum, one) => sum + one.active + one.offered, 0)
  if (active === 0 && held.some(one => one.wrapUp > 0)) return 'wrapUp'
  return load >= capacity && load > 0 ? 'busy' : 'available'
}
