import type { Channel } from '@centrala/core/channel/channel.ts'
import type { Presence } from '@centrala/core/presence/presence.ts'
import type { Requirement, RoutingEvent } from '@centrala/core/routing/event.ts'
import type { StoredEvent } from '@centrala/store/event-log.ts'

/** An agent who takes an offer back twice in a row should not get it again at once. */
const AFTER_REJECT_MS = 60_000

/**
 * What an event of the log means to the router, in order. Pure, and from the event alone: the log of a day replays to the same decisions.
 * `preferredMs` is the queue's patience for a preferred agent.
 */
export function translate(event: StoredEvent, preferredMs: (queueId: string) => number): RoutingEvent[] {
  const at = event.at.getTime()
  const { interactionId, userId, data } = event
  if (event.type === 'presence.changed' && userId) {
    return [
      {
        type: 'agent.presence',
        at,
        agentId: userId,
        state: routedPresence(data.state as Presence, data.nextState as string | null),
      },
    ]
  }
  if (!interactionId) return []
  switch (event.type) {
    case 'interaction.queued':
      return queued(event, preferredMs)
    case 'interaction.transferred':
      return [
        ...(userId ? [{ type: 'interaction.released', at, interactionId, agentId: userId } as const] : []),
        ...queued(event, preferredMs),
      ]
    case 'interaction.accepted':
    case 'interaction.assigned': {
      if (!userId) return []
      const from = data.was === 'active' ? (data.from as string | null) : null
      return [
        ...(from ? [{ type: 'interaction.released', at, interactionId, agentId: from } as const] : []),
        { type: 'interaction.assigned', at, interactionId, agentId: userId, channel: data.channel as Channel },
      ]
    }
    case 'interaction.offerRejected':
      return userId
        ? [
            {
              type: 'offer.withdrawn',
              at,
              interactionId,
              agentId: userId,
              reason: 'rejected',
              excludeForMs: AFTER_REJECT_MS,
            },
          ]
        : []
    case 'interaction.offerExpired':
      return userId ? [{ type: 'offer.withdrawn', at, interactionId, agentId: userId, reason: 'expired' }] : []
    case 'interaction.offerWithdrawn':
      return userId ? [{ type: 'offer.withdrawn', at, interactionId, agentId: userId, reason: 'withdrawn' }] : []
    case 'interaction.prioritised':
      return [{ type: 'interaction.changed', at, interactionId, priority: pointsOf(event) }]
    case 'interaction.ended':
      return data.state === 'wrapUp' ? [] : [{ type: 'interaction.removed', at, interactionId }]
    case 'interaction.abandoned':
      return [{ type: 'interaction.removed', at, interactionId, abandoned: true }]
    case 'interaction.leftQueue':
    case 'interaction.wrappedUp':
      return [{ type: 'interaction.removed', at, interactionId }]
    default:
      return []
  }
}

function queued(event: StoredEvent, preferredMs: (queueId: string) => number): RoutingEvent[] {
  const { data, interactionId, queueId } = event
  if (!interactionId || !queueId) return []
  return [
    {
      type: 'interaction.queued',
      at: event.at.getTime(),
      interactionId,
      queueId,
      channel: data.channel as Channel,
      priority: pointsOf(event),
      queuedAt: (data.queuedAt as number | undefined) ?? event.at.getTime(),
      requirements: (data.requirements as Requirement[] | undefined) ?? [],
      ...(typeof data.preferredAgentId === 'string' && {
        preferredAgentId: data.preferredAgentId,
        preferredForMs:
          preferredMs(queueId) +
          (event.type === 'interaction.transferred'
            ? event.at.getTime() - ((data.queuedAt as number | undefined) ?? event.at.getTime())
            : 0),
      }),
    },
  ]
}

/** What people set by hand, and the weight of customer and brand. */
function pointsOf({ data }: StoredEvent): number {
  return ((data.priority as number | undefined) ?? 0) + ((data.weight as number | undefined) ?? 0)
}

/** Who has chosen where to go after the present work takes nothing new. */
export function routedPresence(state: Presence, nextState: string | null): Presence {
  return nextState && state === 'available' ? 'away' : state
}
