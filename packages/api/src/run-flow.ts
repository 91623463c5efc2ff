/** Flows as the phone runs them, for the page that builds them: screens import from the API alone. */
export { checkFlow, type FlowFinding, ways } from '@centrala/core/flow/check-flow.ts'
export type { Flow, FlowStep, MenuChoice, Says } from '@centrala/core/flow/flow.ts'
export { saysOf } from '@centrala/core/flow/flow-texts.ts'
export {
  type FlowAction,
  type FlowInput,
  type FlowNote,
  type FlowResult,
  type FlowRun,
  newRun,
  runFlow,
} from '@centrala/core/flow/run-flow.ts'
