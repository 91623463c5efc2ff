import type { QueueRules, Requirement, Step } from './event.ts'
import { ageingUnits, pointUnits } from './order.ts'
import type { Agent, Edge, Signature } from './signature.ts'
import { SortedList } from './sorted-list.ts'
import type { Interaction } from './state.ts'

/** A queue with its rules, and everything that waits in it. A queue that is not set (yet, or any more) holds places and serves nobody. */
export interface Queue {
  readonly id: string
  exists: boolean
  name: string
  pointUnits: number
  ageingUnits: number
  steps: readonly Step[]
  offerMs: number
  /** Profile delays above zero that any agent has had for this queue, ascending. */
  delays: number[]
  signatures: Signature[]
  kinds: Map<string, Kind>
  /** The kinds without needs or steps of their own, by channel: most work, found without making a key. */
  plainKinds: (Kind | undefined)[]
  /** Lines that are not empty. */
  lines: Line[]
  waiting: number
}

export function createQueue(id: string): Queue {
  return {
    id,
    exists: false,
    name: id,
    pointUnits: 0,
    ageingUnits: 0,
    steps: [],
    offerMs: 0,
    delays: [],
    signatures: [],
    kinds: new Map(),
    plainKinds: [],
    lines: [],
    waiting: 0,
  }
}

export function setQueueRules(queue: Queue, rules: QueueRules): void {
  queue.exists = true
  queue.name = rules.name
  queue.pointUnits = pointUnits(rules.priority)
  queue.ageingUnits = ageingUnits(rules.ageingPerMinute)
  queue.steps = rules.steps
  queue.offerMs = rules.offerMs
}

/** Work of one queue and channel with the same own needs and steps. As it waits it moves through the stages. */
export interface Kind {
  readonly key: string
  readonly queue: Queue
  readonly channel: number
  readonly stages: Stage[]
  /** Interactions that wait or are offered as this kind. */
  users: number
  /** The queue's rules or delays have changed: whoever is of this kind is placed anew. */
  stale: boolean
}

/** A stretch of waiting in which nothing changes about who may serve: it ends where a step or a profile's delay is reached. */
export interface Stage {
  readonly kind: Kind
  readonly index: number
  readonly startMs: number
  readonly endMs: number
  readonly requirements: readonly Requirement[]
  /** How many steps have been reached. */
  readonly step: number
  /** Signatures that may serve it, those that have the queue but may not, and both by signature. */
  served: Edge[]
  refused: Edge[]
  readonly edges: Map<Signature, Edge>
  /** Lines that any agent may serve; only those that are not empty. */
  readonly lines: Line[]
  readonly byPriority: Map<number, Line>
  readonly special: Map<string, Line>
  /** Place in the list of stages with such lines, or -1. */
  active: number
}

const cameBefore = (a: Interaction, b: Interaction): boolean =>
  a.queuedAt !== b.queuedAt ? a.queuedAt < b.queuedAt : a.seq < b.seq

/** Interactions that differ in nothing but when they came: whoever may serve one may serve all, and the first goes first. */
export class Line {
  readonly list: SortedList<Interaction> = new SortedList(cameBefore)
  readonly stage: Stage
  readonly queue: Queue
  readonly channel: number
  readonly priority: number
  readonly pointUnits: number
  /** Waits for this agent alone. */
  readonly reserved: Agent | null
  readonly excluded: readonly string[]
  /** Key among the stage's special lines, or null. */
  readonly key: string | null
  /** When its first moves to the next stage, as far as scheduled. */
  dueAt = Number.POSITIVE_INFINITY
  /** Places in `queue.lines` and in `stage.lines` or `reserved.reserved`, or -1. */
  inQueue = -1
  inStage = -1
  dirty = false

  constructor(stage: Stage, priority: number, reserved: Agent | null, excluded: readonly string[], key: string | null) {
    this.stage = stage
    this.queue = stage.kind.queue
    this.channel = stage.kind.channel
    this.priority = priority
    this.pointUnits = pointUnits(priority)
    this.reserved = reserved
    this.excluded = excluded
    this.key = key
  }
}

/** The line in a stage for work like this. */
export function lineIn(stage: Stage, priority: number, reserved: Agent | null, excluded: readonly string[]): Line {
  if (!reserved && excluded.length === 0) {
    let line = stage.byPriority.get(priority)
    if (!line) {
      line = new Line(stage, priority, null, excluded, null)
      stage.byPriority.set(priority, line)
    }
    return line
  }
  const key = JSON.stringify([priority, reserved?.id ?? null, excluded])
  let line = stage.special.get(key)
  if (!line) {
    line = new Line(stage, priority, reserved, excluded, key)
    stage.special.set(key, line)
  }
  return line
}

/** Effective priority of an interaction in exact units (see order.ts). */
export function score(line: Line, interaction: Interaction, now: number): number {
  const { queue } = line
  return queue.pointUnits + line.pointUnits + queue.ageingUnits * (now - interaction.queuedAt)
}

/** Whether the first of line `a` goes before the first of line `b`. Both must have one. */
export function lineBefore(a: Line, b: Line, now: number): boolean {
  const first = a.list.first!
  const second = b.list.first!
  const difference = score(a, first, now) - score(b, second, now)
  if (difference !== 0) return difference > 0
  return cameBefore(first, second)
}

/** Needs with the highest proficiency asked for each skill, by skill. */
export function joinRequirements(own: readonly Requirement[], step: readonly Requirement[]): readonly Requirement[] {
  const bySkill = new Map<string, number>()
  for (const { skillId, minProficiency } of [...own, ...step])
    bySkill.set(skillId, Math.max(minProficiency, bySkill.get(skillId) ?? 0))
  const joined = Array.from(bySkill, ([skillId, minProficiency]) => ({ skillId, minProficiency }))
  return joined.sort((a, b) => (a.skillId < b.skillId ? -1 : 1))
}

const MAX_KINDS = 1_000

/** The kind that an interaction is of in its queue. */
export function kindOf(queue: Queue, interaction: Interaction): Kind {
  const { channel, own } = interaction
  const steps = interaction.wishes?.steps ?? null
  const plain = own.length === 0 && steps === null
  const known = plain ? queue.plainKinds[channel] : undefined
  if (known) return known
  const key = JSON.stringify([channel, joinRequirements(own, []).map(r => [r.skillId, r.minProficiency]), steps])
  let kind = queue.kinds.get(key)
  if (!kind) {
    if (queue.kinds.size >= MAX_KINDS) forgetUnused(queue)
    kind = createKind(queue, key, channel, own, steps ?? queue.steps)
    queue.kinds.set(key, kind)
    if (plain) queue.plainKinds[channel] = kind
  }
  return kind
}

function createKind(
  queue: Queue,
  key: string,
  channel: number,
  own: readonly Requirement[],
  steps: readonly Step[],
): Kind {
  const kind: Kind = { key, queue, channel, stages: [], users: 0, stale: false }
  const starts = [...new Set([0, ...steps.map(s => Math.max(0, s.afterMs)), ...queue.delays])].sort((a, b) => a - b)
  starts.forEach((startMs, index) => {
    const reached = steps.filter(s => s.afterMs <= startMs)
    const stage: Stage = {
      kind,
      index,
      startMs,
      endMs: starts[index + 1] ?? Number.POSITIVE_INFINITY,
      requirements: Object.freeze(joinRequirements(own, reached[reached.length - 1]?.requirements ?? [])),
      step: reached.length,
      served: [],
      refused: [],
      edges: new Map(),
      lines: [],
      byPriority: new Map(),
      special: new Map(),
      active: -1,
    }
    kind.stages.push(stage)
    if (queue.exists) for (const signature of queue.signatures) connect(signature, stage)
  })
  return kind
}

/** Puts a signature that has the stage's queue and the stage in touch. */
export function connect(signature: Signature, stage: Stage): void {
  const { queue, channel } = stage.kind
  const refusal = signature.refusal(channel, stage.requirements, queue.id, stage.startMs)
  const { priority } = signature.queues.get(queue.id)!
  const skills = stage.requirements.map(({ skillId }) => signature.skills.get(skillId) ?? 0)
  const edge: Edge = { signature, stage, priority, refusal, skills }
  stage.edges.set(signature, edge)
  if (refusal) stage.refused.push(edge)
  else {
    stage.served.push(edge)
    signature.edges.push(edge)
  }
}

/** Forgets the kinds of a queue; nothing may stand in their lines. */
export function forgetKinds(queue: Queue, kinds: Iterable<Kind> = [...queue.kinds.values()]): void {
  const gone = new Set(kinds)
  if (gone.size === 0) return
  for (const kind of gone) {
    kind.stale = true
    queue.kinds.delete(kind.key)
    if (queue.plainKinds[kind.channel] === kind) queue.plainKinds[kind.channel] = undefined
  }
  for (const signature of queue.signatures) signature.edges = signature.edges.filter(edge => !gone.has(edge.stage.kind))
}

function forgetUnused(queue: Queue): void {
  forgetKinds(
    queue,
    [...queue.kinds.values()].filter(kind => kind.users === 0),
  )
}

export function stageAt(kind: Kind, waitedMs: number): Stage {
  const { stages } = kind
  let index = stages.length - 1
  while (index > 0 && stages[index]!.startMs > waitedMs) index--
  return stages[index]!
}
