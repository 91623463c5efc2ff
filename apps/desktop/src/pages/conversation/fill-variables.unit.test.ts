import { describe, expect, test } from 'vitest'
import { fillVariables, triggerAt } from './fill-variables.ts'

describe('variables of a canned reply', () => {
  test('are filled with what is known', () => {
    expect(
      fillVariables('Dear {{customer.firstName}}, {{ agent.name }}', {
        'customer.firstName': 'Iva',
        'agent.name': 'Ana',
      }),
    ).toEqual({
      text: 'Dear Iva, Ana',
      gap: null,
    })
  })
  test('fall back, or stay visible for the agent to fill in', () => {
    expect(fillVariables('Dear {{customer.name | customer}}', { 'customer.name': null }).text).toBe('Dear customer')
    expect(fillVariables('Order {{order.number}}!', {})).toEqual({
      text: 'Order {{order.number}}!',
      gap: { start: 6, end: 22 },
    })
  })
})

describe('the menu of canned replies and people', () => {
  test('opens at the start of a word only', () => {
    expect(triggerAt('/gre', 4, '/')).toEqual({ start: 0, query: 'gre' })
    expect(triggerAt('Hi /', 4, '/')).toEqual({ start: 3, query: '' })
    expect(triggerAt('and/or', 6, '/')).toBeNull()
    expect(triggerAt('24/7 ', 5, '/')).toBeNull()
  })
  test('finds names with spaces after an at sign, but no addresses', () => {
    expect(triggerAt('ask @Ana Ko', 11, '@')).toEqual({ start: 4, query: 'Ana Ko' })
    expect(triggerAt('ana@firma.hr', 12, '@')).toBeNull()
  })
})
