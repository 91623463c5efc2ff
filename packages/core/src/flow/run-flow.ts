import type { Flow, FlowStep, Says } from './flow.ts'

/** Where a contact is in its flow. Plain data: it can be stored, sent and compared. */
export interface FlowRun {
  step: string
  language: string | null
  /** What the flow has learned: choices' and set steps' attributes, and what was entered (not what is sensitive). */
  attributes: Record<string, string>
  /** How often the present step has asked again. */
  attempt: number
  /** Keys entered so far at an `ask`. */
  digits: string
  /** Steps gone through: an endless round ends at MAX_STEPS. */
  visited: number
  ended: boolean
}

/** What happened since the last action. */
export type FlowInput =
  | { type: 'begin' }
  /** What was to be said has been said (or there was nothing that could be played). */
  | { type: 'said' }
  | { type: 'key'; key: string }
  /** Nobody pressed a key within the action's time. */
  | { type: 'silence' }
  | { type: 'queueLeft'; reason: 'timeout' | 'full' | 'closed' }
  /** The message was taken. */
  | { type: 'recorded' }
  /** The address of a forward did not answer, or its call is over. */
  | { type: 'notReached' }

/** What is true outside of the flow, now. */
export interface FlowFacts {
  /** Whether these hours are open. Unknown hours count as open: a call is better answered than sent away. */
  isOpen(hoursId: string): boolean
}

/** What the channel is to do next; the input named beside it takes the flow on. */
export type FlowAction =
  /** → `said` */
  | { do: 'say'; says: Says[]; language: string | null }
  /** Says it, to be cut off by a key, and waits so long after it. → `key` or `silence` */
  | { do: 'listen'; says: Says[]; language: string | null; timeoutMs: number; sensitive: boolean }
  /** → `queueLeft`, if nobody takes it */
  | {
      do: 'queue'
      queueId: string
      priority: number
      maxWaitMs: number | null
      maxWaiting: number | null
      language: string | null
      attributes: Record<string, string>
    }
  /** → `recorded` */
  | { do: 'voicemail'; queueId: string; says: Says[]; language: string | null; maxMs: number }
  /** → `notReached` */
  | { do: 'forward'; to: string; timeoutMs: number }
  /** Says it and parts. The run is over. */
  | { do: 'end'; says: Says[]; language: string | null }

/** Something worth telling whoever takes the contact. */
export type FlowNote =
  | { type: 'chose'; step: string; key: string; label: string }
  /** `digits` null: sensitive. */
  | { type: 'entered'; name: string; digits: string | null }
  /** The flow leads to a step that does not exist, or goes round without end: it was ended. */
  | { type: 'broken'; step: string }

export interface FlowResult {
  run: FlowRun
  action: FlowAction
  notes: FlowNote[]
}

export const MAX_STEPS = 200

/** A run that has not begun. */
export function newRun(flow: Flow, language: string | null): FlowRun {
  return { step: flow.start, language, attributes: {}, attempt: 0, digits: '', visited: 0, ended: false }
}

/**
 * The next step of a flow: pure, so that the same inputs lead the same way. An input that the present step does not wait for
 * (a key that crosses `said`) repeats nothing: the step's action is given again.
 */
export function runFlow(flow: Flow, before: FlowRun, input: FlowInput, facts: FlowFacts): FlowResult {
  const run: FlowRun = { ...before, attributes: { ...before.attributes } }
  const notes: FlowNote[] = []
  const done = (action: FlowAction): FlowResult => ({ run, action, notes })
  if (run.ended) return done({ do: 'end', says: [], language: run.language })
  const step = own(flow.steps, run.step)
  if (!step || input.type === 'begin') return done(enter(flow, run, run.step, facts, notes))
  const go = (next: string) => done(enter(flow, run, next, facts, notes))

  switch (step.type) {
    case 'say':
      return input.type === 'said' ? go(step.next) : done(begin(step, run))
    case 'menu': {
      if (input.type === 'key') {
        const choice = own(step.choices, input.key)
        if (choice) {
          notes.push({ type: 'chose', step: run.step, key: input.key, label: choice.label })
          if (choice.language) run.language = choice.language
          Object.assign(run.attributes, choice.attributes)
          return go(choice.next)
        }
        return again(step.onWrong)
      }
      return input.type === 'silence' ? again(step.onTimeout) : done(begin(step, run))
    }
    case 'ask': {
      if (input.type === 'key') {
        if (input.key === step.endKey) return enough() ? take() : again([])
        if (!/^[0-9*#]$/.test(input.key)) return done(more())
        run.digits += input.key
        return run.digits.length >= step.maxDigits ? take() : done(more())
      }
      if (input.type === 'silence') return enough() && run.digits !== '' ? take() : again([])
      return done(begin(step, run))
    }
    case 'queue':
      return input.type === 'queueLeft' ? go(step.next) : done(begin(step, run))
    case 'voicemail':
      return input.type === 'recorded' ? go(step.next) : done(begin(step, run))
    case 'forward':
      return input.type === 'notReached' ? go(step.next) : done(begin(step, run))
    default:
      return go(run.step)
  }

  function again(first: Says[]): FlowResult {
    const asked = step as Extract<FlowStep, { type: 'menu' | 'ask' }>
    run.digits = ''
    if (run.attempt >= asked.retries) return go(asked.otherwise)
    run.attempt++
    const action = begin(asked, run)
    return done('says' in action ? { ...action, says: [...first, ...action.says] } : action)
  }
  function enough(): boolean {
    return run.digits.length >= (step as Extract<FlowStep, { type: 'ask' }>).minDigits
  }
  function take(): FlowResult {
    const ask = step as Extract<FlowStep, { type: 'ask' }>
    const { digits } = run
    run.digits = ''
    notes.push({ type: 'entered', name: ask.name, digits: ask.sensitive ? null : digits })
    if (!ask.sensitive) run.attributes[ask.name] = digits
    return go(ask.next)
  }
  function more(): FlowAction {
    const ask = step as Extract<FlowStep, { type: 'ask' }>
    return {
      do: 'listen',
      says: [],
      language: run.language,
      timeoutMs: ask.timeoutSeconds * 1000,
      sensitive: ask.sensitive,
    }
  }
}

/** Goes to a step and on through those that ask nothing of the contact, to the first action. */
function enter(flow: Flow, run: FlowRun, id: string, facts: FlowFacts, notes: FlowNote[]): FlowAction {
  let next = id
  for (;;) {
    run.step = next
    run.attempt = 0
    run.digits = ''
    const step = own(flow.steps, next)
    if (!step || ++run.visited > MAX_STEPS) {
      notes.push({ type: 'broken', step: next })
      run.ended = true
      return { do: 'end', says: [], language: run.language }
    }
    if (step.type === 'hours') next = facts.isOpen(step.hoursId) ? step.open : step.closed
    else if (step.type === 'set') {
      if (step.language) run.language = step.language
      Object.assign(run.attributes, step.attributes)
      next = step.next
    } else {
      run.ended = step.type === 'end'
      return begin(step, run)
    }
  }
}

/** What a step does when it is come to. */
function begin(step: Exclude<FlowStep, { type: 'hours' | 'set' }>, run: FlowRun): FlowAction {
  const { language } = run
  switch (step.type) {
    case 'say':
      return { do: 'say', says: step.says, language }
    case 'menu':
      return { do: 'listen', says: step.says, language, timeoutMs: step.timeoutSeconds * 1000, sensitive: false }
    case 'ask':
      return {
        do: 'listen',
        says: step.says,
        language,
        timeoutMs: step.timeoutSeconds * 1000,
        sensitive: step.sensitive,
      }
    case 'queue':
      return {
        do: 'queue',
        queueId: step.queueId,
        priority: step.priority,
        maxWaitMs: step.maxWaitSeconds === null ? null : step.maxWaitSeconds * 1000,
        maxWaiting: step.maxWaiting,
        language,
        attributes: { ...run.attributes },
      }
    case 'voicemail':
      return { do: 'voicemail', queueId: step.queueId, says: step.says, language, maxMs: step.maxSeconds * 1000 }
    case 'forward':
      return { do: 'forward', to: step.to, timeoutMs: step.timeoutSeconds * 1000 }
    case 'end':
      return { do: 'end', says: step.says, language }
  }
}

/** Of the record itself: a key such as `constructor` is no step. */
function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
