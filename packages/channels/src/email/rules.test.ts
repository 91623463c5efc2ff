import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyRules, type MailFacts, type MailRule, mailRule, matches } from './rules.ts'

const QUEUE = '0198f2aa-1111-4222-8333-444455556666'
const mail: MailFacts = {
  from: 'ana.zivkovic@example.hr',
  fromName: 'Ana Živković',
  to: ['support@example.com'],
  cc: [],
  subject: 'Račun 4711',
  text: 'Moj račun nije točan.',
  hasFile: true,
  isAutomatic: false,
  isVerified: false,
}
const rule = (changes: object) =>
  mailRule.parse({ name: 'r', conditions: [{ field: 'hasFile', is: true }], actions: {}, ...changes })

const ruling = (rules: MailRule[]) => {
  const { matched, ...rest } = applyRules(rules, mail)
  return { ...rest, rules: matched.map(one => one.name) }
}

describe('mail rules', () => {
  it('the first that holds decides', () => {
    const rules = [
      rule({ name: 'spam', conditions: [{ field: 'subject', matches: 'viagra' }], actions: { end: 'spam' } }),
      rule({
        name: 'bills',
        conditions: [{ field: 'subject', matches: 'racun*' }],
        actions: { queueId: QUEUE, priority: 7, tags: ['bill'] },
      }),
      rule({ name: 'all', conditions: [{ field: 'from', matches: '*' }], actions: { priority: 1 } }),
    ]
    expect(ruling(rules)).toEqual({
      queueId: QUEUE,
      priority: 7,
      tags: ['bill'],
      end: null,
      rules: ['bills'],
    })
  })

  it('goes on where a rule says so: later settings replace, tags add up', () => {
    const rules = [
      rule({ name: 'a', actions: { priority: 3, tags: ['file'] }, continue: true }),
      rule({ name: 'off', active: false, actions: { end: 'close' } }),
      rule({
        name: 'b',
        conditions: [{ field: 'from', matches: 'zivkovic' }],
        actions: { priority: 5, tags: ['file', 'vip'] },
      }),
    ]
    expect(ruling(rules)).toEqual({
      queueId: null,
      priority: 5,
      tags: ['file', 'vip'],
      end: null,
      rules: ['a', 'b'],
    })
  })

  it('joins conditions by all or any, and turns them round', () => {
    const conditions = [
      { field: 'body', matches: 'tocan' },
      { field: 'to', matches: 'sales@example.com' },
    ]
    expect(ruling([rule({ conditions })]).rules).toEqual([])
    expect(ruling([rule({ conditions, match: 'any' })]).rules).toEqual(['r'])
    expect(ruling([rule({ conditions: [{ field: 'to', matches: 'sales@example.com', not: true }] })]).rules).toEqual([
      'r',
    ])
    expect(ruling([rule({ conditions: [{ field: 'isAutomatic', is: true }] })]).rules).toEqual([])
  })

  it('refuses a rule without conditions or with unknown fields', () => {
    expect(() => rule({ conditions: [] })).toThrow()
    expect(() => rule({ conditions: [{ field: 'bcc', matches: 'x' }] })).toThrow()
  })
})

describe('patterns', () => {
  it.each([
    ['Živković', 'zivkovic', true],
    ['invoice 12', 'invoice*', true],
    ['an invoice', 'invoice*', false],
    ['a-b-c', 'a*b*c', true],
    ['aba', 'ab*ba', false],
    ['anything', '*', true],
    ['', '*', true],
    ['x@example.hr', '*@example.hr', true],
  ])('%j and %j: %s', (text, pattern, expected) => {
    expect(matches(text, pattern)).toBe(expected)
  })

  it('agree with the obvious regular expression', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
    fc.assert(
      fc.property(letters, letters, (text, pattern) => {
        const plain = text.replaceAll('*', 'c')
        const expected = pattern.includes('*')
          ? new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(plain)
          : plain.includes(pattern)
        expect(matches(plain, pattern)).toBe(expected)
      }),
    )
  })
})
