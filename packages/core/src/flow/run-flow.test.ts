import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkFlow } from './check-flow.ts'
import type { Flow, FlowStep, Says } from './flow.ts'
import { type FlowInput, MAX_STEPS, newRun, runFlow } from './run-flow.ts'

const open = { isOpen: () => true }
const text = (words: string) => [{ text: words }]

const flow: Flow = {
  start: 'hours',
  steps: {
    hours: { type: 'hours', hoursId: 'h', open: 'hello', closed: 'closed' },
    closed: { type: 'voicemail', queueId: 'q', says: text('Closed.'), maxSeconds: 60, next: 'bye' },
    hello: { type: 'say', says: text('Welcome.'), next: 'menu' },
    menu: {
      type: 'menu',
      says: text('Press 1 or 2.'),
      choices: {
        1: { next: 'customer', label: 'Invoices', attributes: { topic: 'invoices' } },
        2: { next: 'queue', label: 'Croatian', language: 'hr' },
      },
      timeoutSeconds: 5,
      retries: 1,
      onWrong: text('No such choice.'),
      onTimeout: text('Nothing heard.'),
      otherwise: 'queue',
    },
    customer: {
      type: 'ask',
      says: text('Your number.'),
      name: 'customerNumber',
      minDigits: 2,
      maxDigits: 4,
      endKey: '#',
      timeoutSeconds: 4,
      retries: 1,
      sensitive: false,
      next: 'queue',
      otherwise: 'queue',
    },
    queue: { type: 'queue', queueId: 'q', priority: 3, maxWaitSeconds: 60, maxWaiting: null, next: 'closed' },
    bye: { type: 'end', says: text('Goodbye.') },
  },
}

/** What a contact meets who does these things one after the other. */
function go(inputs: FlowInput[], facts = open) {
  let result = runFlow(flow, newRun(flow, 'en'), { type: 'begin' }, facts)
  const notes = [...result.notes]
  for (const input of inputs) {
    result = runFlow(flow, result.run, input, facts)
    notes.push(...result.notes)
  }
  return { ...result, notes }
}
const key = (pressed: string): FlowInput => ({ type: 'key', key: pressed })

describe('a flow', () => {
  it('leads from the greeting by a key to the queue, with what was learned', () => {
    const { action, notes } = go([{ type: 'said' }, key('1'), key('1'), key('2'), key('3'), key('#')])
    expect(action).toMatchObject({
      do: 'queue',
      queueId: 'q',
      priority: 3,
      attributes: { topic: 'invoices', customerNumber: '123' },
    })
    expect(notes).toEqual([
      { type: 'chose', step: 'menu', key: '1', label: 'Invoices' },
      { type: 'entered', name: 'customerNumber', digits: '123' },
    ])
  })

  it('chooses a language with a key', () => {
    expect(go([{ type: 'said' }, key('2')]).action).toMatchObject({ do: 'queue', language: 'hr' })
  })

  it('asks again after a wrong key and after silence, and then goes on', () => {
    const wrong = go([{ type: 'said' }, key('7')])
    expect(wrong.action).toMatchObject({ do: 'listen', says: [...text('No such choice.'), ...text('Press 1 or 2.')] })
    expect(go([{ type: 'said' }, key('7'), { type: 'silence' }]).action.do).toBe('queue')
  })

  it('takes digits at their most, at the end key, and after a pause when they suffice', () => {
    const asked: FlowInput[] = [{ type: 'said' }, key('1')]
    expect(go([...asked, ...['1', '2', '3', '4'].map(key)]).run.attributes.customerNumber).toBe('1234')
    expect(go([...asked, key('1'), key('2'), { type: 'silence' }]).run.attributes.customerNumber).toBe('12')
    expect(go([...asked, key('1'), key('#')]).action).toMatchObject({ do: 'listen', says: text('Your number.') })
  })

  it('keeps what is sensitive out of attributes and notes', () => {
    const secret: Flow = {
      start: 'card',
      steps: {
        card: { ...(flow.steps.customer as FlowStep & { type: 'ask' }), sensitive: true, next: 'end' },
        end: { type: 'end', says: [] },
      },
    }
    let result = runFlow(secret, newRun(secret, null), { type: 'begin' }, open)
    for (const pressed of ['4', '2', '4', '2']) result = runFlow(secret, result.run, key(pressed), open)
    expect(result.notes).toEqual([{ type: 'entered', name: 'customerNumber', digits: null }])
    expect(JSON.stringify(result)).not.toContain('4242')
  })

  it('takes a message outside of hours, and parts', () => {
    const shut = { isOpen: () => false }
    expect(go([], shut).action.do).toBe('voicemail')
    const parted = go([{ type: 'recorded' }], shut)
    expect(parted.action).toMatchObject({ do: 'end', says: text('Goodbye.') })
    expect(parted.run.ended).toBe(true)
  })
})

const ids = ['a', 'b', 'c', 'd', 'e']
const says = fc.constantFrom<Says[]>([], [{ text: 'x' }])
const stepTo = (id: fc.Arbitrary<string>): fc.Arbitrary<FlowStep> =>
  fc.oneof(
    fc.record({ type: fc.constant('say' as const), says, next: id }),
    fc.record({ type: fc.constant('hours' as const), hoursId: fc.constant('h'), open: id, closed: id }),
    fc.record({
      type: fc.constant('set' as const),
      attributes: fc.constant<Record<string, string>>({ a: '1' }),
      next: id,
    }),
    fc.record({
      type: fc.constant('menu' as const),
      says,
      choices: fc.dictionary(fc.constantFrom('1', '2', '#'), fc.record({ next: id, label: fc.constant('l') })),
      timeoutSeconds: fc.constant(3),
      retries: fc.integer({ min: 0, max: 2 }),
      onWrong: says,
      onTimeout: says,
      otherwise: id,
    }),
    fc.record({
      type: fc.constant('queue' as const),
      queueId: fc.constant('q'),
      priority: fc.constant(5),
      maxWaitSeconds: fc.constant(null),
      maxWaiting: fc.constant(null),
      next: id,
    }),
    fc.record({ type: fc.constant('end' as const), says }),
  )
const loose = fc.constantFrom(...ids, 'missing')
const anyFlow = fc.record({ start: loose, steps: fc.dictionary(fc.constantFrom(...ids), stepTo(loose)) })
const tied = stepTo(fc.constantFrom(...ids))
const tiedFlow = fc.record({
  start: fc.constant('a'),
  steps: fc.record({ a: tied, b: tied, c: tied, d: tied, e: tied }),
})
const anyInput: fc.Arbitrary<FlowInput> = fc.oneof(
  fc.constantFrom<FlowInput>(
    { type: 'said' },
    { type: 'silence' },
    { type: 'queueLeft', reason: 'timeout' },
    { type: 'recorded' },
    { type: 'notReached' },
  ),
  fc.constantFrom('0', '1', '2', '#', '*', 'constructor').map(key),
)

describe('whatever the flow and whatever the contact does', () => {
  it('the interpreter always answers with an action, the same for the same, and ends endless rounds', () => {
    fc.assert(
      fc.property(anyFlow, fc.array(anyInput, { maxLength: 300 }), fc.boolean(), (any, inputs, isOpen) => {
        const facts = { isOpen: () => isOpen }
        let result = runFlow(any, newRun(any, null), { type: 'begin' }, facts)
        for (const input of inputs) {
          const before = structuredClone(result.run)
          result = runFlow(any, before, input, facts)
          expect(runFlow(any, structuredClone(before), input, facts)).toEqual(result)
          expect(result.run.visited).toBeLessThanOrEqual(MAX_STEPS + 1)
          if (before.ended) expect(result.action.do).toBe('end')
        }
      }),
    )
  })

  it('a flow that passes the check never breaks', () => {
    fc.assert(
      fc.property(tiedFlow, fc.array(anyInput, { maxLength: 30 }), fc.boolean(), (any, inputs, isOpen) => {
        fc.pre(checkFlow(any).every(({ code }) => code === 'unreachable' || code === 'noChoices'))
        let result = runFlow(any, newRun(any, null), { type: 'begin' }, { isOpen: () => isOpen })
        const notes = [...result.notes]
        for (const input of inputs) {
          result = runFlow(any, result.run, input, { isOpen: () => isOpen })
          notes.push(...result.notes)
        }
        expect(notes.filter(note => note.type === 'broken')).toEqual([])
      }),
    )
  })
})

describe('the check of a flow', () => {
  it('finds nothing wrong with a good one', () => expect(checkFlow(flow)).toEqual([]))

  it('names steps that lead nowhere, cannot be reached, or go round without a wait', () => {
    const bad: Flow = {
      start: 'a',
      steps: {
        a: { type: 'set', attributes: {}, next: 'b' },
        b: { type: 'hours', hoursId: 'h', open: 'a', closed: 'gone' },
        c: { type: 'end', says: [] },
      },
    }
    expect(checkFlow(bad)).toEqual([
      { code: 'loop', stepId: 'a' },
      { code: 'dangling', stepId: 'b', field: 'closed', target: 'gone' },
      { code: 'loop', stepId: 'b' },
      { code: 'unreachable', stepId: 'c' },
    ])
    expect(checkFlow({ start: 'x', steps: {} })).toEqual([{ code: 'noStart', stepId: null }])
  })
})
