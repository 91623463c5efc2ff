import { describe, expect, test } from 'vitest'
import { type LineEvent, type LineState, OPENING_MS, SHAKY_MS, stepLine } from './line-state.ts'

const CLOSED: LineState = { kind: 'closed' }
const FAILED: LineEvent = { type: 'failed', problem: null, final: false }

/** Plays events; timers that are waited for fire when `timer` comes. Returns the state and the milliseconds waited. */
function play(...events: LineEvent[]) {
  let state = CLOSED
  let opened = 0
  let waitedMs = 0
  let timer = 0
  for (const event of events) {
    if (event.type === 'timer') waitedMs += timer
    const [next, effects] = stepLine(state, event)
    state = next
    for (const effect of effects) {
      if (effect.do === 'open') opened++
      if (effect.do === 'wait') timer = effect.ms
    }
  }
  return { state, opened, waitedMs }
}

describe('a line', () => {
  test('is open when audio is through', () => {
    expect(play({ type: 'start' }, { type: 'connected' })).toMatchObject({ state: { kind: 'open' }, opened: 1 })
  })

  test('that breaks is opened again well within three seconds', () => {
    const after = play({ type: 'start' }, { type: 'connected' }, { type: 'interrupted' }, { type: 'timer' })
    expect(after).toMatchObject({ state: { kind: 'opening', attempt: 0 }, opened: 2 })
    expect(after.waitedMs).toBeLessThanOrEqual(SHAKY_MS)
  })

  test('that heals by itself stays', () => {
    const after = play({ type: 'start' }, { type: 'connected' }, { type: 'interrupted' }, { type: 'connected' })
    expect(after).toMatchObject({ state: { kind: 'open' }, opened: 1 })
  })

  test('is opened at once when the network changes', () => {
    const after = play({ type: 'start' }, { type: 'connected' }, { type: 'network' })
    expect(after).toMatchObject({ state: { kind: 'opening', attempt: 0 }, opened: 2, waitedMs: 0 })
  })

  test('tries again at once after the first failure, then ever more slowly, and never gives up', () => {
    const waits: number[] = []
    let state: LineState = { kind: 'opening', attempt: 0 }
    for (let i = 0; i < 12; i++) {
      const [lost, effects] = stepLine(state, FAILED)
      waits.push(effects[0]?.do === 'wait' ? effects[0].ms : -1)
      ;[state] = stepLine(lost, { type: 'timer' })
      expect(state.kind).toBe('opening')
    }
    expect(waits[0]).toBeLessThanOrEqual(500)
    expect(waits).toEqual([...waits].sort((a, b) => a - b))
    expect(waits.at(-1)).toBe(10_000)
  })

  test('that gets no answer in time counts as failed', () => {
    expect(play({ type: 'start' }, { type: 'timer' })).toMatchObject({
      state: { kind: 'lost', attempt: 1 },
      waitedMs: OPENING_MS,
    })
  })

  test('counts anew once audio was heard', () => {
    const [state] = stepLine({ kind: 'open' }, FAILED)
    expect(state).toEqual({ kind: 'lost', attempt: 0, problem: null })
  })

  test('that is refused rests until it is asked for again', () => {
    const no: LineEvent = { type: 'failed', problem: 'Not for you.', final: true }
    expect(play({ type: 'start' }, no, { type: 'timer' })).toMatchObject({
      state: { kind: 'refused', problem: 'Not for you.' },
      opened: 1,
    })
    expect(play({ type: 'start' }, no, { type: 'start' })).toMatchObject({ state: { kind: 'opening' }, opened: 2 })
  })

  test('that was closed hears nothing of what came late', () => {
    for (const late of [FAILED, { type: 'timer' }, { type: 'network' }, { type: 'connected' }] as LineEvent[])
      expect(play({ type: 'start' }, { type: 'stop' }, late).state).toEqual(CLOSED)
  })
})
