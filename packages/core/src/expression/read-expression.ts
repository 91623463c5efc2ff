import type { Comparison, Expression, Operand, Value } from './expression.ts'

/** Longest expression, in characters. */
export const MAX_LENGTH = 500
/** Deepest nesting of parentheses and negations. */
export const MAX_DEPTH = 20

/** What is wrong with an expression. Codes are for screens to translate. */
export type FaultCode =
  | 'tooLong'
  | 'tooDeep'
  | 'empty'
  | 'character'
  | 'text'
  | 'number'
  | 'singleSign'
  | 'operand'
  | 'attribute'
  | 'subject'
  | 'list'
  | 'parenthesis'
  | 'more'
  | 'chain'
  | 'never'

export interface Fault {
  code: FaultCode
  /** Where it was noticed: characters from the start, from 0. */
  at: number
  /** In English: what is wrong and what to do. */
  message: string
}

export type Read = { ok: true; expression: Expression } | { ok: false; fault: Fault }

/**
 * Reads an expression such as `agent.team == "north" && (tier >= 2 || contact.language in ["hr", "de"])`.
 *
 *   or      = and { "||" and }
 *   and     = not { "&&" not }
 *   not     = "!" not | "(" or ")" | test
 *   test    = operand [ ("==" | "!=" | "<" | "<=" | ">" | ">=") operand | "in" "[" operand { "," operand } "]" ]
 *   operand = text | number | "true" | "false" | [ ("agent" | "contact") "." ] name | ("agent" | "contact") "[" text "]"
 *
 * A bare name is an attribute of the agent. Time and memory are linear in the length; nothing is ever evaluated as a program.
 */
export function readExpression(source: string): Read {
  if (source.length > MAX_LENGTH)
    return fault('tooLong', MAX_LENGTH, `It is longer than ${MAX_LENGTH} characters. Shorten it.`)
  try {
    return { ok: true, expression: new Reader(tokensOf(source), source.length).whole() }
  } catch (error) {
    if (error instanceof Stop) return { ok: false, fault: error.fault }
    throw error
  }
}

function fault(code: FaultCode, at: number, message: string): { ok: false; fault: Fault } {
  return { ok: false, fault: { code, at, message } }
}

/** Carries a fault out of the reader; never leaves this file. */
class Stop extends Error {
  readonly fault: Fault
  constructor(code: FaultCode, at: number, message: string) {
    super(message)
    this.fault = { code, at, message }
  }
}

type Token = { at: number } & (
  | { type: 'text' | 'number'; value: Value }
  | { type: 'name'; name: string }
  | { type: 'sign'; sign: string }
)

const SPACE = /[\t\n\r ]+/y
const NUMBER = /-?\d+(?:\.\d+)?/y
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy
const SIGN = /==|!=|<=|>=|&&|\|\||[<>!()[\],.]/y

function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const next = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0]
    if (found !== undefined) at += found.length
    return found
  }
  while (at < source.length) {
    const start = at
    if (next(SPACE) !== undefined) continue
    if (source[at] === '"' || source[at] === "'") {
      const { value, end } = textAt(source, at)
      tokens.push({ type: 'text', at: start, value })
      at = end
      continue
    }
    const number = next(NUMBER)
    if (number !== undefined) {
      const value = Number(number)
      if (!Number.isFinite(value)) throw new Stop('number', start, 'This number is too large.')
      tokens.push({ type: 'number', at: start, value })
      continue
    }
    const name = next(NAME)
    if (name !== undefined) {
      tokens.push({ type: 'name', at: start, name })
      continue
    }
    const sign = next(SIGN)
    if (sign === undefined) throw unknownAt(source, at)
    tokens.push({ type: 'sign', at: start, sign })
  }
  return tokens
}

/** A text in quotes; a backslash takes the next character as it is. */
function textAt(source: string, start: number): { value: string; end: number } {
  const quote = source[start]
  let value = ''
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === quote) return { value, end: at + 1 }
    if (source[at] === '\\') at++
    value += source[at] ?? ''
  }
  throw new Stop('text', start, `This text has no end. Close it with ${quote}.`)
}

function unknownAt(source: string, at: number): Stop {
  const doubled = { '=': '==', '&': '&&', '|': '||' }[source[at] ?? '']
  return doubled
    ? new Stop('singleSign', at, `Write ${doubled} instead of ${source[at]}.`)
    : new Stop(
        'character',
        at,
        `The character ${String.fromCodePoint(source.codePointAt(at) ?? 0)} means nothing here.`,
      )
}

const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>=']

class Reader {
  private readonly tokens: Token[]
  private readonly end: number
  private place = 0
  private depth = 0

  constructor(tokens: Token[], end: number) {
    this.tokens = tokens
    this.end = end
  }

  whole(): Expression {
    if (this.tokens.length === 0) throw new Stop('empty', 0, 'Write a condition, such as team == "north".')
    const expression = this.or()
    if (this.tokens[this.place])
      throw this.isSign(')')
        ? new Stop('parenthesis', this.at, 'This parenthesis was never opened.')
        : new Stop('more', this.at, 'Join conditions with && (both) or || (either).')
    return expression
  }

  private get at(): number {
    return this.tokens[this.place]?.at ?? this.end
  }

  private isSign(sign: string): boolean {
    const token = this.tokens[this.place]
    return token?.type === 'sign' && token.sign === sign
  }

  private takeSign(sign: string): boolean {
    if (!this.isSign(sign)) return false
    this.place++
    return true
  }

  private or(): Expression {
    let left = this.and()
    while (this.takeSign('||')) left = { type: 'or', left, right: this.and() }
    return left
  }

  private and(): Expression {
    let left = this.not()
    while (this.takeSign('&&')) left = { type: 'and', left, right: this.not() }
    return left
  }

  private not(): Expression {
    const { at } = this
    if (this.isSign('!') || this.isSign('(')) {
      if (++this.depth > MAX_DEPTH)
        throw new Stop('tooDeep', at, `It is nested more than ${MAX_DEPTH} deep. Simplify it.`)
      const expression = this.takeSign('!') ? ({ type: 'not', of: this.not() } as const) : this.inParentheses(at)
      this.depth--
      return expression
    }
    return this.test()
  }

  private inParentheses(opened: number): Expression {
    this.place++
    const expression = this.or()
    if (!this.takeSign(')'))
      throw this.tokens[this.place]
        ? new Stop('more', this.at, 'Join conditions with && (both) or || (either).')
        : new Stop('parenthesis', opened, 'This parenthesis is never closed. Add ).')
    return expression
  }

  private test(): Expression {
    const { at } = this
    const left = this.operand()
    const token = this.tokens[this.place]
    if (token?.type === 'name' && token.name === 'in') {
      this.place++
      return { type: 'in', left, options: this.list() }
    }
    if (token?.type === 'sign' && COMPARISONS.includes(token.sign)) {
      this.place++
      const right = this.operand()
      if (COMPARISONS.some(sign => this.isSign(sign)))
        throw new Stop('chain', this.at, 'Compare two at a time: write 1 <= tier && tier <= 3.')
      return { type: 'compare', by: token.sign as Comparison, left, right }
    }
    if (left.type === 'value' && typeof left.value !== 'boolean')
      throw new Stop('never', at, 'A text or number alone is no condition. Compare it with something.')
    return { type: 'is', of: left }
  }

  private list(): Operand[] {
    const { at } = this
    if (!this.takeSign('[')) throw new Stop('list', at, 'Write a list after in, such as ["hr", "de"].')
    const options: Operand[] = [this.operand()]
    while (this.takeSign(',')) options.push(this.operand())
    if (!this.takeSign(']'))
      throw new Stop('list', this.at, 'Separate what is in the list by commas and close it with ].')
    return options
  }

  private operand(): Operand {
    const token = this.tokens[this.place]
    if (token?.type === 'text' || token?.type === 'number') {
      this.place++
      return { type: 'value', value: token.value }
    }
    if (token?.type !== 'name' || token.name === 'in')
      throw new Stop(
        'operand',
        this.at,
        'A text in quotes, a number, true, false or the name of an attribute is expected here.',
      )
    this.place++
    const { name } = token
    if (name === 'true' || name === 'false') return { type: 'value', value: name === 'true' }
    if (this.takeSign('.')) return this.attribute(name, token.at)
    if (!this.isSign('[')) return { type: 'attribute', of: 'agent', name }
    this.place++
    const operand = this.attribute(name, token.at)
    if (!this.takeSign(']')) throw new Stop('attribute', this.at, 'Close the name of the attribute with ].')
    return operand
  }

  /** After `agent.` or `agent[`. */
  private attribute(subject: string, at: number): Operand {
    if (subject !== 'agent' && subject !== 'contact')
      throw new Stop('subject', at, `Only agent and contact have attributes, ${subject} has none.`)
    const bracketed = this.tokens[this.place - 1]
    const wanted = bracketed?.type === 'sign' && bracketed.sign === '[' ? 'text' : 'name'
    const token = this.tokens[this.place]
    if (token?.type === 'name' && wanted === 'name') {
      this.place++
      return { type: 'attribute', of: subject, name: token.name }
    }
    if (token?.type === 'text' && wanted === 'text') {
      this.place++
      return { type: 'attribute', of: subject, name: String(token.value) }
    }
    throw new Stop(
      'attribute',
      this.at,
      wanted === 'name'
        ? `Write the name of an attribute after ${subject}. – in brackets and quotes where it has spaces: ${subject}["cost centre"].`
        : `Write the name of the attribute in quotes: ${subject}["cost centre"].`,
    )
  }
}
