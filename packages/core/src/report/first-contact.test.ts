import { expect, test } from 'vitest'
import { type CustomerContact, judgeContact } from './first-contact.ts'

const DAY = 86_400_000
const contact = (day: number, more: Partial<CustomerContact> = {}): CustomerContact => ({
  id: `at ${day}`,
  direction: 'inbound',
  createdAt: day * DAY,
  endedAt: day * DAY + 600_000,
  outcome: 'handled',
  ...more,
})

test('resolved when the customer stays away for seven days on every channel', () => {
  expect(judgeContact(contact(10), [contact(10), contact(17.1)])).toEqual({ resolved: true })
  expect(judgeContact(contact(10), [contact(10), contact(16.9)])).toEqual({ resolved: false })
})
test('a second contact is not a first one, unless seven days lie between', () => {
  expect(judgeContact(contact(12), [contact(10)])).toBeNull()
  expect(judgeContact(contact(18), [contact(10)])).toEqual({ resolved: true })
})
test('who left unanswered was not a first contact, and coming again after it is', () => {
  expect(judgeContact(contact(10, { outcome: 'abandoned' }), [])).toBeNull()
  expect(judgeContact(contact(10), [contact(9, { outcome: 'abandoned' })])).toEqual({ resolved: true })
})
test('writing to the customer first is neither a contact of theirs nor a repeat', () => {
  expect(judgeContact(contact(10, { direction: 'outbound' }), [])).toBeNull()
  expect(judgeContact(contact(10), [contact(12, { direction: 'outbound' })])).toEqual({ resolved: true })
})
test('one that had to be moved to another channel was not resolved at first contact', () => {
  expect(judgeContact(contact(10, { outcome: 'moved' }), [])).toEqual({ resolved: false })
})
