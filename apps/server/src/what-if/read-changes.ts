import type { AgentWhatIf, QueueWhatIf, WhatIfRules } from '@centrala/api/what-if.ts'
import type { Channel } from '@centrala/core/channel/channel.ts'
import type { AgentChange, Changes, QueueChange } from '@centrala/core/replay/change.ts'
import type { AgentProfile, QueueRules } from '@centrala/core/routing/event.ts'
import type { Database, Tx } from '@centrala/store/database.ts'
import { mustExist } from '../configuration/configuration.ts'
import { updateQueue } from '../queue/queue.ts'
import { loadConfiguration } from '../routing/load-routing.ts'

type RuleField = 'priority' | 'ageingPerMinute' | 'steps' | 'offerSeconds' | 'policy' | 'targetSeconds'

/** What of the router's rules a field of a queue decides. */
const RULES: Record<RuleField, (keyof QueueChange['rules'])[]> = {
  priority: ['priority'],
  ageingPerMinute: ['ageingPerMinute'],
  steps: ['steps'],
  offerSeconds: ['offerMs'],
  policy: ['priority', 'ageingPerMinute', 'curves', 'maxWaitMs', 'reserves'],
  targetSeconds: ['curves'],
}

class Undo extends Error {
  readonly changes: Changes
  constructor(changes: Changes) {
    super('Nothing is kept of a what-if.')
    this.changes = changes
  }
}

/**
 * Rules of the API in the router's terms: as they would be if they were saved. They are saved, read as the router reads them, and taken back in one
 * transaction, so that the two cannot mean different things.
 * @throws Refusal where an id names nothing
 */
export async function readChanges(
  db: Database,
  tenantId: string,
  rules: WhatIfRules,
  from: Date,
  to: Date,
): Promise<Changes> {
  try {
    return await db.tenant(tenantId, async tx => {
      throw new Undo(await changesOf(tx, rules, from, to))
    })
  } catch (error) {
    if (error instanceof Undo) return error.changes
    throw error
  }
}

async function changesOf(tx: Tx, rules: WhatIfRules, from: Date, to: Date): Promise<Changes> {
  const { queues, agents, extraAgents } = rules
  await mustExist(
    tx,
    'queue',
    queues.map(({ queueId }) => queueId),
    'rules.queues',
  )
  const agentIds = agents.map(({ agentId }) => agentId)
  await mustExist(tx, 'users', agentIds, 'rules.agents')
  const alike = extraAgents.map(({ likeAgentId }) => likeAgentId)
  await mustExist(tx, 'users', alike, 'rules.extraAgents')
  const profiles = agents.map(({ routingProfileId }) => routingProfileId)
  await mustExist(tx, 'routingProfile', profiles, 'rules.agents')
  const skills = agents.flatMap(agent => (agent.skills ?? []).map(({ skillId }) => skillId))
  await mustExist(tx, 'skill', skills, 'rules.agents')
  for (const { queueId, arrivals: _, handleTime: __, patience: ___, ...fields } of queues)
    await updateQueue(tx, queueId, fields)
  // In one statement: the log waits for whoever writes, all tenants' with it.
  const moved = agents.filter(({ routingProfileId }) => routingProfileId !== undefined)
  if (moved.length > 0)
    await tx.query(
      `UPDATE users u SET routing_profile_id = m.profile FROM unnest($1::uuid[], $2::uuid[]) AS m (id, profile)
        WHERE u.id = m.id AND u.tenant_id = current_tenant()`,
      [moved.map(({ agentId }) => agentId), moved.map(({ routingProfileId }) => routingProfileId)],
    )
  const { events } = await loadConfiguration(tx, 0)
  const rulesOf = new Map(events.flatMap(event => (event.type === 'queue.set' ? [[event.queueId, event]] : [])))
  const profileOf = new Map(events.flatMap(event => (event.type === 'agent.set' ? [[event.agentId, event]] : [])))
  return {
    queues: new Map(queues.map(queue => [queue.queueId, queueChange(queue, rulesOf.get(queue.queueId))])),
    agents: new Map(agents.map(agent => [agent.agentId, agentChange(agent, profileOf.get(agent.agentId))])),
    extra: extraAgents.map(({ likeAgentId, count, ...when }) => ({
      likeAgentId,
      count,
      fromAt: Math.max(from.getTime(), when.from ? Date.parse(when.from) : 0),
      toAt: Math.min(to.getTime(), when.to ? Date.parse(when.to) : Number.POSITIVE_INFINITY),
    })),
  }
}

function queueChange(queue: QueueWhatIf, saved: QueueRules | undefined): QueueChange {
  const rules: Partial<Record<keyof QueueRules, unknown>> = {}
  for (const field of Object.keys(RULES) as RuleField[]) {
    if (queue[field] === undefined || !saved) continue
    for (const rule of RULES[field]) rules[rule] = saved[rule]
  }
  const { preferredSeconds, targetSeconds, arrivals = 1, handleTime = 1, patience = 1 } = queue
  return {
    rules: rules as QueueChange['rules'],
    ...(preferredSeconds !== undefined && { preferredForMs: preferredSeconds * 1000 }),
    ...(targetSeconds && {
      targetMs: Object.fromEntries(
        Object.entries(targetSeconds).map(([channel, seconds]) => [channel, seconds * 1000]),
      ) as Partial<Record<Channel, number>>,
    }),
    arrivals,
    handleTime,
    patience,
  }
}

function agentChange(agent: AgentWhatIf, saved: AgentProfile | undefined): AgentChange {
  const { absent = false, routingProfileId, skills = [] } = agent
  const { queues, weights, interrupts, capacity } = saved ?? {}
  return {
    absent,
    profile:
      routingProfileId && queues && weights && interrupts && capacity !== undefined
        ? { queues, weights, interrupts, capacity }
        : {},
    skills: Object.fromEntries(skills.map(({ skillId, proficiency }) => [skillId, proficiency])),
  }
}
