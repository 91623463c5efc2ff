import type { ReportEvent, TargetAt } from './event.ts'
import { intervalOf } from './interval.ts'
import type { Part, Totals } from './totals.ts'

/** A stretch of a contact: waiting in a queue (`wait`), or held by an agent from taking it to the end of wrap-up (`hold`). */
export interface Stretch {
  kind: 'wait' | 'hold'
  queueId: string | null
  agentId: string | null
  channel: string
  from: number
  /** Null while it goes on. */
  to: number | null
  /** How a wait ended. */
  outcome: 'answered' | 'abandoned' | 'shortAbandoned' | 'left' | null
  /** Of a wait: the target that held when it began, in ms. */
  targetMs: number | null
  /** Of a hold: the thousandths of the agent's capacity it takes. */
  share: number
}

/** What was taken before its share was recorded fills the agent. */
const WHOLE = 1000

interface Handling {
  stretch: Stretch
  agentId: string
  talkFrom: number
  talkMs: number
  /** The customer is on hold since; null: not. */
  holdFrom: number | null
  holdMs: number
  wrapUpFrom: number | null
}

/**
 * What one contact adds to the totals, from all its events so far. A fold: it looks at nothing but the events and the targets, so
 * that the same events give the same figures whenever they are counted.
 */
export function foldContact(
  events: readonly ReportEvent[],
  targetAt: TargetAt,
): { parts: Part[]; stretches: Stretch[] } {
  const parts: Part[] = []
  const stretches: Stretch[] = []
  let channel = ''
  let wait: Stretch | null = null
  let handling: Handling | null = null
  let ended: { at: number; agentId: string | null; queueId: string | null } | null = null
  let owner: { agentId: string; queueId: string | null } | null = null
  let judged: { first: boolean; resolved: boolean } | null = null
  let score: number | null = null

  const count = (at: number, queueId: string | null, agentId: string | null, totals: Partial<Totals>) =>
    parts.push({ interval: intervalOf(at), queueId, agentId, channel, totals })

  const enter = (queueId: string, at: number) => {
    const targetMs = targetAt(queueId, channel, at)
    wait = { kind: 'wait', queueId, agentId: null, channel, from: at, to: null, outcome: null, targetMs, share: 0 }
    stretches.push(wait)
    count(at, queueId, null, { offered: 1 })
  }
  const leave = (at: number, outcome: NonNullable<Stretch['outcome']>, agentId: string | null = null) => {
    if (!wait) return
    wait.to = Math.max(at, wait.from)
    wait.outcome = outcome
    const waitMs = wait.to - wait.from
    if (outcome === 'answered') {
      const inTarget = wait.targetMs === null || waitMs <= wait.targetMs
      count(wait.from, wait.queueId, agentId, { answered: 1, waitMs, answeredInTarget: inTarget ? 1 : 0 })
    } else count(wait.from, wait.queueId, null, { [outcome === 'left' ? 'leftQueue' : outcome]: 1 })
    wait = null
  }
  const take = (agentId: string, queueId: string | null, at: number, share: number) => {
    const stretch: Stretch = {
      kind: 'hold',
      queueId,
      agentId,
      channel,
      from: at,
      to: null,
      outcome: null,
      targetMs: null,
      share,
    }
    stretches.push(stretch)
    handling = { stretch, agentId, talkFrom: at, talkMs: 0, holdFrom: null, holdMs: 0, wrapUpFrom: null }
    owner = { agentId, queueId }
  }
  const resume = (at: number) => {
    if (!handling || handling.holdFrom === null) return
    handling.holdMs += Math.max(0, at - handling.holdFrom)
    handling.holdFrom = null
  }
  const stopTalking = (at: number) => {
    resume(at)
    if (handling) handling.talkMs = Math.max(0, at - handling.talkFrom - handling.holdMs)
  }
  const release = (at: number, transferred: boolean) => {
    if (!handling) return
    if (handling.wrapUpFrom === null) stopTalking(at)
    const { stretch, agentId, talkMs, holdMs, wrapUpFrom } = handling
    stretch.to = Math.max(at, stretch.from)
    const wrapUpMs = wrapUpFrom === null ? 0 : Math.max(0, at - wrapUpFrom)
    const transfers = transferred ? 1 : 0
    count(stretch.to, stretch.queueId, agentId, { handled: 1, talkMs, holdMs, wrapUpMs, transfers })
    handling = null
  }

  for (const event of [...events].sort((a, b) => a.seq - b.seq)) {
    const { at, queueId, agentId, data } = event
    if (typeof data.channel === 'string') channel = data.channel
    switch (event.type) {
      case 'interaction.queued':
        if (!queueId || (wait as Stretch | null)?.queueId === queueId) break
        leave(at, 'left')
        enter(queueId, at)
        break
      case 'interaction.offered':
        count(at, queueId, agentId, { offersMade: 1 })
        break
      case 'interaction.offerRejected':
        count(at, queueId, agentId, { offersRejected: 1 })
        break
      case 'interaction.offerExpired':
        count(at, queueId, agentId, { offersExpired: 1 })
        break
      case 'interaction.accepted':
      case 'interaction.assigned':
        if (!agentId) break
        leave(at, 'answered', agentId)
        release(at, true) // taken from a colleague
        take(agentId, queueId, at, typeof data.share === 'number' ? data.share : WHOLE)
        break
      case 'interaction.transferred':
        release(at, data.how !== 'returned')
        if (queueId) enter(queueId, at)
        break
      case 'interaction.leftQueue':
        leave(at, 'left')
        break
      case 'interaction.held':
      case 'interaction.consulted':
        if (handling) (handling as Handling).holdFrom ??= at
        break
      case 'interaction.resumed':
        resume(at)
        break
      case 'interaction.ended': {
        leave(at, 'left')
        const held = handling as Handling | null
        const last = owner as { agentId: string; queueId: string | null } | null
        ended = { at, agentId: last?.agentId ?? null, queueId: last?.queueId ?? queueId }
        if (held && data.wrapUp === true) {
          stopTalking(at)
          held.wrapUpFrom = at
        } else release(at, false)
        break
      }
      case 'interaction.abandoned':
        leave(at, data.outcome === 'shortAbandoned' ? 'shortAbandoned' : 'abandoned')
        break
      case 'interaction.wrappedUp':
        release(at, false)
        break
      case 'interaction.judged':
        judged = { first: data.first === true, resolved: data.resolved === true }
        break
      case 'survey.answered':
        if (typeof data.score === 'number') score = data.score // changed within its day: the last one counts
        break
    }
  }

  const end = ended as { at: number; agentId: string | null; queueId: string | null } | null
  const verdict = judged as { first: boolean; resolved: boolean } | null
  if (end && score !== null) count(end.at, end.queueId, end.agentId, { csatSum: score, csatCount: 1 })
  if (end && verdict?.first)
    count(end.at, end.queueId, end.agentId, { firstContacts: 1, firstContactResolved: verdict.resolved ? 1 : 0 })
  return { parts, stretches }
}
