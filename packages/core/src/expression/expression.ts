/** What an attribute can be. One that is absent equals nothing and is neither more nor less than anything. */
export type Value = string | number | boolean
export type Attributes = Readonly<Record<string, Value>>

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='

/** A value, or an attribute of the agent or the contact. */
export type Operand = { type: 'value'; value: Value } | { type: 'attribute'; of: Subject; name: string }
export type Subject = 'agent' | 'contact'

/** A condition as a tree of plain data. */
export type Expression =
  | { type: 'and' | 'or'; left: Expression; right: Expression }
  | { type: 'not'; of: Expression }
  | { type: 'compare'; by: Comparison; left: Operand; right: Operand }
  | { type: 'in'; left: Operand; options: Operand[] }
  /** Holds where the operand is true. */
  | { type: 'is'; of: Operand }

/** Whom an expression asks. */
export interface Subjects {
  agent: Attributes
  contact: Attributes
}

/**
 * Whether the expression holds. `==` and `!=` compare value and type ("2" is not 2); `<` and the like hold between two numbers or two texts (by
 * code unit) only. An absent attribute fails every comparison but `!=`.
 */
export function holds(expression: Expression, subjects: Subjects): boolean {
  switch (expression.type) {
    case 'and':
      return holds(expression.left, subjects) && holds(expression.right, subjects)
    case 'or':
      return holds(expression.left, subjects) || holds(expression.right, subjects)
    case 'not':
      return !holds(expression.of, subjects)
    case 'is':
      return valueIn(expression.of, subjects) === true
    case 'in': {
      const value = valueIn(expression.left, subjects)
      return value !== undefined && expression.options.some(option => valueIn(option, subjects) === value)
    }
    case 'compare':
      return compare(expression.by, valueIn(expression.left, subjects), valueIn(expression.right, subjects))
  }
}

/** The comparisons and questions that an expression is made of. */
export function leavesOf(expression: Expression): Expression[] {
  switch (expression.type) {
    case 'and':
    case 'or':
      return [...leavesOf(expression.left), ...leavesOf(expression.right)]
    case 'not':
      return leavesOf(expression.of)
    default:
      return [expression]
  }
}

/** The attributes of one subject that the expression asks for, each once. */
export function attributesOf(expression: Expression, subject: Subject): string[] {
  const found = new Set<string>()
  const look = (operand: Operand): void => {
    if (operand.type === 'attribute' && operand.of === subject) found.add(operand.name)
  }
  const walk = (part: Expression): void => {
    switch (part.type) {
      case 'and':
      case 'or':
        walk(part.left)
        walk(part.right)
        return
      case 'not':
        walk(part.of)
        return
      case 'is':
        look(part.of)
        return
      case 'in':
        look(part.left)
        part.options.forEach(look)
        return
      case 'compare':
        look(part.left)
        look(part.right)
    }
  }
  walk(expression)
  return [...found]
}

/** The value of an attribute, if it has it itself: names such as `constructor` find nothing. */
export function attributeOf(attributes: Attributes, name: string): Value | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined
}

function valueIn(operand: Operand, subjects: Subjects): Value | undefined {
  return operand.type === 'value' ? operand.value : attributeOf(subjects[operand.of], operand.name)
}

function compare(by: Comparison, left: Value | undefined, right: Value | undefined): boolean {
  if (by === '!=') return left !== right || left === undefined
  if (left === undefined || right === undefined) return false
  if (by === '==') return left === right
  if (typeof left !== typeof right || typeof left === 'boolean') return false
  switch (by) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}
