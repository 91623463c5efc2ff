import { z } from 'zod'
import { route } from './route.ts'
import { At, Id, Presence } from './shapes.ts'

/** A colleague who can be given work, as transfers and mentions need to know them. */
export const Agent = z.object({
  id: Id,
  name: z.string(),
  teamId: Id.nullable(),
  teamName: z.string().nullable(),
  presence: Presence,
  since: At.nullable(),
  queueIds: z.array(Id).meta({ description: 'Queues of their routing profile' }),
})
export type Agent = z.infer<typeof Agent>

export const listAgents = route({
  id: 'listAgents',
  method: 'GET',
  path: '/agents',
  access: 'conversation.read',
  tag: 'agent',
  summary: 'Everybody who can be given work, by name',
  response: z.object({ items: z.array(Agent) }),
})
