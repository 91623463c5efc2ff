import { DEFAULT_POLICY, type QueuePolicy } from '@centrala/api/queue-policy.ts'
import { CHANNELS, type Channel } from '@centrala/core/channel/channel.ts'
import type { CurvePiece, QueueRules, Requirement, Reserve, Step } from '@centrala/core/routing/event.ts'
import { costCurve, firstComeCurve, serviceLevelCurve } from '@centrala/core/routing/order-preset.ts'

/** A queue as people set it, as far as the router goes by it. */
export interface QueueSettings {
  id: string
  name: string
  priority: number
  ageingPerMinute: number
  steps: {
    afterSeconds: number
    requirements: Requirement[]
    where?: string | undefined
    queueIds?: string[] | undefined
    whenLevelBelow?: number | undefined
  }[]
  policy: Partial<QueuePolicy>
  targetSeconds: Partial<Record<Channel, number>>
  offerSeconds: number
}

/** The rules of the router for a queue. */
export function queueRules({
  id,
  name,
  ageingPerMinute,
  steps,
  targetSeconds,
  offerSeconds,
  ...rest
}: QueueSettings): QueueRules {
  const policy = { ...DEFAULT_POLICY, ...rest.policy }
  const curves = curvesOf(policy, targetSeconds)
  const bounds = Object.entries(policy.maxWaitSeconds).map(([channel, seconds]) => [channel, (seconds ?? 0) * 1000])
  return {
    queueId: id,
    name,
    // First come means just that, whatever points the queue had under another order.
    priority: policy.order === 'firstCome' ? 0 : rest.priority,
    ageingPerMinute,
    ...(curves && { curves }),
    ...(bounds.length > 0 && { maxWaitMs: Object.fromEntries(bounds) as NonNullable<QueueRules['maxWaitMs']> }),
    ...(policy.reserves.length > 0 && { reserves: policy.reserves.map(reserveOf) }),
    steps: steps.map(stepOf).sort((a, b) => a.afterMs - b.afterMs),
    offerMs: offerSeconds * 1000,
  }
}

function curvesOf(policy: QueuePolicy, targets: QueueSettings['targetSeconds']): QueueRules['curves'] | null {
  if (policy.order === 'priority') return null
  const curve = (channel: Channel): CurvePiece[] => {
    const target = targets[channel]
    if (policy.order === 'cost')
      return costCurve(
        policy.curve.map(({ afterSeconds, cost }) => ({ afterMs: afterSeconds * 1000, cost })),
        policy.handleSeconds * 1000,
      )
    return policy.order === 'serviceLevel' && target !== undefined ? serviceLevelCurve(target * 1000) : firstComeCurve()
  }
  return Object.fromEntries(CHANNELS.map(channel => [channel, curve(channel)]))
}

function reserveOf({
  queueId,
  skillId,
  keep,
  unlessWaiting,
  unlessWaitedSeconds,
}: QueuePolicy['reserves'][number]): Reserve {
  return {
    ...(queueId !== null && { queueId }),
    ...(skillId !== null && { skillId }),
    keep,
    ...(unlessWaiting !== null && { unlessWaiting }),
    ...(unlessWaitedSeconds !== null && { unlessWaitedMs: unlessWaitedSeconds * 1000 }),
  }
}

function stepOf({ afterSeconds, requirements, where, queueIds, whenLevelBelow }: QueueSettings['steps'][number]): Step {
  return {
    afterMs: afterSeconds * 1000,
    requirements,
    ...(where !== undefined && { where }),
    ...(queueIds !== undefined && { queues: queueIds }),
    ...(whenLevelBelow !== undefined && { whenLevelBelow }),
  }
}
