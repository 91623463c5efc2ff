import type { WhatIfResult } from '@centrala/api/what-if.ts'
import { WhatIfResult as Shape } from '@centrala/api/what-if.ts'
import type { Replayed } from './replay-message.ts'

/** With fewer handlings of its own a queue is simulated with those of its channel. */
const FEW = 10

/** A finished replay as the API has it. */
export function resultOf(
  { exact, starts, open, whatIf }: Replayed,
  wantedRuns: number,
  names: ReadonlyMap<string, string>,
): WhatIfResult {
  if (!whatIf) throw new Error('Nothing was simulated.')
  const notes: WhatIfResult['notes'] = []
  if (starts > 0)
    notes.push({
      code: 'gap',
      text: `The router began anew ${starts} times in the period; what happened while it was away is not known.`,
    })
  if (whatIf.runs < wantedRuns)
    notes.push({
      code: 'fewRuns',
      text: `Time was over after ${whatIf.runs} of ${wantedRuns} runs. The intervals are right, only wider; a shorter period allows more runs.`,
    })
  if (open > 0)
    notes.push({
      code: 'openAtEnd',
      text: `${open} contacts still waited at the end of the period; how that ended is not counted.`,
    })
  for (const { queueId, model } of whatIf.queues)
    if (model.some(({ handled }) => handled < FEW))
      notes.push({
        code: 'fewHandled',
        queueId,
        text: `“${names.get(queueId) ?? queueId}” handled few contacts in the period: their handle times are taken from similar work, and its figures are rough.`,
      })
  const at = (ms: number) => new Date(ms).toISOString()
  return Shape.parse({
    runs: whatIf.runs,
    exact: { decisions: exact.decisions, same: exact.same, difference: exact.difference },
    total: whatIf.total,
    queues: whatIf.queues.map(queue => ({
      ...queue,
      name: names.get(queue.queueId) ?? queue.queueId,
      intervals: queue.intervals.map(interval => ({ ...interval, at: at(interval.at) })),
    })),
    notes,
  })
}
