import type { DialRule } from '@centrala/api/voice-config.ts'
import type { z } from 'zod'

export type Rule = z.infer<typeof DialRule>

/** What a tenant's rules say of a number: the longest prefix that fits decides; what none fits is denied. */
export function ruleFor(rules: readonly Rule[], digits: string): Rule | null {
  let best: Rule | null = null
  for (const rule of rules)
    if (digits.startsWith(rule.prefix) && rule.prefix.length > (best?.prefix.length ?? -1)) best = rule
  return best
}
