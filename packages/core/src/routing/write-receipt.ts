import { CHANNELS } from '../channel/channel.ts'
import { PRESENCES } from '../presence/presence.ts'
import type { Interactions } from './interactions.ts'
import { type Line, overdueMs, pointsOf } from './line.ts'
import { type Considered, REASONS, type Reason, type Receipt, type Rule } from './receipt.ts'
import { keptBy, keptWords } from './reserve.ts'
import { type Agent, type Edge, isAvailable } from './signature.ts'
import type { Staff } from './staff.ts'
import type { Interaction } from './state.ts'

/** Why somebody who could have taken it did not get it. */
const ABLE: readonly Reason[] = ['notPreferred', 'spared', 'moreLoaded', 'lessIdle']
/** A group of at most this many is named in full. */
const SMALL = 10
/** Of a larger one the next best are named; who of many was busy tells nothing that the counts do not. */
const RUNNERS_UP = 3

const reasonIndex = Object.fromEntries(REASONS.map((reason, index) => [reason, index])) as Record<Reason, number>
/** By presence: the reason not to be offered anything, or null. */
const absence = PRESENCES.map(presence => (presence === 'available' || presence === 'busy' ? null : presence))
const absent = absence.flatMap((reason, presence) => (reason ? [[presence, reasonIndex[reason]] as const] : []))
const NOBODY: Agent[] = []
const tally = new Int32Array(REASONS.length)

interface Choice {
  line: Line
  winner: Agent
  /** The winner is the preferred agent. */
  preferred: boolean
  /** The winner is one whom no reserve of the queue names, so those whom one names are spared. */
  sparing: boolean
}

/**
 * The receipt of offering `interaction`, the first of `line`, to `winner`, written before anything is changed. Costs by the
 * signatures and pools that have the queue, not by people: agents are counted by what they have in common, and few are named.
 */
export function writeReceipt(
  interaction: Interaction,
  line: Line,
  winner: Agent,
  staff: Staff,
  interactions: Interactions,
  now: number,
): Receipt {
  const queuedAt = interactions.queuedAt(interaction)
  const { stage } = line
  const edge = stage.edges.get(winner.signature)!
  const preferred = interactions.wishes(interaction)?.preferredAgentId === winner.id
  const choice = { line, winner, preferred, sparing: line.queue.reserves.length > 0 && !edge.spared }
  const able = countAll(choice, staff)
  const small = sizeOf(line) <= SMALL + 1
  const runnersUp = able > 1 ? runnersUpOf(choice, small ? SMALL : RUNNERS_UP) : NOBODY
  const others = runnersUp.map(agent => name(agent, choice, now))
  if (small) nameUnable(choice, others, now)
  const counts: Partial<Record<Reason, number>> = {}
  for (let i = 0; i < tally.length; i++) if (tally[i]! > 0) counts[REASONS[i]!] = tally[i]!
  return {
    version: 1,
    at: now,
    interactionId: interactions.id(interaction),
    queueId: line.queue.id,
    channel: CHANNELS[line.channel]!,
    waitedMs: now - queuedAt,
    priority: pointsOf(line, now - queuedAt),
    ...(stage.overdue && { overdueMs: overdueMs(line, now - queuedAt) }),
    step: stage.step,
    requirements: stage.requirements,
    rule: ruleOf(choice, runnersUp[0]),
    winner: {
      agentId: winner.id,
      load: winner.pool.load,
      idleMs: now - winner.idleSince,
      queueRank: edge.priority,
      skills: edge.skills,
    },
    others,
    counts,
  }
}

function ruleOf({ line, winner, preferred, sparing }: Choice, runnerUp: Agent | undefined): Rule {
  if (line.reserved) return 'reserved'
  if (!runnerUp) return 'only'
  if (preferred) return 'preferred'
  if (sparing && line.stage.edges.get(runnerUp.signature)!.spared) return 'notSpared'
  if (runnerUp.pool.load !== winner.pool.load) return 'leastLoaded'
  return runnerUp.idleSince !== winner.idleSince ? 'longestIdle' : 'firstById'
}

/** Tallies all who have the queue, except the winner, by reason; returns how many could take it, the winner included. */
function countAll(choice: Choice, staff: Staff): number {
  const { line, winner } = choice
  tally.fill(0)
  for (const edge of line.stage.served) countEdge(edge, choice)
  for (const edge of line.stage.refused) countEdge(edge, choice)
  for (const agentId of line.excluded) {
    const agent = staff.agents.get(agentId)
    if (!agent || !line.stage.edges.has(agent.signature) || reasonFor(agent, choice) !== 'excluded') continue
    tally[reasonIndex[reasonOfFree(agent, choice)]]!--
    tally[reasonIndex.excluded]!++
  }
  if (line.reserved) {
    tally[reasonIndex.reserved]!--
    return 1
  }
  tally[reasonIndex[reasonOfFree(winner, choice)]]!--
  return (
    1 +
    tally[reasonIndex.notPreferred]! +
    tally[reasonIndex.spared]! +
    tally[reasonIndex.moreLoaded]! +
    tally[reasonIndex.lessIdle]!
  )
}

function countEdge({ signature, refusal, keptBy: reserves, spared }: Edge, choice: Choice): void {
  const { line, winner, preferred, sparing } = choice
  let present = signature.agents.length
  for (const [presence, reason] of absent) {
    const count = signature.presences[presence]!
    tally[reason]! += count
    present -= count
  }
  if (present === 0) return
  if (refusal) {
    tally[reasonIndex[refusal.reason]]! += present
    return
  }
  if (line.reserved) {
    tally[reasonIndex.reserved]! += present
    return
  }
  let fitting = 0
  if (signature.idle > 0)
    for (const pool of signature.openPools) {
      const { size } = pool.agents
      if (size === 0 || !pool.fits[line.channel]) continue
      fitting += size
      tally[
        keptBy(reserves, pool)
          ? reasonIndex.kept
          : preferred
            ? reasonIndex.notPreferred
            : sparing && spared
              ? reasonIndex.spared
              : pool.load > winner.pool.load
                ? reasonIndex.moreLoaded
                : reasonIndex.lessIdle
      ]! += size
    }
  tally[reasonIndex.offered]! += present - signature.free
  tally[reasonIndex.full]! += signature.free - fitting
}

/** Why an agent that has the queue did not get it. */
function reasonFor(agent: Agent, choice: Choice): Reason {
  const { line } = choice
  if (!isAvailable(agent.presence)) return absence[agent.presence]!
  const { refusal } = line.stage.edges.get(agent.signature)!
  if (refusal) return refusal.reason
  if (line.reserved && line.reserved !== agent) return 'reserved'
  if (line.excluded.includes(agent.id)) return 'excluded'
  return reasonOfFree(agent, choice)
}

/** The same for one that is available and may serve the line. */
function reasonOfFree({ free, pool, signature }: Agent, { line, winner, preferred, sparing }: Choice): Reason {
  if (!free) return 'offered'
  if (!pool.fits[line.channel]) return 'full'
  const edge = line.stage.edges.get(signature)!
  if (keptBy(edge.keptBy, pool)) return 'kept'
  if (preferred) return 'notPreferred'
  if (sparing && edge.spared) return 'spared'
  return pool.load > winner.pool.load ? 'moreLoaded' : 'lessIdle'
}

/** The next best who could have taken it, best first. */
function runnersUpOf({ line, winner }: Choice, most: number): Agent[] {
  const found: Agent[] = []
  const consider = (agent: Agent): boolean => {
    if (agent === winner || line.excluded.includes(agent.id)) return true
    let place = found.length
    while (place > 0 && ranksBefore(agent, found[place - 1]!, line)) place--
    if (place === most) return false
    found.splice(place, 0, agent)
    if (found.length > most) found.pop()
    return true
  }
  for (const edge of line.stage.served) {
    const { signature } = edge
    if (signature.idle === 0) continue
    for (const pool of signature.openPools)
      if (pool.agents.size > 0 && pool.fits[line.channel] && !keptBy(edge.keptBy, pool)) pool.agents.scan(consider)
  }
  return found
}

function ranksBefore(a: Agent, b: Agent, { queue, stage }: Line): boolean {
  if (queue.reserves.length > 0) {
    const spared = stage.edges.get(a.signature)!.spared
    if (spared !== stage.edges.get(b.signature)!.spared) return !spared
  }
  if (a.pool.load !== b.pool.load) return a.pool.load < b.pool.load
  return a.idleSince !== b.idleSince ? a.idleSince < b.idleSince : a.id < b.id
}

/** How many agents have the line's queue. */
function sizeOf({ stage }: Line): number {
  let size = 0
  for (const { signature } of stage.served) size += signature.agents.length
  for (const { signature } of stage.refused) size += signature.agents.length
  return size
}

/** Names everyone who could not take it: first those who have the skills. */
function nameUnable(choice: Choice, others: Considered[], now: number): void {
  const { served, refused } = choice.line.stage
  for (const edges of [served, refused])
    for (const { signature } of edges)
      for (const agent of signature.agents) {
        if (agent === choice.winner) continue
        const reason = reasonFor(agent, choice)
        if (!ABLE.includes(reason)) others.push(name(agent, choice, now))
      }
}

function name(agent: Agent, choice: Choice, now: number): Considered {
  const reason = reasonFor(agent, choice)
  tally[reasonIndex[reason]]!--
  const agentId = agent.id
  switch (reason) {
    case 'skill':
    case 'delay':
    case 'where':
    case 'channel':
      return { agentId, ...choice.line.stage.edges.get(agent.signature)!.refusal! }
    case 'full':
    case 'moreLoaded':
      return { agentId, reason, load: agent.pool.load }
    case 'kept': {
      const { group, keep } = keptBy(choice.line.stage.edges.get(agent.signature)!.keptBy, agent.pool)!
      return { agentId, reason, ...keptWords(group), keep }
    }
    case 'notPreferred':
    case 'lessIdle':
      return { agentId, reason, idleMs: now - agent.idleSince }
    default:
      return { agentId, reason }
  }
}
