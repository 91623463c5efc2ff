import { checkFlow, type Flow } from '@centrala/api/run-flow.ts'
import { expect, test } from 'vitest'
import { canMove, freshFlow, insertStep, moveStep, reached, removeStep, STEP_TYPES, wayOf } from './flow-edit.ts'
import { outline } from './outline.ts'

const choices = { queueId: 'q', hoursId: 'h' }
const fresh = () => freshFlow(choices)
const order = (flow: Flow) => outline(flow).lines.flatMap(line => (line.kind === 'step' ? [line.stepId] : []))

test('a new flow leads somewhere, and every kind of step can be put anywhere without breaking it', () => {
  for (const type of STEP_TYPES)
    for (const at of [null, { stepId: 'greeting', field: 'next' }, { stepId: 'queue', field: 'next' }]) {
      const { flow, id } = insertStep(fresh(), at, type, choices)
      expect([type, at, checkFlow(flow).map(finding => finding.code)]).toEqual([type, at, []])
      expect(at ? wayOf(flow, at) : flow.start).toBe(id)
    }
})

test('a step that is taken out leaves no hole, and no end is taken from under those that lead to it', () => {
  const { flow } = insertStep(fresh(), { stepId: 'greeting', field: 'next' }, 'menu', choices)
  const without = removeStep(flow, 'menu')!
  expect(order(without)).toEqual(['greeting', 'queue', 'voicemail', 'end'])
  expect(removeStep(without, 'end')).toBeNull()
  expect(order(removeStep(without, 'greeting')!)).toEqual(['queue', 'voicemail', 'end'])
})

test('a branch that only the removed step led to goes with it', () => {
  const { flow } = insertStep(fresh(), null, 'hours', choices)
  const closed = insertStep(flow, { stepId: 'hours', field: 'closed' }, 'say', choices)
  const without = removeStep(closed.flow, 'hours')!
  expect(reached(without).size).toBe(Object.keys(without.steps).length)
  expect(Object.keys(without.steps)).not.toContain(closed.id)
})

test('steps change places with their neighbours, and back', () => {
  const flow = fresh()
  expect(canMove(flow, 'greeting', 'up')).toBe(false)
  const down = moveStep(flow, 'greeting', 'down')
  expect(order(down)).toEqual(['queue', 'greeting', 'voicemail', 'end'])
  expect(checkFlow(down)).toEqual([])
  expect(order(moveStep(down, 'greeting', 'up'))).toEqual(order(flow))
  expect(canMove(flow, 'voicemail', 'down')).toBe(false)
})

test('each step is drawn once; other ways to it point there, and what nothing leads to comes last', () => {
  const flow: Flow = {
    ...fresh(),
    steps: { ...fresh().steps, lost: { type: 'say', says: [], next: 'end' } },
  }
  const { flow: branched } = insertStep(flow, null, 'hours', choices)
  const { lines, loose } = outline(branched)
  expect(lines.map(line => (line.kind === 'step' ? line.stepId : `${line.kind} ${line.field}`))).toEqual([
    'hours',
    'branch open',
    'greeting',
    'queue',
    'voicemail',
    'end',
    'link closed',
  ])
  expect(loose.filter(line => line.kind === 'step').map(line => line.stepId)).toEqual(['lost'])
})
