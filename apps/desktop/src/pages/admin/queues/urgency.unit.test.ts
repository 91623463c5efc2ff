import { DEFAULT_POLICY } from '@centrala/api/queue-policy.ts'
import { expect, test } from 'vitest'
import { urgencyOverWait } from './urgency.ts'

const queue = { policy: DEFAULT_POLICY, priority: 5, ageingPerMinute: 2, targetSeconds: { chat: 60 } }

test('with ageing, every minute adds its points to the queue’s', () => {
  const points = urgencyOverWait(queue, 'chat')
  expect(points?.[0]).toEqual({ waitMs: 0, points: 5 })
  expect(points?.at(-1)).toEqual({ waitMs: 600_000, points: 25 })
})

test('by the promise, urgency rises up to the target and is behind all after it', () => {
  const points = urgencyOverWait({ ...queue, policy: { ...DEFAULT_POLICY, order: 'serviceLevel' } }, 'chat')
  expect(points?.find(one => one.waitMs === 30_000)?.points).toBeCloseTo(4.5)
  expect(points?.find(one => one.waitMs === 120_000)?.points).toBeNull()
})

test('by cost, it is what another minute costs; a curve that cannot be stored shows nothing', () => {
  const curve = [
    { afterSeconds: 0, cost: 0 },
    { afterSeconds: 60, cost: 10 },
    { afterSeconds: 120, cost: 40 },
  ]
  const policy = { ...DEFAULT_POLICY, order: 'cost' as const, curve, handleSeconds: 60 }
  const points = urgencyOverWait({ ...queue, priority: 0, policy }, 'chat')
  expect(points?.[0]?.points).toBe(10)
  expect(points?.at(-1)?.points).toBe(30)
  const broken = { ...policy, curve: [{ afterSeconds: 0, cost: 0 }] }
  expect(urgencyOverWait({ ...queue, policy: broken }, 'chat')).toBeNull()
})
