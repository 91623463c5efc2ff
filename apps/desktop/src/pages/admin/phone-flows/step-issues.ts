import { FlowDefinition } from '@centrala/api/flow.ts'
import { checkFlow, type Flow, type FlowFinding } from '@centrala/api/run-flow.ts'
import { type FormIssue, formIssue } from '../form/issue-words.ts'

/** Something wrong with a step: a value in it, or where it leads. */
export interface StepIssue {
  stepId: string
  /** Inside of the step: `says.0.text`, `choices.2`. Empty: the step itself. */
  field: string
  /** It may be saved all the same. */
  isWarning: boolean
  issue: FormIssue | null
  finding: FlowFinding | null
}

/** All that is wrong, by step, as the server would find it too. */
export function stepIssues(flow: Flow): ReadonlyMap<string, StepIssue[]> {
  const issues: StepIssue[] = []
  const parsed = FlowDefinition.safeParse(flow)
  for (const one of parsed.error?.issues ?? []) {
    const [place, stepId, ...field] = one.path.map(String)
    if (place === 'steps' && stepId !== undefined)
      issues.push({ stepId, field: field.join('.'), isWarning: false, issue: formIssue(one, flow), finding: null })
  }
  for (const finding of checkFlow(flow))
    if (finding.stepId !== null)
      issues.push({
        stepId: finding.stepId,
        field: finding.code === 'dangling' ? finding.field : '',
        isWarning: finding.code === 'unreachable',
        issue: null,
        finding,
      })
  return Map.groupBy(issues, one => one.stepId)
}
