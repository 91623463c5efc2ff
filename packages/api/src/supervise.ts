import { z } from 'zod'
import { route } from './route.ts'
import { At, Channel, Id, Presence } from './shapes.ts'

/** An agent as a supervisor sees them now. */
export const AgentNow = z.object({
  userId: Id,
  name: z.string(),
  teamName: z.string().nullable(),
  queueIds: z.array(Id),
  state: Presence,
  reasonId: Id.nullable(),
  reasonName: z.string().nullable(),
  since: At,
  nextState: z.enum(['offline', 'away']).nullable(),
  capacity: z.number().int(),
  /** Units of capacity taken by what is held or offered. */
  load: z.number().int(),
  /** The last hour in steps of five minutes, oldest first: the part of the capacity in use, 0 to 1. */
  loadHour: z.array(z.number()),
  /** In a call that is a colleague's: asked, in a conference, or listening. No call is offered to them meanwhile. */
  inCall: z.boolean(),
  held: z.array(
    z.object({
      channel: Channel,
      active: z.number().int(),
      wrapUp: z.number().int(),
      offered: z.number().int(),
      oldestSince: At.nullable(),
    }),
  ),
})
export type AgentNow = z.infer<typeof AgentNow>

/** A queue as a supervisor sees it now; `today` is since midnight in the tenant's time zone. */
export const QueueNow = z.object({
  queueId: Id,
  name: z.string(),
  waiting: z.number().int(),
  /** Whoever has waited longest, and since when they are in this queue. */
  oldestInteractionId: Id.nullable(),
  longestWaitSince: At.nullable(),
  /** Waiting longer than the target of their channel. */
  overdue: z.number().int(),
  /** Of the one that is beyond its target by most: since when it waits, and that target. */
  overdueSince: At.nullable(),
  overdueTargetSeconds: z.number().int().nullable(),
  targetPercent: z.number().int(),
  active: z.number().int(),
  /** Agents with this queue in their profile: at work now, and able to take one now. */
  agentsAtWork: z.number().int(),
  agentsFree: z.number().int(),
  today: z.object({
    offered: z.number().int(),
    answered: z.number().int(),
    abandoned: z.number().int(),
    serviceLevel: z.number().nullable(),
    abandonmentRate: z.number().nullable(),
    averageSpeedOfAnswerMs: z.number().nullable(),
  }),
  /** The last hour in steps of five minutes, oldest first: service level of what came in the 15 minutes before, null where nothing did. */
  lastHour: z.array(z.number().nullable()),
})
export type QueueNow = z.infer<typeof QueueNow>

export const Now = z.object({
  at: At,
  agents: z.array(AgentNow),
  queues: z.array(QueueNow),
  /** Of everyone at work: the part of their capacity in use now, and over the day (metric capacityInUse). Null: nobody was. */
  capacityInUse: z.object({ now: z.number().nullable(), today: z.number().nullable() }),
})
export type Now = z.infer<typeof Now>

export const superviseNow = route({
  id: 'superviseNow',
  method: 'GET',
  path: '/supervise/now',
  access: 'supervise.read',
  tag: 'supervise',
  summary: 'Who does what now, and how the queues stand. Kept fresh by the events of the live connection',
  response: Now,
})
