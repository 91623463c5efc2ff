import {
  type Attributes,
  attributeOf,
  attributesOf,
  type Expression,
  holds,
  type Subject,
} from '../expression/expression.ts'
import { readExpression } from '../expression/read-expression.ts'
import type { Requirement, Step } from './event.ts'

/** A step with its expression read. */
export interface ReadStep {
  afterMs: number
  requirements: readonly Requirement[]
  /** As it was written, or null. */
  where: string | null
  /** Null where there is none, or where it cannot be read: then it holds for nobody. */
  condition: Expression | null
  queues: readonly string[]
  whenLevelBelow: number
}

export function readSteps(steps: readonly Step[]): ReadStep[] {
  return steps.map(
    ({ afterMs, requirements, where = null, queues = [], whenLevelBelow = Number.POSITIVE_INFINITY }) => {
      const read = where === null ? null : readExpression(where)
      return { afterMs, requirements, where, condition: read?.ok ? read.expression : null, queues, whenLevelBelow }
    },
  )
}

/** How many of the steps count up to the one in force after this wait (0: none is), at this service level of the queue. */
export function stepAt(steps: readonly ReadStep[], waitedMs: number, level: number | null): number {
  return 1 + steps.findLastIndex(step => step.afterMs <= waitedMs && isMet(step, level))
}

function isMet({ whenLevelBelow }: ReadStep, level: number | null): boolean {
  return whenLevelBelow === Number.POSITIVE_INFINITY || (level !== null && level < whenLevelBelow)
}

/** The attributes that the steps' expressions ask of agents or contacts. */
export function attributesNamed(steps: readonly ReadStep[], subject: Subject): string[] {
  return [...new Set(steps.flatMap(({ condition }) => (condition ? attributesOf(condition, subject) : [])))].sort()
}

/** Whether a step's expression holds; without one it does. */
export function admits({ where, condition }: ReadStep, agent: Attributes, contact: Attributes): boolean {
  if (where === null) return true
  return condition !== null && holds(condition, { agent, contact })
}

/** Only the attributes of these names. */
export function pick(attributes: Attributes, names: Iterable<string>): Attributes {
  const found: [string, Attributes[string]][] = []
  for (const name of names) {
    const value = attributeOf(attributes, name)
    if (value !== undefined) found.push([name, value])
  }
  return Object.fromEntries(found) as Attributes
}
