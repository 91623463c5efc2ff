/**
 * The life of an interaction, as a pure state machine: every change anywhere goes through `transition`, which says what becomes of the
 * row, which segment closes and opens, and which event tells of it. The store carries it out in one transaction.
 *
 *   flow ──queue──▶ queued ──offer──▶ offered ──accept──▶ active ──end──▶ wrapUp ──wrapUp──▶ ended
 *    ▲                ▲  ◀─reject, expire, withdraw─┘        │ hold, consult ⇄ resume: the customer is on hold meanwhile
 *    └────leave───────┴───────────────transfer, return───────┘        abandon, end: from wherever it waits ──▶ ended
 */
export type InteractionState = 'flow' | 'queued' | 'offered' | 'active' | 'wrapUp' | 'ended'
export type Outcome = 'handled' | 'abandoned' | 'shortAbandoned' | 'moved' | 'closed' | 'spam'
/** While an agent has it: the customer is on hold, or on hold while somebody else is asked; null: they talk. */
export type Hold = 'hold' | 'consult'
export type SegmentKind = 'flow' | 'queue' | 'offer' | 'agent' | 'hold' | 'consult' | 'wrapUp'

/** What the rules need to know of an interaction. Times are epoch ms. */
export interface InteractionFacts {
  id: string
  state: InteractionState
  channel: string
  queueId: string | null
  /** Owner (active, wrapUp) or the one it is offered to (offered). */
  agentId: string | null
  queuedAt: number | null
  answeredAt: number | null
  offerExpiresAt: number | null
  hold: Hold | null
}

export type Command =
  /** Into a queue: from its flow, or anew. */
  | { type: 'queue'; queueId: string; preferredAgentId?: string | null }
  | { type: 'offer'; agentId: string; expiresAt: number }
  | { type: 'accept'; agentId: string }
  | { type: 'reject'; agentId: string }
  | { type: 'expire'; agentId: string }
  /** The offer is taken back for a reason that is not the agent's fault. */
  | { type: 'withdraw'; agentId: string }
  /** Given to an agent at once: by a supervisor, or because the agent began it. */
  | { type: 'assign'; agentId: string }
  /** By its owner, to a queue; to an agent: that agent is preferred. */
  | { type: 'transfer'; queueId: string; preferredAgentId: string | null }
  /** Back to its queue since its owner is gone. */
  | { type: 'return'; preferredAgentId: string | null }
  /** Out of the queue, back into its flow: nobody came in time. Who offered it is asked no more. */
  | { type: 'leave'; reason: string }
  /** The customer is put on hold, or stays so after a consultation that came to nothing. */
  | { type: 'hold' }
  /** The customer is on hold while the owner asks somebody else. */
  | { type: 'consult' }
  | { type: 'resume' }
  /** The talk is over. `wrapUpMs` null: no wrap-up, it is closed at once. */
  | { type: 'end'; outcome: Outcome; wrapUpMs: number | null }
  /** The customer left before an agent answered. */
  | { type: 'abandon'; shortMs: number }
  | { type: 'wrapUp' }

/** What changes. `close` is the outcome of the segment that was open; `open` the one that begins. */
export interface Change {
  set: Partial<{
    state: InteractionState
    queueId: string | null
    agentId: string | null
    preferredAgentId: string | null
    queuedAt: number | null
    offerExpiresAt: number | null
    hold: Hold | null
    answeredAt: number
    endedAt: number
    closedAt: number
    wrapUpDueAt: number | null
    outcome: Outcome
  }>
  close: string
  open: { kind: SegmentKind; queueId: string | null; agentId: string | null } | null
  event: { type: string; queueId: string | null; userId: string | null; data: Record<string, unknown> }
}

export type Transition = { ok: true; change: Change } | { ok: false; code: string; detail: string }

/** What `command` makes of the interaction at the moment `at`, or why it cannot be. */
export function transition(facts: InteractionFacts, command: Command, at: number): Transition {
  switch (command.type) {
    case 'queue':
      return facts.state === 'flow' || facts.state === 'queued'
        ? enqueue(facts, command.queueId, command.preferredAgentId ?? null, at)
        : refuse(facts)
    case 'offer':
      return offer(facts, command.agentId, command.expiresAt)
    case 'accept':
      return accept(facts, command.agentId, at)
    case 'reject':
    case 'expire':
    case 'withdraw':
      return takeBack(facts, command.type, command.agentId)
    case 'assign':
      return assign(facts, command.agentId, at)
    case 'transfer':
      return facts.state === 'active'
        ? handOn(facts, command.queueId, command.preferredAgentId, 'transferred')
        : refuse(facts)
    case 'return':
      return facts.state === 'active' && facts.queueId
        ? handOn(facts, facts.queueId, command.preferredAgentId, 'returned')
        : refuse(facts)
    case 'leave':
      return leave(facts, command.reason)
    case 'hold':
    case 'consult':
      return holdFor(facts, command.type)
    case 'resume':
      return resume(facts)
    case 'end':
      return end(facts, command.outcome, command.wrapUpMs, at)
    case 'abandon':
      return abandon(facts, command.shortMs, at)
    case 'wrapUp':
      return finish(facts, at)
  }
}

function enqueue(facts: InteractionFacts, queueId: string, preferredAgentId: string | null, at: number): Transition {
  const queuedAt = facts.queuedAt ?? at // who moves to another queue keeps the time already waited
  return done({
    set: { state: 'queued', queueId, preferredAgentId, queuedAt, agentId: null, offerExpiresAt: null },
    close: 'queued',
    open: { kind: 'queue', queueId, agentId: null },
    event: { type: 'interaction.queued', queueId, userId: null, data: { from: facts.queueId, queuedAt } },
  })
}

function offer(facts: InteractionFacts, agentId: string, expiresAt: number): Transition {
  if (facts.state !== 'queued') return refuse(facts)
  return done({
    set: { state: 'offered', agentId, offerExpiresAt: expiresAt },
    close: 'offered',
    open: { kind: 'offer', queueId: facts.queueId, agentId },
    event: { type: 'interaction.offered', queueId: facts.queueId, userId: agentId, data: { expiresAt } },
  })
}

function accept(facts: InteractionFacts, agentId: string, at: number): Transition {
  if (facts.state !== 'offered' || facts.agentId !== agentId) {
    return {
      ok: false,
      code: 'offer.gone',
      detail: 'This offer is no longer yours: it ran out, was withdrawn, or was accepted already.',
    }
  }
  if (facts.offerExpiresAt !== null && at > facts.offerExpiresAt) {
    return { ok: false, code: 'offer.expired', detail: 'This offer has run out. The next one comes by itself.' }
  }
  return own(facts, agentId, at, 'accepted', 'interaction.accepted', {})
}

function assign(facts: InteractionFacts, agentId: string, at: number): Transition {
  if (facts.state === 'wrapUp' || facts.state === 'ended') return refuse(facts)
  if (facts.state === 'active' && facts.agentId === agentId) {
    return { ok: false, code: 'interaction.alreadyTheirs', detail: 'This agent already has it.' }
  }
  return own(facts, agentId, at, 'assigned', 'interaction.assigned', { from: facts.agentId, was: facts.state })
}

function own(
  facts: InteractionFacts,
  agentId: string,
  at: number,
  close: string,
  type: string,
  data: Record<string, unknown>,
): Transition {
  const first = facts.answeredAt === null
  return done({
    set: { state: 'active', agentId, offerExpiresAt: null, hold: null, ...(first && { answeredAt: at }) },
    close,
    open: { kind: 'agent', queueId: facts.queueId, agentId },
    event: {
      type,
      queueId: facts.queueId,
      userId: agentId,
      data: { ...data, first, waitedMs: facts.queuedAt === null ? 0 : at - facts.queuedAt },
    },
  })
}

const TAKEN_BACK = {
  reject: ['rejected', 'interaction.offerRejected'],
  expire: ['expired', 'interaction.offerExpired'],
  withdraw: ['withdrawn', 'interaction.offerWithdrawn'],
} as const

function takeBack(facts: InteractionFacts, how: keyof typeof TAKEN_BACK, agentId: string): Transition {
  if (facts.state !== 'offered' || facts.agentId !== agentId) {
    return {
      ok: false,
      code: 'offer.gone',
      detail: 'This offer is no longer yours: it ran out, was withdrawn, or was accepted already.',
    }
  }
  const [outcome, type] = TAKEN_BACK[how]
  return done({
    set: { state: 'queued', agentId: null, offerExpiresAt: null },
    close: outcome,
    open: { kind: 'queue', queueId: facts.queueId, agentId: null },
    event: { type, queueId: facts.queueId, userId: agentId, data: {} },
  })
}

function handOn(
  facts: InteractionFacts,
  queueId: string,
  preferredAgentId: string | null,
  how: 'transferred' | 'returned',
): Transition {
  return done({
    set: { state: 'queued', queueId, agentId: null, preferredAgentId, hold: null },
    close: how,
    open: { kind: 'queue', queueId, agentId: null },
    event: {
      type: 'interaction.transferred',
      queueId,
      userId: facts.agentId,
      data: { from: facts.queueId, to: preferredAgentId, how },
    },
  })
}

function leave(facts: InteractionFacts, reason: string): Transition {
  if (facts.state !== 'queued' && facts.state !== 'offered') return refuse(facts)
  return done({
    set: { state: 'flow', agentId: null, offerExpiresAt: null, preferredAgentId: null },
    close: 'left',
    open: { kind: 'flow', queueId: null, agentId: null },
    event: {
      type: 'interaction.leftQueue',
      queueId: facts.queueId,
      userId: facts.state === 'offered' ? facts.agentId : null,
      data: { reason },
    },
  })
}

const HOLDS = { hold: ['held', 'interaction.held'], consult: ['consulted', 'interaction.consulted'] } as const

function holdFor(facts: InteractionFacts, hold: Hold): Transition {
  if (facts.state !== 'active' || facts.hold === hold) return refuse(facts)
  const [close, type] = HOLDS[hold]
  return done({
    set: { hold },
    close,
    open: { kind: hold, queueId: facts.queueId, agentId: facts.agentId },
    event: { type, queueId: facts.queueId, userId: facts.agentId, data: {} },
  })
}

function resume(facts: InteractionFacts): Transition {
  if (facts.state !== 'active' || facts.hold === null) return refuse(facts)
  return done({
    set: { hold: null },
    close: 'resumed',
    open: { kind: 'agent', queueId: facts.queueId, agentId: facts.agentId },
    event: { type: 'interaction.resumed', queueId: facts.queueId, userId: facts.agentId, data: {} },
  })
}

function end(facts: InteractionFacts, outcome: Outcome, wrapUpMs: number | null, at: number): Transition {
  if (facts.state === 'wrapUp' || facts.state === 'ended') return refuse(facts)
  const owned = facts.state === 'active'
  const event = {
    type: 'interaction.ended',
    queueId: facts.queueId,
    userId: owned ? facts.agentId : null,
    data: { outcome, was: facts.state, wrapUp: owned && wrapUpMs !== null },
  }
  if (owned && wrapUpMs !== null) {
    return done({
      set: { state: 'wrapUp', endedAt: at, outcome, wrapUpDueAt: at + wrapUpMs, hold: null },
      close: 'ended',
      open: { kind: 'wrapUp', queueId: facts.queueId, agentId: facts.agentId },
      event,
    })
  }
  return done({
    set: { state: 'ended', endedAt: at, closedAt: at, outcome, offerExpiresAt: null, wrapUpDueAt: null, hold: null },
    close: 'ended',
    open: null,
    event,
  })
}

function abandon(facts: InteractionFacts, shortMs: number, at: number): Transition {
  if (facts.state !== 'queued' && facts.state !== 'offered' && facts.state !== 'flow') return refuse(facts)
  const waitedMs = facts.queuedAt === null ? 0 : at - facts.queuedAt
  const outcome: Outcome = facts.state === 'flow' ? 'closed' : waitedMs < shortMs ? 'shortAbandoned' : 'abandoned'
  return done({
    set: { state: 'ended', endedAt: at, closedAt: at, outcome, agentId: null, offerExpiresAt: null },
    close: 'abandoned',
    open: null,
    event: {
      type: 'interaction.abandoned',
      queueId: facts.queueId,
      userId: facts.state === 'offered' ? facts.agentId : null,
      data: { waitedMs, outcome },
    },
  })
}

function finish(facts: InteractionFacts, at: number): Transition {
  if (facts.state !== 'wrapUp') return refuse(facts)
  return done({
    set: { state: 'ended', closedAt: at, wrapUpDueAt: null },
    close: 'done',
    open: null,
    event: { type: 'interaction.wrappedUp', queueId: facts.queueId, userId: facts.agentId, data: {} },
  })
}

const done = (change: Change): Transition => ({ ok: true, change })

const SENTENCES: Record<InteractionState, string> = {
  flow: 'It has not reached a queue yet.',
  queued: 'It is waiting in a queue.',
  offered: 'It is being offered to an agent.',
  active: 'An agent has it.',
  wrapUp: 'The talk is over; it is being wrapped up.',
  ended: 'It has ended.',
}

function refuse(facts: InteractionFacts): Transition {
  return {
    ok: false,
    code: 'interaction.state',
    detail: `This cannot be done now. ${SENTENCES[facts.state]} Look at it again.`,
  }
}
