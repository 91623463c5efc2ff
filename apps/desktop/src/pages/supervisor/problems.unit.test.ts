import type { AgentNow, QueueNow } from '@centrala/api/supervise.ts'
import { expect, test } from 'vitest'
import { findProblems, shownState } from './problems.ts'

const queue = (more: Partial<QueueNow> = {}): QueueNow => ({
  queueId: 'q',
  name: 'Support',
  waiting: 0,
  oldestInteractionId: null,
  longestWaitSince: null,
  overdue: 0,
  overdueSince: null,
  overdueTargetSeconds: null,
  targetPercent: 80,
  active: 0,
  agentsAtWork: 2,
  agentsFree: 1,
  today: {
    offered: 10,
    answered: 10,
    abandoned: 0,
    serviceLevel: 0.9,
    abandonmentRate: 0,
    averageSpeedOfAnswerMs: 1000,
  },
  lastHour: [],
  ...more,
})
const agent = (more: Partial<AgentNow> = {}): AgentNow => ({
  userId: 'a',
  name: 'Ana',
  teamName: null,
  queueIds: ['q'],
  state: 'available',
  reasonId: null,
  reasonName: null,
  since: '2026-03-02T09:00:00.000Z',
  nextState: null,
  capacity: 100,
  load: 0,
  loadHour: [],
  inCall: false,
  held: [],
  ...more,
})
const find = (queues: QueueNow[], agents: AgentNow[] = []) =>
  findProblems({ at: '2026-03-02T10:00:00.000Z', queues, agents, capacityInUse: { now: null, today: null } }, [])
const held = (active: number, wrapUp = 0) => [
  { channel: 'chat' as const, active, wrapUp, offered: 0, oldestSince: null },
]

test('when all is as promised, nothing is wrong', () => {
  expect(find([queue({ waiting: 3 })], [agent()])).toEqual([])
})
test('customers who wait too long come first, with the reason', () => {
  const late = { waiting: 2, overdue: 2 }
  expect(find([queue({ ...late, agentsAtWork: 0, agentsFree: 0 })])[0]).toMatchObject({
    kind: 'overdue',
    why: 'nobodyAtWork',
  })
  expect(find([queue({ ...late, agentsFree: 0 })])[0]).toMatchObject({ why: 'nobodyFree' })
  expect(find([queue(late)])[0]).toMatchObject({ why: 'unmatched' })
})
test('a broken promise is told once enough contacts bear it out', () => {
  const today = { ...queue().today, serviceLevel: 0.5 }
  expect(find([queue({ today })]).map(one => one.kind)).toEqual(['serviceLevel'])
  expect(find([queue({ today: { ...today, offered: 2 } })])).toEqual([])
})
test('an agent who missed an offer is named', () => {
  expect(find([], [agent({ state: 'notResponding' })])).toMatchObject([
    { kind: 'notResponding', agent: { name: 'Ana' } },
  ])
})
test('available without room, or in the call of a colleague, is busy; finishing only is wrap-up; what was chosen stays', () => {
  expect(shownState(agent())).toBe('available')
  expect(shownState(agent({ load: 50, held: held(2) }))).toBe('available')
  expect(shownState(agent({ load: 100, held: held(4) }))).toBe('busy')
  expect(shownState(agent({ load: 25, held: held(0, 1) }))).toBe('wrapUp')
  expect(shownState(agent({ inCall: true }))).toBe('busy')
  expect(shownState(agent({ state: 'away', load: 100, held: held(4) }))).toBe('away')
})
