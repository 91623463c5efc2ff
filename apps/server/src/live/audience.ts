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
  return (
    event.userId === me ||
    event.actorId === me ||
    event.interaction?.agentId === me ||
    event.data.from === me ||
    (event.message?.mentions.includes(me) ?? false) ||
    // Asked by a colleague, or in a conference of theirs; also when that has just ended.
    (event.call?.legs.some(leg => leg.userId === me) ?? false)
  )
}
