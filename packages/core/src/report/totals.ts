/**
 * What is counted, and nothing else: every total is a plain sum, so that intervals, queues, agents and channels may be added in any way.
 * Each says in which interval it counts. A "queue entry" is one contact entering one queue: a contact handed on to another queue is
 * another entry there; one that goes back to its place after an offer is the same entry.
 */
export const TOTALS = {
  offered: 'Queue entries. In the interval of the entry.',
  answered: 'Queue entries that an agent took. In the interval of the entry.',
  answeredInTarget:
    'Answered no later than the target that held for the queue and channel at the entry. In the interval of the entry.',
  abandoned: 'Queue entries that ended because the customer left, short ones excluded. In the interval of the entry.',
  shortAbandoned: 'Customer left sooner than the queue’s limit for counting. In the interval of the entry.',
  leftQueue:
    'Queue entries that ended in another way: moved to another queue or channel, closed. In the interval of the entry.',
  overdue: 'Queue entries that still wait, longer than the target. Never stored: added when a report is read.',
  waitMs: 'Waiting time of the answered. In the interval of the entry.',
  offersMade: 'Offers made to an agent. When offered.',
  offersRejected: 'Offers the agent rejected. When rejected.',
  offersExpired: 'Offers the agent let run out. When they ran out.',
  handled: 'Handlings: one agent’s work on one contact, from taking it to the end of wrap-up. When it is over.',
  talkMs: 'Time in the contact itself, hold excluded. When the handling is over.',
  holdMs: 'Time on hold. When the handling is over.',
  wrapUpMs: 'Wrap-up time. When the handling is over.',
  transfers: 'Handlings that ended by handing the contact on. When the handling is over.',
  firstContacts:
    'Handled inbound contacts of a customer whom nobody had handled in the 7 days before. When the talk ended, known 7 days later.',
  firstContactResolved:
    'First contacts after which the customer did not come again for 7 days, on any channel. As above.',
  csatSum: 'Sum of the scores given, 1 to 5. When the talk ended.',
  csatCount: 'Surveys answered. When the talk ended.',
  availableMs: 'Agent’s time in the presence available, with or without work. Cut at the borders of intervals.',
  busyMs: 'Agent’s time in the presence busy. Cut at the borders of intervals.',
  wrapUpPresenceMs: 'Agent’s time in wrap-up. Cut at the borders of intervals.',
  notRespondingMs: 'Agent’s time not responding, after a missed offer. Cut at the borders of intervals.',
  awayMs: 'Agent’s time away. Cut at the borders of intervals.',
  occupiedMs:
    'Agent’s time signed in and not away while holding at least one contact (talk or wrap-up); several at once count once. Cut at the borders of intervals.',
  loadMs:
    'The same time, each moment by the part of the agent’s capacity that is in use: the sum of the weights held ÷ capacity, at most 1. Cut at the borders of intervals.',
} as const

export type Total = keyof typeof TOTALS
export type Totals = Record<Total, number>
export const TOTAL_NAMES = Object.keys(TOTALS) as Total[]

export const noTotals = (): Totals => Object.fromEntries(TOTAL_NAMES.map(name => [name, 0])) as Totals

/** Adds `part` to `sum`, in place; `sign` -1 takes it away. */
export function addTotals(sum: Totals, part: Partial<Totals>, sign: 1 | -1 = 1): Totals {
  for (const [name, value] of Object.entries(part) as [Total, number][]) sum[name] += sign * value
  return sum
}

/** Where totals belong. Counts of contacts carry a channel; an agent's time belongs to no queue and no channel. */
export interface Place {
  /** Start of the interval, epoch ms. */
  interval: number
  queueId: string | null
  agentId: string | null
  channel: string | null
}

export interface Part extends Place {
  totals: Partial<Totals>
}

/** Totals by place: what rollups hold, and what recomputation from the log gives. */
export class Rollup {
  private readonly rows = new Map<string, Place & { totals: Totals }>()

  add(part: Part, sign: 1 | -1 = 1): void {
    const { interval, queueId, agentId, channel } = part
    const key = `${interval}|${queueId}|${agentId}|${channel}`
    let row = this.rows.get(key)
    if (!row) {
      row = { interval, queueId, agentId, channel, totals: noTotals() }
      this.rows.set(key, row)
    }
    addTotals(row.totals, part.totals, sign)
  }

  /** Places with any total other than zero. */
  *[Symbol.iterator](): Generator<Place & { totals: Totals }> {
    for (const row of this.rows.values()) if (TOTAL_NAMES.some(name => row.totals[name] !== 0)) yield row
  }
}
