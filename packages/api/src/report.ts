import { METRIC_IDS, REPORT_IDS } from '@centrala/core/report/metric.ts'
import { z } from 'zod'
import { route } from './route.ts'
import { At, Channel, Id, page, paging, TimeZone } from './shapes.ts'

export const UNITS = ['count', 'share', 'ms', 'score'] as const
/** What a figure means: one definition, the same here, in docs/metrics.md and beside the figure on the screen. */
export const Metric = z.object({
  id: z.string(),
  version: z.number().int(),
  name: z.string(),
  unit: z.enum(UNITS).meta({ description: 'share: 0 to 1; ms: milliseconds; score: 1 to 5' }),
  formula: z.string(),
  counted: z.string().meta({ description: 'In which interval it counts, and what of contacts still open' }),
  better: z.enum(['higher', 'lower']).nullable(),
  by: z.array(z.enum(['queue', 'agent', 'channel'])),
  live: z.boolean().meta({ description: 'Read from the present state; not in reports over time' }),
})
export type Metric = z.infer<typeof Metric>

export const listMetrics = route({
  id: 'listMetrics',
  method: 'GET',
  path: '/metrics',
  access: 'self',
  tag: 'report',
  summary: 'Every metric with its definition, and the reports they are put together in',
  response: z.object({
    metrics: z.array(Metric),
    reports: z.array(z.object({ id: z.enum(REPORT_IDS), metrics: z.array(z.enum(METRIC_IDS)) })),
  }),
})

export const GROUPINGS = ['queue', 'agent', 'channel', 'interval'] as const
export const STEPS = ['15m', 'hour', 'day', 'week', 'month'] as const
const query = {
  from: At.meta({ description: 'Beginning; cut down to a quarter of an hour' }),
  to: At.meta({ description: 'End, not included; cut down to a quarter of an hour' }),
  groupBy: z.enum(GROUPINGS).default('queue'),
  interval: z.enum(STEPS).default('day').meta({ description: 'With groupBy=interval; weeks begin on Monday' }),
  timeZone: TimeZone.optional().meta({ description: 'Whose days and hours; default: the tenant’s' }),
  queueId: Id.optional(),
  agentId: Id.optional(),
  channel: Channel.optional(),
}

export const ReportRow = z.object({
  key: z.string().meta({ description: 'Queue id, agent id, channel, or the beginning of the interval' }),
  name: z.string().nullable().meta({ description: 'Of the queue or agent' }),
  values: z.partialRecord(z.enum(METRIC_IDS), z.number().nullable()),
})
export const Report = z.object({
  id: z.enum(REPORT_IDS),
  from: At,
  to: At,
  timeZone: z.string(),
  groupBy: z.enum(GROUPINGS),
  interval: z.enum(STEPS),
  metrics: z.array(Metric),
  rows: z.array(ReportRow),
  /** Over all rows, computed from the totals and not from the rows' figures. */
  total: ReportRow.shape.values,
})
export type Report = z.infer<typeof Report>

export const getReport = route({
  id: 'getReport',
  method: 'GET',
  path: '/reports/:id',
  access: 'report.read',
  tag: 'report',
  summary: 'A report over a period: figures by queue, agent, channel or interval, with their definitions',
  params: { id: z.enum(REPORT_IDS) },
  query,
  response: Report,
})
export const exportReport = route({
  id: 'exportReport',
  method: 'GET',
  path: '/reports/:id/csv',
  access: 'report.read',
  tag: 'report',
  summary: 'The same report as CSV (RFC 4180, UTF-8; times in seconds). Texts cannot run as formulas',
  params: { id: z.enum(REPORT_IDS) },
  query: {
    ...query,
    bom: z.stringbool().default(true).meta({ description: 'Byte order mark, so that Excel knows the encoding' }),
  },
  produces: 'text/csv',
})

/** How fairly work and waiting fell out: idle time among agents of equal skills, and the longest waits with their bounds. */
export const Fairness = z.object({
  from: At,
  to: At,
  groups: z
    .array(
      z.object({
        profileName: z.string().nullable(),
        skills: z.array(z.object({ name: z.string(), proficiency: z.number().int() })),
        agents: z.array(
          z.object({
            agentId: Id,
            name: z.string(),
            staffedMs: z.number(),
            idleMs: z.number(),
            capacityInUse: z.number().nullable(),
          }),
        ),
        idleShare: z.number().nullable().meta({ description: 'Idle time ÷ time at work, over all of them' }),
        variation: z.number().nullable().meta({
          description:
            'Coefficient of variation of the agents’ idle shares; 0: perfectly even. Null: nothing to compare',
        }),
      }),
    )
    .meta({ description: 'Agents with the same profile and skills who were at work; the most agents first' }),
  waits: z.array(
    z.object({
      queueId: Id,
      queueName: z.string(),
      channel: Channel,
      waited: z.number().int().meta({ description: 'Contacts that entered the queue in the period' }),
      medianMs: z.number(),
      p95Ms: z.number(),
      longestMs: z.number(),
      longestInteractionId: Id,
      longestAt: At,
      boundSeconds: z.number().nullable().meta({ description: 'The bound on waits as the queue has it now' }),
      beyondBound: z.number().int(),
    }),
  ),
  waitsSince: At.meta({ description: 'Waits are kept 40 days: earlier ones are not in' }),
})
export type Fairness = z.infer<typeof Fairness>
export const getFairness = route({
  id: 'getFairness',
  method: 'GET',
  path: '/fairness',
  access: 'report.read',
  tag: 'report',
  summary: 'How evenly work fell on agents of equal skills, and how long anyone waited',
  query: { from: query.from, to: query.to, queueId: Id.optional() },
  response: Fairness,
})

export const SurveyAnswer = z.object({
  interactionId: Id,
  conversationId: Id,
  channel: Channel,
  queueName: z.string().nullable(),
  agentName: z.string().nullable(),
  score: z.number().int(),
  comment: z.string().nullable(),
  answeredAt: At,
})
export const listSurveyAnswers = route({
  id: 'listSurveyAnswers',
  method: 'GET',
  path: '/survey-answers',
  access: 'report.read',
  tag: 'report',
  summary: 'What customers answered, newest first',
  query: {
    ...paging,
    from: At.optional(),
    to: At.optional(),
    queueId: Id.optional(),
    agentId: Id.optional(),
    channel: Channel.optional(),
    commented: z.stringbool().optional().meta({ description: 'Only those with a comment' }),
  },
  response: page(SurveyAnswer),
})
