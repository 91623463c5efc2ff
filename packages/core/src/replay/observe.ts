import type { Channel } from '../channel/channel.ts'
import type { RoutingEvent, RoutingEventOf } from '../routing/event.ts'
import { type AgentTime, Crew } from '../simulate/crew.ts'
import type { Wait } from '../simulate/patience.ts'
import type { Need } from '../simulate/scenario.ts'
import type { Outcome } from '../simulate/tally.ts'
import type { Turn } from './turn.ts'

/** One contact entering one queue. */
export interface Entry {
  interactionId: string
  queueId: string
  channel: Channel
  enteredAt: number
  need: Need
  /** How the wait ended within the period. */
  outcome: Outcome
  waitMs: number
}

/** How long an agent had one, from the acceptance to the end of wrap-up. */
export interface Handling {
  queueId: string
  channel: Channel
  ms: number
}

/** What became of an offer: so long until it was accepted or rejected, or it ran out. */
export interface OfferAnswer {
  channel: Channel
  how: 'accepted' | 'rejected' | 'expired'
  ms: number
}

/** A stretch of the journal as a contact centre: who was there, who came, what they did. Times are epoch ms. */
export interface Observation {
  fromAt: number
  /** The end of the period, or of the journal where that is earlier. */
  toAt: number
  /** Agents, queues and presences as they were at the beginning. */
  begin: RoutingEvent[]
  /** What changed of them later, and work that did not come through the router, in order. */
  schedule: RoutingEvent[]
  /** Those who came in the period or waited when it began, in order of coming. */
  entries: Entry[]
  /** Held when it began; `leftMs` is null where it was not over at the end. */
  held: { interactionId: string; agentId: string; queueId: string | null; channel: Channel; leftMs: number | null }[]
  /** All that ended in the stretch. */
  handlings: Handling[]
  answers: OfferAnswer[]
  agents: AgentTime[]
  offers: number
  /** How often the router was made anew in the period. */
  starts: number
}

interface Contact {
  entry: Entry | null
  waits: boolean
  offeredAt: number | null
  holds: { agentId: string; channel: Channel; queueId: string | null; since: number }[]
}

/**
 * Reads turns of the journal into an observation. The turns before `fromAt` (from the start of the stretch that went on then) give the
 * beginning.
 */
export class Observer {
  private readonly fromAt: number
  private readonly toAt: number
  private readonly crew: Crew
  private readonly queues = new Map<string, RoutingEventOf<'queue.set'>>()
  private readonly agents = new Map<string, RoutingEventOf<'agent.set'>>()
  private readonly presences = new Map<string, RoutingEventOf<'agent.presence'>>()
  private readonly contacts = new Map<string, Contact>()
  private readonly entries: Entry[] = []
  private readonly handlings: Handling[] = []
  private readonly answers: OfferAnswer[] = []
  private readonly schedule: RoutingEvent[] = []
  private held: (Observation['held'][number] & { since: number })[] = []
  private begin: RoutingEvent[] | null = null
  private now = 0
  /** In the first turn of a router made anew. */
  private starting = false
  private offers = 0
  private starts = 0

  constructor(fromAt: number, toAt: number) {
    this.fromAt = fromAt
    this.toAt = toAt
    this.crew = new Crew(fromAt)
  }

  take(turn: Turn): void {
    if (turn.start) this.startOver(turn)
    this.starting = turn.start
    for (const event of turn.told) {
      const at = Math.max(this.now, event.at)
      if (at >= this.fromAt && !this.begin) this.beginAt()
      if (at >= this.toAt) return
      this.now = at
      this.told(event)
    }
    for (const decision of turn.decisions) {
      if (decision.type !== 'offer') continue
      const contact = this.contacts.get(decision.interactionId)
      if (contact) contact.offeredAt = decision.at
      if (this.begin) this.offers++
    }
  }

  /** After the last turn. */
  finish(): Observation {
    if (!this.begin) this.beginAt()
    // What came at the very last moment came within.
    const toAt = Math.max(this.fromAt, Math.min(this.toAt, this.now + 1))
    for (const { entry, waits } of this.contacts.values())
      if (entry && waits) entry.waitMs = Math.max(0, toAt - entry.enteredAt)
    return {
      fromAt: this.fromAt,
      toAt,
      begin: this.begin ?? [],
      schedule: this.schedule,
      entries: this.entries.filter(
        ({ outcome, enteredAt, waitMs }) => outcome === 'waits' || enteredAt + waitMs >= this.fromAt,
      ),
      held: this.held.map(({ since: _, ...held }) => held),
      handlings: this.handlings,
      answers: this.answers,
      agents: this.crew.times(toAt),
      offers: this.offers,
      starts: this.starts,
    }
  }

  /** A router made anew is told everybody and everything there is: who is not told of is gone. */
  private startOver(turn: Turn): void {
    if (this.begin) this.starts++
    const told = new Set(turn.told.flatMap(event => ('agentId' in event && event.agentId ? [event.agentId] : [])))
    const at = Math.max(this.now, turn.at.getTime())
    for (const agentId of this.agents.keys()) if (!told.has(agentId)) this.staff({ type: 'agent.removed', at, agentId })
    const there = new Set(turn.told.flatMap(event => ('interactionId' in event ? [event.interactionId] : [])))
    for (const interactionId of [...this.contacts.keys()])
      if (!there.has(interactionId)) this.removed({ type: 'interaction.removed', at, interactionId })
  }

  private beginAt(): void {
    const at = this.fromAt
    this.begin = [...this.queues.values(), ...this.agents.values(), ...this.presences.values()].map(event => ({
      ...event,
      at,
    }))
    for (const [interactionId, { holds }] of this.contacts)
      for (const { agentId, channel, queueId, since } of holds)
        this.held.push({ interactionId, agentId, channel, queueId, leftMs: null, since })
    this.now = Math.max(this.now, at)
  }

  private told(event: RoutingEvent): void {
    switch (event.type) {
      case 'queue.set':
        this.queues.set(event.queueId, event)
        this.staff(event)
        break
      case 'queue.removed':
        this.queues.delete(event.queueId)
        this.staff(event)
        break
      case 'agent.set':
      case 'agent.presence':
      case 'agent.removed':
        this.staff(event)
        break
      case 'interaction.queued':
        this.queued(event)
        break
      case 'interaction.assigned':
        this.assigned(event)
        break
      case 'interaction.released':
        this.released(event.interactionId, event.agentId)
        break
      case 'interaction.removed':
        this.removed(event)
        break
      case 'offer.withdrawn':
        this.withdrawn(event)
        break
      case 'interaction.changed': {
        const need = this.contacts.get(event.interactionId)?.entry?.need
        if (need && event.priority !== undefined) need.priority = event.priority
        break
      }
      case 'queue.level':
      case 'tick':
        break
    }
  }

  private staff(event: RoutingEvent): void {
    if (event.type === 'agent.set') this.agents.set(event.agentId, event)
    else if (event.type === 'agent.presence') this.presences.set(event.agentId, event)
    else if (event.type === 'agent.removed') {
      this.agents.delete(event.agentId)
      this.presences.delete(event.agentId)
    }
    this.crew.told(event, this.now)
    if (this.begin) this.schedule.push({ ...event, at: this.now })
  }

  private contactOf(interactionId: string): Contact {
    let contact = this.contacts.get(interactionId)
    if (!contact) {
      contact = { entry: null, waits: false, offeredAt: null, holds: [] }
      this.contacts.set(interactionId, contact)
    }
    return contact
  }

  private queued(event: RoutingEventOf<'interaction.queued'>): void {
    const { type: _, at: __, interactionId, queueId, channel, queuedAt, ...need } = event
    const contact = this.contactOf(interactionId)
    // Told again of one that waits: the router was made anew.
    if (contact.waits && contact.entry?.queueId === queueId) return
    if (contact.waits) this.endWait(contact, 'left')
    // Of what waited before anything is known, its place tells since when.
    const enteredAt = this.starting ? Math.min(queuedAt, this.now) : this.now
    const entry: Entry = {
      interactionId,
      queueId,
      channel,
      enteredAt,
      need: queuedAt < enteredAt ? { ...need, queuedAt } : need,
      outcome: 'waits',
      waitMs: 0,
    }
    contact.entry = entry
    contact.waits = true
    contact.offeredAt = null
    this.entries.push(entry)
  }

  private endWait(contact: Contact, outcome: Outcome): void {
    if (!contact.entry || !contact.waits) return
    contact.waits = false
    contact.entry.outcome = outcome
    contact.entry.waitMs = Math.max(0, this.now - contact.entry.enteredAt)
  }

  private assigned({ interactionId, agentId, channel, at }: RoutingEventOf<'interaction.assigned'>): void {
    const contact = this.contactOf(interactionId)
    if (contact.holds.some(hold => hold.agentId === agentId)) return
    const { entry, waits, offeredAt } = contact
    const routed = entry !== null && waits
    if (routed && offeredAt !== null)
      this.answers.push({ channel, how: 'accepted', ms: Math.max(0, this.now - offeredAt) })
    this.endWait(contact, 'answered')
    contact.holds.push({ agentId, channel, queueId: routed ? entry.queueId : null, since: this.now })
    this.crew.take(agentId, channel, this.now)
    if (!routed && this.begin)
      this.schedule.push({ type: 'interaction.assigned', at: Math.max(this.now, at), interactionId, agentId, channel })
  }

  private released(interactionId: string, agentId: string): void {
    const contact = this.contacts.get(interactionId)
    const index = contact?.holds.findIndex(hold => hold.agentId === agentId) ?? -1
    if (!contact || index < 0) return
    const [hold] = contact.holds.splice(index, 1)
    if (!hold) return
    this.crew.release(agentId, hold.channel, this.now)
    if (hold.queueId !== null && hold.since > 0)
      this.handlings.push({ queueId: hold.queueId, channel: hold.channel, ms: this.now - hold.since })
    const held = this.held.find(
      one => one.interactionId === interactionId && one.agentId === agentId && one.leftMs === null,
    )
    if (held) held.leftMs = this.now - this.fromAt
    else if (hold.queueId === null && this.begin)
      this.schedule.push({ type: 'interaction.released', at: this.now, interactionId, agentId })
    if (!contact.waits && contact.holds.length === 0) this.contacts.delete(interactionId)
  }

  private removed({ interactionId, abandoned }: RoutingEventOf<'interaction.removed'>): void {
    const contact = this.contacts.get(interactionId)
    if (!contact) return
    this.endWait(contact, abandoned ? 'abandoned' : 'left')
    for (const { agentId } of [...contact.holds]) this.released(interactionId, agentId)
    this.contacts.delete(interactionId)
  }

  private withdrawn({ interactionId, reason }: RoutingEventOf<'offer.withdrawn'>): void {
    const contact = this.contacts.get(interactionId)
    if (!contact?.entry || contact.offeredAt === null) return
    if (reason !== 'withdrawn')
      this.answers.push({ channel: contact.entry.channel, how: reason, ms: this.now - contact.offeredAt })
    contact.offeredAt = null
  }
}

/** Waits for the estimate of patience: an answer, or the end of the period, only says that they would have waited longer. */
export function waitsFor(entries: readonly Entry[], outcome: 'abandoned' | 'left'): Wait[] {
  return entries.map(entry => ({ ms: entry.waitMs, abandoned: entry.outcome === outcome }))
}
