import type { LiveEvent } from '@centrala/api/live.ts'
import type { Context } from '../http/context.ts'

/** Whether a screen is shown an event: what concerns its person, what it has open, and everything for those who supervise. */
export function concerns(context: Context, watched: ReadonlySet<string>, event: LiveEvent): boolean {
  const me = context.userId
  if (event.type === 'channelAccount.stateChanged')
    return context.permissions.has('channel.manage') || context.permissions.has('supervise.read')
  if (event.type === 'presence.changed') return event.userId === me || context.permissions.has('conversation.read') // as GET /agents
  if (event.type === 'configuration.changed') return context.permissions.has('self')
  if (context.permissions.has('supervise.read')) return true
  if (event.conversationId && watched.has(event.conversationId)) return context.permissions.has('conversation.read')
  // A parked call is anybody's to pick up, and stops being so.
  if (event.data.parked === true) return context.permissions.has('inbox.handle')
  if (!me || !context.permissions.has('inbox.handle')) return false
  return peopleOf(event).includes(me)
}

/** Events of which everybody may be told, whoever they are about. */
export function isForAll({ type, data }: LiveEvent): boolean {
  return (
    type === 'channelAccount.stateChanged' ||
    type === 'presence.changed' ||
    type === 'configuration.changed' ||
    data.parked === true
  )
}

/** Whose event it is. */
export function peopleOf(event: LiveEvent): string[] {
  return [
    event.userId,
    event.actorId,
    event.interaction?.agentId,
    event.data.from,
    ...(event.message?.mentions ?? []),
    // Asked by a colleague, or in a conference of theirs; also when that has just ended.
    ...(event.call?.legs.map(leg => leg.userId) ?? []),
  ].filter(id => typeof id === 'string')
}
