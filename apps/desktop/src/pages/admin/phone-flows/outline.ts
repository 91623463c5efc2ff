import { type Flow, ways } from '@centrala/api/run-flow.ts'

/** A line of the drawn flow. */
export type Line =
  | { kind: 'step'; stepId: string; depth: number; number: number }
  /** The heading of a branch: which way of which step it follows. */
  | { kind: 'branch'; stepId: string; field: string; depth: number }
  /** It goes on at a step that is drawn already (or does not exist); with `isBranch` it is a branch of its own. */
  | { kind: 'link'; stepId: string; field: string; target: string; depth: number; isBranch: boolean }

/**
 * The flow as a tree to read from top to bottom: a step, under it what follows; where it branches, each branch set in. A step to which several ways
 * lead is drawn once, the first time; the others point to it. What nothing leads to comes last, in `loose`.
 */
export function outline(flow: Flow): { lines: Line[]; loose: Line[] } {
  const seen = new Set<string>()
  let number = 0
  const draw = (first: string, depth: number, lines: Line[]): void => {
    let id = first
    for (;;) {
      const step = flow.steps[id]
      if (!step) return
      seen.add(id)
      number++
      lines.push({ kind: 'step', stepId: id, depth, number })
      const out = ways(step)
      if (out.length === 0) return
      const branches = out.length > 1
      if (!branches) {
        const target = out[0]!.target
        if (seen.has(target) || !flow.steps[target]) {
          lines.push({ kind: 'link', stepId: id, field: out[0]!.field, target, depth, isBranch: false })
          return
        }
        id = target
        continue
      }
      for (const { field, target } of out) {
        const inside = { stepId: id, field, depth: depth + 1 }
        if (seen.has(target) || !flow.steps[target]) {
          lines.push({ kind: 'link', ...inside, target, isBranch: true })
          continue
        }
        lines.push({ kind: 'branch', ...inside })
        draw(target, depth + 1, lines)
      }
      return
    }
  }
  const lines: Line[] = []
  draw(flow.start, 0, lines)
  const loose: Line[] = []
  for (const id of Object.keys(flow.steps)) if (!seen.has(id)) draw(id, 0, loose)
  return { lines, loose }
}
