import type { Expression } from '../expression/expression.ts'
import type { Presence } from '../presence/presence.ts'
import type { AgentProfile } from './event.ts'
import { type Hold, Holds } from './holds.ts'
import type { Interactions } from './interactions.ts'
import { connect, disconnect, type Queue } from './line.ts'
import { Groups } from './reserve.ts'
import {
  type Agent,
  isAvailable,
  NOTHING,
  OFFLINE,
  type Pool,
  presenceIndex,
  Signature,
  signatureKey,
} from './signature.ts'
import { type Interaction, NONE } from './state.ts'
import { Traits } from './traits.ts'

/** The agents: who stands in which pool. An agent leaves its pool before anything about it changes and enters one after. */
export class Staff {
  readonly agents = new Map<string, Agent>()
  /** Agents who may have become able to take something since the last match. */
  readonly dirty: Agent[] = []
  /** Signatures with idle agents. */
  readonly active: Signature[] = []
  /** Agents standing in pools where something fits. */
  idle = 0
  readonly signatures = new Map<string, Signature>()
  readonly holds = new Holds()
  /** By number. */
  private readonly numbered: (Agent | null)[] = [null]
  private readonly unused: number[] = []
  private readonly interactions: Interactions
  readonly groups = new Groups()
  /** What the expressions told so far see of agents. */
  private readonly traits = new Traits()

  constructor(interactions: Interactions) {
    this.interactions = interactions
  }

  /** The agent of a number that is in use. */
  agent(number: number): Agent {
    return this.numbered[number]!
  }

  /** Adds an agent, or changes what it can do. */
  set(profile: AgentProfile, now: number, signature: Signature): Agent {
    const known = this.agents.get(profile.agentId)
    if (known) {
      this.leavePool(known)
      known.name = profile.name
      known.attributes = profile.attributes ?? NOTHING
      if (known.signature !== signature) {
        this.leaveSignature(known)
        known.signature = signature
        this.enterSignature(known)
        known.pool = signature.poolFor(known.hold, this.holds)
      }
      this.enterPool(known)
      return known
    }
    const agent: Agent = {
      // First what every decision reads, so that it lies together.
      signature,
      pool: signature.empty,
      presence: OFFLINE,
      free: false,
      dirty: false,
      offered: NONE,
      hold: 0,
      number: this.unused.pop() ?? this.numbered.length,
      idleSince: now,
      id: profile.agentId,
      reserved: [],
      name: profile.name,
      attributes: profile.attributes ?? NOTHING,
      slot: -1,
    }
    this.agents.set(agent.id, agent)
    this.numbered[agent.number] = agent
    this.enterSignature(agent)
    return agent
  }

  /** The agent must have no offer. */
  remove(agent: Agent): void {
    this.leavePool(agent)
    this.leaveSignature(agent)
    this.agents.delete(agent.id)
    while (agent.hold !== 0) this.forgetHold(agent, agent.hold)
    this.numbered[agent.number] = null
    this.unused.push(agent.number)
  }

  setPresence(agent: Agent, state: Presence, now: number): void {
    const presence = presenceIndex(state)
    this.leavePool(agent)
    const { signature } = agent
    signature.presences[agent.presence]!--
    signature.presences[presence]!++
    signature.present += Number(isAvailable(presence)) - Number(isAvailable(agent.presence))
    if (isAvailable(presence) && !isAvailable(agent.presence)) agent.idleSince = now
    agent.presence = presence
    this.enterPool(agent)
  }

  /** Does nothing where the agent already holds it. */
  hold(agent: Agent, interaction: Interaction, channel: number): void {
    const { interactions } = this
    const first = interactions.hold(interaction)
    if (first !== 0 && this.holdOf(agent, first) !== 0) return
    this.leavePool(agent)
    agent.hold = this.holds.create(agent.number, interaction, channel, agent.hold, first)
    interactions.setHold(interaction, agent.hold)
    agent.pool = agent.signature.withOneMore(agent.pool, channel)
    this.enterPool(agent)
  }

  /** Does nothing where the agent does not hold it. */
  release(agent: Agent, interaction: Interaction, now: number): void {
    const hold = this.holdOf(agent, this.interactions.hold(interaction))
    if (hold === 0) return
    this.leavePool(agent)
    agent.idleSince = now
    agent.pool = agent.signature.withOneLess(agent.pool, this.holds.channel(hold))
    this.forgetHold(agent, hold)
    this.enterPool(agent)
  }

  /** The agent's hold among those of an interaction that begin with `first`, or 0. */
  private holdOf(agent: Agent, first: Hold): Hold {
    let hold = first
    while (hold !== 0 && this.holds.agent(hold) !== agent.number) hold = this.holds.nextOfInteraction(hold)
    return hold
  }

  private forgetHold(agent: Agent, hold: Hold): void {
    const { holds, interactions } = this
    const interaction = holds.interaction(hold)
    agent.hold = holds.withoutOfAgent(agent.hold, hold)
    interactions.setHold(interaction, holds.withoutOfInteraction(interactions.hold(interaction), hold))
    holds.forget(hold)
  }

  leavePool(agent: Agent): void {
    if (!agent.free) return
    agent.free = false
    const { pool, signature } = agent
    signature.free--
    if (!pool.open) return
    pool.agents.remove(agent)
    if (pool.ready) this.groups.fall(signature.groups)
    this.idle--
    if (--signature.idle > 0) return
    const last = this.active.pop()!
    if (last !== signature) {
      this.active[signature.active] = last
      last.active = signature.active
    }
    signature.active = -1
  }

  /** Puts an agent who is available and has no offer into its pool. */
  enterPool(agent: Agent): void {
    if (agent.free || agent.offered !== NONE || !isAvailable(agent.presence)) return
    agent.free = true
    const { pool, signature } = agent
    signature.free++
    if (!pool.open) return
    pool.agents.add(agent)
    if (pool.ready) this.groups.rise(signature.groups)
    this.idle++
    if (signature.idle++ === 0) {
      signature.active = this.active.length
      this.active.push(signature)
    }
    if (agent.dirty) return
    agent.dirty = true
    this.dirty.push(agent)
  }

  /** Takes in expressions: returns the profiles of agents whose signature may be another for them. */
  hear(expressions: readonly Expression[]): AgentProfile[] {
    const differ = new Set(expressions.flatMap(expression => this.traits.add(expression)))
    if (differ.size === 0) return []
    return [...this.agents.values()]
      .filter(({ attributes }) => Object.keys(attributes).some(name => differ.has(name)))
      .map(({ id, name, attributes, signature }) => ({ ...signature.profile, agentId: id, name, attributes }))
  }

  /** The signature of a profile; a new one gets in touch with the queues that `queueOf` gives. */
  signatureOf(profile: AgentProfile, queueOf: (queueId: string) => Queue): Signature {
    const key = signatureKey(profile, this.traits)
    const known = this.signatures.get(key)
    if (known) return known
    const signature = new Signature(key, profile)
    this.signatures.set(key, signature)
    signature.groups.push(...this.groups.of(signature))
    for (const queueId of signature.queues.keys()) {
      const queue = queueOf(queueId)
      queue.signatures.push(signature)
      for (const kind of queue.kinds.values()) for (const stage of kind.stages) connect(signature, stage)
      for (const stage of queue.helps) connect(signature, stage)
    }
    return signature
  }

  /** Forgets a signature that no agent has any more. */
  forget(signature: Signature, queueOf: (queueId: string) => Queue): void {
    this.signatures.delete(signature.key)
    for (const queueId of signature.queues.keys()) {
      const queue = queueOf(queueId)
      queue.signatures.splice(queue.signatures.indexOf(signature), 1)
      for (const kind of queue.kinds.values()) for (const stage of kind.stages) disconnect(signature, stage)
      for (const stage of queue.helps) disconnect(signature, stage)
    }
  }

  private enterSignature(agent: Agent): void {
    const { signature } = agent
    agent.slot = signature.agents.length
    signature.agents.push(agent)
    signature.size++
    signature.presences[agent.presence]!++
    if (isAvailable(agent.presence)) signature.present++
  }

  private leaveSignature(agent: Agent): void {
    const { signature } = agent
    const last = signature.agents.pop()!
    if (last !== agent) {
      signature.agents[agent.slot] = last
      last.slot = agent.slot
    }
    signature.size--
    signature.presences[agent.presence]!--
    if (isAvailable(agent.presence)) signature.present--
  }
}

/** The longest idle agent of a pool who is not excluded. */
export function firstOf(pool: Pool, excluded: readonly string[]): Agent | null {
  const first = pool.agents.first
  if (!first) return null
  if (excluded.length === 0) return first
  for (const agent of pool.agents) if (!excluded.includes(agent.id)) return agent
  return null
}
