import { CHANNELS } from '../channel/channel.ts'
import type { QueueRules, Requirement, Step } from './event.ts'
import type { Heads } from './heads.ts'
import { pointUnits, unitsToPoints } from './order.ts'
import type { KeptFree } from './reserve.ts'
import type { Agent, Edge, Signature } from './signature.ts'
import { SortedList } from './sorted-list.ts'
import type { Interaction } from './state.ts'
import { isOverdue, type OrderRules, OVERDUE_UNITS, turningPoints, urgencyAt } from './urgency.ts'

/** A queue with its rules, and everything that waits in it. A queue that is not set (yet, or any more) holds places and serves nobody. */
export interface Queue {
  readonly id: string
  exists: boolean
  name: string
  order: OrderRules
  steps: readonly Step[]
  reserves: readonly KeptFree[]
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
    order: { priority: 0, ageingPerMinute: 0 },
    steps: [],
    reserves: [],
    offerMs: 0,
    delays: [],
    signatures: [],
    kinds: new Map(),
    plainKinds: [],
    lines: [],
    waiting: 0,
  }
}

export function setQueueRules(queue: Queue, rules: QueueRules, reserves: readonly KeptFree[]): void {
  queue.exists = true
  queue.name = rules.name
  queue.order = rules
  queue.steps = rules.steps
  queue.reserves = reserves
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

/**
 * A stretch of waiting in which nothing changes about who may serve and those who wait keep their order: it ends where a step, a profile's delay
 * or a turning point of the queue's curve is reached.
 */
export interface Stage {
  readonly kind: Kind
  readonly index: number
  readonly startMs: number
  readonly endMs: number
  readonly requirements: readonly Requirement[]
  /** How many steps have been reached. */
  readonly step: number
  /** What orders it, in units: `base + slope × waited`, and the interaction's own points. */
  base: number
  slope: number
  /** Over the queue's bound: before everyone who is not, the longest over first, whatever its points. */
  readonly overdue: boolean
  /** Signatures that may serve it, those that have the queue but may not, and both by signature. */
  served: Edge[]
  refused: Edge[]
  readonly edges: Map<Signature, Edge>
  /** Lines that any agent may serve, kept; and lines with a reservation or exclusions, while they are not empty. */
  readonly byPriority: Map<number, Line>
  readonly special: Map<string, Line>
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
  /** Its row among the heads, and its places in `queue.lines` and in `heads.open` or `reserved.reserved` while it is not empty. */
  row = -1
  inQueue = -1
  inOpen = -1
  dirty = false

  constructor(stage: Stage, priority: number, reserved: Agent | null, excluded: readonly string[], key: string | null) {
    this.stage = stage
    this.queue = stage.kind.queue
    this.channel = stage.kind.channel
    this.priority = priority
    this.pointUnits = stage.overdue ? 0 : pointUnits(priority)
    this.reserved = reserved
    this.excluded = excluded
    this.key = key
  }
}

/** What orders an interaction, in exact units (see order.ts): its effective priority, or by how long it is over its bound. */
export function score(line: Line, interaction: Interaction, now: number): number {
  const { stage } = line
  return line.pointUnits + stage.base + stage.slope * (now - interaction.queuedAt)
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
export function kindOf(queue: Queue, interaction: Interaction, heads: Heads): Kind {
  const { channel, own } = interaction
  const steps = interaction.wishes?.steps ?? null
  const plain = own.length === 0 && steps === null
  const known = plain ? queue.plainKinds[channel] : undefined
  if (known) return known
  const key = JSON.stringify([channel, joinRequirements(own, []).map(r => [r.skillId, r.minProficiency]), steps])
  let kind = queue.kinds.get(key)
  if (!kind) {
    if (queue.kinds.size >= MAX_KINDS) forgetUnused(queue, heads)
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
  const turns = [
    ...steps.map(s => s.afterMs),
    ...queue.reserves.map(reserve => reserve.unlessWaitedMs).filter(Number.isFinite),
    ...turningPoints(queue.order, CHANNELS[channel]!),
  ]
  const starts = [...new Set([0, ...turns.map(ms => Math.max(0, ms)), ...queue.delays])].sort((a, b) => a - b)
  starts.forEach((startMs, index) => {
    const reached = steps.filter(s => s.afterMs <= startMs)
    const stage: Stage = {
      kind,
      index,
      startMs,
      endMs: starts[index + 1] ?? Number.POSITIVE_INFINITY,
      requirements: Object.freeze(joinRequirements(own, reached[reached.length - 1]?.requirements ?? [])),
      step: reached.length,
      base: 0,
      slope: 0,
      overdue: isOverdue(queue.order, CHANNELS[channel]!, startMs),
      served: [],
      refused: [],
      edges: new Map(),
      byPriority: new Map(),
      special: new Map(),
    }
    kind.stages.push(stage)
    setOrder(stage)
    if (queue.exists) for (const signature of queue.signatures) connect(signature, stage)
  })
  return kind
}

/** What orders the work of a stage, by the queue's rules. */
export function setOrder(stage: Stage): void {
  const { queue, channel } = stage.kind
  if (stage.overdue) {
    stage.base = OVERDUE_UNITS - queue.order.maxWaitMs![CHANNELS[channel]!]!
    stage.slope = 1
    return
  }
  const { base, slope } = urgencyAt(queue.order, CHANNELS[channel]!, stage.startMs)
  stage.base = base
  stage.slope = slope
}

/** Effective priority in points, by the queue's curve and the interaction's own, whatever the bound says. */
export function pointsOf({ queue, channel, priority }: Line, waitedMs: number): number {
  const { base, slope } = urgencyAt(queue.order, CHANNELS[channel]!, waitedMs)
  return unitsToPoints(base + slope * waitedMs + pointUnits(priority))
}

/** How long one who has waited so long is over the queue's bound. */
export function overdueMs({ queue, channel }: Line, waitedMs: number): number {
  return waitedMs - (queue.order.maxWaitMs?.[CHANNELS[channel]!] ?? waitedMs)
}

/** Puts a signature that has the stage's queue and the stage in touch. */
export function connect(signature: Signature, stage: Stage): void {
  const { queue, channel } = stage.kind
  const refusal = signature.refusal(channel, stage.requirements, queue.id, stage.startMs)
  const { priority } = signature.queues.get(queue.id)!
  const skills = stage.requirements.map(({ skillId }) => signature.skills.get(skillId) ?? 0)
  const rank = stage.overdue ? Number.POSITIVE_INFINITY : priority
  const own = queue.reserves.filter(({ group }) => signature.groups.includes(group))
  const keptBy = own.filter(({ unlessWaitedMs }) => stage.startMs < unlessWaitedMs)
  const edge: Edge = { signature, stage, priority, rank, refusal, keptBy, spared: own.length > 0, skills }
  stage.edges.set(signature, edge)
  if (refusal) stage.refused.push(edge)
  else {
    stage.served.push(edge)
    for (const line of stage.byPriority.values()) list(line, edge)
    for (const line of stage.special.values()) if (!line.reserved) signature.menu.special.push({ line, rank })
  }
}

/** Puts a line on the menu of a signature: one that a reserve may keep from it is asked one by one. */
export function list(line: Line, { signature, rank, keptBy }: Edge): void {
  if (keptBy.length > 0) signature.menu.special.push({ line, rank })
  else signature.menu.add(line, rank)
}

/** Forgets the kinds of a queue; nothing may stand in their lines. */
export function forgetKinds(queue: Queue, heads: Heads, kinds: Iterable<Kind> = [...queue.kinds.values()]): void {
  const rows = new Set<number>()
  for (const kind of kinds) {
    kind.stale = true
    queue.kinds.delete(kind.key)
    if (queue.plainKinds[kind.channel] === kind) queue.plainKinds[kind.channel] = undefined
    for (const stage of kind.stages)
      for (const line of stage.byPriority.values()) {
        rows.add(line.row)
        heads.remove(line)
      }
  }
  if (rows.size > 0) for (const { menu } of queue.signatures) menu.keep(row => !rows.has(row))
}

function forgetUnused(queue: Queue, heads: Heads): void {
  forgetKinds(
    queue,
    heads,
    [...queue.kinds.values()].filter(kind => kind.users === 0),
  )
}

export function stageAt(kind: Kind, waitedMs: number): Stage {
  const { stages } = kind
  let index = stages.length - 1
  while (index > 0 && stages[index]!.startMs > waitedMs) index--
  return stages[index]!
}
