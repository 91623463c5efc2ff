import { EVENT_TYPES, type EventType, type LiveEvent } from '@centrala/api/live.ts'
import type { Database } from '@centrala/store/database.ts'
import { formatCursor, type StoredEvent } from '@centrala/store/event-log.ts'
import { presentCalls } from '../call/present-call.ts'
import { presentInteractions } from '../interaction/present-interaction.ts'
import { presentMessages } from '../message/present-message.ts'
import { presentPresences } from '../presence/present-presence.ts'

const OF_CALLS = /^(call|recording|voicemail|callback)\./
const KNOWN = new Set<string>(EVENT_TYPES)

/** Events of one tenant as screens get them: with the present state of what they are about, read in one transaction for the whole batch. */
export async function enrich(db: Database, tenantId: string, events: StoredEvent[]): Promise<LiveEvent[]> {
  const shown = events.filter(event => KNOWN.has(event.type))
  const interactionIds = ids(shown, event => event.interactionId)
  const messageIds = ids(shown, event => (event.type.startsWith('message.') ? (event.data.messageId as string) : null))
  const userIds = ids(shown, event => (event.type === 'presence.changed' ? event.userId : null))
  const callIds = ids(shown, event => (OF_CALLS.test(event.type) ? (event.data.callId as string) : null))
  const [interactions, messages, presences, calls] = await db.tenant(tenantId, tx =>
    Promise.all([
      interactionIds.length > 0 ? presentInteractions(tx, 'i.id = ANY($1)', [interactionIds]) : [],
      messageIds.length > 0 ? presentMessages(tx, 'm.id = ANY($1)', [messageIds]) : [],
      userIds.length > 0 ? presentPresences(tx, 'p.user_id = ANY($1)', [userIds]) : [],
      callIds.length > 0 ? presentCalls(tx, 'c.id = ANY($1)', [callIds]) : [],
    ]),
  )
  const interactionOf = new Map(interactions.map(interaction => [interaction.id, interaction]))
  const messageOf = new Map(messages.map(message => [message.id, message]))
  const presenceOf = new Map(presences.map(presence => [presence.userId, presence]))
  const callOf = new Map(calls.map(call => [call.id, call]))
  return shown.map(event => {
    const interaction = interactionOf.get(event.interactionId ?? '')
    const message = event.type.startsWith('message.') ? messageOf.get(event.data.messageId as string) : undefined
    const presence = event.type === 'presence.changed' ? presenceOf.get(event.userId ?? '') : undefined
    const call = OF_CALLS.test(event.type) ? callOf.get(event.data.callId as string) : undefined
    return {
      cursor: formatCursor(event),
      at: event.at.toISOString(),
      type: event.type as EventType,
      interactionId: event.interactionId,
      conversationId: event.conversationId,
      customerId: event.customerId,
      queueId: event.queueId,
      userId: event.userId,
      actorId: event.actorId,
      data: event.data,
      ...(interaction && { interaction }),
      ...(message && { message }),
      ...(presence && { presence }),
      ...(call && { call }),
    }
  })
}

function ids(events: StoredEvent[], pick: (event: StoredEvent) => string | null): string[] {
  return [...new Set(events.map(pick).filter(id => id !== null))]
}
