import { type Attributes, type Expression, holds, type Operand } from './expression.ts'

/** Whether the expression holds for this agent for at least some contact, as far as that can be told without knowing the contact. */
export function mayHold(expression: Expression, agent: Attributes): boolean {
  return truth(expression, agent) !== false
}

/** True, false, or undefined where it depends on the contact (Kleene's logic of three values). */
function truth(expression: Expression, agent: Attributes): boolean | undefined {
  switch (expression.type) {
    case 'and': {
      const [left, right] = [truth(expression.left, agent), truth(expression.right, agent)]
      return left === false || right === false ? false : left && right
    }
    case 'or': {
      const [left, right] = [truth(expression.left, agent), truth(expression.right, agent)]
      return left === true || right === true ? true : left === undefined ? undefined : right
    }
    case 'not': {
      const inner = truth(expression.of, agent)
      return inner === undefined ? undefined : !inner
    }
    case 'is':
      return asks(expression.of) ? undefined : holds(expression, { agent, contact: {} })
    case 'in':
      return [expression.left, ...expression.options].some(asks) ? undefined : holds(expression, { agent, contact: {} })
    case 'compare':
      return asks(expression.left) || asks(expression.right) ? undefined : holds(expression, { agent, contact: {} })
  }
}

const asks = (operand: Operand): boolean => operand.type === 'attribute' && operand.of === 'contact'
