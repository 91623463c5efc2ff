import type { CallFact } from '@centrala/api/call-fact.ts'
import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import type { Call } from '../call/call.ts'
import type { Leg } from '../call/leg.ts'
import { TypedLines } from './typed-lines.ts'

const facts: CallFact[] = []
const call = {
  id: 'call',
  onEnding: () => {},
  fact: (fact: CallFact) => facts.push(fact),
  node: { link: { typing: () => {} } },
} as unknown as Call
const leg = { id: 'leg', wire: null } as unknown as Leg
const told = () => facts.map(fact => (fact.type === 'text' ? fact.text : ''))

beforeEach(() => {
  facts.length = 0
  vi.useFakeTimers({ now: 0, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
})

afterAll(() => void vi.useRealTimers())

it('tells lines as they are finished, however long the talk', () => {
  const lines = new TypedLines(call, leg, 'customer')
  for (let n = 0; n < 2000; n++) {
    vi.advanceTimersByTime(1000)
    lines.type(`line ${n}x\b of a long talk 😀\n`)
  }
  expect(told()).toEqual(Array.from({ length: 2000 }, (_, n) => `line ${n} of a long talk 😀`))
})

it('cuts a flood off, and costs no more the longer it lasts', () => {
  const lines = new TypedLines(call, leg, 'customer')
  const flood = 'x'.repeat(1300)
  const began = performance.now()
  for (let n = 0; n < 50 * 60; n++) {
    vi.advanceTimersByTime(20)
    lines.type(flood)
  }
  expect(told().join('').length).toBeLessThan(20_000)
  vi.advanceTimersByTime(30_000)
  lines.type('\nStill there?\n')
  expect(told().at(-1)).toBe('Still there?')
  expect(performance.now() - began).toBeLessThan(5000)
})
