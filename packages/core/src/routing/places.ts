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
import { Standing } from './standing.ts'
import { type Interaction, NONE, type Wishes } from './state.ts'
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
  readonly heads = new Heads()
  /** Who stands in which line. */
  readonly standing: Standing
  waiting = 0
  /** Queues by number, from 1, and the numbers by id. */
  private readonly numbered: (Queue | null)[] = [null]
  private readonly queueIds = new IdTable(true)
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
    this.standing = new Standing(interactions)
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
    const channel = interactions.channel(interaction)
    const wishes = interactions.wishes(interaction)
    if (wishes === null) {
      const door = heads.door(queue.number, channel)
      if (
        door !== 0 &&
        heads.points(door) === interactions.priority(interaction) &&
        now - interactions.queuedAt(interaction) < heads.endMs(door)
      ) {
        this.enter(door, interaction, queue)
        return
      }
    }
    this.placeAs(kindOf(queue, channel, wishes, heads, this.queueOf), interaction, now)
  }

  private placeAs(kind: Kind, interaction: Interaction, now: number): void {
    const { interactions } = this
    const stage = stageAt(kind, now - interactions.queuedAt(interaction))
    const wishes = interactions.wishes(interaction)
    const line = wishes
      ? this.specialLine(interaction, wishes, stage, now)
      : this.lineIn(stage, interactions.priority(interaction))
    if (!wishes && stage.index === 0) this.heads.setDoor(kind.queue.number, kind.channel, line.row)
    this.enter(line.row, interaction, kind.queue)
  }

  /** One more waits in a queue. */
  private enter(row: number, interaction: Interaction, queue: Queue): void {
    queue.waiting++
    this.waiting++
    if (queue.reserves.length > 0)
      for (const { unlessWaiting } of queue.reserves) if (queue.waiting === unlessWaiting) this.ask(queue)
    const { interactions } = this
    this.stand(row, interaction, interactions.queuedAt(interaction), interactions.seq(interaction))
  }

  private stand(row: number, interaction: Interaction, queuedAt: number, seq: number): void {
    const { heads, standing } = this
    this.interactions.setRow(interaction, row)
    standing.add(row, interaction, queuedAt, seq)
    if (standing.first(row) !== interaction) return
    heads.set(row, queuedAt, seq)
    if (standing.size(row) === 1) this.open(heads.line(row))
    this.schedule(row)
  }

  /** Takes a waiting interaction out of its line; its place is given by `queuedAt` and `seq`, so it can come back to it. */
  take(interaction: Interaction): void {
    const { interactions } = this
    this.numbered[interactions.queue(interaction)]!.waiting--
    this.waiting--
    this.leave(interactions.row(interaction), interaction)
    interactions.setRow(interaction, 0)
    const wishes = interactions.wishes(interaction)
    if (wishes) this.unprefer(interaction, wishes)
  }

  private leave(row: number, interaction: Interaction): void {
    const { interactions, standing, heads } = this
    const wasFirst = standing.first(row) === interaction
    standing.take(row, interaction)
    if (!wasFirst) return
    const first = standing.first(row)
    if (first !== NONE) {
      heads.set(row, interactions.queuedAt(first), interactions.seq(first))
      return
    }
    heads.setEmpty(row)
    this.close(heads.line(row))
  }

  /** Moves everything that time has moved. */
  advance(now: number): void {
    const { heads } = this
    for (let at = this.due.firstAt; at <= now; at = this.due.firstAt) {
      const row = this.due.pop()
      if (at !== heads.dueAt(row)) continue
      heads.setDueAt(row, Number.POSITIVE_INFINITY)
      while (heads.queuedAt(row) + heads.endMs(row) <= now) this.moveOn(row, now)
      this.schedule(row)
    }
    for (let at = this.timers.firstAt; at <= now; at = this.timers.firstAt) {
      const interaction = this.timers.pop()
      const wishes = this.interactions.wishes(interaction)
      if (at !== wishes?.timerAt) continue
      wishes.timerAt = Number.POSITIVE_INFINITY
      if (this.interactions.row(interaction) !== 0) this.replace(interaction, now)
    }
  }

  /** Moves the first of a line on to the next stage. */
  private moveOn(row: number, now: number): void {
    const { heads, interactions } = this
    const queuedAt = heads.queuedAt(row)
    const seq = heads.seq(row)
    const interaction = this.standing.first(row)
    const wishful = interactions.isWishful(interaction)
    const follower = heads.follower(row)
    if (follower !== 0 && !wishful && now - queuedAt < heads.endMs(follower)) {
      this.leave(row, interaction)
      this.stand(follower, interaction, queuedAt, seq)
      return
    }
    const { kind, index } = heads.line(row).stage
    this.take(interaction)
    this.placeAs(kind, interaction, now)
    const next = interactions.row(interaction)
    if (!wishful && heads.line(next).stage.index === index + 1) heads.setFollower(row, next)
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
    for (const { stages } of queue.kinds.values())
      for (const stage of stages) {
        setOrder(stage)
        for (const lines of [stage.byPriority, stage.special])
          for (const line of lines.values()) this.heads.setOrder(line)
      }
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
      ahead += this.standing.countWhile(line.row, other => {
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
    const waiting = queue.lines.flatMap(({ row }) => this.standing.all(row))
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
      line = new Line(stage, priority, null, NOBODY, null)
      this.begin(line)
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
      line = new Line(stage, priority, reserved, excluded, key)
      this.begin(line)
      stage.special.set(key, line)
      if (!reserved) for (const edge of stage.served) edge.signature.menu.special.push({ line, rank: edge.rank })
    }
    return line
  }

  private begin(line: Line): void {
    this.heads.add(line)
    this.standing.begin(line.row)
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
  private schedule(row: number): void {
    const { heads } = this
    const at = heads.queuedAt(row) + heads.endMs(row)
    if (at >= heads.dueAt(row)) return
    heads.setDueAt(row, at)
    this.due.push(at, row)
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
