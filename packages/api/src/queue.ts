import { readExpression } from '@centrala/core/expression/read-expression.ts'
import { z } from 'zod'
import { QueuePolicy, QueuePolicyBody } from './queue-policy.ts'
import { route } from './route.ts'
import { Channel, Id, Name, Presence } from './shapes.ts'
import { QueueVoice } from './voice-config.ts'

export const Requirement = z.strictObject({
  skillId: Id,
  minProficiency: z.int().min(1, 'Write 1 to 5.').max(5, 'Write 1 to 5.'),
})
/** What is asked of an agent from `afterSeconds` of waiting on; it replaces what the step before asked. */
export const Step = z.strictObject({
  afterSeconds: z
    .int()
    .min(0)
    .max(7 * 86_400),
  requirements: z.array(Requirement).max(20),
  where: z.string().trim().min(1).max(500).optional().meta({
    description:
      'Only agents for whom this expression holds, such as: agent.team == "north" && agent.tier >= contact.tier',
  }),
  queueIds: z.array(Id).max(20).optional().meta({ description: 'Agents who serve any of these queues help too' }),
  whenLevelBelow: z.number().min(0).max(1).optional().meta({
    description: 'Counts only while the service level of the queue is below this share; else the step before it stays',
  }),
})
export type Step = z.infer<typeof Step>

/** Steps as they must be stored: in order of time, the first at once, each moment and each skill once. */
export const Steps = z
  .array(Step)
  .max(10, 'Ten steps are enough.')
  .superRefine((steps, context) => {
    const issue = (path: (string | number)[], message: string, reason: string) =>
      context.addIssue({ code: 'custom', path, message, params: { reason } })
    for (const [index, step] of steps.entries()) {
      const before = steps[index - 1]
      if (index === 0 && step.afterSeconds !== 0)
        issue([0, 'afterSeconds'], 'The first step starts at 0 seconds.', 'firstStep')
      if (before && step.afterSeconds <= before.afterSeconds)
        issue([index, 'afterSeconds'], 'Each step starts later than the one before it.', 'stepOrder')
      const skills = step.requirements.map(requirement => requirement.skillId)
      if (new Set(skills).size < skills.length)
        issue([index, 'requirements'], 'Ask for each skill once in a step.', 'skillTwice')
      if (index === 0 && step.whenLevelBelow !== undefined)
        issue([0, 'whenLevelBelow'], 'The first step always counts. Leave its condition out.', 'firstStepLevel')
      const read = step.where === undefined ? null : readExpression(step.where)
      if (read && !read.ok)
        context.addIssue({
          code: 'custom',
          path: [index, 'where'],
          message: read.fault.message,
          params: { reason: `expression.${read.fault.code}`, at: read.fault.at },
        })
    }
  })

/** How callers wait in a queue and are recorded. */
export const VoiceSettings = QueueVoice.omit({ id: true, name: true, hoursId: true })
export type VoiceSettings = z.infer<typeof VoiceSettings>

/** As queues have it until somebody sets it otherwise. */
export const DEFAULT_VOICE: VoiceSettings = {
  musicPromptId: null,
  greetingPromptId: null,
  announcePosition: true,
  announceWait: false,
  announceEverySeconds: 45,
  callbackAfterSeconds: null,
  record: 'never',
  recordingAnnouncementPromptId: null,
  closedPromptId: null,
}

export const Queue = z.object({
  id: Id,
  name: z.string(),
  brandId: Id.nullable(),
  hoursId: Id.nullable(),
  priority: z.number().int(),
  ageingPerMinute: z.number(),
  steps: z.array(Step),
  policy: QueuePolicy.meta({ description: 'What comes first, and which agents are kept free' }),
  offerSeconds: z.number().int(),
  wrapUpSeconds: z.number().int(),
  wrapUpRequired: z.boolean(),
  contactReasonRequired: z.boolean(),
  preferredSeconds: z.number().int(),
  preferLastAgent: z.boolean(),
  tellPosition: z.boolean(),
  tellWait: z.boolean(),
  targetSeconds: z.partialRecord(Channel, z.number().int()),
  targetPercent: z.number().int(),
  abandonSeconds: z.number().int(),
  signature: z.string(),
  autoReply: z.string(),
  surveyId: Id.nullable(),
  wrapUpCodeIds: z.array(Id).meta({ description: 'Codes it offers; empty: all' }),
  routingProfileIds: z.array(Id).meta({ description: 'Profiles whose agents serve it' }),
  voice: VoiceSettings.meta({ description: 'How callers wait and are recorded' }),
  archivedAt: z.string().nullable(),
})
export type Queue = z.infer<typeof Queue>

const seconds = (least: number, most: number) => z.int().min(least).max(most)
const fields = z.strictObject({
  name: Name,
  brandId: Id.nullable(),
  hoursId: Id.nullable().meta({ description: 'Null: always open' }),
  priority: z.int().min(-1000).max(1000).meta({ description: 'Points; higher is served first' }),
  ageingPerMinute: z.number().min(0).max(100).meta({ description: 'Points gained by each minute of waiting' }),
  steps: Steps,
  policy: QueuePolicyBody,
  offerSeconds: seconds(5, 600).meta({ description: 'How long an agent has to answer an offer' }),
  wrapUpSeconds: seconds(0, 3600),
  wrapUpRequired: z.boolean(),
  contactReasonRequired: z.boolean(),
  preferredSeconds: seconds(0, 86_400).meta({ description: 'How long to wait for the preferred agent only' }),
  preferLastAgent: z.boolean().meta({ description: 'Who served the customer last, within 30 days, is preferred' }),
  tellPosition: z.boolean().meta({ description: 'Who waits in a chat is told their place in line' }),
  tellWait: z.boolean().meta({ description: 'Who waits in a chat is told how long it may take' }),
  targetSeconds: z
    .partialRecord(Channel, seconds(1, 30 * 86_400))
    .meta({ description: 'Service level: answered within, per channel' }),
  targetPercent: z.int().min(1).max(100),
  abandonSeconds: seconds(0, 600).meta({ description: 'Leaving sooner than this does not count as abandoned' }),
  signature: z.string().max(10_000),
  autoReply: z.string().max(10_000).meta({ description: 'E-mail: sent at the first message; empty: none' }),
  surveyId: Id.nullable(),
  wrapUpCodeIds: z.array(Id).max(500),
  routingProfileIds: z.array(Id).max(500),
  voice: z.strictObject({
    ...VoiceSettings.shape,
    announceEverySeconds: seconds(10, 3600),
    callbackAfterSeconds: seconds(0, 7200).nullable().meta({ description: 'A call back is offered from this wait on' }),
  }),
})
const params = { id: Id }

export const queueChange = fields.partial()
/** A new queue needs a name; the rest has sensible values. */
export const queueBody = z.strictObject({ ...fields.partial().shape, name: Name })

export const listQueues = route({
  id: 'listQueues',
  method: 'GET',
  path: '/queues',
  access: 'self',
  tag: 'queue',
  summary: 'Queues, by name; archived ones only when asked for',
  query: { archived: z.stringbool().optional() },
  response: z.object({ items: z.array(Queue) }),
})
export const getQueue = route({
  id: 'getQueue',
  method: 'GET',
  path: '/queues/:id',
  access: 'self',
  tag: 'queue',
  summary: 'One queue',
  params,
  response: Queue,
})
export const createQueue = route({
  id: 'createQueue',
  method: 'POST',
  path: '/queues',
  access: 'routing.manage',
  tag: 'queue',
  summary: 'Add a queue',
  body: queueBody,
  response: Queue,
})
export const changeQueue = route({
  id: 'changeQueue',
  method: 'PATCH',
  path: '/queues/:id',
  access: 'routing.manage',
  tag: 'queue',
  summary: 'Change a queue; what waits in it is ordered by the new rules at once',
  params,
  body: queueChange,
  response: Queue,
})
export const archiveQueue = route({
  id: 'archiveQueue',
  method: 'POST',
  path: '/queues/:id/archive',
  access: 'routing.manage',
  tag: 'queue',
  summary: 'Take a queue out of use; its history stays. Refused while something waits in it or a channel leads to it',
  params,
  response: Queue,
})
export const restoreQueue = route({
  id: 'restoreQueue',
  method: 'POST',
  path: '/queues/:id/restore',
  access: 'routing.manage',
  tag: 'queue',
  summary: 'Take an archived queue into use again',
  params,
  response: Queue,
})

/** Who could take work at one step, best placed first. */
export const StepStaffing = z.object({
  afterSeconds: z.number().int(),
  agents: z.array(
    z.object({
      id: Id,
      name: z.string(),
      presence: Presence,
      delaySeconds: z.number().int().meta({ description: 'Comes to this agent only after this wait' }),
    }),
  ),
})
export const previewQueue = route({
  id: 'previewQueue',
  method: 'POST',
  path: '/queues/preview',
  access: 'routing.manage',
  tag: 'queue',
  summary: 'Which agents could serve a queue with these profiles at each of these steps; changes nothing',
  body: z.strictObject({ routingProfileIds: z.array(Id).max(500), steps: Steps, queueId: Id.nullable().default(null) }),
  response: z.object({ steps: z.array(StepStaffing) }),
})
