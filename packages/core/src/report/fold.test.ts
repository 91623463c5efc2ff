import { expect, test } from 'vitest'
import type { ReportEvent } from './event.ts'
import { fold } from './fold.ts'
import { INTERVAL_MS } from './interval.ts'
import { METRICS, type MetricId, metricOf } from './metric.ts'
import { addTotals, noTotals, type Place, type Totals } from './totals.ts'

const NINE = Date.UTC(2026, 2, 2, 9)
const MINUTE = 60_000
let seq = 0

type Told = Partial<Omit<ReportEvent, 'type' | 'at'>>
/** An event `minutes` after nine. */
const event = (minutes: number, type: string, told: Told = {}): ReportEvent => ({
  seq: ++seq,
  at: NINE + minutes * MINUTE,
  type,
  interactionId: 'i',
  queueId: 'sales',
  agentId: null,
  ...told,
  data: { channel: 'chat', ...told.data },
})
const presence = (minutes: number, state: string, agentId = 'ana'): ReportEvent =>
  event(minutes, 'presence.changed', {
    interactionId: null,
    queueId: null,
    agentId,
    data: { channel: undefined, state },
  })

const targetAt = () => 2 * MINUTE

function sum(events: ReportEvent[], where: (place: Place) => boolean = () => true): Totals {
  const total = noTotals()
  for (const row of fold(events, targetAt)) if (where(row)) addTotals(total, row.totals)
  return total
}
const metric = (id: MetricId, events: ReportEvent[], where?: (place: Place) => boolean) =>
  metricOf(id).compute(sum(events, where))

const chat = (
  id: string,
  start: number,
  wait: number,
  talk: number,
  wrapUp: number,
  agentId = 'ana',
): ReportEvent[] => [
  event(start, 'interaction.created', { interactionId: id, queueId: null }),
  event(start, 'interaction.queued', { interactionId: id }),
  event(start + wait, 'interaction.offered', { interactionId: id, agentId }),
  event(start + wait, 'interaction.accepted', { interactionId: id, agentId }),
  event(start + wait + talk, 'interaction.ended', {
    interactionId: id,
    agentId,
    data: { outcome: 'handled', wrapUp: true },
  }),
  event(start + wait + talk + wrapUp, 'interaction.wrappedUp', { interactionId: id, agentId }),
]

test('a contact counts as offered and answered when it came, as handled when it was over', () => {
  const events = chat('a', 14, 1, 20, 2)
  expect(sum(events, place => place.interval === NINE)).toMatchObject({
    offered: 1,
    answered: 1,
    waitMs: MINUTE,
    handled: 0,
  })
  expect(sum(events, place => place.interval === NINE + 2 * INTERVAL_MS)).toMatchObject({
    handled: 1,
    talkMs: 20 * MINUTE,
    wrapUpMs: 2 * MINUTE,
    offered: 0,
  })
  expect(metric('averageHandleTime', events)).toBe(22 * MINUTE)
})

test('time on hold, a consultation too, is hold and not talk; the whole is still the handle time', () => {
  const events = [
    event(0, 'interaction.queued'),
    event(0, 'interaction.accepted', { agentId: 'ana' }),
    event(1, 'interaction.held', { agentId: 'ana' }),
    event(2, 'interaction.consulted', { agentId: 'ana' }),
    event(4, 'interaction.resumed', { agentId: 'ana' }),
    event(5, 'interaction.held', { agentId: 'ana' }),
    event(6, 'interaction.ended', { agentId: 'ana', data: { outcome: 'handled', wrapUp: true } }),
    event(7, 'interaction.wrappedUp', { agentId: 'ana' }),
  ]
  expect(sum(events)).toMatchObject({ talkMs: 2 * MINUTE, holdMs: 4 * MINUTE, wrapUpMs: MINUTE, handled: 1 })
  expect(metric('averageHandleTime', events)).toBe(7 * MINUTE)
})

test('a caller who left the queue for the flow counts as gone from the queue, and anew where they wait next', () => {
  const events = [
    event(0, 'interaction.queued'),
    event(1, 'interaction.leftQueue'),
    event(2, 'interaction.queued', { queueId: 'other' }),
    event(3, 'interaction.accepted', { agentId: 'ana', queueId: 'other' }),
  ]
  expect(sum(events, place => place.queueId === 'sales')).toMatchObject({ offered: 1, leftQueue: 1, answered: 0 })
  expect(sum(events, place => place.queueId === 'other')).toMatchObject({ offered: 1, answered: 1, waitMs: MINUTE })
})

test('the service level leaves short abandons out and counts everyone else who left', () => {
  const gone = (id: string, outcome: string, wait: number) => [
    event(0, 'interaction.queued', { interactionId: id }),
    event(wait, 'interaction.abandoned', { interactionId: id, data: { outcome } }),
  ]
  const events = [
    ...chat('in time', 0, 2, 5, 1),
    ...chat('late', 0, 3, 5, 1),
    ...gone('gone', 'abandoned', 4),
    ...gone('short', 'shortAbandoned', 0.05),
    event(0, 'interaction.queued', { interactionId: 'closed' }),
    event(1, 'interaction.ended', { interactionId: 'closed', data: { outcome: 'closed', wrapUp: false } }),
  ]
  const t = sum(events)
  expect(t).toMatchObject({
    offered: 5,
    answered: 2,
    answeredInTarget: 1,
    abandoned: 1,
    shortAbandoned: 1,
    leftQueue: 1,
  })
  expect(metricOf('serviceLevel').compute(t)).toBe(1 / (t.offered - t.shortAbandoned))
  expect(metricOf('abandonmentRate').compute(t)).toBe(1 / 4)
})

test('a contact that still waits is offered and not yet held against the service level', () => {
  const waiting = [event(0, 'interaction.queued', { interactionId: 'waits' })]
  expect(metric('offered', waiting)).toBe(1)
  expect(metric('serviceLevel', waiting)).toBeNull()
  expect(metric('serviceLevel', [...waiting, ...chat('a', 0, 1, 1, 1)])).toBe(1)
})

test('an offer that is rejected or missed does not make a second entry', () => {
  const events = [
    event(0, 'interaction.queued'),
    event(0, 'interaction.offered', { agentId: 'ana' }),
    event(1, 'interaction.offerRejected', { agentId: 'ana' }),
    event(1, 'interaction.offered', { agentId: 'iva' }),
    event(2, 'interaction.offerExpired', { agentId: 'iva' }),
    event(2, 'interaction.offered', { agentId: 'marko' }),
    event(3, 'interaction.accepted', { agentId: 'marko' }),
  ]
  expect(sum(events)).toMatchObject({
    offered: 1,
    answered: 1,
    waitMs: 3 * MINUTE,
    offersMade: 3,
    offersRejected: 1,
    offersExpired: 1,
  })
  expect(metric('missedOffers', events)).toBe(2 / 3)
  expect(metric('missedOffers', events, place => place.agentId === 'marko')).toBe(0)
})

test('a contact handed on is one handling for each agent and one entry in each queue', () => {
  const events = [
    event(0, 'interaction.queued'),
    event(1, 'interaction.accepted', { agentId: 'ana' }),
    event(6, 'interaction.transferred', {
      agentId: 'ana',
      queueId: 'support',
      data: { from: 'sales', how: 'transferred' },
    }),
    event(8, 'interaction.accepted', { agentId: 'iva', queueId: 'support' }),
    event(18, 'interaction.ended', { agentId: 'iva', queueId: 'support', data: { outcome: 'handled', wrapUp: false } }),
  ]
  expect(metric('transferRate', events)).toBe(1 / 2)
  expect(sum(events, place => place.queueId === 'sales')).toMatchObject({
    offered: 1,
    answered: 1,
    waitMs: MINUTE,
    handled: 1,
    talkMs: 5 * MINUTE,
  })
  // waiting is counted from the moment it came to that queue, not from its place in line
  expect(sum(events, place => place.queueId === 'support')).toMatchObject({
    offered: 1,
    waitMs: 2 * MINUTE,
    talkMs: 10 * MINUTE,
  })
})

test('a contact returned because its agent was gone is not a transfer', () => {
  const events = [
    event(0, 'interaction.queued'),
    event(1, 'interaction.accepted', { agentId: 'ana' }),
    event(2, 'interaction.transferred', { agentId: 'ana', data: { how: 'returned' } }),
  ]
  expect(sum(events)).toMatchObject({ offered: 2, handled: 1, transfers: 0 })
})

test('two contacts at once occupy an agent once, and time away is not counted', () => {
  const events = [
    presence(0, 'available'),
    ...chat('a', 0, 5, 10, 0), // held 5–15
    ...chat('b', 0, 10, 10, 0), // held 10–20
    presence(5, 'busy'),
    presence(20, 'available'),
    presence(25, 'away'),
    presence(60, 'offline'),
  ]
  expect(metric('occupancy', events, place => place.channel === null)).toBe(15 / 25)
  expect(metric('awayTime', events)).toBe(35 * MINUTE)
  // cut at the quarter: 9:00–9:15 holds ten occupied minutes, 9:15–9:30 five
  expect(sum(events, place => place.interval === NINE).occupiedMs).toBe(10 * MINUTE)
  expect(sum(events, place => place.interval === NINE + INTERVAL_MS).occupiedMs).toBe(5 * MINUTE)
})

test('capacity in use goes by weight: two chats of a quarter are half an agent, and nobody is fuller than full', () => {
  const held = (id: string, from: number, to: number, share?: number) => [
    event(from, 'interaction.queued', { interactionId: id }),
    event(from, 'interaction.accepted', { interactionId: id, agentId: 'ana', data: { share } }),
    event(to, 'interaction.ended', { interactionId: id, agentId: 'ana', data: { outcome: 'handled', wrapUp: false } }),
  ]
  const events = [
    presence(0, 'available'),
    ...held('a', 0, 10, 250), // 2.5 minutes of load
    ...held('b', 5, 10, 250), // 1.25
    ...held('c', 12, 20), // taken before shares were told: all of it, 8
    ...held('d', 15, 20, 250), // beyond what there is
    presence(25, 'away'),
    presence(60, 'offline'),
  ]
  expect(metric('capacityInUse', events)).toBeCloseTo(11.75 / 25)
  expect(metric('occupancy', events)).toBe(18 / 25)
  expect(sum(events, place => place.interval === NINE).loadMs).toBe(6.75 * MINUTE)
})

test('an answer that comes late, and is changed, counts once, where the talk ended, for the agent who had it last', () => {
  const events = [
    ...chat('a', 0, 1, 5, 1),
    event(3000, 'survey.answered', { interactionId: 'a', data: { score: 2 } }),
    event(3100, 'survey.answered', { interactionId: 'a', data: { score: 4 } }),
  ]
  expect(metric('csat', events, place => place.interval === NINE && place.agentId === 'ana')).toBe(4)
  expect(metric('csatCount', events)).toBe(1)
})

test('the order in which events arrive does not matter', () => {
  const events = [
    ...chat('a', 0, 1, 5, 1),
    ...chat('b', 3, 2, 9, 1, 'iva'),
    presence(0, 'available'),
    presence(30, 'offline'),
  ]
  const rows = (list: ReportEvent[]) => [...fold(list, targetAt)].map(row => JSON.stringify(row)).sort()
  expect(rows(events.toReversed())).toEqual(rows(events))
})

test('every metric has one id, words for its formula and its moment, and nothing to say about nothing', () => {
  expect(new Set(METRICS.map(one => one.id)).size).toBe(METRICS.length)
  for (const one of METRICS) {
    expect(one.formula.length).toBeGreaterThan(10)
    expect(one.counted.length).toBeGreaterThan(10)
    if (one.unit === 'share' || one.unit === 'score') expect(one.compute(noTotals())).toBeNull()
  }
})
