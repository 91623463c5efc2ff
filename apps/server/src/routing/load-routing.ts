import type { Channel } from '@centrala/core/channel/channel.ts'
import type { Attributes } from '@centrala/core/expression/expression.ts'
import type { Presence } from '@centrala/core/presence/presence.ts'
import type { AgentProfile, Requirement, RoutingEvent, RoutingEventOf } from '@centrala/core/routing/event.ts'
import { attributesNamed, readSteps } from '@centrala/core/routing/step.ts'
import type { Tx } from '@centrala/store/database.ts'
import { contactAttributes } from './contact-attributes.ts'
import { type QueueSettings, queueRules } from './queue-rules.ts'
import { routedPresence } from './translate.ts'

/** What the router is told about a tenant's agents and queues; `queues` holds what the server itself needs of them. */
export interface Configuration {
  events: RoutingEvent[]
  agents: Map<string, Pick<AgentProfile, 'capacity' | 'weights' | 'interrupts'>>
  queues: Map<string, { name: string; preferredMs: number }>
  /** What expressions ask of contacts, by queue. */
  contactNames: Map<string, string[]>
  /** Queues whose steps depend on their service level. */
  levelled: string[]
}

/** Agents and queues as they are configured now. */
export async function loadConfiguration(tx: Tx, at: number): Promise<Configuration> {
  const [queues, users, skills, entries] = await Promise.all([
    tx.db.selectFrom('queue').selectAll().where('archivedAt', 'is', null).execute(),
    tx.db
      .selectFrom('users')
      .innerJoin('routingProfile', 'routingProfile.id', 'users.routingProfileId')
      .leftJoin('team', join =>
        join.onRef('team.tenantId', '=', 'users.tenantId').onRef('team.id', '=', 'users.teamId'),
      )
      .select([
        'users.id',
        'users.name',
        'users.routingProfileId',
        'users.attributes',
        'team.name as teamName',
        'routingProfile.capacity',
        'routingProfile.weights',
        'routingProfile.interrupts',
      ])
      .where('users.deactivatedAt', 'is', null)
      .execute(),
    tx.db.selectFrom('userSkill').selectAll().execute(),
    tx.db.selectFrom('routingProfileQueue').selectAll().execute(),
  ])
  const events: RoutingEvent[] = []
  const contactNames = new Map<string, string[]>()
  const levelled: string[] = []
  for (const queue of queues) {
    const rules = queueRules(queue as typeof queue & QueueSettings)
    events.push({ type: 'queue.set', at, ...rules })
    contactNames.set(queue.id, attributesNamed(readSteps(rules.steps), 'contact'))
    if (rules.steps.some(step => step.whenLevelBelow !== undefined)) levelled.push(queue.id)
  }
  const skillsOf = Map.groupBy(skills, skill => skill.userId)
  const entriesOf = Map.groupBy(entries, entry => entry.routingProfileId)
  for (const user of users) {
    events.push({
      type: 'agent.set',
      at,
      agentId: user.id,
      name: user.name,
      skills: Object.fromEntries((skillsOf.get(user.id) ?? []).map(skill => [skill.skillId, skill.proficiency])),
      queues: (entriesOf.get(user.routingProfileId ?? '') ?? []).map(entry => ({
        queueId: entry.queueId,
        priority: entry.priority,
        delayMs: entry.delaySeconds * 1000,
      })),
      weights: user.weights as Partial<Record<Channel, number>>,
      interrupts: user.interrupts as Partial<Record<Channel, Channel[]>>,
      capacity: user.capacity,
      attributes: { ...(user.attributes as Attributes), ...(user.teamName !== null && { team: user.teamName }) },
    })
  }
  return {
    events,
    agents: new Map(users.map(({ id, capacity, weights, interrupts }) => [id, { capacity, weights, interrupts }])),
    queues: new Map(queues.map(queue => [queue.id, { name: queue.name, preferredMs: queue.preferredSeconds * 1000 }])),
    contactNames,
    levelled,
  }
}

/** Who is there, as the router is to see it. */
export async function loadPresences(tx: Tx, at: number): Promise<RoutingEventOf<'agent.presence'>[]> {
  const presences = await tx.db.selectFrom('presence').selectAll().execute()
  return presences.map(presence => ({
    type: 'agent.presence',
    at,
    agentId: presence.userId,
    state: routedPresence(presence.state as Presence, presence.nextState),
  }))
}

/** Presences, what waits in its places, and who holds what. */
export async function loadWork(tx: Tx, configuration: Configuration, at: number): Promise<RoutingEvent[]> {
  const presences = await loadPresences(tx, at)
  const interactions = await tx.db
    .selectFrom('interaction')
    .selectAll()
    .where('state', 'in', ['queued', 'active', 'wrapUp'])
    .orderBy('queuedAt')
    .orderBy('id')
    .execute()
  const placed = interactions.flatMap(({ id, queueId, state }) =>
    state === 'queued' && queueId ? [{ interactionId: id, queueId }] : [],
  )
  const attributes = await contactAttributes(tx, placed, configuration.contactNames)
  const events: RoutingEvent[] = [...presences]
  for (const interaction of interactions) {
    const { id: interactionId, queueId, agentId } = interaction
    const channel = interaction.channel as Channel
    if (interaction.state === 'queued' && queueId) {
      events.push({
        type: 'interaction.queued',
        at,
        interactionId,
        queueId,
        channel,
        priority: interaction.priority + interaction.routingWeight,
        queuedAt: interaction.queuedAt?.getTime() ?? at,
        requirements: interaction.requirements as Requirement[],
        ...(attributes.has(interactionId) && { attributes: attributes.get(interactionId)! }),
        ...(interaction.preferredAgentId && {
          preferredAgentId: interaction.preferredAgentId,
          preferredForMs: configuration.queues.get(queueId)?.preferredMs ?? 0,
        }),
      })
    } else if (agentId) {
      events.push({ type: 'interaction.assigned', at, interactionId, agentId, channel })
    }
  }
  return events
}
