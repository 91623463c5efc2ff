import { expect, it } from 'vitest'
import { mayHold } from './may-hold.ts'
import { readExpression } from './read-expression.ts'

const may = (source: string, agent: Record<string, string | number | boolean>): boolean => {
  const read = readExpression(source)
  if (!read.ok) throw new Error(read.fault.message)
  return mayHold(read.expression, agent)
}

it('rules out whom no contact could make fit', () => {
  expect(may('team == "north" && tier >= contact.tier', { team: 'north', tier: 1 })).toBe(true)
  expect(may('team == "north" && tier >= contact.tier', { team: 'south', tier: 9 })).toBe(false)
  expect(may('team == "north" || contact.vip', { team: 'south' })).toBe(true)
  expect(may('!(team == "north" || contact.vip)', { team: 'north' })).toBe(false)
  expect(may('team in ["north", contact.team]', { team: 'south' })).toBe(true)
  expect(may('tier > 2', { tier: 2 })).toBe(false)
})
