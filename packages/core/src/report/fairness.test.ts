import { expect, it } from 'vitest'
import { evennessOf } from './fairness.ts'

const HOUR = 3_600_000
const agent = (agentId: string, hours: number, idleHours: number) => ({
  agentId,
  staffedMs: hours * HOUR,
  idleMs: idleHours * HOUR,
})

it('finds no difference between agents who idle the same part of their time, however long they work', () => {
  expect(evennessOf([agent('ana', 8, 2), agent('ivo', 4, 1)])).toEqual({ idleShare: 0.25, variation: 0 })
})

it('is the standard deviation of idle shares over their mean', () => {
  // Shares 0.1 and 0.3: mean 0.2, deviation 0.1.
  expect(evennessOf([agent('ana', 10, 1), agent('ivo', 10, 3)]).variation).toBeCloseTo(0.5)
})

it('leaves out who was hardly there, and says nothing of one agent alone', () => {
  expect(evennessOf([agent('ana', 8, 2), agent('ivo', 0.1, 0.1)])).toEqual({ idleShare: 0.25, variation: null })
  expect(evennessOf([])).toEqual({ idleShare: null, variation: null })
})
