import type { QueueRules } from './event.ts'
import { Heap } from './heap.ts'
import {
  createQueue,
  forgetKinds,
  kindOf,
  type Line,
  lineIn,
  type Queue,
  type Stage,
  score,
  setQueueRules,
  stageAt,
} from './line.ts'
import { type Agent, OFFLINE } from './signature.ts'
import type { Interaction, Wishes } from './state.ts'

interface Timer {
  at: number
  interaction: Interaction
}

interface Due {
  at: number
  line: Line
}

const earlier = (a: { at: number }, b: { at: number }): boolean => a.at < b.at
const NOBODY: readonly string[] = []

/** Everything that waits: which line each interaction stands in, and when time moves it to another. */
export class Places {
  readonly queues = new Map<string, Queue>()
  /** Lines that somebody may have become able to serve since the last match. */
  readonly dirty: Line[] = []
  /** Stages with lines for any agent. */
  readonly active: Stage[] = []
  waiting = 0
  private readonly agents: ReadonlyMap<string, Agent>
  private readonly timers = new Heap<Timer>(earlier)
  private readonly due = new Heap<Due>(earlier)
  /** Waiting interactions within their reservation, by the agent they prefer. */
  private readonly preferring = new Map<string, Set<Interaction>>()

  constructor(agents: ReadonlyMap<string, Agent>) {
    this.agents = agents
  }

  queueOf = (queueId: string): Queue => {
    let queue = this.queues.get(queueId)
    if (!queue) {
      queue = createQueue(queueId)
      this.queues.set(queueId, queue)
    }
    return queue
  }

  /** Puts an interaction in its line. It must not stand in one. */
  place(interaction: Interaction, now: number): void {
    const queue = interaction.queue!
    let { kind } = interaction
    if (!kind || kind.stale) {
      kind = kindOf(queue, interaction)
      kind.users++
      interaction.kind = kind
    }
    const stage = stageAt(kind, now - interaction.queuedAt)
    const { wishes } = interaction
    const line = wishes
      ? this.specialLine(interaction, wishes, stage, now)
      : lineIn(stage, interaction.priority, null, NOBODY)
    const first = line.list.size === 0
    line.list.add(interaction)
    interaction.line = line
    queue.waiting++
    this.waiting++
    if (first) this.open(line)
    this.schedule(line)
  }

  /** Takes a waiting interaction out of its line; its place is given by `queuedAt` and `seq`, so it can come back to it. */
  take(interaction: Interaction): void {
    const line = interaction.line!
    line.list.remove(interaction)
    interaction.line = null
    line.queue.waiting--
    this.waiting--
    if (line.list.size === 0) this.close(line)
    if (interaction.wishes) this.unprefer(interaction, interaction.wishes)
  }

  /** It neither waits nor is offered any more, or will be placed as another kind. */
  leaveKind(interaction: Interaction): void {
    if (interaction.kind) interaction.kind.users--
    interaction.kind = null
  }

  /** Moves everything that time has moved. */
  advance(now: number): void {
    for (let first = this.due.first; first && first.at <= now; first = this.due.first) {
      const { at, line } = this.due.pop()!
      if (at !== line.dueAt) continue
      line.dueAt = Number.POSITIVE_INFINITY
      const { endMs } = line.stage
      for (let head = line.list.first; head && head.queuedAt + endMs <= now; head = line.list.first) {
        this.take(head)
        this.place(head, now)
      }
      this.schedule(line)
    }
    for (let first = this.timers.first; first && first.at <= now; first = this.timers.first) {
      const { at, interaction } = this.timers.pop()!
      const { wishes } = interaction
      if (at !== wishes?.timerAt) continue
      wishes.timerAt = Number.POSITIVE_INFINITY
      if (interaction.line) this.replace(interaction, now)
    }
  }

  /** When `advance` will next move something, or later where that was since taken away. */
  nextAt(): number {
    return Math.min(this.due.first?.at ?? Number.POSITIVE_INFINITY, this.timers.first?.at ?? Number.POSITIVE_INFINITY)
  }

  setQueue(rules: QueueRules, now: number): void {
    const queue = this.queueOf(rules.queueId)
    const same = queue.exists && JSON.stringify(queue.steps) === JSON.stringify(rules.steps)
    setQueueRules(queue, rules)
    if (!same) this.rearrange(queue, now)
  }

  removeQueue(queueId: string, now: number): void {
    const queue = this.queues.get(queueId)
    if (!queue) return
    setQueueRules(queue, { queueId, name: queueId, priority: 0, ageingPerMinute: 0, steps: [], offerMs: 0 })
    queue.exists = false
    this.rearrange(queue, now)
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

  /** Place in its queue, from 1. */
  position(interaction: Interaction, now: number): number {
    const own = interaction.line!
    const points = score(own, interaction, now)
    let ahead = 0
    for (const line of own.queue.lines)
      ahead += line.list.countWhile(other => {
        const difference = score(line, other, now) - points
        if (difference !== 0) return difference > 0
        return other.queuedAt !== interaction.queuedAt
          ? other.queuedAt < interaction.queuedAt
          : other.seq < interaction.seq
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
      this.timers.push({ at: timerAt, interaction })
    }
    return lineIn(stage, interaction.priority, reserved, excluded)
  }

  private replace(interaction: Interaction, now: number): void {
    this.take(interaction)
    this.place(interaction, now)
  }

  /** Builds the kinds of a queue anew. */
  private rearrange(queue: Queue, now: number): void {
    const waiting = queue.lines.flatMap(line => [...line.list])
    for (const interaction of waiting) this.take(interaction)
    forgetKinds(queue)
    for (const interaction of waiting) this.place(interaction, now)
  }

  private open(line: Line): void {
    const { stage, reserved } = line
    const { lines } = line.queue
    line.inQueue = lines.length
    lines.push(line)
    const siblings = reserved ? reserved.reserved : stage.lines
    line.inStage = siblings.length
    siblings.push(line)
    if (!reserved && line.inStage === 0) {
      stage.active = this.active.length
      this.active.push(stage)
    }
    if (line.dirty) return
    line.dirty = true
    this.dirty.push(line)
  }

  private close(line: Line): void {
    const { stage, reserved, key } = line
    const { lines } = line.queue
    const lastInQueue = lines.pop()!
    if (lastInQueue !== line) {
      lines[line.inQueue] = lastInQueue
      lastInQueue.inQueue = line.inQueue
    }
    const siblings = reserved ? reserved.reserved : stage.lines
    const lastInStage = siblings.pop()!
    if (lastInStage !== line) {
      siblings[line.inStage] = lastInStage
      lastInStage.inStage = line.inStage
    }
    line.inQueue = -1
    line.inStage = -1
    if (key !== null) stage.special.delete(key)
    if (reserved || stage.lines.length > 0) return
    const lastActive = this.active.pop()!
    if (lastActive !== stage) {
      this.active[stage.active] = lastActive
      lastActive.active = stage.active
    }
    stage.active = -1
  }

  private schedule(line: Line): void {
    const first = line.list.first
    if (!first) return
    const at = first.queuedAt + line.stage.endMs
    if (at >= line.dueAt) return
    line.dueAt = at
    this.due.push({ at, line })
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
