/** Expressions over agents and contacts, as a screen checks them while they are typed. */
export {
  type Fault,
  type FaultCode,
  MAX_LENGTH as EXPRESSION_MAX_LENGTH,
  readExpression,
} from '@centrala/core/expression/read-expression.ts'
