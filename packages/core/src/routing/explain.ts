import { CHANNELS } from '../channel/channel.ts'
import { PRESENCES } from '../presence/presence.ts'
import type { Requirement } from './event.ts'
import { overdueMs, pointsOf, type Stage, stageAt } from './line.ts'
import type { Places } from './places.ts'
import { type Considered, REASONS, type Reason } from './receipt.ts'
import { keptBy, keptWords } from './reserve.ts'
import { type Agent, type Edge, isAvailable, OFFLINE } from './signature.ts'
import type { Staff } from './staff.ts'
import type { Interaction } from './state.ts'
import type { Waiting } from './waiting.ts'

const OTHERS = 10

/** Why a waiting interaction still waits at `at`. Asks every agent who has its queue: made for a person who asks, not for every turn. */
export function explainWaiting(interaction: Interaction, places: Places, staff: Staff, at: number): Waiting {
  const { interactions } = places
  const line = places.heads.line(interactions.row(interaction))
  const { kind } = line.stage
  const { queue } = kind
  const queuedAt = interactions.queuedAt(interaction)
  const waitedMs = at - queuedAt
  const stage = stageAt(kind, waitedMs)
  const { preferredAgentId = null, reservedUntil = 0, exclusions = null } = interactions.wishes(interaction) ?? {}
  const preferred = preferredAgentId === null ? undefined : staff.agents.get(preferredAgentId)
  const reserved = at < reservedUntil && preferred && preferred.presence !== OFFLINE ? preferred : null
  const excluded = new Set(exclusions?.filter(e => at < e.untilAt).map(e => e.agentId))

  const agents = [...new Set([...queue.signatures, ...stage.edges.keys()])].flatMap(signature => signature.agents)
  const present = agents.filter(agent => agent.presence !== OFFLINE)
  const found: Considered[] = []
  const counts: Partial<Record<Reason, number>> = {}
  let able = 0
  for (const agent of agents) {
    const edge = stage.edges.get(agent.signature)
    const reason = edge && reasonOf(agent, edge, kind.channel, reserved, excluded)
    if (!reason) able += edge ? 1 : 0
    else if (reason === 'offline') counts.offline = (counts.offline ?? 0) + 1
    else found.push(consider(agent, reason, edge))
  }
  found.sort((a, b) => REASONS.indexOf(b.reason) - REASONS.indexOf(a.reason) || (a.agentId < b.agentId ? -1 : 1))
  for (const { reason } of found.slice(OTHERS)) counts[reason] = (counts[reason] ?? 0) + 1

  const refusals = new Set(stage.refused.filter(({ refusal }) => refusal?.reason === 'where').map(e => e.signature))
  return {
    at,
    interactionId: interactions.id(interaction),
    queueId: queue.id,
    queueExists: queue.exists,
    channel: CHANNELS[kind.channel]!,
    waitedMs,
    position: places.position(interaction, at),
    priority: pointsOf(line, waitedMs),
    overdueMs: stage.overdue ? overdueMs(line, waitedMs) : null,
    step: stage.step,
    requirements: stage.requirements,
    ...stepOf(stage),
    reserved: reserved ? { agentId: reserved.id, forMs: reservedUntil - at } : null,
    relaxations: kind.stages
      .filter((next, i) => next.startMs > waitedMs && next.step !== kind.stages[i - 1]?.step)
      .map(next => ({ inMs: next.startMs - waitedMs, requirements: next.requirements, ...stepOf(next) })),
    agents: agents.length,
    signedIn: present.length,
    unmet: stage.requirements.filter(need => !present.some(agent => meets(agent, need))),
    unmetWhere: present.some(agent => !refusals.has(agent.signature)) ? null : stepOf(stage).where,
    others: found.slice(0, OTHERS),
    counts,
    able,
  }
}

const meets = (agent: Agent, { skillId, minProficiency }: Requirement): boolean =>
  (agent.signature.skills.get(skillId) ?? 0) >= minProficiency

/** What a stage's step asks besides skills. */
function stepOf({ kind, step, helpers }: Stage): { where: string | null; helperIds: string[] } {
  return { where: kind.steps[step - 1]?.where ?? null, helperIds: helpers.map(({ id }) => id) }
}

function reasonOf(
  agent: Agent,
  { refusal, keptBy: reserves }: Edge,
  channel: number,
  reserved: Agent | null,
  excluded: ReadonlySet<string>,
): Reason | null {
  if (!isAvailable(agent.presence)) return PRESENCES[agent.presence] as Reason
  if (refusal) return refusal.reason
  if (reserved && reserved !== agent) return 'reserved'
  if (excluded.has(agent.id)) return 'excluded'
  if (!agent.free) return 'offered'
  if (!agent.pool.fits[channel]) return 'full'
  return keptBy(reserves, agent.pool) ? 'kept' : null
}

function consider(agent: Agent, reason: Reason, edge: Edge): Considered {
  if (edge.refusal?.reason === reason) return { agentId: agent.id, ...edge.refusal }
  if (reason === 'kept') {
    const { group, keep } = keptBy(edge.keptBy, agent.pool)!
    return { agentId: agent.id, reason, ...keptWords(group), keep }
  }
  return reason === 'full' ? { agentId: agent.id, reason, load: agent.pool.load } : { agentId: agent.id, reason }
}
