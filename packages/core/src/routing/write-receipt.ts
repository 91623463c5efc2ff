import { CHANNELS } from '../channel/channel.ts'
import { PRESENCES } from '../presence/presence.ts'
import type { Interactions } from './interactions.ts'
import { type Line, overdueMs, pointsOf, score } from './line.ts'
import { unitsToPoints } from './order.ts'
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
const absentReason = absence.map(reason => (reason ? reasonIndex[reason] : -1))
const NOBODY: Agent[] = []
/** By number, so that none needs a look-up. */
const tally = new Int32Array(REASONS.length)
const { offline: OFFLINE, away: AWAY, wrapUp: WRAP_UP, notResponding: NOT_RESPONDING } = reasonIndex
const { channel: CHANNEL, skill: SKILL, delay: DELAY, where: WHERE } = reasonIndex
const { reserved: RESERVED, excluded: EXCLUDED, offered: OFFERED, full: FULL, kept: KEPT } = reasonIndex
const { notPreferred: NOT_PREFERRED, spared: SPARED, moreLoaded: MORE_LOADED, lessIdle: LESS_IDLE } = reasonIndex

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
  const edge = edgeOf(line, winner)
  const preferred = interactions.wishes(interaction)?.preferredAgentId === winner.id
  const choice = { line, winner, preferred, sparing: line.queue.reserves.length > 0 && !edge.spared }
  const able = countAll(choice, staff, edge)
  const small = sizeOf(line) <= SMALL + 1
  const runnersUp = able > 1 ? runnersUpOf(choice, small ? SMALL : RUNNERS_UP) : NOBODY
  const others: Considered[] = []
  for (const agent of runnersUp) others.push(name(agent, choice, now))
  if (small) nameUnable(choice, others, now)
  const waitedMs = now - queuedAt
  const receipt: Receipt = {
    version: 1,
    at: now,
    interactionId: interactions.id(interaction),
    queueId: line.queue.id,
    channel: CHANNELS[line.channel]!,
    waitedMs,
    priority: stage.overdue ? pointsOf(line, waitedMs) : unitsToPoints(score(line, queuedAt, now)),
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
    counts: counted(),
  }
  if (stage.overdue) receipt.overdueMs = overdueMs(line, waitedMs)
  return receipt
}

/** The counts by name. Written out, since adding properties by computed names costs as much as the rest of a receipt. */
function counted(): Receipt['counts'] {
  const counts: Receipt['counts'] = {}
  if (tally[OFFLINE]! > 0) counts.offline = tally[OFFLINE]!
  if (tally[AWAY]! > 0) counts.away = tally[AWAY]!
  if (tally[WRAP_UP]! > 0) counts.wrapUp = tally[WRAP_UP]!
  if (tally[NOT_RESPONDING]! > 0) counts.notResponding = tally[NOT_RESPONDING]!
  if (tally[CHANNEL]! > 0) counts.channel = tally[CHANNEL]!
  if (tally[SKILL]! > 0) counts.skill = tally[SKILL]!
  if (tally[DELAY]! > 0) counts.delay = tally[DELAY]!
  if (tally[WHERE]! > 0) counts.where = tally[WHERE]!
  if (tally[RESERVED]! > 0) counts.reserved = tally[RESERVED]!
  if (tally[EXCLUDED]! > 0) counts.excluded = tally[EXCLUDED]!
  if (tally[OFFERED]! > 0) counts.offered = tally[OFFERED]!
  if (tally[FULL]! > 0) counts.full = tally[FULL]!
  if (tally[KEPT]! > 0) counts.kept = tally[KEPT]!
  if (tally[NOT_PREFERRED]! > 0) counts.notPreferred = tally[NOT_PREFERRED]!
  if (tally[SPARED]! > 0) counts.spared = tally[SPARED]!
  if (tally[MORE_LOADED]! > 0) counts.moreLoaded = tally[MORE_LOADED]!
  if (tally[LESS_IDLE]! > 0) counts.lessIdle = tally[LESS_IDLE]!
  return counts
}

/** Where few may serve a line, going through them costs less than looking one up. */
function edgeOf({ stage }: Line, { signature }: Agent): Edge {
  if (stage.served.length <= 8) for (const edge of stage.served) if (edge.signature === signature) return edge
  return stage.edges.get(signature)!
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
function countAll(choice: Choice, staff: Staff, edge: Edge): number {
  const { line, winner } = choice
  for (let i = 0; i < tally.length; i++) tally[i] = 0
  for (const edge of line.stage.served) countEdge(edge, choice)
  for (const edge of line.stage.refused) countEdge(edge, choice)
  for (const agentId of line.excluded) {
    const agent = staff.agents.get(agentId)
    if (!agent || !line.stage.edges.has(agent.signature) || reasonFor(agent, choice) !== 'excluded') continue
    tally[reasonIndex[reasonOfFree(agent, choice)]]!--
    tally[EXCLUDED]!++
  }
  if (line.reserved) {
    tally[RESERVED]!--
    return 1
  }
  tally[reasonIndex[reasonOfFree(winner, choice, edge)]]!--
  return 1 + tally[NOT_PREFERRED]! + tally[SPARED]! + tally[MORE_LOADED]! + tally[LESS_IDLE]!
}

function countEdge({ signature, refusal, keptBy: reserves, spared }: Edge, choice: Choice): void {
  const { line, winner, preferred, sparing } = choice
  const { presences, present } = signature
  if (present < signature.size)
    for (let i = 0; i < presences.length; i++) if (absentReason[i]! >= 0) tally[absentReason[i]!]! += presences[i]!
  if (present === 0) return
  if (refusal) {
    tally[reasonIndex[refusal.reason]]! += present
    return
  }
  if (line.reserved) {
    tally[RESERVED]! += present
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
          ? KEPT
          : preferred
            ? NOT_PREFERRED
            : sparing && spared
              ? SPARED
              : pool.load > winner.pool.load
                ? MORE_LOADED
                : LESS_IDLE
      ]! += size
    }
  tally[OFFERED]! += present - signature.free
  tally[FULL]! += signature.free - fitting
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
function reasonOfFree(
  { free, pool, signature }: Agent,
  { line, winner, preferred, sparing }: Choice,
  edge: Edge = line.stage.edges.get(signature)!,
): Reason {
  if (!free) return 'offered'
  if (!pool.fits[line.channel]) return 'full'
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
  for (const { signature } of stage.served) size += signature.size
  for (const { signature } of stage.refused) size += signature.size
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
