import { type Attributes, attributesOf, type Expression, holds, leavesOf } from '../expression/expression.ts'
import { pick } from './step.ts'

/** Conditions on one attribute after which its value itself counts, so that telling agents apart stays bounded work. */
const MAX_CONDITIONS = 100
const NOTHING: Attributes = {}

/** A comparison that asks of agents alone, and what it says of one without attributes. */
interface Condition {
  leaf: Expression
  byDefault: boolean
}

/**
 * What the expressions in use see of agents: those whose traits are equal make no difference to any of them. Of an attribute that is compared
 * with fixed values only the outcomes count, so that agents with an attribute each of their own (a badge, a seat) are still few kinds; of one
 * that is compared with the contact's, its value.
 */
export class Traits {
  private readonly conditions = new Map<string, Condition>()
  /** How many conditions ask for an attribute. */
  private readonly asked = new Map<string, number>()
  private readonly byValue = new Set<string>()

  /** Takes in an expression; returns the attributes by which agents may differ for it who were alike. */
  add(expression: Expression): string[] {
    const differ = new Set<string>()
    for (const leaf of leavesOf(expression)) {
      const names = attributesOf(leaf, 'agent').filter(name => !this.byValue.has(name))
      const key = JSON.stringify(leaf)
      if (names.length === 0 || this.conditions.has(key)) continue
      for (const name of names) differ.add(name)
      const asksContact = attributesOf(leaf, 'contact').length > 0
      if (asksContact || names.some(name => (this.asked.get(name) ?? 0) >= MAX_CONDITIONS)) {
        for (const name of names) this.byValue.add(name)
        continue
      }
      for (const name of names) this.asked.set(name, 1 + (this.asked.get(name) ?? 0))
      this.conditions.set(key, { leaf, byDefault: holds(leaf, { agent: NOTHING, contact: NOTHING }) })
    }
    return [...differ]
  }

  /** The traits of an agent: the values that count, and which conditions say another thing of it than of one without attributes. */
  of(agent: Attributes): unknown[] {
    const traits: unknown[] = Object.entries(pick(agent, this.byValue))
    let number = 0
    for (const { leaf, byDefault } of this.conditions.values()) {
      if (holds(leaf, { agent, contact: NOTHING }) !== byDefault) traits.push(number)
      number++
    }
    return traits
  }
}
