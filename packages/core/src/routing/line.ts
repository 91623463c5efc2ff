import { CHANNELS } from '../channel/channel.ts'
import type { Attributes } from '../expression/expression.ts'
import type { QueueRules, Requirement } from './event.ts'
import type { Heads } from './heads.ts'
import { pointUnits, unitsToPoints } from './order.ts'
import type { KeptFree } from './reserve.ts'
import type { Agent, Edge, Signature } from './signature.ts'
import type { Wishes } from './state.ts'
import { admits, attributesNamed, pick, type ReadStep, readSteps, stepAt } from './step.ts'
import { isOverdue, type OrderRules, OVERDUE_UNITS, turningPoints, urgencyAt } from './urgency.ts'

/** A queue with its rules, and everything that waits in it. A queue that is not set (yet, or any more) holds places and serves nobody. */
export interface Queue {
  readonly id: string
  /** What records of interactions call it. */
  readonly number: number
  exists: boolean
  name: string
  order: OrderRules
  steps: readonly ReadStep[]
  /** What the steps' expressions ask of contacts. */
  contactNames: readonly string[]
  /** Its service level, as far as told. */
  level: number | null
  reserves: readonly KeptFree[]
  offerMs: number
  /** Profile delays above zero that any agent has had for this queue, ascending. */
  delays: number[]
  signatures: Signature[]
  /** Stages of other queues that its agents help with. */
  helps: Set<Stage>
  kinds: Map<string, Kind>
  /** The kinds without needs or steps of their own, by channel: most work, found without making a key. */
  plainKinds: (Kind | undefined)[]
  /** Lines that are not empty. */
  lines: Line[]
  waiting: number
}

export function createQueue(id: string, number: number): Queue {
  return {
    id,
    number,
    exists: false,
    name: id,
    order: { priority: 0, ageingPerMinute: 0 },
    steps: [],
    contactNames: [],
    level: null,
    reserves: [],
    offerMs: 0,
    delays: [],
    signatures: [],
    helps: new Set(),
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
  queue.steps = readSteps(rules.steps)
  queue.contactNames = attributesNamed(queue.steps, 'contact')
  queue.reserves = reserves
  queue.offerMs = rules.offerMs
}

/** Work of one queue and channel with the same own needs and steps. As it waits it moves through the stages. */
export interface Kind {
  readonly key: string
  readonly queue: Queue
  readonly channel: number
  readonly own: readonly Requirement[]
  readonly steps: readonly ReadStep[]
  /** What the steps' expressions ask of the contact. */
  readonly contact: Attributes
  readonly stages: Stage[]
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
  requirements: readonly Requirement[]
  /** The step in force, from 1; 0 before the first. */
  step: number
  /** Queues whose agents help. */
  helpers: readonly Queue[]
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
  /** The one of these that was asked for last. */
  recent: Line | null
  readonly special: Map<string, Line>
}

/** Interactions that differ in nothing but when they came: whoever may serve one may serve all, and the first goes first. */
export class Line {
  /** Its row, from 1, by which it is known where who stands in it is kept, or 0 once it is gone; and its place in `queue.lines` while it is not empty. */
  row = 0
  inQueue = -1
  dirty = false
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

/**
 * What orders one who stands in a line since `queuedAt`, in exact units (see order.ts): its effective priority, or by how long it is over
 * its bound.
 */
export function score(line: Line, queuedAt: number, now: number): number {
  const { stage } = line
  return line.pointUnits + stage.base + stage.slope * (now - queuedAt)
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

/** Finds a queue, or makes a place for one that is not set. */
export type QueueOf = (queueId: string) => Queue
const NOTHING: Attributes = {}

/** The kind that an interaction of this channel and with these wishes is of in a queue. */
export function kindOf(queue: Queue, channel: number, wishes: Wishes | null, heads: Heads, queueOf: QueueOf): Kind {
  const known = wishes === null ? queue.plainKinds[channel] : undefined
  if (known) return known
  const own = wishes?.own ?? []
  const steps = wishes?.steps ?? null
  // What no expression asks of the contact makes no difference.
  const attributes = steps || queue.contactNames.length > 0 ? (wishes?.attributes ?? null) : null
  const plain = own.length === 0 && steps === null && attributes === null
  const alike = plain ? queue.plainKinds[channel] : undefined
  if (alike) return alike
  const read = steps ? readSteps(steps) : queue.steps
  const names = steps ? attributesNamed(read, 'contact') : queue.contactNames
  const contact = attributes ? pick(attributes, names) : NOTHING
  const needs = joinRequirements(own, []).map(r => [r.skillId, r.minProficiency])
  const key = JSON.stringify([channel, needs, steps, Object.entries(contact)])
  let kind = queue.kinds.get(key)
  if (!kind) {
    if (queue.kinds.size >= MAX_KINDS) forgetUnused(queue, heads)
    kind = createKind({ key, queue, channel, own, steps: read, contact, stages: [] }, queueOf)
    queue.kinds.set(key, kind)
    if (plain) queue.plainKinds[channel] = kind
  }
  return kind
}

function createKind(kind: Kind, queueOf: QueueOf): Kind {
  const { queue, channel, steps } = kind
  const turns = [
    ...steps.map(s => s.afterMs),
    ...queue.reserves.map(reserve => reserve.unlessWaitedMs).filter(Number.isFinite),
    ...turningPoints(queue.order, CHANNELS[channel]!),
  ]
  const starts = [...new Set([0, ...turns.map(ms => Math.max(0, ms)), ...queue.delays])].sort((a, b) => a - b)
  starts.forEach((startMs, index) => {
    const stage: Stage = {
      kind,
      index,
      startMs,
      endMs: starts[index + 1] ?? Number.POSITIVE_INFINITY,
      requirements: [],
      step: 0,
      helpers: [],
      base: 0,
      slope: 0,
      overdue: isOverdue(queue.order, CHANNELS[channel]!, startMs),
      served: [],
      refused: [],
      edges: new Map(),
      byPriority: new Map(),
      recent: null,
      special: new Map(),
    }
    kind.stages.push(stage)
    setOrder(stage)
    setStep(stage, queueOf)
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

/** Puts the step in force on a new stage, and everyone who has its queue or helps in touch with it. */
function setStep(stage: Stage, queueOf: QueueOf): void {
  const { kind } = stage
  stage.step = stepAt(kind.steps, stage.startMs, kind.queue.level)
  const step = kind.steps[stage.step - 1]
  stage.requirements = Object.freeze(joinRequirements(kind.own, step?.requirements ?? []))
  stage.helpers = (step?.queues ?? []).map(queueOf)
  for (const helper of stage.helpers) helper.helps.add(stage)
  for (const { signatures } of [kind.queue, ...stage.helpers])
    for (const signature of signatures) connect(signature, stage)
}

/** Tells a queue its service level; returns whether steps came into force or out of it. */
export function setLevel(queue: Queue, level: number | null, queueOf: QueueOf): boolean {
  queue.level = level
  let changed = false
  for (const kind of queue.kinds.values())
    for (const stage of kind.stages) {
      if (stepAt(kind.steps, stage.startMs, level) === stage.step) continue
      changed = true
      const rows = new Set([...stage.byPriority.values(), ...stage.special.values()].map(line => line.row))
      for (const { menu } of stage.edges.keys()) menu.keep(row => !rows.has(row))
      for (const helper of stage.helpers) helper.helps.delete(stage)
      stage.edges.clear()
      stage.served = []
      stage.refused = []
      setStep(stage, queueOf)
    }
  return changed
}

/** Parts a signature that nobody has any more from a stage. */
export function disconnect(signature: Signature, stage: Stage): void {
  stage.edges.delete(signature)
  stage.served = stage.served.filter(edge => edge.signature !== signature)
  stage.refused = stage.refused.filter(edge => edge.signature !== signature)
}

/** Puts a signature that has the stage's queue, or one that helps, in touch with the stage. */
export function connect(signature: Signature, stage: Stage): void {
  const { kind } = stage
  const { queue, channel } = kind
  if (!queue.exists || stage.edges.has(signature)) return
  const step = kind.steps[stage.step - 1]
  const refusal =
    signature.refusal(channel, stage.requirements, queue.id, stage.startMs) ??
    (step && !admits(step, signature.attributes, kind.contact) ? { reason: 'where', where: step.where! } : null)
  const priority = rankOf(signature, stage)
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

/** How the profile ranks the stage's queue; that of a helper, as it ranks the best of the queues that help. */
function rankOf({ queues }: Signature, { kind, helpers }: Stage): number {
  const own = queues.get(kind.queue.id)
  if (own) return own.priority
  return Math.max(...helpers.flatMap(({ id }) => queues.get(id)?.priority ?? []))
}

/** Puts a line on the menu of a signature: one that a reserve may keep from it is asked one by one. */
export function list(line: Line, { signature, rank, keptBy }: Edge): void {
  if (keptBy.length > 0) signature.menu.special.push({ line, rank })
  else signature.menu.add(line, rank)
}

/** Forgets the kinds of a queue; nothing may stand in their lines. */
export function forgetKinds(queue: Queue, heads: Heads, kinds: Iterable<Kind> = [...queue.kinds.values()]): void {
  const rows = new Set<number>()
  const signatures = new Set<Signature>()
  for (const kind of kinds) {
    queue.kinds.delete(kind.key)
    if (queue.plainKinds[kind.channel] === kind) queue.plainKinds[kind.channel] = undefined
    for (const stage of kind.stages) {
      for (const line of stage.byPriority.values()) {
        rows.add(line.row)
        heads.remove(line)
      }
      for (const helper of stage.helpers) helper.helps.delete(stage)
      for (const signature of stage.edges.keys()) signatures.add(signature)
    }
  }
  if (rows.size > 0) for (const { menu } of signatures) menu.keep(row => !rows.has(row))
}

function forgetUnused(queue: Queue, heads: Heads): void {
  forgetKinds(
    queue,
    heads,
    [...queue.kinds.values()].filter(kind => !isUsed(kind)),
  )
}

/** Whether anything of this kind waits. */
function isUsed({ stages }: Kind): boolean {
  for (const { byPriority, special } of stages) {
    if (special.size > 0) return true
    for (const { inQueue } of byPriority.values()) if (inQueue >= 0) return true
  }
  return false
}

export function stageAt(kind: Kind, waitedMs: number): Stage {
  const { stages } = kind
  let index = stages.length - 1
  while (index > 0 && stages[index]!.startMs > waitedMs) index--
  return stages[index]!
}
