import type { QueueRules } from './event.ts'
import { Heads } from './heads.ts'
import { IdTable } from './id-table.ts'
import type { Interactions } from './interactions.ts'
import {
  createQueue,
  forgetKinds,
  type Kind,
  kindOf,
  Line,
  list,
  type Queue,
  type Stage,
  score,
  setLevel,
  setOrder,
  setQueueRules,
  stageAt,
} from './line.ts'
import type { KeptFree } from './reserve.ts'
import { type Agent, OFFLINE } from './signature.ts'
import type { Interaction, Wishes } from './state.ts'
import { TimeHeap } from './time-heap.ts'

const NOBODY: readonly string[] = []

/** All of a queue's rules that its stages are made by. */
function stagesBy({ steps, order, reserves }: Queue): string {
  const kept = reserves.map(({ group, keep, unlessWaiting, unlessWaitedMs }) => [
    group.key,
    keep,
    unlessWaiting,
    unlessWaitedMs,
  ])
  return JSON.stringify([steps, order.curves ?? null, order.maxWaitMs ?? null, kept])
}

/** Everything that waits: which line each interaction stands in, and when time moves it to another. */
export class Places {
  readonly queues = new Map<string, Queue>()
  /** Lines that somebody may have become able to serve since the last match. */
  readonly dirty: Line[] = []
  readonly heads: Heads
  waiting = 0
  /** Queues by number, from 1, and the numbers by id. */
  private readonly numbered: (Queue | null)[] = [null]
  private readonly queueIds = new IdTable()
  readonly interactions: Interactions
  private readonly agents: ReadonlyMap<string, Agent>
  private readonly timers = new TimeHeap<Interaction>()
  /** When the first of a line, by its row, moves to the next stage. */
  private readonly due = new TimeHeap<number>()
  /** Waiting interactions within their reservation, by the agent they prefer. */
  private readonly preferring = new Map<string, Set<Interaction>>()

  constructor(interactions: Interactions, agents: ReadonlyMap<string, Agent>) {
    this.interactions = interactions
    this.agents = agents
    this.heads = new Heads(interactions)
  }

  queueOf = (queueId: string): Queue => {
    const number = this.queueIds.find(queueId)
    if (number !== 0) return this.numbered[number]!
    const queue = createQueue(queueId, this.numbered.length)
    this.numbered.push(queue)
    this.queueIds.add(queueId, queue.number)
    this.queues.set(queueId, queue)
    return queue
  }

  /** The line in which an interaction waits, or null. */
  lineOf(interaction: Interaction): Line | null {
    const row = this.interactions.row(interaction)
    return row === 0 ? null : this.heads.line(row)
  }

  /** Puts an interaction in its line. It must not stand in one. */
  place(interaction: Interaction, now: number): void {
    const { interactions, heads } = this
    const queue = this.numbered[interactions.queue(interaction)]!
    const wishes = interactions.wishes(interaction)
    const kind = kindOf(queue, interactions.channel(interaction), wishes, heads, this.queueOf)
    this.placeAs(kind, interaction, now)
  }

  private placeAs(kind: Kind, interaction: Interaction, now: number): void {
    const { interactions } = this
    const { queue } = kind
    const stage = stageAt(kind, now - interactions.queuedAt(interaction))
    const wishes = interactions.wishes(interaction)
    const line = wishes
      ? this.specialLine(interaction, wishes, stage, now)
      : this.lineIn(stage, interactions.priority(interaction))
    line.list.add(interaction)
    interactions.setRow(interaction, line.row)
    queue.waiting++
    this.waiting++
    if (queue.reserves.length > 0)
      for (const { unlessWaiting } of queue.reserves) if (queue.waiting === unlessWaiting) this.ask(queue)
    if (line.list.first !== interaction) return
    this.heads.set(line, interaction)
    if (line.list.size === 1) this.open(line)
    this.schedule(line, interaction)
  }

  /** Takes a waiting interaction out of its line; its place is given by `queuedAt` and `seq`, so it can come back to it. */
  take(interaction: Interaction): void {
    const { interactions } = this
    const line = this.heads.line(interactions.row(interaction))
    const wasFirst = line.list.first === interaction
    line.list.remove(interaction)
    if (wasFirst) this.heads.set(line, line.list.first)
    interactions.setRow(interaction, 0)
    line.queue.waiting--
    this.waiting--
    if (line.list.size === 0) this.close(line)
    const wishes = interactions.wishes(interaction)
    if (wishes) this.unprefer(interaction, wishes)
  }

  /** Moves everything that time has moved. */
  advance(now: number): void {
    for (let at = this.due.firstAt; at <= now; at = this.due.firstAt) {
      const row = this.due.pop()
      if (at !== this.heads.dueAt(row)) continue
      this.heads.setDueAt(row, Number.POSITIVE_INFINITY)
      const line = this.heads.line(row)
      const { kind, endMs } = line.stage
      for (
        let head = line.list.first;
        head && this.interactions.queuedAt(head) + endMs <= now;
        head = line.list.first
      ) {
        this.take(head)
        this.placeAs(kind, head, now)
      }
      if (line.list.first) this.schedule(line, line.list.first)
    }
    for (let at = this.timers.firstAt; at <= now; at = this.timers.firstAt) {
      const interaction = this.timers.pop()
      const wishes = this.interactions.wishes(interaction)
      if (at !== wishes?.timerAt) continue
      wishes.timerAt = Number.POSITIVE_INFINITY
      if (this.interactions.row(interaction) !== 0) this.replace(interaction, now)
    }
  }

  /** When `advance` will next move something, or later where that was since taken away. */
  nextAt(): number {
    return Math.min(this.due.firstAt, this.timers.firstAt)
  }

  setQueue(rules: QueueRules, reserves: readonly KeptFree[], now: number): void {
    const queue = this.queueOf(rules.queueId)
    const before = queue.exists ? stagesBy(queue) : null
    setQueueRules(queue, rules, reserves)
    if (before !== stagesBy(queue)) {
      this.rearrange(queue, now)
      return
    }
    // Only points have changed: the same lines in another order.
    for (const { stages } of queue.kinds.values()) for (const stage of stages) setOrder(stage)
    for (const line of queue.lines) this.heads.set(line, line.list.first)
  }

  removeQueue(queueId: string, now: number): void {
    const queue = this.queues.get(queueId)
    if (!queue) return
    setQueueRules(queue, { queueId, name: queueId, priority: 0, ageingPerMinute: 0, steps: [], offerMs: 0 }, [])
    queue.exists = false
    queue.level = null
    this.rearrange(queue, now)
  }

  /** The service level of a queue: by it, steps come into force or out of it. Whoever waits keeps its line. */
  setLevel(queueId: string, level: number | null): void {
    const queue = this.queues.get(queueId)
    if (queue?.exists && setLevel(queue, level, this.queueOf)) this.ask(queue)
  }

  /** Makes stages end where this delay does. */
  addDelay(queue: Queue, delayMs: number, now: number): void {
    if (delayMs <= 0 || queue.delays.includes(delayMs)) return
    queue.delays.push(delayMs)
    queue.delays.sort((a, b) => a - b)
    this.rearrange(queue, now)
  }

  /** An agent has signed in or out, or is gone: what waits for it alone is held back or let go. */
  agentCame(agentId: string, now: number): void {
    const preferring = this.preferring.get(agentId)
    if (preferring) for (const interaction of [...preferring]) this.replace(interaction, now)
  }

  /** Somebody may have become able to serve any line of a queue. */
  ask(queue: Queue): void {
    for (const line of queue.lines) this.soil(line)
  }

  /** Place in its queue, from 1. */
  position(interaction: Interaction, now: number): number {
    const { interactions } = this
    const own = this.heads.line(interactions.row(interaction))
    const points = score(own, interactions.queuedAt(interaction), now)
    let ahead = 0
    for (const line of own.queue.lines)
      ahead += line.list.countWhile(other => {
        const difference = score(line, interactions.queuedAt(other), now) - points
        return difference !== 0 ? difference > 0 : interactions.cameBefore(other, interaction)
      })
    return ahead + 1
  }

  /** The line of an interaction with wishes, having noted when they lapse. */
  private specialLine(interaction: Interaction, wishes: Wishes, stage: Stage, now: number): Line {
    let timerAt = Number.POSITIVE_INFINITY
    let reserved: Agent | null = null
    if (wishes.preferredAgentId !== null && now < wishes.reservedUntil) {
      timerAt = wishes.reservedUntil
      const agent = this.agents.get(wishes.preferredAgentId)
      // Nobody waits for someone who is not there.
      if (agent && agent.presence !== OFFLINE) reserved = agent
      this.prefer(interaction, wishes.preferredAgentId)
    }
    let excluded = NOBODY
    if (wishes.exclusions) {
      const left = wishes.exclusions.filter(({ untilAt }) => now < untilAt)
      wishes.exclusions = left.length > 0 ? left : null
      excluded = left.map(({ agentId }) => agentId).sort()
      for (const { untilAt } of left) timerAt = Math.min(timerAt, untilAt)
    }
    if (timerAt !== Number.POSITIVE_INFINITY && timerAt !== wishes.timerAt) {
      wishes.timerAt = timerAt
      this.timers.push(timerAt, interaction)
    }
    return this.specialLineIn(stage, this.interactions.priority(interaction), reserved, excluded)
  }

  private replace(interaction: Interaction, now: number): void {
    this.take(interaction)
    this.place(interaction, now)
  }

  /** Builds the kinds of a queue anew. */
  private rearrange(queue: Queue, now: number): void {
    const waiting = queue.lines.flatMap(line => [...line.list])
    for (const interaction of waiting) this.take(interaction)
    forgetKinds(queue, this.heads)
    for (const interaction of waiting) this.place(interaction, now)
  }

  /** The line of a stage for work without wishes. */
  private lineIn(stage: Stage, priority: number): Line {
    const { recent } = stage
    if (recent !== null && recent.priority === priority) return recent
    let line = stage.byPriority.get(priority)
    if (!line) {
      line = new Line(stage, priority, this.interactions, null, NOBODY, null)
      this.heads.add(line)
      stage.byPriority.set(priority, line)
      for (const edge of stage.served) list(line, edge)
    }
    stage.recent = line
    return line
  }

  /** The line of a stage for work that waits for one agent, or not for some. */
  private specialLineIn(stage: Stage, priority: number, reserved: Agent | null, excluded: readonly string[]): Line {
    if (!reserved && excluded.length === 0) return this.lineIn(stage, priority)
    const key = JSON.stringify([priority, reserved?.id ?? null, excluded])
    let line = stage.special.get(key)
    if (!line) {
      line = new Line(stage, priority, this.interactions, reserved, excluded, key)
      this.heads.add(line)
      stage.special.set(key, line)
      if (!reserved) for (const edge of stage.served) edge.signature.menu.special.push({ line, rank: edge.rank })
    }
    return line
  }

  /** A line is not empty any more. */
  private open(line: Line): void {
    const { lines } = line.queue
    line.inQueue = lines.length
    lines.push(line)
    if (line.reserved) line.reserved.reserved.push(line)
    else this.heads.open(line)
    this.soil(line)
  }

  private soil(line: Line): void {
    if (line.dirty) return
    line.dirty = true
    this.dirty.push(line)
  }

  /** A line is empty now. */
  private close(line: Line): void {
    const { stage, reserved, key } = line
    const { lines } = line.queue
    const lastInQueue = lines.pop()!
    if (lastInQueue !== line) {
      lines[line.inQueue] = lastInQueue
      lastInQueue.inQueue = line.inQueue
    }
    line.inQueue = -1
    if (reserved) reserved.reserved.splice(reserved.reserved.indexOf(line), 1)
    else this.heads.close(line)
    if (key === null) return
    stage.special.delete(key)
    this.heads.remove(line)
    if (reserved) return
    for (const { signature } of stage.served) {
      const { special } = signature.menu
      special.splice(
        special.findIndex(entry => entry.line === line),
        1,
      )
    }
  }

  /** Notes when the first of a line moves to the next stage. */
  private schedule(line: Line, first: Interaction): void {
    const { endMs } = line.stage
    if (endMs === Number.POSITIVE_INFINITY) return
    const at = this.interactions.queuedAt(first) + endMs
    if (at >= this.heads.dueAt(line.row)) return
    this.heads.setDueAt(line.row, at)
    this.due.push(at, line.row)
  }

  private prefer(interaction: Interaction, agentId: string): void {
    const known = this.preferring.get(agentId)
    if (known) known.add(interaction)
    else this.preferring.set(agentId, new Set([interaction]))
  }

  private unprefer(interaction: Interaction, { preferredAgentId }: Wishes): void {
    if (preferredAgentId === null) return
    const known = this.preferring.get(preferredAgentId)
    if (known?.delete(interaction) && known.size === 0) this.preferring.delete(preferredAgentId)
  }
}
