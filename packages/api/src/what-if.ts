import { FIGURES, type Figure } from '@centrala/core/replay/figure.ts'
import { z } from 'zod'
import { queueChange } from './queue.ts'
import { route } from './route.ts'
import { At, Channel, Id, Name } from './shapes.ts'

const DAY_SECONDS = 86_400
export const WHAT_IF_MAX_DAYS = 7
export const WHAT_IF_MAX_RUNS = 200
const factor = z.number().min(0.1, 'Write 0.1 to 10.').max(10, 'Write 0.1 to 10.')

/** A queue's rules as they would be; what is left out stays as it was. */
export const QueueWhatIf = z.strictObject({
  queueId: Id,
  ...queueChange.pick({
    priority: true,
    ageingPerMinute: true,
    steps: true,
    offerSeconds: true,
    preferredSeconds: true,
    policy: true,
    targetSeconds: true,
  }).shape,
  arrivals: factor.optional().meta({ description: 'So many times as many contacts: 1.2 is a fifth more' }),
  handleTime: factor.optional().meta({ description: 'So many times as long to handle' }),
  patience: factor.optional().meta({ description: 'Customers wait so many times as long before they give up' }),
})
export type QueueWhatIf = z.infer<typeof QueueWhatIf>

/** An agent as they would be. */
export const AgentWhatIf = z.strictObject({
  agentId: Id,
  absent: z.boolean().optional().meta({ description: 'True: was not there at all' }),
  routingProfileId: Id.optional().meta({ description: 'Another profile: queues, channels and capacity' }),
  skills: z
    .array(z.strictObject({ skillId: Id, proficiency: z.int().min(0).max(5) }))
    .max(200)
    .optional()
    .meta({ description: 'Skills gained or changed; 0 takes one away. Others stay' }),
})
export type AgentWhatIf = z.infer<typeof AgentWhatIf>

/** Agents who were not there. Each is like a real one in skills, profile and pace. */
export const ExtraAgents = z
  .strictObject({
    likeAgentId: Id,
    count: z.int().min(1).max(500),
    from: At.optional().meta({ description: 'There from; default: the beginning of the period' }),
    to: At.optional().meta({ description: 'There until; default: the end of the period' }),
  })
  .refine(({ from, to }) => !from || !to || Date.parse(from) < Date.parse(to), {
    path: ['to'],
    message: 'Choose an end after the beginning.',
  })
export type ExtraAgents = z.infer<typeof ExtraAgents>

/** What would have been different: the body of a what-if, and the whole of a rules file of `npm run replay -- --rules`. */
export const WhatIfRules = z.strictObject({
  queues: z.array(QueueWhatIf).max(500).default([]),
  agents: z.array(AgentWhatIf).max(5000).default([]),
  extraAgents: z.array(ExtraAgents).max(100).default([]),
})
export type WhatIfRules = z.infer<typeof WhatIfRules>

/** A mean over the runs with its 95 % confidence interval (Student's t). Null where there was nothing to measure. */
export const Estimate = z.object({ mean: z.number(), low: z.number(), high: z.number() }).nullable()
export type Estimate = z.infer<typeof Estimate>

export { FIGURES, type Figure }

const truth = z.record(z.enum(FIGURES), z.number().nullable())
const estimates = z.record(z.enum(FIGURES), Estimate)

export const WhatIfRow = z.object({
  truth: truth.meta({ description: 'What really happened' }),
  before: estimates.meta({ description: 'The same, simulated under the old rules: how good the model is' }),
  after: estimates.meta({ description: 'Simulated under the changed rules' }),
  change: estimates.meta({
    description: 'after − before, run by run with the same customers; no change is certain where the interval holds 0',
  }),
})
export type WhatIfRow = z.infer<typeof WhatIfRow>

/** How a queue's customers and work were, as read from the data. */
export const QueueModel = z.object({
  channel: Channel,
  arrivals: z.number().int(),
  handled: z.number().int().meta({ description: 'Handle times that were seen' }),
  meanHandleMs: z.number().nullable(),
  meanPatienceMs: z
    .number()
    .nullable()
    .meta({ description: 'Kaplan–Meier, up to the longest wait seen; null: nobody ever gave up' }),
  abandoned: z.number().int(),
})

export const WhatIfResult = z.object({
  runs: z.number().int().meta({ description: 'Runs that were finished in the time allowed' }),
  exact: z.object({
    decisions: z.number().int().meta({ description: 'Decisions of the period that were made again' }),
    same: z.boolean().meta({ description: 'Under the old rules the router decides exactly as it did' }),
    difference: z.string().nullable().meta({ description: 'The first difference, in words' }),
  }),
  total: WhatIfRow,
  queues: z.array(
    z.object({
      queueId: Id,
      name: z.string(),
      targetSeconds: z
        .object({ before: z.number().nullable(), after: z.number().nullable() })
        .meta({ description: 'Of the channel on which most come; null: nothing is promised' }),
      model: z.array(QueueModel),
      row: WhatIfRow,
      /** Through the period, for a chart. Null where nothing arrived. */
      intervals: z.array(
        z.object({
          at: At,
          offered: z.number(),
          serviceLevel: z.object({
            truth: z.number().nullable(),
            before: z.number().nullable(),
            after: z.number().nullable(),
          }),
          waitMs: z.object({
            truth: z.number().nullable(),
            before: z.number().nullable(),
            after: z.number().nullable(),
          }),
        }),
      ),
    }),
  ),
  notes: z.array(
    z.object({
      code: z.enum(['gap', 'fewHandled', 'fewRuns', 'openAtEnd']),
      text: z.string(),
      queueId: Id.optional(),
    }),
  ),
})
export type WhatIfResult = z.infer<typeof WhatIfResult>

export const WHAT_IF_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export const WhatIfSummary = z.object({
  id: Id,
  name: z.string(),
  from: At,
  to: At,
  state: z.enum(WHAT_IF_STATES),
  progress: z.number().meta({ description: '0 to 1' }),
  problem: z.string().nullable().meta({ description: 'Why it failed, and what to do' }),
  createdBy: z.object({ id: Id, name: z.string() }).nullable(),
  createdAt: At,
  finishedAt: At.nullable(),
})
export type WhatIfSummary = z.infer<typeof WhatIfSummary>

export const WhatIf = WhatIfSummary.extend({ rules: WhatIfRules, result: WhatIfResult.nullable() })
export type WhatIf = z.infer<typeof WhatIf>

export const whatIfBody = z
  .strictObject({
    name: Name,
    from: At,
    to: At,
    rules: WhatIfRules,
    runs: z.int().min(2).max(WHAT_IF_MAX_RUNS).default(20).meta({ description: 'More runs, narrower intervals' }),
  })
  .superRefine(({ from, to }, context) => {
    const seconds = (Date.parse(to) - Date.parse(from)) / 1000
    const issue = (message: string, reason: string) =>
      context.addIssue({ code: 'custom', path: ['to'], message, params: { reason } })
    if (seconds <= 0) issue('Choose an end after the beginning.', 'endBeforeBeginning')
    if (seconds > WHAT_IF_MAX_DAYS * DAY_SECONDS) issue(`Choose at most ${WHAT_IF_MAX_DAYS} days.`, 'tooLong')
  })

const params = { id: Id }

export const listWhatIfs = route({
  id: 'listWhatIfs',
  method: 'GET',
  path: '/what-ifs',
  access: 'supervise.read',
  tag: 'whatIf',
  summary: 'The last 50 what-ifs, newest first',
  response: z.object({
    items: z.array(WhatIfSummary),
    journalFrom: At.nullable().meta({
      description: 'Since when there is a journal to ask; null: nothing was routed yet',
    }),
  }),
})
export const startWhatIf = route({
  id: 'startWhatIf',
  method: 'POST',
  path: '/what-ifs',
  access: 'routing.manage',
  tag: 'whatIf',
  summary:
    'Run a past period again under other rules. It goes on in the background, one at a time; ask for it until its state is done',
  body: whatIfBody,
  response: WhatIf,
})
export const getWhatIf = route({
  id: 'getWhatIf',
  method: 'GET',
  path: '/what-ifs/:id',
  access: 'supervise.read',
  tag: 'whatIf',
  summary: 'One what-if, with its result when it is done',
  params,
  response: WhatIf,
})
export const cancelWhatIf = route({
  id: 'cancelWhatIf',
  method: 'POST',
  path: '/what-ifs/:id/cancel',
  access: 'routing.manage',
  tag: 'whatIf',
  summary: 'Stop a what-if that waits or runs; one that is over stays as it is',
  params,
  response: WhatIf,
})
export const deleteWhatIf = route({
  id: 'deleteWhatIf',
  method: 'DELETE',
  path: '/what-ifs/:id',
  access: 'routing.manage',
  tag: 'whatIf',
  summary: 'Remove a what-if and its result; one that runs is stopped first',
  params,
})
