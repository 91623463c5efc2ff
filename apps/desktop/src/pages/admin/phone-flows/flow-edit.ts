import { type Flow, type FlowStep, ways } from '@centrala/api/run-flow.ts'

export type StepType = FlowStep['type']
export const STEP_TYPES = ['say', 'menu', 'ask', 'hours', 'set', 'queue', 'voicemail', 'forward', 'end'] as const

/** A way out of a step, by the field that holds it: `next`, `choices.2`. */
export interface Way {
  stepId: string
  field: string
}

/** What a fresh step names, since it must name something. */
export interface Choices {
  queueId: string
  hoursId: string
}

/** A new flow: a greeting, the queue, a message where nobody comes. */
export function freshFlow(choices: Choices): Flow {
  return {
    start: 'greeting',
    steps: {
      greeting: { type: 'say', says: [], next: 'queue' },
      queue: { ...freshStep('queue', 'voicemail', 'end', choices) },
      voicemail: { ...freshStep('voicemail', 'end', 'end', choices) },
      end: { type: 'end', says: [] },
    },
  }
}

function freshStep(type: StepType, next: string, end: string, { queueId, hoursId }: Choices): FlowStep {
  switch (type) {
    case 'say':
      return { type, says: [], next }
    case 'menu':
      return {
        type,
        says: [],
        choices: { '1': { next, label: '' } },
        timeoutSeconds: 6,
        retries: 2,
        onWrong: [],
        onTimeout: [],
        otherwise: next,
      }
    case 'ask':
      return {
        type,
        says: [],
        name: 'customerNumber',
        minDigits: 4,
        maxDigits: 10,
        endKey: '#',
        timeoutSeconds: 6,
        retries: 2,
        sensitive: false,
        next,
        otherwise: next,
      }
    case 'hours':
      return { type, hoursId, open: next, closed: end }
    case 'set':
      return { type, attributes: {}, next }
    case 'queue':
      return { type, queueId, priority: 0, maxWaitSeconds: null, maxWaiting: null, next }
    case 'voicemail':
      return { type, queueId, says: [], maxSeconds: 120, next }
    case 'forward':
      return { type, to: '', timeoutSeconds: 30, next }
    case 'end':
      return { type, says: [] }
  }
}

/** The step with one of its ways leading elsewhere. */
export function withWay(step: FlowStep, field: string, target: string): FlowStep {
  if (field.startsWith('choices.') && step.type === 'menu') {
    const key = field.slice('choices.'.length)
    const choice = step.choices[key]
    return choice ? { ...step, choices: { ...step.choices, [key]: { ...choice, next: target } } } : step
  }
  return { ...step, [field]: target } as FlowStep
}

export function wayOf(flow: Flow, { stepId, field }: Way): string | null {
  const step = flow.steps[stepId]
  return (step && ways(step).find(way => way.field === field)?.target) ?? null
}

/** An id that no step has, of a kind a person can read: `menu2`. */
export function freshId(flow: Flow, type: string): string {
  for (let number = 1; ; number++) {
    const id = number === 1 ? type : `${type}${number}`
    if (!Object.hasOwn(flow.steps, id)) return id
  }
}

/** Puts a new step into a way (null: before the first), so that it leads where the way led before. Where nothing can follow, the rest hangs loose no more than it must. */
export function insertStep(flow: Flow, at: Way | null, type: StepType, choices: Choices): { flow: Flow; id: string } {
  const next = at === null ? flow.start : (wayOf(flow, at) ?? flow.start)
  const id = freshId(flow, type)
  const steps = { ...flow.steps }
  let end = Object.entries(steps).find(([, step]) => step.type === 'end')?.[0] ?? id
  if (type === 'hours' && end === id) {
    end = freshId(flow, 'end')
    steps[end] = { type: 'end', says: [] }
  }
  steps[id] = freshStep(type, next, end, choices)
  const before = at && steps[at.stepId]
  if (at && before) steps[at.stepId] = withWay(before, at.field, id)
  const changed = { start: at === null ? id : flow.start, steps }
  return { flow: type === 'end' ? withoutLoose(flow, changed) : changed, id }
}

/** Where a step leads if nothing special happens. */
function mainWay(step: FlowStep): string | null {
  return ways(step)[0]?.target ?? null
}

/** Takes a step out: what led to it leads on to what followed it. Null where nothing follows and something leads to it. */
export function removeStep(flow: Flow, id: string): Flow | null {
  const step = flow.steps[id]
  if (!step) return null
  const next = mainWay(step)
  const target = next === id ? null : next
  const isReached =
    flow.start === id || Object.entries(flow.steps).some(([from, one]) => from !== id && leadsTo(one, id))
  if (isReached && target === null) return null
  const steps: Flow['steps'] = {}
  for (const [other, one] of Object.entries(flow.steps)) {
    if (other === id) continue
    steps[other] = ways(one).reduce(
      (changed, way) => (way.target === id && target !== null ? withWay(changed, way.field, target) : changed),
      one,
    )
  }
  return withoutLoose(flow, { start: flow.start === id ? (target ?? flow.start) : flow.start, steps })
}

function leadsTo(step: FlowStep, id: string): boolean {
  return ways(step).some(way => way.target === id)
}

/** Without the steps that could be reached before and no longer can. Those that hung loose already stay for somebody to look at. */
function withoutLoose(before: Flow, after: Flow): Flow {
  const was = reached(before)
  const is = reached(after)
  const steps = Object.fromEntries(Object.entries(after.steps).filter(([id]) => is.has(id) || !was.has(id)))
  return { ...after, steps }
}

export function reached(flow: Flow): Set<string> {
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

/** The step that a step changes places with when it goes down: the next of a row in which nothing branches. */
function follower(flow: Flow, id: string): string | null {
  const step = flow.steps[id]
  if (!step || !('next' in step)) return null
  const after = flow.steps[step.next]
  if (!after || !('next' in after) || step.next === id || after.next === id) return null
  const entries = Object.values(flow.steps).flatMap(one => ways(one).filter(way => way.target === step.next)).length
  return entries === 1 && flow.start !== step.next ? step.next : null
}

function leader(flow: Flow, id: string): string | null {
  return Object.keys(flow.steps).find(other => follower(flow, other) === id) ?? null
}

export function canMove(flow: Flow, id: string, way: 'up' | 'down'): boolean {
  return (way === 'down' ? follower(flow, id) : leader(flow, id)) !== null
}

/** Changes places with the step before or after, where both simply lead on. */
export function moveStep(flow: Flow, id: string, way: 'up' | 'down'): Flow {
  const first = way === 'down' ? id : leader(flow, id)
  const second = first && follower(flow, first)
  const [one, other] = [first && flow.steps[first], second && flow.steps[second]]
  if (!first || !second || !one || !other || !('next' in other)) return flow
  const steps: Flow['steps'] = {}
  for (const [stepId, step] of Object.entries(flow.steps))
    steps[stepId] = ways(step).reduce(
      (changed, { field, target }) => (target === first ? withWay(changed, field, second) : changed),
      step,
    )
  steps[first] = withWay(one, 'next', other.next)
  steps[second] = withWay(other, 'next', first)
  return { start: flow.start === first ? second : flow.start, steps }
}
