import type { Presence } from '@centrala/core/presence/presence.ts'
import type { Requirement, RoutingEvent } from '@centrala/core/routing/event.ts'
import { given } from '@centrala/core/simulate/arrivals.ts'
import type { Law } from '@centrala/core/simulate/law.ts'
import type { Random } from '@centrala/core/simulate/random.ts'
import type { Source } from '@centrala/core/simulate/scenario.ts'
import { type Record, simulate } from '@centrala/core/simulate/simulate.ts'
import { newId } from '@centrala/store/new-id.ts'
import type { Talk } from './demo-content.ts'

/** What somebody wrote about, and where it was queued. */
export interface Subject {
  talk: Talk
  queueId: string
  requirements: Requirement[]
}

export interface Days {
  /** Agents and queues, told at the beginning. */
  configuration: readonly RoutingEvent[]
  agentIds: readonly string[]
  subjects: readonly Subject[]
  /** Came this minute or that, and waits. */
  waiting: readonly { subject: Subject; at: number }[]
  /** Days before today. */
  days: number
  now: number
}

export type LivedTurn = { told: Parameters<Record>[0]; decisions: Parameters<Record>[1]; at: number }

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Of an ordinary day (a Sunday has a third), and of one since the sale began the day before yesterday. */
const PER_DAY = 20
const PER_SALE_DAY = 78
/** Today everybody has gone home so long ago, with nothing left in hand. */
const HOME_BEFORE = 45 * MINUTE
/** Nobody works longer on one contact. */
const LONGEST = 25 * MINUTE

/**
 * Days of work on the real router: when customers come, how patient they are and how long work takes is drawn, who is offered what and when the router decides.
 * Returns what it was told and what it decided, turn by turn, and what each contact was about.
 */
export function liveDays(wanted: Days, random: Random): { turns: LivedTurn[]; subjectOf: Map<string, Subject> } {
  const { configuration, agentIds, subjects, waiting, days, now } = wanted
  const today = new Date(now)
  today.setUTCHours(7, 0, 0, 0)
  const schedule: RoutingEvent[] = []
  const comes = new Map<Subject, number[]>(subjects.map(subject => [subject, []]))
  for (let day = days; day >= 0; day--) {
    const opens = today.getTime() - day * DAY
    const draw = random.split(day)
    const closes = Math.min(opens + 10 * HOUR, now - HOME_BEFORE)
    if (closes < opens + HOUR) continue
    for (const agentId of agentIds) schedule.push(...shift(agentId, opens, closes, draw))
    const sunday = new Date(opens).getUTCDay() === 0
    const usual = day <= 2 ? PER_SALE_DAY : PER_DAY
    const count = usual * (0.85 + 0.3 * draw.next()) * (sunday && day > 2 ? 1 / 3 : 1)
    for (let index = 0; index < count; index++) {
      const at = opens + comesAfter(draw)
      if (at < closes - LONGEST - HOME_BEFORE) comes.get(subjects[draw.below(subjects.length)]!)?.push(at)
    }
  }
  for (const { subject, at } of waiting) comes.set(subject, [at])
  const subjectOf = new Map<string, Subject>()
  const sources = new Map<Source, Subject>()
  for (const [subject, times] of comes) sources.set(sourceOf(subject, times), subject)
  schedule.sort((a, b) => a.at - b.at)
  const turns: LivedTurn[] = []
  simulate(
    {
      startAt: schedule[0]?.at ?? now,
      endAt: now,
      begin: configuration,
      schedule,
      sources: [...sources.keys()],
      newId(source) {
        const id = newId()
        const subject = sources.get(source)
        if (subject) subjectOf.set(id, subject)
        return id
      },
    },
    random.split('work'),
    (told, decisions, at) => turns.push({ told: [...told], decisions, at }),
  )
  return { turns, subjectOf }
}

/** Most customers write late in the morning. */
function comesAfter(random: Random): number {
  const peak = (random.next() + random.next() + random.next()) / 3
  return random.next() < 0.6 ? (2.5 + 1.6 * peak) * HOUR : random.next() * 9 * HOUR
}

function shift(agentId: string, opens: number, closes: number, random: Random): RoutingEvent[] {
  const presence = (at: number, state: Presence): RoutingEvent => ({
    type: 'agent.presence',
    at: Math.round(at),
    agentId,
    state,
  })
  const lunch = opens + (3.5 + 2 * random.next()) * HOUR
  const comes = presence(opens - random.next() * 10 * MINUTE, 'available')
  const goes = presence(closes - random.next() * 10 * MINUTE, 'offline')
  const lunches = [presence(lunch, 'away'), presence(lunch + 30 * MINUTE, 'available')]
  return [comes, ...(lunch + HOUR < closes ? lunches : []), goes]
}

function sourceOf({ talk, queueId, requirements }: Subject, times: number[]): Source {
  const chat = talk.channel === 'chat'
  return {
    queueId,
    channel: talk.channel,
    arrivals: given(times.sort((a, b) => a - b)),
    need: () => ({ priority: 0, requirements }),
    handleMs: chat ? between(6 * MINUTE, 18 * MINUTE) : between(10 * MINUTE, LONGEST),
    ...(chat && { patienceMs: between(MINUTE, 6 * MINUTE) }),
    targetMs: 0,
    answers: { acceptMs: between(2000, 12_000), rejected: 0, expired: 0 },
  }
}

const between = (low: number, high: number): Law => ({ draw: random => low + (high - low) * random.next() })
