import type { Flow, FlowStep } from './flow.ts'

/** Something wrong with a flow. `stepId` is where it is mended; null: with the flow as a whole. */
export type FlowFinding =
  /** The flow's first step does not exist. */
  | { code: 'noStart'; stepId: null }
  /** `field` (such as `next` or `choices.2`) leads to `target`, which does not exist. */
  | { code: 'dangling'; stepId: string; field: string; target: string }
  /** From here the flow comes back here and never waits for the contact: it would go round without end. */
  | { code: 'loop'; stepId: string }
  | { code: 'unreachable'; stepId: string }
  | { code: 'noChoices'; stepId: string }
  /** More digits are asked for at least than at most. */
  | { code: 'badLength'; stepId: string }

/** What must be mended before the flow may answer anybody; empty when nothing must. In the order of the steps. */
export function checkFlow(flow: Flow): FlowFinding[] {
  const findings: FlowFinding[] = []
  const exists = (id: string) => Object.hasOwn(flow.steps, id)
  if (!exists(flow.start)) findings.push({ code: 'noStart', stepId: null })
  const reached = reachable(flow)
  for (const [stepId, step] of Object.entries(flow.steps)) {
    for (const { field, target } of ways(step))
      if (!exists(target)) findings.push({ code: 'dangling', stepId, field, target })
    if (step.type === 'menu' && Object.keys(step.choices).length === 0) findings.push({ code: 'noChoices', stepId })
    if (step.type === 'ask' && (step.minDigits > step.maxDigits || step.maxDigits < 1))
      findings.push({ code: 'badLength', stepId })
    if (exists(flow.start) && !reached.has(stepId)) findings.push({ code: 'unreachable', stepId })
    if (comesBack(flow, stepId)) findings.push({ code: 'loop', stepId })
  }
  return findings
}

/** The steps a step can lead to, and where in it that is said. */
export function ways(step: FlowStep): { field: string; target: string }[] {
  const on = (field: string, target: string) => ({ field, target })
  switch (step.type) {
    case 'end':
      return []
    case 'hours':
      return [on('open', step.open), on('closed', step.closed)]
    case 'menu':
      return [
        ...Object.entries(step.choices).map(([key, choice]) => on(`choices.${key}`, choice.next)),
        on('otherwise', step.otherwise),
      ]
    case 'ask':
      return [on('next', step.next), on('otherwise', step.otherwise)]
    default:
      return [on('next', step.next)]
  }
}

function reachable(flow: Flow): Set<string> {
  const seen = new Set<string>()
  const open = [flow.start]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const step = Object.hasOwn(flow.steps, id) ? flow.steps[id] : undefined
    if (!step || seen.has(id)) continue
    seen.add(id)
    open.push(...ways(step).map(way => way.target))
  }
  return seen
}

/** Whether a step that does not wait leads back to itself by such steps alone. */
function comesBack(flow: Flow, id: string): boolean {
  const seen = new Set<string>()
  const open = [id]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const step = Object.hasOwn(flow.steps, at) ? flow.steps[at] : undefined
    if (!step || (step.type !== 'hours' && step.type !== 'set' && step.type !== 'say')) continue
    for (const { target } of ways(step)) {
      if (target === id) return true
      if (seen.has(target)) continue
      seen.add(target)
      open.push(target)
    }
  }
  return false
}
