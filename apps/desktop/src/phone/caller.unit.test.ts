import { expect, test } from 'vitest'
import { callerName } from './caller.ts'

const unnamed = { customerName: null, direction: 'inbound' as const, context: {} }
const call = { from: '+38512345678', to: '+38598765432' }

test('a caller without a name is their number, as one reads it', () => {
  expect(callerName({ ...unnamed, context: { call } })).toBe('+385 123 456 78')
  expect(callerName({ ...unnamed, direction: 'outbound', context: { call } })).toBe('+385 987 654 32')
  expect(callerName({ ...unnamed, customerName: 'Ana', context: { call } })).toBe('Ana')
})

test('who hides the number, or does not call, has no name to show', () => {
  expect(callerName({ ...unnamed, context: { call: { ...call, from: null } } })).toBeNull()
  expect(callerName(unnamed)).toBeNull()
})
