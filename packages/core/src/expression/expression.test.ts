import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attributesOf, type Expression, holds, type Operand, type Subjects, type Value } from './expression.ts'
import { type FaultCode, MAX_LENGTH, readExpression } from './read-expression.ts'

function read(source: string): Expression {
  const read = readExpression(source)
  if (!read.ok) throw new Error(`${source}: ${read.fault.message}`)
  return read.expression
}

const subjects = (agent: Record<string, Value>, contact: Record<string, Value> = {}): Subjects => ({ agent, contact })
const ask = (source: string, agent: Record<string, Value>, contact: Record<string, Value> = {}): boolean =>
  holds(read(source), subjects(agent, contact))

const names = fc.constantFrom('tier', 'team', 'vip', 'jezik', 'čin', 'cost centre', 'in', 'true', '__proto__')
const values = fc.oneof(fc.constantFrom<Value>('a', 'b', '', '2', 0, 1, 2, true, false), fc.double({ noNaN: true }))
const attributes = fc.dictionary(names, values)
const operands: fc.Arbitrary<Operand> = fc.oneof(
  fc.record({
    type: fc.constant('value' as const),
    value: fc.constantFrom<Value>('a', 'q"\\\'', 'x y', 2, -1.5, true),
  }),
  fc.record({ type: fc.constant('attribute' as const), of: fc.constantFrom('agent', 'contact'), name: names }),
)
const expressions = fc.letrec<{ any: Expression }>(tie => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.record({
      type: fc.constant('compare' as const),
      by: fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
      left: operands,
      right: operands,
    }),
    fc.record({
      type: fc.constant('in' as const),
      left: operands,
      options: fc.array(operands, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ type: fc.constant('is' as const), of: operands.filter(o => o.type === 'attribute') }),
    fc.record({ type: fc.constant('not' as const), of: tie('any') }),
    fc.record({ type: fc.constantFrom('and', 'or'), left: tie('any'), right: tie('any') }),
  ),
})).any

function write(expression: Expression): string {
  const operand = (o: Operand): string =>
    o.type === 'attribute' ? `${o.of}[${text(o.name)}]` : typeof o.value === 'string' ? text(o.value) : String(o.value)
  const text = (value: string): string => `"${value.replace(/["\\]/g, found => `\\${found}`)}"`
  switch (expression.type) {
    case 'and':
      return `(${write(expression.left)} && ${write(expression.right)})`
    case 'or':
      return `(${write(expression.left)} || ${write(expression.right)})`
    case 'not':
      return `!(${write(expression.of)})`
    case 'is':
      return operand(expression.of)
    case 'in':
      return `${operand(expression.left)} in [${expression.options.map(operand).join(', ')}]`
    case 'compare':
      return `${operand(expression.left)} ${expression.by} ${operand(expression.right)}`
  }
}

describe('an expression', () => {
  it('is read as it is written, whatever it is', () => {
    fc.assert(
      fc.property(
        expressions.filter(expression => write(expression).length <= MAX_LENGTH),
        expression => {
          expect(read(write(expression))).toEqual(expression)
        },
      ),
    )
  })

  it('binds ! before && before ||', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (a, b, c) => {
        expect(ask('!a && b || c', { a, b, c })).toBe((!a && b) || c)
        expect(ask('a || b && !c', { a, b, c })).toBe(a || (b && !c))
        expect(ask('!(a || b) && c', { a, b, c })).toBe(!(a || b) && c)
      }),
    )
  })

  it('compares numbers as numbers and texts as texts, and never one with the other', () => {
    expect(ask('tier >= 2', { tier: 10 })).toBe(true)
    expect(ask('tier >= 2', { tier: '10' })).toBe(false)
    expect(ask('tier == 2', { tier: '2' })).toBe(false)
    expect(ask('tier != 2', { tier: '2' })).toBe(true)
    expect(ask('since < "2026-02"', { since: '2025-11' })).toBe(true)
    expect(ask('vip < true', { vip: false })).toBe(false)
  })

  it('asks the agent where the name is bare, and the contact by contact.', () => {
    expect(ask('tier >= contact.tier', { tier: 3 }, { tier: 2 })).toBe(true)
    expect(ask('tier == 2', {}, { tier: 2 })).toBe(false)
    expect(
      ask('agent.team == "north" && contact.language in ["hr", "sr"]', { team: 'north' }, { language: 'hr' }),
    ).toBe(true)
    expect(ask('contact["cost centre"] == 7', {}, { 'cost centre': 7 })).toBe(true)
  })

  it('takes what is absent for unequal to everything', () => {
    for (const by of ['==', '<', '<=', '>', '>=']) expect(ask(`tier ${by} 0`, {})).toBe(false)
    expect(ask('tier != 0', {})).toBe(true)
    expect(ask('tier == contact.tier', {})).toBe(false)
    expect(ask('tier != contact.tier', {})).toBe(true)
    expect(ask('tier in [contact.tier]', {})).toBe(false)
    expect(ask('vip', {})).toBe(false)
    expect(ask('!vip', {})).toBe(true)
    expect(ask('vip', { vip: 'true' })).toBe(false)
  })

  it('finds no attribute that is not the subject’s own', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(ask(`agent.${name} == contact.${name}`, {})).toBe(false)
      expect(ask(`agent.${name}`, {})).toBe(false)
    }
    const own = JSON.parse('{"__proto__": "mine"}') as Record<string, Value>
    expect(ask('agent.__proto__ == "mine"', own)).toBe(true)
  })

  it('depends on no attribute but those it names', () => {
    fc.assert(
      fc.property(expressions, attributes, attributes, (expression, agent, contact) => {
        const keep = (all: Record<string, Value>, subject: 'agent' | 'contact') =>
          Object.fromEntries(Object.entries(all).filter(([name]) => attributesOf(expression, subject).includes(name)))
        const named = { agent: keep(agent, 'agent'), contact: keep(contact, 'contact') }
        expect(holds(expression, named)).toBe(holds(expression, { agent, contact }))
      }),
    )
  })
})

describe('what cannot be read', () => {
  const wrong: [source: string, code: FaultCode, at: number][] = [
    ['', 'empty', 0],
    ['  ', 'empty', 0],
    ['tier = 2', 'singleSign', 5],
    ['a & b', 'singleSign', 2],
    ['a | b', 'singleSign', 2],
    ['tier >= ', 'operand', 8],
    ['>= 2', 'operand', 0],
    ['team == "north', 'text', 8],
    ['tier >= 2 tier', 'more', 10],
    ['(tier >= 2', 'parenthesis', 0],
    ['(tier >= 2 tier', 'more', 11],
    ['tier >= 2)', 'parenthesis', 9],
    ['1 < tier < 3', 'chain', 9],
    ['team in "north"', 'list', 8],
    ['team in []', 'operand', 9],
    ['team in ["a" "b"]', 'list', 13],
    ['queue.name == "a"', 'subject', 0],
    ['agent.', 'attribute', 6],
    ['agent[tier] > 1', 'attribute', 6],
    ['agent["tier" > 1', 'attribute', 13],
    ['"north"', 'never', 0],
    ['2 && vip', 'never', 0],
    ['tier > 2; drop', 'character', 8],
    ['tier > `2`', 'character', 7],
    [`tier == ${'9'.repeat(400)}`, 'number', 8],
    [`${'('.repeat(21)}vip${')'.repeat(21)}`, 'tooDeep', 20],
    [`${'!'.repeat(400)}vip`, 'tooDeep', 20],
    ['a'.repeat(501), 'tooLong', 500],
  ]
  it.each(wrong)('%.30s', (source, code, at) => {
    const read = readExpression(source)
    expect(read.ok ? null : { code: read.fault.code, at: read.fault.at }).toEqual({ code, at })
    expect(read.ok ? '' : read.fault.message).toMatch(/\.$/)
  })

  it('never throws, whatever is written, and points into the text', () => {
    const pieces = fc.constantFrom(
      '(',
      ')',
      '!',
      '&&',
      '||',
      '==',
      'in',
      '[',
      ']',
      ',',
      '.',
      '"',
      '\\',
      'agent',
      'contact',
      'a',
      '1',
      '-',
      ' ',
      '😀',
      '\u0000',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(pieces).map(list => list.join('')),
        ),
        source => {
          const read = readExpression(source)
          if (read.ok) return typeof holds(read.expression, subjects({ a: 1 })) === 'boolean'
          return read.fault.at >= 0 && read.fault.at <= source.length
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
