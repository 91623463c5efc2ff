import { CHOSEN_PRESENCES } from '@centrala/core/presence/presence.ts'
import { z } from 'zod'
import { route } from './route.ts'
import { At, Id, Name, Presence } from './shapes.ts'

export type { Presence } from '@centrala/core/presence/presence.ts'

export const AgentPresence = z.object({
  userId: Id,
  state: Presence,
  reasonId: Id.nullable(),
  since: At,
  nextState: z.enum(['offline', 'away']).nullable().meta({ description: 'Taken up when the present work is done' }),
  nextReasonId: Id.nullable(),
})
export type AgentPresence = z.infer<typeof AgentPresence>

const choice = z.strictObject({
  state: z.enum(CHOSEN_PRESENCES),
  reasonId: Id.nullable().default(null),
  /** While at work: keep what I have, take nothing new, and go there when it is done. */
  whenDone: z.boolean().default(false),
})
export const getMyPresence = route({
  id: 'getMyPresence',
  method: 'GET',
  path: '/me/presence',
  access: 'inbox.handle',
  tag: 'presence',
  summary: 'My presence',
  response: AgentPresence,
})
export const setMyPresence = route({
  id: 'setMyPresence',
  method: 'PUT',
  path: '/me/presence',
  access: 'inbox.handle',
  tag: 'presence',
  summary: 'Choose my presence',
  body: choice,
  response: AgentPresence,
})
export const forcePresence = route({
  id: 'forcePresence',
  method: 'PUT',
  path: '/users/:id/presence',
  access: 'supervise.act',
  tag: 'presence',
  summary: 'Force another agent’s presence',
  params: { id: Id },
  body: choice,
  response: AgentPresence,
})

export const PresenceReason = z.object({ id: Id, name: z.string(), position: z.number().int() })
export const listPresenceReasons = route({
  id: 'listPresenceReasons',
  method: 'GET',
  path: '/presence-reasons',
  access: 'self',
  tag: 'presence',
  summary: 'Reasons for being away',
  response: z.object({ items: z.array(PresenceReason) }),
})
const reasonBody = z.strictObject({ name: Name, position: z.number().int().min(0).default(0) })
export const createPresenceReason = route({
  id: 'createPresenceReason',
  method: 'POST',
  path: '/presence-reasons',
  access: 'people.manage',
  tag: 'presence',
  summary: 'Add a reason',
  body: reasonBody,
  response: PresenceReason,
})
export const changePresenceReason = route({
  id: 'changePresenceReason',
  method: 'PUT',
  path: '/presence-reasons/:id',
  access: 'people.manage',
  tag: 'presence',
  summary: 'Change a reason',
  params: { id: Id },
  body: reasonBody,
  response: PresenceReason,
})
export const deletePresenceReason = route({
  id: 'deletePresenceReason',
  method: 'DELETE',
  path: '/presence-reasons/:id',
  access: 'people.manage',
  tag: 'presence',
  summary: 'Delete a reason that nobody uses',
  params: { id: Id },
})
