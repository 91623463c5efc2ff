import type { Totals } from './totals.ts'

/** `share`: 0 to 1. `ms`: milliseconds. `score`: 1 to 5. */
export type Unit = 'count' | 'share' | 'ms' | 'score'
/** What a metric can be split by. Interval is always possible. */
export type Dimension = 'queue' | 'agent' | 'channel'

export interface Metric {
  id: string
  /** Grows when the meaning changes; figures of different versions are not comparable. */
  version: number
  name: string
  unit: Unit
  /** In words, for everyone who reads the figure. */
  formula: string
  /** In which interval a contact counts, and what of those that are still open. */
  counted: string
  /** Which way is good; null: neither. */
  better: 'higher' | 'lower' | null
  by: readonly Dimension[]
  /** From the totals of any set of intervals; null where there is nothing to divide by. */
  compute(totals: Totals): number | null
}

/** Read from the present state instead of from totals. */
export interface LiveMetric extends Omit<Metric, 'compute'> {
  live: true
}

const ALL: readonly Dimension[] = ['queue', 'agent', 'channel']
const QUEUES: readonly Dimension[] = ['queue', 'channel']
const AGENTS: readonly Dimension[] = ['agent']

const AT_ENTRY =
  'In the interval in which the contact entered the queue. A contact that still waits counts as offered only; the interval is completed when it is answered or gone.'
const AT_END = 'In the interval in which the handling was over. Contacts still handled are not in yet.'
const AT_TALK_END = 'In the interval in which the talk ended'

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)
const decided = (t: Totals): number => t.answered + t.abandoned + t.leftQueue + t.overdue
const staffed = (t: Totals): number => t.availableMs + t.busyMs + t.wrapUpPresenceMs + t.notRespondingMs

const count = (
  id: string,
  name: string,
  formula: string,
  counted: string,
  by: readonly Dimension[],
  better: Metric['better'],
  compute: (totals: Totals) => number,
): Metric => ({ id, version: 1, name, unit: 'count', formula, counted, by, better, compute })

const time = (
  id: string,
  name: string,
  formula: string,
  compute: (totals: Totals) => number,
  better: Metric['better'] = null,
): Metric => ({
  id,
  version: 1,
  name,
  unit: 'ms',
  formula,
  counted:
    'Cut at the borders of intervals, so that no interval holds more time than it has. The present state counts up to now.',
  by: AGENTS,
  better,
  compute,
})

/** Every figure Centrala reports, defined once. */
export const METRICS = [
  count(
    'offered',
    'Offered',
    'Contacts that entered the queue. Handed on to another queue, a contact is offered there once more; back at its place after an offer, it is not.',
    AT_ENTRY,
    QUEUES,
    null,
    t => t.offered,
  ),
  count('answered', 'Answered', 'Offered contacts that an agent took.', AT_ENTRY, ALL, null, t => t.answered),
  count(
    'abandoned',
    'Abandoned',
    'Offered contacts whose customer left before an agent took them, short abandons left out (below the queue’s limit).',
    AT_ENTRY,
    QUEUES,
    'lower',
    t => t.abandoned,
  ),
  count(
    'shortAbandoned',
    'Short abandons',
    'Offered contacts whose customer left sooner than the queue’s limit for counting an abandon.',
    AT_ENTRY,
    QUEUES,
    null,
    t => t.shortAbandoned,
  ),
  {
    id: 'serviceLevel',
    version: 1,
    name: 'Service level',
    unit: 'share',
    formula:
      'Answered within the target ÷ (offered − short abandons). The target is the queue’s for the channel as it held when the contact entered. Contacts that still wait within the target are left out until they are decided; those beyond it count as missed.',
    counted: AT_ENTRY,
    by: QUEUES,
    better: 'higher',
    compute: t => share(t.answeredInTarget, decided(t)),
  },
  {
    id: 'averageSpeedOfAnswer',
    version: 1,
    name: 'Average speed of answer',
    unit: 'ms',
    formula: 'Waiting time of answered contacts, from entering the queue to an agent taking them ÷ answered.',
    counted: AT_ENTRY,
    by: ALL,
    better: 'lower',
    compute: t => share(t.waitMs, t.answered),
  },
  {
    id: 'abandonmentRate',
    version: 1,
    name: 'Abandonment rate',
    unit: 'share',
    formula:
      'Abandoned ÷ (offered − short abandons), of contacts that are decided: those that still wait within the target are left out.',
    counted: AT_ENTRY,
    by: QUEUES,
    better: 'lower',
    compute: t => share(t.abandoned, decided(t)),
  },
  count(
    'handled',
    'Handled',
    'Handlings: one agent’s work on one contact, from taking it to the end of wrap-up. A contact that is handed on is one handling for each agent.',
    AT_END,
    ALL,
    null,
    t => t.handled,
  ),
  {
    id: 'averageHandleTime',
    version: 1,
    name: 'Average handle time',
    unit: 'ms',
    formula:
      '(talk + hold + wrap-up) ÷ handled. Talk is the time the contact is with the agent, whether or not anybody writes.',
    counted: AT_END,
    by: ALL,
    better: null,
    compute: t => share(t.talkMs + t.holdMs + t.wrapUpMs, t.handled),
  },
  {
    id: 'averageWrapUp',
    version: 1,
    name: 'Average wrap-up',
    unit: 'ms',
    formula: 'Wrap-up time ÷ handled.',
    counted: AT_END,
    by: ALL,
    better: null,
    compute: t => share(t.wrapUpMs, t.handled),
  },
  {
    id: 'transferRate',
    version: 1,
    name: 'Transfer rate',
    unit: 'share',
    formula:
      'Handlings that ended by handing the contact to a queue or a colleague ÷ handled. A contact returned because its agent was gone is not a transfer.',
    counted: AT_END,
    by: ALL,
    better: 'lower',
    compute: t => share(t.transfers, t.handled),
  },
  {
    id: 'firstContactResolution',
    version: 1,
    name: 'First contact resolution',
    unit: 'share',
    formula:
      'First contacts after which the customer did not come again for 7 days on any channel ÷ first contacts. A first contact is inbound, was handled, and no handled contact of the customer ended in the 7 days before it. One moved to another channel needed a second contact. It belongs to the agent who had it last.',
    counted: `${AT_TALK_END}; known 7 days later, with the customers as they were joined then. Younger contacts are not in yet.`,
    by: ALL,
    better: 'higher',
    compute: t => share(t.firstContactResolved, t.firstContacts),
  },
  {
    id: 'csat',
    version: 1,
    name: 'CSAT',
    unit: 'score',
    formula:
      'Sum of the scores customers gave, 1 to 5 ÷ surveys answered. A changed answer counts as last given. It belongs to the agent who had the contact last.',
    counted: `${AT_TALK_END}, however late the answer comes.`,
    by: ALL,
    better: 'higher',
    compute: t => share(t.csatSum, t.csatCount),
  },
  count(
    'csatCount',
    'Surveys answered',
    'Surveys answered.',
    `${AT_TALK_END}, however late the answer comes.`,
    ALL,
    null,
    t => t.csatCount,
  ),
  {
    id: 'occupancy',
    version: 1,
    name: 'Occupancy',
    unit: 'share',
    formula:
      'Time with at least one contact held (talk or wrap-up; several at once count once) ÷ time signed in and not away (available, busy, wrap-up, not responding).',
    counted: 'Cut at the borders of intervals. The present state counts up to now.',
    by: AGENTS,
    better: null,
    compute: t => share(t.occupiedMs, staffed(t)),
  },
  {
    id: 'capacityInUse',
    version: 1,
    name: 'Capacity in use',
    unit: 'share',
    formula:
      'Over time signed in and not away, each moment’s load ÷ that time. The load is the sum of the weights of the contacts held (talk or wrap-up) ÷ the agent’s capacity, at most 1, as the routing profile said when each was taken. Two chats of a quarter each make half an agent busy, not two agents. A contact taken before weights were recorded counts as all of the capacity.',
    counted: 'Cut at the borders of intervals. The present state counts up to now.',
    by: AGENTS,
    better: null,
    compute: t => share(t.loadMs, staffed(t)),
  },
  time(
    'staffedTime',
    'Time at work',
    'Time signed in and not away: available, busy, wrap-up or not responding.',
    staffed,
  ),
  time(
    'idleTime',
    'Idle time',
    'Time signed in and not away without any contact held.',
    t => staffed(t) - t.occupiedMs,
  ),
  time('awayTime', 'Time away', 'Time signed in and away, for whatever reason.', t => t.awayMs),
  count('offersMade', 'Offers', 'Contacts offered to the agent.', 'When offered.', ALL, null, t => t.offersMade),
  {
    id: 'missedOffers',
    version: 1,
    name: 'Offers not taken',
    unit: 'share',
    formula: 'Offers the agent rejected or let run out ÷ offers.',
    counted: 'When offered, rejected or run out.',
    by: ALL,
    better: 'lower',
    compute: t => share(t.offersRejected + t.offersExpired, t.offersMade),
  },
] as const satisfies readonly Metric[]

export const LIVE_METRICS = [
  {
    id: 'waitingNow',
    version: 1,
    name: 'Waiting now',
    unit: 'count',
    formula: 'Contacts in the queue that no agent has taken, offered ones included.',
    counted: 'At this moment.',
    by: QUEUES,
    better: 'lower',
    live: true,
  },
  {
    id: 'longestWait',
    version: 1,
    name: 'Longest wait',
    unit: 'ms',
    formula: 'Time since the oldest waiting contact took its place in line. One that was handed on keeps its place.',
    counted: 'At this moment.',
    by: QUEUES,
    better: 'lower',
    live: true,
  },
] as const satisfies readonly LiveMetric[]

export type MetricId = (typeof METRICS)[number]['id']
export const METRIC_IDS = METRICS.map(metric => metric.id)

/** A ready set of metrics. */
export const REPORTS = {
  overview: [
    'offered',
    'answered',
    'abandoned',
    'serviceLevel',
    'averageSpeedOfAnswer',
    'abandonmentRate',
    'averageHandleTime',
    'transferRate',
    'firstContactResolution',
    'csat',
    'occupancy',
    'capacityInUse',
  ],
  service: [
    'offered',
    'answered',
    'serviceLevel',
    'averageSpeedOfAnswer',
    'abandoned',
    'abandonmentRate',
    'shortAbandoned',
  ],
  handling: ['handled', 'averageHandleTime', 'averageWrapUp', 'transferRate', 'firstContactResolution'],
  satisfaction: ['csat', 'csatCount', 'firstContactResolution'],
  agents: [
    'handled',
    'averageHandleTime',
    'transferRate',
    'csat',
    'occupancy',
    'capacityInUse',
    'staffedTime',
    'idleTime',
    'awayTime',
    'offersMade',
    'missedOffers',
  ],
} as const satisfies Record<string, readonly MetricId[]>
export type ReportId = keyof typeof REPORTS
export const REPORT_IDS = Object.keys(REPORTS) as ReportId[]

const BY_ID: ReadonlyMap<string, Metric> = new Map(METRICS.map(metric => [metric.id, metric]))

/** The definition of a metric. */
export function metricOf(id: MetricId): Metric {
  return BY_ID.get(id) as Metric
}
