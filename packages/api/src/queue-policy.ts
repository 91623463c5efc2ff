import { z } from 'zod'
import { Channel, Id } from './shapes.ts'

/**
 * What comes first in a queue. `priority`: points, and points gained by each minute of waiting. `firstCome`: who waits longest.
 * `serviceLevel`: whose promise (the queue's target) is most at risk; those whose promise is broken already come after. `cost`: for whom waiting costs most right now,
 * by the drawn curve.
 */
export const ORDERS = ['priority', 'firstCome', 'serviceLevel', 'cost'] as const
export type Order = (typeof ORDERS)[number]

/** A point of the drawn cost of waiting: after `afterSeconds` it has cost `cost` in all. Between points the curve is straight. */
export const CostPoint = z.strictObject({
  afterSeconds: z
    .int()
    .min(0)
    .max(7 * 86_400),
  cost: z.number().min(0).max(1_000_000),
})
export type CostPoint = z.infer<typeof CostPoint>

/**
 * Agents kept free: those who serve `queueId` and have `skillId` get this queue's work only while `keep` others of them are idle, or while at least
 * `unlessWaiting` wait here, or once it has waited `unlessWaitedSeconds`.
 */
export const Reserve = z
  .strictObject({
    queueId: Id.nullable().default(null),
    skillId: Id.nullable().default(null),
    keep: z.int().min(0).max(1000),
    unlessWaiting: z.int().min(1).max(100_000).nullable().default(null),
    unlessWaitedSeconds: z
      .int()
      .min(1)
      .max(7 * 86_400)
      .nullable()
      .default(null),
  })
  .refine(reserve => reserve.queueId !== null || reserve.skillId !== null, {
    path: ['queueId'],
    message: 'Choose a queue or a skill whose agents are kept free.',
  })
export type Reserve = z.infer<typeof Reserve>

export const QueuePolicy = z.strictObject({
  order: z.enum(ORDERS),
  curve: z.array(CostPoint).max(12, 'Twelve points are enough.').meta({
    description: 'Order cost: what waiting costs. The first point is at 0 seconds; cost never falls',
  }),
  handleSeconds: z.int().min(1).max(86_400).meta({
    description:
      'Order cost: how long a contact takes an agent on average; shorter ones go first where waiting costs the same',
  }),
  maxWaitSeconds: z
    .partialRecord(
      Channel,
      z
        .int()
        .min(1)
        .max(30 * 86_400),
    )
    .meta({ description: 'Who has waited this long goes before everyone who has not, per channel; absent: no bound' }),
  reserves: z.array(Reserve).max(10, 'Ten reserves are enough.'),
})
export type QueuePolicy = z.infer<typeof QueuePolicy>

/** As it must be stored. */
export const QueuePolicyBody = QueuePolicy.superRefine(({ order, curve }, context) => {
  const issue = (path: (string | number)[], message: string, reason: string) =>
    context.addIssue({ code: 'custom', path: ['curve', ...path], message, params: { reason } })
  if (order === 'cost' && curve.length < 2) issue([], 'Draw at least two points.', 'curveShort')
  for (const [index, point] of curve.entries()) {
    const before = curve[index - 1]
    if (index === 0 && point.afterSeconds !== 0)
      issue([0, 'afterSeconds'], 'The curve starts at 0 seconds.', 'curveStart')
    if (before && point.afterSeconds <= before.afterSeconds)
      issue([index, 'afterSeconds'], 'Each point is later than the one before it.', 'curveOrder')
    if (before && point.cost < before.cost) issue([index, 'cost'], 'Waiting longer never costs less.', 'curveFalls')
  }
})

/** As queues have it until somebody sets it otherwise. */
export const DEFAULT_POLICY: QueuePolicy = {
  order: 'priority',
  curve: [],
  handleSeconds: 300,
  maxWaitSeconds: {},
  reserves: [],
}

/** For screens that check an expression while it is written. */
export { type Fault, type FaultCode, readExpression } from '@centrala/core/expression/read-expression.ts'
