import type { Interaction } from '@centrala/api/interaction.ts'
import { expect, test } from 'vitest'
import { orderWork } from './order.ts'

const at = (minute: number) => `2026-05-01T10:${String(minute).padStart(2, '0')}:00.000Z`
const item = (id: string, over: Partial<Interaction>) =>
  ({
    id,
    state: 'active',
    customerWaitsSince: null,
    answeredAt: at(0),
    offerExpiresAt: null,
    wrapUpDueAt: null,
    endedAt: null,
    ...over,
  }) as Interaction

test('whoever waits longest for me comes first, those who do not wait come last', () => {
  const { active } = orderWork([
    item('calm', {}),
    item('late', { customerWaitsSince: at(9) }),
    item('first', { customerWaitsSince: at(2) }),
  ])
  expect(active.map(one => one.id)).toEqual(['first', 'late', 'calm'])
})

test('offers and wrap-ups stand apart, the one that runs out first on top', () => {
  const work = orderWork([
    item('b', { state: 'offered', offerExpiresAt: at(8) }),
    item('a', { state: 'offered', offerExpiresAt: at(5) }),
    item('w', { state: 'wrapUp' }),
    item('x', { state: 'ended' }),
  ])
  expect(work.offers.map(one => one.id)).toEqual(['a', 'b'])
  expect(work.wrapUp.map(one => one.id)).toEqual(['w'])
  expect(work.active).toEqual([])
})
