import { CHANNELS } from '@centrala/core/channel/channel.ts'
import { z } from 'zod'
import { route } from './route.ts'
import { Channel, Id, Name } from './shapes.ts'

/** One queue that an agent with the profile serves. */
export const ProfileQueue = z.strictObject({
  queueId: Id,
  priority: z
    .int()
    .min(-100)
    .max(100)
    .default(0)
    .meta({ description: 'Which queue’s work is taken first when several wait; higher first' }),
  delaySeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(0)
    .meta({ description: 'Work of this queue comes to these agents only after it has waited this long' }),
})

export const RoutingProfile = z.object({
  id: Id,
  name: z.string(),
  capacity: z.number().int(),
  weights: z.partialRecord(Channel, z.number().int()),
  interrupts: z.partialRecord(Channel, z.array(Channel)),
  queues: z.array(ProfileQueue),
  agentCount: z.number().int(),
})
export type RoutingProfile = z.infer<typeof RoutingProfile>

const params = { id: Id }
export const routingProfileBody = z
  .strictObject({
    name: Name,
    capacity: z.int().min(1).max(1000).default(100),
    weights: z
      .partialRecord(Channel, z.int().min(1, 'Write at least 1, or leave the channel out.').max(1000))
      .meta({ description: 'Units of capacity that one interaction takes; a channel left out is not offered' }),
    interrupts: z
      .partialRecord(Channel, z.array(Channel).max(CHANNELS.length))
      .default({})
      .meta({ description: 'By the channel an agent is busy with: the channels that may come on top of it' }),
    queues: z.array(ProfileQueue).max(500).default([]),
  })
  .superRefine((body, context) => {
    for (const [channel, weight] of Object.entries(body.weights))
      if (weight > body.capacity)
        context.addIssue({
          code: 'custom',
          path: ['weights', channel],
          message: 'This is more than the whole capacity, so it would never be offered.',
          params: { reason: 'overCapacity' },
        })
    const seen = new Set<string>()
    for (const [index, entry] of body.queues.entries()) {
      if (seen.has(entry.queueId))
        context.addIssue({ code: 'custom', path: ['queues', index, 'queueId'], message: 'Name each queue once.' })
      seen.add(entry.queueId)
    }
  })

export const listRoutingProfiles = route({
  id: 'listRoutingProfiles',
  method: 'GET',
  path: '/routing-profiles',
  access: 'self',
  tag: 'routingProfile',
  summary: 'Routing profiles, by name',
  response: z.object({ items: z.array(RoutingProfile) }),
})
export const getRoutingProfile = route({
  id: 'getRoutingProfile',
  method: 'GET',
  path: '/routing-profiles/:id',
  access: 'self',
  tag: 'routingProfile',
  summary: 'One routing profile',
  params,
  response: RoutingProfile,
})
export const createRoutingProfile = route({
  id: 'createRoutingProfile',
  method: 'POST',
  path: '/routing-profiles',
  access: 'routing.manage',
  tag: 'routingProfile',
  summary: 'Add a routing profile',
  body: routingProfileBody,
  response: RoutingProfile,
})
export const changeRoutingProfile = route({
  id: 'changeRoutingProfile',
  method: 'PUT',
  path: '/routing-profiles/:id',
  access: 'routing.manage',
  tag: 'routingProfile',
  summary: 'Change a routing profile; agents who have it are offered work by the new one at once',
  params,
  body: routingProfileBody,
  response: RoutingProfile,
})
export const deleteRoutingProfile = route({
  id: 'deleteRoutingProfile',
  method: 'DELETE',
  path: '/routing-profiles/:id',
  access: 'routing.manage',
  tag: 'routingProfile',
  summary: 'Delete a routing profile that nobody has',
  params,
})
