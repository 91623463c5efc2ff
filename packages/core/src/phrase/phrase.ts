/**
 * One thing said, as a code with parameters, so that it can be said in any language. `parts` are said about it. Parameters named `…Id`
 * are ids to be shown by name, `…Ms` durations, `load` thousandths of capacity.
 */
export interface Phrase<Code extends string = string> {
  code: Code
  params: Record<string, string | number>
  parts?: Phrase<Code>[]
}
