import type { AgentProfile, QueuedInteraction, QueueRules, RoutingEvent } from '@centrala/core/routing/event.ts'

interface Agent {
  profile: AgentProfile
  available: boolean
  idleSince: number
  load: number
  offered: boolean
}

/**
 * What one would write first: a list of agents and a list of what waits. An agent who becomes free goes through all that waits, what
 * arrives goes through all agents. The same rules as far as the bench uses them, and no receipts.
 */
export class LinearScan {
  waiting: QueuedInteraction[] = []
  private readonly agents = new Map<string, Agent>()
  private readonly queues = new Map<string, QueueRules>()

  /** The pair that follows from an event, or null. */
  apply(event: RoutingEvent): { interactionId: string; agentId: string } | null {
    switch (event.type) {
      case 'queue.set':
        this.queues.set(event.queueId, event)
        return null
      case 'agent.set':
        this.agents.set(event.agentId, { profile: event, available: false, idleSince: 0, load: 0, offered: false })
        return null
      case 'agent.presence': {
        const agent = this.agents.get(event.agentId)!
        agent.available = event.state === 'available'
        agent.idleSince = event.at
        return this.serve(agent, event.at)
      }
      case 'interaction.queued': {
        this.waiting.push(event)
        let best: Agent | null = null
        for (const agent of this.agents.values())
          if (this.eligible(agent, event, event.at) && (!best || this.better(agent, best))) best = agent
        return best && this.offer(event, best)
      }
      case 'interaction.assigned': {
        const agent = this.agents.get(event.agentId)!
        agent.offered = false
        agent.load += agent.profile.weights[event.channel]!
        return this.serve(agent, event.at)
      }
      case 'interaction.released': {
        const agent = this.agents.get(event.agentId)!
        agent.load -= agent.profile.weights.voice!
        agent.idleSince = event.at
        return this.serve(agent, event.at)
      }
      default:
        return null
    }
  }

  private serve(agent: Agent, now: number) {
    if (!agent.available || agent.offered || agent.load >= agent.profile.capacity) return null
    let best: QueuedInteraction | null = null
    for (const work of this.waiting)
      if (this.eligible(agent, work, now) && (!best || this.before(work, best, now))) best = work
    return best && this.offer(best, agent)
  }

  private offer(work: QueuedInteraction, agent: Agent) {
    this.waiting.splice(this.waiting.indexOf(work), 1)
    agent.offered = true
    return { interactionId: work.interactionId, agentId: agent.profile.agentId }
  }

  private eligible({ profile, available, offered, load }: Agent, work: QueuedInteraction, now: number): boolean {
    if (!available || offered) return false
    const weight = profile.weights[work.channel]
    if (weight === undefined || load + weight > profile.capacity) return false
    const entry = profile.queues.find(({ queueId }) => queueId === work.queueId)
    if (!entry || now - work.queuedAt < entry.delayMs) return false
    const steps = this.queues.get(work.queueId)!.steps
    let step = 0
    while (step < steps.length && steps[step]!.afterMs <= now - work.queuedAt) step++
    const needs = step === 0 ? [] : steps[step - 1]!.requirements
    return needs.every(({ skillId, minProficiency }) => (profile.skills[skillId] ?? 0) >= minProficiency)
  }

  private better(a: Agent, b: Agent): boolean {
    if (a.load !== b.load) return a.load < b.load
    return a.idleSince !== b.idleSince ? a.idleSince < b.idleSince : a.profile.agentId < b.profile.agentId
  }

  private before(a: QueuedInteraction, b: QueuedInteraction, now: number): boolean {
    const difference = this.score(a, now) - this.score(b, now)
    return difference !== 0 ? difference > 0 : a.queuedAt < b.queuedAt
  }

  private score(work: QueuedInteraction, now: number): number {
    const queue = this.queues.get(work.queueId)!
    return (
      Math.round((queue.priority + work.priority) * 6_000_000) +
      Math.round(queue.ageingPerMinute * 100) * (now - work.queuedAt)
    )
  }
}
