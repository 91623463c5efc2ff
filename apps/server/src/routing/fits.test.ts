import { expect, test } from 'vitest'
import { fits } from './carry-out.ts'

const agent = { capacity: 100, weights: { chat: 25, email: 30, voice: 100 }, interrupts: { email: ['voice' as const] } }
const held = (...channels: ('chat' | 'email' | 'voice')[]) =>
  channels.map((channel, index) => ({ id: String(index), channel, state: 'active' }))

test('an offer fits while the weights of what is held leave room for it', () => {
  expect(fits(held('chat', 'chat', 'chat'), 'chat', agent)).toBe(true)
  expect(fits(held('chat', 'chat', 'chat', 'chat'), 'chat', agent)).toBe(false)
  expect(fits(held('email', 'email', 'email'), 'email', agent)).toBe(false)
})

test('what a channel may interrupt does not stand in its way', () => {
  expect(fits(held('email', 'email'), 'voice', agent)).toBe(true)
  expect(fits(held('chat'), 'voice', agent)).toBe(false)
})

test('a channel that the profile does not have never fits', () => {
  expect(fits([], 'form', agent)).toBe(false)
  expect(fits([], 'chat', undefined)).toBe(false)
})
